"""The terminal: lines typed become messages, replies become lines. For editors, operators and scripts."""

import itertools
import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from bot.base.clock import Clock
from bot.base.wording import text
from bot.channels.names import TERMINAL
from bot.channels.plain_text import wrap, write_reply
from bot.conversation.talk.document_types import disk_name
from bot.conversation.talk.folds import without_folds
from bot.conversation.talk.messages import File, Incoming, Reply
from bot.transport.delivery import Letter, Sent
from storage.engine.private_files import FileExists, FileNotWritten, write_private

CHANNEL = TERMINAL

#: Whose conversation it is: there is one person at a terminal.
PERSON = "local"

#: What ends a conversation here, as Ctrl-D does.
_QUIT = {"/quitter", "/quit", "/exit"}

#: Columns of a line at most: longer ones are hard to read. A narrower terminal has its own width.
_WIDTH = 96
#: Columns of a terminal that does not say how many it has.
_USUAL_WIDTH = 80


class Terminal:
    """A conversation on `source` and `sink`; pleasant to read where a person sits, plain lines for a script."""

    def __init__(
        self, clock: Clock, source: TextIO | None = None, sink: TextIO | None = None, folder: Path | None = None
    ) -> None:
        """`folder`: where documents are put, by default the one that the program was started in."""
        self._clock = clock
        self._folder = folder or Path()
        self._source = source or sys.stdin
        self._sink = sink or sys.stdout
        self._has_told_of_sources = False
        self.is_person = self._source.isatty() and self._sink.isatty()

    async def send(self, letter: Letter) -> Sent:
        """Write the reply; it counts as sent once the terminal or the pipe has taken it."""
        reply = self._without_sources(letter.reply)
        if self.is_person:
            width = self.columns()  # each time: the window may have been made wider or narrower
            written = write_reply(reply, bold="\x1b[1m\\1\x1b[0m", width=width)
            hint = "\n" + wrap(f"  {text('chat', 'choices')}", width) if reply.choices else ""
            self._write(f"\n{written}\n{hint}\n" if hint else f"\n{written}\n\n")
        else:
            self._write(f"{write_reply(reply)}\n\n")
        for file in letter.reply.files:
            self._write(f"{self._put_down(file)}\n\n")
        return Sent()

    def _without_sources(self, reply: Reply) -> Reply:
        """A terminal has no folds: what backs an answer is said when it is asked for, as the first one tells."""
        shown = without_folds(reply.text)
        if shown == reply.text:
            return reply
        if not self._has_told_of_sources:
            self._has_told_of_sources = True
            shown = f"{shown}\n\n{text('chat', 'sources')}"
        return replace(reply, text=shown)

    def columns(self) -> int:
        """Return how many columns a line may take."""
        try:
            found = os.get_terminal_size(self._sink.fileno()).columns
        except (OSError, ValueError):  # no terminal, or none that can be asked
            found = 0
        return min(found or _USUAL_WIDTH, _WIDTH)

    def _put_down(self, file: File) -> str:
        """Write a document beside those that are there, and return where it is. Not being able to is told."""
        name = Path(disk_name(Path(file.name).name))
        path = self._folder / name.name
        for rank in itertools.count(2):
            if path.is_file() and path.read_bytes() == file.content:
                break  # sent again: nobody could tell that it had left
            try:
                write_private(path, file.content, may_replace=False)
                break
            except FileExists:
                path = self._folder / f"{name.stem}-{rank}{name.suffix}"
            except FileNotWritten as error:
                return str(error)
        return text("chat", "file", path=path)

    def messages(self) -> Iterator[Incoming]:
        """Yield what is typed, a line a message, until the end of the input."""
        read = self._prompted if self.is_person else self._piped
        for line in read():
            if line.strip().lower() in _QUIT:
                return
            if line.strip():
                yield self.message(line)

    def message(self, written: str) -> Incoming:
        return Incoming(CHANNEL, uuid.uuid4().hex, PERSON, written, self._clock())

    def _prompted(self) -> Iterator[str]:
        # readline, where the system has it, gives input() its editing and its history of this sitting.
        with suppress(ImportError):
            import readline  # noqa: F401
        while True:
            try:
                yield input(text("chat", "prompt"))
            except EOFError:
                self._write("\n")
                return
            except UnicodeDecodeError:
                self._write(text("chat", "unreadable") + "\n")

    def _piped(self) -> Iterator[str]:
        for raw in self._source.buffer:
            try:
                yield raw.decode().rstrip("\r\n")
            except UnicodeDecodeError:
                self._write(text("chat", "unreadable") + "\n\n")

    def _write(self, written: str) -> None:
        self._sink.write(written)
        self._sink.flush()
