"""Arrays and plain facts as one file: written whole or not at all, read without executing anything."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from knowledge.cache.folder import Damaged, open_own, write_whole

FORMAT = 1  # raised whenever what is stored changes its meaning: an older file is then rebuilt, not misread

Arrays = Mapping[str, NDArray[Any]]


def save_arrays(path: Path, arrays: Arrays, facts: Mapping[str, Any]) -> None:
    """Write `arrays` and the JSON-able `facts` beside `path`, then put the file in its place at once."""
    text = json.dumps({"format": FORMAT, **facts}, ensure_ascii=False).encode()

    def write(file: IO[bytes]) -> None:
        np.savez(file, allow_pickle=False, facts=np.frombuffer(text, dtype=np.uint8), **arrays)

    write_whole(path, write)


def load_arrays(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Read what save_arrays wrote. Raises Damaged; FileNotFoundError where there is no file."""
    try:
        with open_own(path) as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        facts = json.loads(arrays.pop("facts").tobytes())
    except FileNotFoundError:
        raise
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        raise Damaged(f"{path.name} : fichier illisible ({error}).") from error
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise Damaged(f"{path.name} : écrit par une autre version.")
    return arrays, facts


def join_names(names: list[str]) -> NDArray[np.uint8]:
    """Strings without line breaks as one array of bytes."""
    return np.frombuffer("\n".join(names).encode(), dtype=np.uint8)


def split_names(stored: NDArray[Any]) -> list[str]:
    """What join_names joined."""
    text = stored.tobytes().decode()
    return text.split("\n") if text else []
