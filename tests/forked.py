"""Programs as processes of their own, forked from one that has imported their modules and read the shipped call.

To do so again for each start took most of what the tests of the whole program cost. What is forked is a process
like any other, but that it finds the shipped call read: it reads its own environment, opens its own files, is sent
signals and killed. Tests of how the program itself is started start it as an operator does.
"""

import atexit
import gc
import importlib
import io
import json
import os
import pkgutil
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

from bot.base import memory
from bot.base.clock import system_clock
from bot.rehearsal import rehearse
from knowledge import library
from tests.shipped import open_shared, shipped

ROOT = Path(__file__).resolve().parent.parent
#: The packages of which each module is imported before anything is forked, and what those import only when they serve.
_PACKAGES = ("bot", "storage", "knowledge")
_BESIDE = ("uvicorn.lifespan.off", "uvicorn.loops.asyncio", "uvicorn.protocols.http.h11_impl")
_LENGTH = struct.Struct("!I")


class Forked:
    """A program that runs: of `subprocess.Popen`, what tests use."""

    def __init__(
        self,
        function: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        *,
        stdin: int = subprocess.DEVNULL,
        stdout: int = subprocess.DEVNULL,
        stderr: int = 2,
    ) -> None:
        """Run « module:function » with its arguments on the command line, in an environment of its own.

        `stdin`, `stdout`, `stderr`: a file descriptor, DEVNULL, or PIPE for the first.
        """
        self.stdin: IO[bytes] | None = None
        self.returncode: int | None = None
        job = {"function": function, "arguments": list(arguments), "environment": dict(environment)}
        devnull = os.open(os.devnull, os.O_RDWR)
        given, opened = [devnull if each == subprocess.DEVNULL else each for each in (stdin, stdout, stderr)], [devnull]
        if stdin == subprocess.PIPE:
            reading, writing = os.pipe()
            given[0], self.stdin = reading, os.fdopen(writing, "wb")
            opened.append(reading)
        try:
            self._told = _source().fork(job, given)
        finally:
            for each in opened:
                os.close(each)
        self.pid = int(self._line())

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit code, of a signal the negative number. Errors: TimeoutExpired."""
        if self.returncode is None:
            self._told.settimeout(timeout)
            try:
                self.returncode = int(self._line())
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0) from None
            self._told.close()
        return self.returncode

    def _line(self) -> bytes:
        """Return what is told next of the process: its id, then its exit code."""
        told = self._told.recv(16)
        assert told, "what forks has ended"
        return told


class _Source:
    """The process that the others are forked from."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ours, theirs = socket.socketpair()
        with theirs:
            # One thread alone may be forked: what computes must not start others.
            environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
            command = [sys.executable, "-m", "tests.forked", str(theirs.fileno())]
            self._process = subprocess.Popen(
                command, env=environment, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )
        atexit.register(self._end)

    def _end(self) -> None:
        self._ours.close()
        self._process.wait()

    def fork(self, job: Mapping[str, Any], streams: Sequence[int]) -> socket.socket:
        """Return where is told what becomes of the process that does the job."""
        told, telling = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        content = json.dumps(job).encode()
        with telling, self._lock:
            socket.send_fds(self._ours, [_LENGTH.pack(len(content))], [telling.fileno(), *streams])
            self._ours.sendall(content)
        return told


@cache
def _source() -> _Source:
    return _Source()


def _serve(asking: socket.socket) -> dict[str, Any]:
    """Fork a process for each job that is asked for, and return its job in it; end when nobody can ask any more."""
    while True:
        head, given, *_ = socket.recv_fds(asking, _LENGTH.size, 4)
        if not head:
            sys.exit()
        content = b""
        while len(content) < _LENGTH.unpack(head)[0]:
            content += asking.recv(1 << 16)
        if not os.fork():  # whoever waits for the program
            if not (program := os.fork()):
                asking.close()
                _take_over(given)
                job: dict[str, Any] = json.loads(content)
                return job
            _tell_of(program, given)
        for each in given:
            os.close(each)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _tell_of(program: int, given: Sequence[int]) -> None:
    telling, *streams = given
    for each in streams:  # or nobody would see the end of what the program writes
        os.close(each)
    with socket.socket(fileno=telling) as told:
        told.send(str(program).encode())
        _, status = os.waitpid(program, 0)
        with suppress(BrokenPipeError):
            told.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _take_over(given: Sequence[int]) -> None:
    """Make the streams that are given those of this process."""
    telling, *streams = given
    for number, each in enumerate(streams):
        os.dup2(each, number)
    for each in {telling, *streams} - {0, 1, 2}:
        os.close(each)
    sys.stdin = io.TextIOWrapper(open(0, "rb", closefd=False), encoding="utf-8")  # noqa: SIM115  # as long as it runs
    sys.stdout = io.TextIOWrapper(open(1, "wb", closefd=False), encoding="utf-8")  # noqa: SIM115
    sys.stderr = io.TextIOWrapper(open(2, "wb", closefd=False), encoding="utf-8", line_buffering=True)  # noqa: SIM115


def _import_all() -> None:
    for package in map(importlib.import_module, _PACKAGES):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith("storage.migrations"):  # scripts, run by Alembic
                importlib.import_module(module.name)
    for name in _BESIDE:
        importlib.import_module(name)


def _settle() -> None:
    """As `memory.settle` does in a program that has just started: what is from before the fork stays as it is.

    To look through it would copy it for this process, each page of it, and take half of what the start takes.
    """
    gc.collect()
    gc.freeze()


def _main() -> None:
    _import_all()
    rehearse(shipped(), system_clock())
    gc.freeze()  # or each program would look for garbage in all of it
    job = _serve(socket.socket(fileno=int(sys.argv[1])))
    memory.settle, library.open_library = _settle, open_shared
    os.environ.clear()
    os.environ.update(job["environment"])
    module, _, function = job["function"].partition(":")
    sys.argv = [module, *job["arguments"]]
    getattr(importlib.import_module(module), function)()


if __name__ == "__main__":
    _main()
