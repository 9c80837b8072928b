"""The program as it is run: real processes, with a home of their own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.shipped import cache_folder

ROOT = Path(__file__).resolve().parent.parent.parent
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
            "PYTHONPATH": str(ROOT),
            **variables,
        }
        command = [sys.executable, "-m", "bot", *arguments]
        # In a folder of its own: the terminal puts documents down in the one that it is started in.
        return subprocess.run(
            command, input=stdin, capture_output=True, env=environment, timeout=300, check=False, cwd=tmp_path
        )

    return run
