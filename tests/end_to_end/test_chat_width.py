"""`guichet chat` in a real terminal: as wide as that is, also when it changes, until its end."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from bot.base.wording import text
from bot.channels.plain_text import columns
from bot.channels.terminal import Terminal
from tests.shipped import cache_folder, shipped

#: What the program writes where it waits for a line.
PROMPT = text("chat", "prompt")
#: Seconds that a start may take on a busy machine.
PATIENCE = 120


def _resize(terminal: int, width: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))


def _read_until(terminal: int, mark: str) -> str:
    seen = b""
    while mark.encode() not in seen:
        ready, _, _ = select.select([terminal], [], [], PATIENCE)
        assert ready, seen.decode(errors="replace")
        seen += os.read(terminal, 65536)
    return seen.decode(errors="replace")


def test_the_answer_fits_the_window_and_the_end_of_input_ends_it(tmp_path: Path) -> None:
    shipped()  # fitted, so that the program finds it in the cache
    outer, inner = pty.openpty()
    _resize(inner, 40)
    environment = {**os.environ, "GUICHET_DATA": str(tmp_path), "GUICHET_CACHE": str(cache_folder())}
    command = [sys.executable, "-m", "bot", "chat", "--today", "2020-10-15"]
    program = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner, env=environment)
    os.close(inner)
    try:
        first = _read_until(outer, PROMPT)
        _resize(outer, 60)
        os.write(outer, b"qui peut candidater ?\n")
        second = _read_until(outer, f"\r\n{PROMPT}")
        os.write(outer, b"\x04")
        assert program.wait(PATIENCE) == 0
    finally:
        program.kill()
        program.wait()
        os.close(outer)
    for width, said in ((40, first), (60, second)):
        lines = [line for line in said.split("\r\n") if "http" not in line]
        assert max(columns(line) for line in lines) <= width


@pytest.mark.parametrize("width", [1, 40, 80, 120])
def test_a_line_is_as_wide_as_the_terminal_and_never_wider_than_is_read_well(width: int) -> None:
    outer, inner = pty.openpty()
    _resize(inner, width)
    with open(inner, "w") as sink, open(os.dup(inner)) as source:
        channel = Terminal(lambda: pytest.fail("no message is read"), source, sink)
        assert channel.columns() == min(width, 96)
    os.close(outer)
