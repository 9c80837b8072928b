"""Arrays and plain facts as one file: written whole or not at all, looked at where it lies, without executing anything.

A head in JSON, then each array as it stands in memory. The head says where each begins and, of all but the
largest, its checksum: those are not read as a whole, but a page of them when something on it is asked for. So a file is
never changed where it lies: another is put in its place, and who has this one open keeps it.
"""

import json
import mmap
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, overload

import numpy as np
from numpy.typing import NDArray

from knowledge.cache.folder import Damaged, open_own, write_whole

FORMAT = 2  # raised whenever what is stored changes its meaning: an older file is then rebuilt, not misread
#: How a file begins, and what follows: the length of its head, and its checksum.
_MARK, _OF_HEAD = b"guichet\n", struct.Struct("<QL")
#: Arrays begin at multiples of it: else products would copy them first.
_ALIGNED = 64
#: Bytes of an array from which on it has no checksum.
_LARGE = 1 << 20

Arrays = Mapping[str, NDArray[Any]]


def save_arrays(path: Path, arrays: Arrays, facts: Mapping[str, Any]) -> None:
    """Write `arrays` and the JSON-able `facts` beside `path`, then put the file in its place at once."""
    placed, place = {}, 0
    for name, array in arrays.items():
        checksum = None if array.nbytes >= _LARGE else zlib.crc32(np.ascontiguousarray(array).data)
        placed[name] = (array.dtype.str, array.shape, place, checksum)
        place = _aligned(place + array.nbytes)
    head = json.dumps({"format": FORMAT, "facts": facts, "arrays": placed, "bytes": place}, ensure_ascii=False).encode()
    begin = _MARK + _OF_HEAD.pack(len(head), zlib.crc32(head)) + head

    def write(file: IO[bytes]) -> None:
        file.write(begin.ljust(_aligned(len(begin)), b"\0"))
        for array in arrays.values():
            file.write(np.ascontiguousarray(array).data)
            file.write(bytes(_aligned(array.nbytes) - array.nbytes))

    write_whole(path, write)


def load_arrays(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Read what save_arrays wrote; the arrays cannot be written to. Raises Damaged; FileNotFoundError for no file."""
    try:
        with open_own(path) as file:
            stored = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if stored[: len(_MARK)] != _MARK:
            raise Damaged(f"{path.name} : écrit par une autre version.")
        head, first = _head(stored)
        if head["format"] != FORMAT:
            raise Damaged(f"{path.name} : écrit par une autre version.")
        if len(stored) != first + head["bytes"]:
            raise Damaged(f"{path.name} : fichier incomplet.")
        arrays = {name: _array(stored, first, *placed) for name, placed in head["arrays"].items()}
    except FileNotFoundError:
        raise
    except (OSError, KeyError, TypeError, ValueError, OverflowError, struct.error) as error:
        raise Damaged(f"{path.name} : fichier illisible ({error}).") from error
    return arrays, dict(head["facts"])


def _head(stored: mmap.mmap) -> tuple[dict[str, Any], int]:
    """Return what the head says, and where the arrays begin. Errors: ValueError, struct.error."""
    start = len(_MARK) + _OF_HEAD.size
    length, checksum = _OF_HEAD.unpack(stored[len(_MARK) : start])
    text = stored[start : start + length]
    if zlib.crc32(text) != checksum:
        raise ValueError("checksum")
    head: dict[str, Any] = json.loads(text)
    return head, _aligned(start + length)


def _array(
    stored: mmap.mmap, first: int, kind: str, shape: list[int], place: int, checksum: int | None
) -> NDArray[Any]:
    """Return one array, where it lies in the file. Errors: ValueError, TypeError."""
    dtype = np.dtype(kind)
    if dtype.hasobject:
        raise ValueError(kind)
    count = 1
    for length in shape:
        count *= length
    array = np.frombuffer(stored, dtype, count, first + place) if count else np.zeros(0, dtype)
    if checksum is not None and zlib.crc32(array.data) != checksum:
        raise ValueError("checksum")
    return array.reshape(shape)


def _aligned(place: int) -> int:
    return -(-place // _ALIGNED) * _ALIGNED


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

    def __len__(self) -> int:
        return int(np.count_nonzero(self._stored == _BREAK)) + 1 if len(self._stored) else 0

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        return self._names[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)


_BREAK = ord("\n")
