"""Arrays and plain facts as one safetensors file: written whole or not at all, read without executing anything."""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import IO, Any, overload

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from knowledge.cache.folder import Damaged, open_own, write_whole

FORMAT = 4  # raised whenever what is stored changes its meaning: an older file is then rebuilt, not misread
#: Bytes of an array from which on it has no checksum: to work out those of a fit takes longer than to read it.
_LARGE = 1 << 20
#: Under what name the facts stand among the arrays.
_TOLD = "told"

Arrays = Mapping[str, NDArray[Any]]


def save_arrays(path: Path, arrays: Arrays, facts: Mapping[str, Any]) -> None:
    """Write `arrays` and the JSON-able `facts` beside `path`, then put the file in its place at once."""
    whole = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    checksums = {name: zlib.crc32(array.data) for name, array in whole.items() if array.nbytes < _LARGE}
    told = {"format": FORMAT, "facts": facts, "checksums": checksums}
    content = save({**whole, _TOLD: np.frombuffer(json.dumps(told).encode(), np.uint8)})

    def write(file: IO[bytes]) -> None:
        file.write(content)

    write_whole(path, write)


def load_arrays(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Read what save_arrays wrote. Raises Damaged; FileNotFoundError for no file."""
    try:
        with open_own(path) as file:  # what is read is this very file: by its name it may be another's by then
            arrays = load(file.read())
        told = json.loads(arrays.pop(_TOLD).tobytes())
        if told["format"] != FORMAT:
            raise Damaged(f"{path.name} : écrit par une autre version.")
        is_whole = all(zlib.crc32(arrays[name].data) == checksum for name, checksum in told["checksums"].items())
    except FileNotFoundError:
        raise
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise Damaged(f"{path.name} : fichier illisible ({error}).") from error
    if not is_whole:
        raise Damaged(f"{path.name} : fichier abîmé (checksum).")
    return arrays, dict(told["facts"])


def join_names(names: Sequence[str]) -> NDArray[np.uint8]:
    """Strings without line breaks as one array of bytes."""
    return np.frombuffer("\n".join(names).encode(), dtype=np.uint8)


def split_names(stored: NDArray[Any]) -> list[str]:
    """What join_names joined."""
    text = stored.tobytes().decode()
    return text.split("\n") if text else []


class Names(Sequence[str]):
    """What join_names joined, split when one of them is first asked for: of most nobody asks before a command ends."""

    def __init__(self, stored: NDArray[Any]) -> None:
        self._stored = stored
        self._split: list[str] | None = None

    @property
    def _names(self) -> list[str]:
        if self._split is None:
            self._split = split_names(self._stored)
        return self._split

    @cached_property
    def _count(self) -> int:
        return int(np.count_nonzero(self._stored == _BREAK)) + 1 if len(self._stored) else 0

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        return self._names[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)


_BREAK = ord("\n")
