"""Reads the files of a knowledge base, which anybody may have written: ordinary ones, in its folder, not too large."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

#: Bytes of one file; the largest of the shipped call has 70,000.
LARGEST = 1_000_000
#: Files and folders below a folder; the shipped call has some 160.
MOST = 5_000
#: Folders within folders.
_DEEPEST = 8
#: What the name of a file that is read ends with.
_READ = (".yaml", ".yml")


class FileFault(Exception):
    """A file that is not read: a code of faults.yaml, and the line (from 1) that it concerns."""

    def __init__(self, code: str, line: int = 1) -> None:
        super().__init__(code)
        self.code = code
        self.line = line


def read_text(folder: Path, path: Path) -> str:
    """Return the text of `path`, a file below `folder`. Errors: FileFault; nothing is waited for, no device is read."""
    content = read_bytes(folder, path)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise FileFault("not-utf8", content[: error.start].count(b"\n") + 1) from None


def read_bytes(folder: Path, path: Path) -> bytes:
    """As `read_text`, for the bytes of the file."""
    try:
        if not _stands_below(folder, path) and not path.resolve(strict=True).is_relative_to(
            folder.resolve(strict=True)
        ):
            raise FileFault("file-outside")
        # Opened without waiting: a pipe that nobody writes to would keep us for ever.
        opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise FileFault("file-missing") from None
    except (OSError, RuntimeError, ValueError):  # forbidden; links in a circle; a name with a NUL
        raise FileFault("file-unreadable") from None
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise FileFault("file-special")
    with os.fdopen(opened, "rb") as file:
        try:
            content = file.read(LARGEST + 1)
        except OSError:
            raise FileFault("file-unreadable") from None
    if len(content) > LARGEST:
        raise FileFault("file-large")
    return content


def _stands_below(folder: Path, path: Path) -> bool:
    """Whether no link leads away between `folder` and `path`: most files are told so without asking of each folder.

    What is not there counts as no link.
    """
    try:
        names = path.relative_to(folder).parts
    except ValueError:
        return False
    if ".." in names:
        return False
    place = os.fspath(folder)
    for name in names:
        place = os.path.join(place, name)
        if os.path.islink(place):
            return False
    return True


def list_files(folder: Path) -> list[Path]:
    """Return all that lies below `folder`, hidden names apart, in order; links to folders are not followed.

    Folders are among it where their name is a file's. Errors: FileFault when there is too much.
    """
    return sorted(_below(folder))


def _below(folder: Path) -> Iterator[Path]:
    seen = 0
    waiting = [(folder, 0)]
    while waiting:
        current, depth = waiting.pop()
        if depth > _DEEPEST:
            raise FileFault("folder-deep")
        try:
            with os.scandir(current) as entries:
                for entry in entries:
                    seen += 1
                    if seen > MOST:
                        raise FileFault("folder-large")
                    if entry.name.startswith("."):
                        continue
                    is_folder = entry.is_dir(follow_symlinks=False)
                    if is_folder:
                        waiting.append((Path(entry.path), depth + 1))
                    if not is_folder or entry.name.endswith(_READ):
                        yield Path(entry.path)
        except OSError:
            raise FileFault("folder-unreadable") from None
