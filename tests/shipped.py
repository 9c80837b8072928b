"""The shipped call as the tests use it: fitted once for the whole run, in this process and in those it starts."""

import tempfile
from functools import cache
from pathlib import Path

from bot.settings import SHIPPED_CALL
from knowledge.library import Library, open_library


@cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="guichet-tests-")


def cache_folder() -> Path:
    """Return where the fitted matcher is kept until the end of this run."""
    return Path(_folder().name)


@cache
def shipped() -> Library:
    return open_library(SHIPPED_CALL, cache_folder())
