"""The program as it is run: real processes with a home of their own, or its commands in this one."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.settings import SHIPPED_CALL
from knowledge.call.check import load_call
from knowledge.call.model import Call
from tests.databases import lay_home
from tests.forked import Forked
from tests.shipped import cache_folder, open_shared, shipped

ROOT = Path(__file__).resolve().parent.parent.parent
Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def home(tmp_path: Path) -> None:
    """Have the programs that a test runs find their data as a first start leaves them: to make them takes a while."""
    lay_home(tmp_path / "data")


@pytest.fixture
def guichet_process(tmp_path: Path) -> Run:
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


@pytest.fixture
def guichet_forked(tmp_path: Path) -> Run:
    """As `guichet_process`, where how the program itself is started is not the point: a moment instead of seconds."""

    def run(*arguments: str, stdin: bytes = b"", **variables: str) -> subprocess.CompletedProcess[bytes]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
        own = {"GUICHET_CACHE": str(cache_folder()), "GUICHET_DATA": str(tmp_path / "data")}
        with (tmp_path / "out").open("w+b") as out, (tmp_path / "err").open("w+b") as err:
            streams = {"stdin": subprocess.PIPE, "stdout": out.fileno(), "stderr": err.fileno()}
            program = Forked("bot.__main__:main", arguments, {**kept, **own, **variables}, **streams)
            try:
                assert program.stdin is not None
                with program.stdin:
                    program.stdin.write(stdin)
                code = program.wait(300)
            finally:
                program.kill()
        told, faults = (tmp_path / "out").read_bytes(), (tmp_path / "err").read_bytes()
        return subprocess.CompletedProcess(arguments, code, told, faults)

    return run


@pytest.fixture
def guichet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """As `guichet_process`, in this process: what is read of the shipped call is shared, and no program starts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("knowledge.library.open_library", open_shared)
    monkeypatch.setattr("knowledge.call.check.load_call", _shared_call)

    def run(*arguments: str, stdin: bytes = b"", **variables: str) -> subprocess.CompletedProcess[bytes]:
        for name in [name for name in os.environ if name.startswith("GUICHET_")]:
            monkeypatch.delenv(name)
        environment = {"GUICHET_CACHE": str(cache_folder()), "GUICHET_DATA": str(tmp_path / "data"), **variables}
        with CliRunner().isolation(input=stdin, env=environment) as (out, err, _), pytest.raises(SystemExit) as ended:
            main(arguments)
        return subprocess.CompletedProcess(arguments, int(ended.value.code or 0), out.getvalue(), err.getvalue())

    return run


def _shared_call(folder: Path) -> Call:
    return shipped().call if folder == SHIPPED_CALL else load_call(folder)
