"""The program as it is run: real processes, with a home of their own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.shipped import cache_folder

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def guichet(tmp_path: Path) -> Run:
    """Run `guichet` with arguments and, if given, bytes on its standard input; return what became of it."""

    def run(*arguments: str, stdin: bytes = b"", **variables: str) -> subprocess.CompletedProcess[bytes]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
        environment = {
            **kept,
            "GUICHET_CACHE": str(cache_folder()),
            "GUICHET_DATA": str(tmp_path / "data"),
            **variables,
        }
        command = [sys.executable, "-m", "bot", *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, env=environment, timeout=120, check=False)

    return run
