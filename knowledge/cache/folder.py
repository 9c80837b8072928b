"""The folder of what is kept: what another user may have written there is not read, and what is old is removed."""

import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

#: Files of one kind that are kept; older ones are removed.
_KEPT = 4
#: Who may have written what is read, beside ourselves: the administrator may do anything anyway.
_ROOT = 0
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
#: How a file is opened: no link followed, no pipe waited for. Windows has neither.
_PLAINLY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Damaged(Exception):
    """A file is not what was kept, or somebody else may have written it: work it out again."""


def open_own(path: Path) -> IO[bytes]:
    """Open a file that only we, or the administrator, can have written. Errors: Damaged; OSError, for none there.

    A link is not followed, whoever made it: it may lead to any file of ours.
    """
    try:
        opened = os.open(path, _PLAINLY)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise Damaged(f"{path.name} : c'est un lien.") from error
        raise
    known = os.fstat(opened)
    owners = {_ROOT, os.getuid()} if hasattr(os, "getuid") else {known.st_uid}  # Windows has none
    if not stat.S_ISREG(known.st_mode) or known.st_uid not in owners or known.st_mode & _OTHERS_MAY_WRITE:
        os.close(opened)
        raise Damaged(f"{path.name} : d'autres peuvent y écrire.")
    return os.fdopen(opened, "rb")


def write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file that is there whole or not at all, for ourselves alone. Errors: OSError, those of `write`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def touch(path: Path) -> None:
    """Say that it is in use: what was used longest ago is removed first."""
    with suppress(OSError):  # a full or read-only folder must not keep anyone from an answer
        os.utime(path, follow_symlinks=os.utime not in os.supports_follow_symlinks)


def forget_older(folder: Path, pattern: str) -> None:
    """Remove all but the latest files of a kind."""
    with suppress(OSError):  # idem
        older = sorted(folder.glob(pattern), key=lambda file: file.lstat().st_mtime, reverse=True)
        for file in older[_KEPT:]:
            file.unlink(missing_ok=True)


def add_files(digest: "hashlib._Hash", folder: Path, endings: tuple[str, ...]) -> None:
    """Have what is named after `digest` depend on the files below `folder` whose names end so."""
    for below, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.endswith(endings):
                with open(os.path.join(below, name), "rb") as file:
                    digest.update(file.read())
