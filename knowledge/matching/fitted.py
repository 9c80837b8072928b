"""A fitted matcher as one file of arrays: written whole or not at all, read without executing anything."""

import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMAT = 1  # raised whenever what is stored changes its meaning: an older file is then rebuilt, not misread

Arrays = Mapping[str, NDArray[Any]]


class DamagedFit(Exception):
    """The file is not a whole fitted matcher of this FORMAT: fit again."""


def save_arrays(path: Path, arrays: Arrays, facts: Mapping[str, Any]) -> None:
    """Write `arrays` and the JSON-able `facts` beside `path`, then put the file in its place at once."""
    text = json.dumps({"format": FORMAT, **facts}, ensure_ascii=False).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, facts=np.frombuffer(text, dtype=np.uint8), **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load_arrays(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Read what save_arrays wrote. Raises DamagedFit; FileNotFoundError where there is no file."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        facts = json.loads(arrays.pop("facts").tobytes())
    except FileNotFoundError:
        raise
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        raise DamagedFit(f"{path.name} : fichier illisible ({error}).") from error
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise DamagedFit(f"{path.name} : écrit par une autre version.")
    return arrays, facts


def join_names(names: list[str]) -> NDArray[np.uint8]:
    """Strings without line breaks as one array of bytes."""
    return np.frombuffer("\n".join(names).encode(), dtype=np.uint8)


def split_names(stored: NDArray[Any]) -> list[str]:
    """What join_names joined."""
    text = stored.tobytes().decode()
    return text.split("\n") if text else []
