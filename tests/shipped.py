"""The shipped call as the tests use it: fitted once, for all processes of the run and those that they start."""

import fcntl
from collections.abc import Callable
from functools import cache
from pathlib import Path

from bot.settings import SHIPPED_CALL
from knowledge.library import Library, open_library

#: Where pytest keeps what serves again in a later run. What is fitted there is named after the knowledge and the code.
_FOLDER = Path(__file__).resolve().parent.parent / ".pytest_cache" / "d" / "guichet"


def cache_folder() -> Path:
    """Return where the fitted matcher is kept; it is there."""
    shipped()
    return _FOLDER


@cache
def shipped() -> Library:
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with (_FOLDER / "lock").open("w") as lock:  # the first process fits, the others take what it fitted
        fcntl.flock(lock, fcntl.LOCK_EX)
        return open_library(SHIPPED_CALL, _FOLDER)


def open_shared(folder: Path, cache: Path | None, *, before_fit: Callable[[], object]) -> Library:
    """As `open_library`, for a program in a process that has read the shipped call before: it is not read again."""
    return shipped() if folder == SHIPPED_CALL else open_library(folder, cache, before_fit=before_fit)
