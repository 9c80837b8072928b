"""The program as it is run: real processes, with a home of their own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the fitted matcher is kept from one run of the program to the next, as on a person's machine."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def guichet(tmp_path: Path, cache_folder: Path) -> Run:
    """Run `guichet` with arguments and, if given, bytes on its standard input; return what became of it."""

    def run(*arguments: str, stdin: bytes = b"", **variables: str) -> subprocess.CompletedProcess[bytes]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
        environment = {**kept, "GUICHET_CACHE": str(cache_folder), "GUICHET_DATA": str(tmp_path / "data"), **variables}
        command = [sys.executable, "-m", "bot", *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, env=environment, timeout=120, check=False)

    return run
