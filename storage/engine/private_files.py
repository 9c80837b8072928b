"""Files that leave with personal data: for their owner only from their first byte, and whole or not there at all.

A file is written as a draft beside its place, which it takes once it is on the disk: until then, what was there is not
touched. Nobody else can ever read it, and no link is followed.
"""

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.engine.errors import StorageError

#: Why a file cannot be written, where an operator can do something about it. The system's own words serve for the rest.
_REASONS = {
    errno.ENOENT: "file-no-folder",
    errno.ENOTDIR: "file-in-file",
    errno.EISDIR: "file-is-folder",
    errno.EACCES: "file-no-right",
    errno.EPERM: "file-no-right",
    errno.EROFS: "file-read-only",
    errno.ENOSPC: "file-disk-full",
    errno.EDQUOT: "file-disk-full",
    errno.EFBIG: "file-too-large",
    errno.ENAMETOOLONG: "file-name-too-long",
    errno.ELOOP: "file-is-link",
    errno.EEXIST: "file-exists",
}
#: Of a draft; short, so that it fits wherever the name of the file fits.
_DRAFT = ".guichet-"


class FileNotWritten(StorageError):
    """A file cannot be written; what was there, if anything, is as it was."""


class FileExists(FileNotWritten):
    """There is a file of that name, which was not to be replaced."""


def write_private(path: Path, content: bytes, *, may_replace: bool = True) -> None:
    """Write a file of mode 0600. Errors: FileNotWritten, FileExists."""
    with private_draft(path, may_replace=may_replace) as draft:
        draft.write_bytes(content)


@contextmanager
def private_draft(path: Path, *, may_replace: bool = True) -> Iterator[Path]:
    """Yield an empty file of mode 0600 that takes the place of `path` at the end of the block, unless it raises.

    Errors: FileNotWritten, for what the block cannot write too; FileExists.
    """
    with told_as_unwritten(path):
        _check(path, may_replace=may_replace)
        descriptor, name = tempfile.mkstemp(prefix=_DRAFT, dir=path.parent)  # made with mode 0600
        os.close(descriptor)
        try:
            yield Path(name)
            _put_on_the_disk(name)
            _move(name, path, may_replace=may_replace)
        finally:
            for left in (name, f"{name}-wal", f"{name}-shm", f"{name}-journal"):
                Path(left).unlink(missing_ok=True)


def make_private_folder(path: Path) -> None:
    """Make a folder of mode 0700, and those above it; one that is there stays as it is. Errors: FileNotWritten."""
    missing = [each for each in (path, *path.parents) if not each.exists()]
    try:
        for each in reversed(missing):
            each.mkdir(mode=0o700, exist_ok=True)  # `parents=True` would make those above for everybody
        if not path.is_dir():
            raise FileNotWritten("folder-is-file", path=path)
    except OSError as error:
        fault = "folder-is-file" if error.errno in (errno.ENOTDIR, errno.EEXIST) else "folder-not-made"
        raise FileNotWritten(fault, path=path, reason=error.strerror) from error


def folder_of(path: Path) -> Path:
    """Return the folder of `path` by its whole name, where it still has one: nobody knows a folder called « . »."""
    try:
        return path.absolute().parent
    except FileNotFoundError:  # the folder that the program was started in is gone
        return path.parent


@contextmanager
def told_as_unwritten(path: Path) -> Iterator[None]:
    """Turn what the system says while `path` is written into `FileNotWritten`."""
    try:
        yield
    except OSError as error:
        fault = _REASONS.get(error.errno or 0, "file-not-written")
        if fault == "file-no-folder" and path.parent.is_dir():  # /proc, /sys: there, and no file can be made in it
            fault = "folder-takes-none"
        kind = FileExists if fault == "file-exists" else FileNotWritten
        raise kind(fault, path=path, folder=folder_of(path), reason=error.strerror or error) from error


def _check(path: Path, *, may_replace: bool) -> None:
    """Raise OSError where the file cannot be put; `os.replace` would do some of it and say the rest less well."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if stat.S_ISLNK(mode):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise FileNotWritten("file-is-special", path=path)
    if not may_replace:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def _put_on_the_disk(name: str) -> None:
    descriptor = os.open(name, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _move(name: str, path: Path, *, may_replace: bool) -> None:
    if may_replace:
        os.replace(name, path)
        return
    try:
        os.link(name, path)  # unlike a move, it fails where another file has come meanwhile
    except FileExistsError:
        raise
    except OSError:  # a file system without such links: of a key, of a share
        _check(path, may_replace=False)
        os.replace(name, path)
