"""The kept process that checks: started when first needed, ended when it hangs, is idle or the program ends."""

import asyncio
import json
import subprocess
import sys
import threading
import weakref
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path

#: Seconds that a check may take, the start of its process included.
_PATIENCE = 120.0
#: Seconds without an order after which its process ends by itself; the next check starts anew.
_IDLE = 900.0
#: Bytes of memory that its process may use; the shipped call needs a tenth.
_MOST_BYTES = 1_000_000_000
#: What the thread of a preparation is called.
PREPARING = "checker-preparing"
#: How it is started, before its bytes and the seconds that it waits for an order.
_COMMAND = (sys.executable, "-m", "bot.desk.checking.worker")


class _Order:
    """One check that is asked for, as long as somebody waits for it."""

    def __init__(self, folder: Path, today: date) -> None:
        self.line = json.dumps({"folder": str(folder), "today": today.isoformat()})
        self.is_given_up = False


class Checker:
    """One process, one check at a time. Safe to ask from several tasks and threads: they wait for each other."""

    def __init__(self, most_bytes: int = _MOST_BYTES, idle: float = _IDLE) -> None:
        self.patience = _PATIENCE
        self._words = (*_COMMAND, str(most_bytes), str(idle))
        self._process: subprocess.Popen[str] | None = None
        #: Held by whoever's check is made.
        self._turn = threading.Lock()
        #: Held while a preparation waits or runs: there is one at most.
        self._preparing = threading.Lock()
        #: Held for moments: over `_made`, what is given up, and the process that goes with it.
        self._moment = threading.Lock()
        self._made: _Order | None = None

    @property
    def pid(self) -> int | None:
        """The number of the process; None: none was started, or it has ended."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    async def told(self, folder: Path, today: date) -> list[str] | None:
        """Return what `guichet check` says of a folder on a day, a line a fault; None where it came to no end.

        What hangs is killed, and so is what nobody waits for any more: the next check starts anew.
        """
        order = _Order(folder, today)
        try:
            async with asyncio.timeout(self.patience):
                return await asyncio.to_thread(self._ask, order)
        except TimeoutError:
            return None
        finally:
            self._give_up(order)

    def prepare(self, folder: Path, today: date) -> None:
        """Have a folder looked at before it is needed, beside all else: a check of the same then takes a moment."""
        process = self._process
        has_ended = process is None or process.poll() is not None  # also by itself, of being idle
        if has_ended and self._preparing.acquire(blocking=False):
            order = _Order(folder, today)
            threading.Thread(target=self._prepare, args=(order,), name=PREPARING, daemon=True).start()

    def end(self) -> None:
        """Kill the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)

    def _prepare(self, order: _Order) -> None:
        late = threading.Timer(self.patience, self._give_up, (order,))
        late.daemon = True
        late.start()
        try:
            self._ask(order)
        finally:
            late.cancel()
            self._preparing.release()

    def _give_up(self, order: _Order) -> None:
        """Nobody waits for an order any more: it is not begun, and if it is being worked at, that ends."""
        with self._moment:
            order.is_given_up = True
            if self._made is order:
                self.end()

    def _ask(self, order: _Order) -> list[str] | None:
        with self._turn:
            try:
                told, has_ended = self._ask_once(order)
                # It was idle for so long that it ended as it was asked.
                return self._ask_once(order)[0] if has_ended else told
            finally:
                with self._moment:
                    self._made = None

    def _ask_once(self, order: _Order) -> tuple[list[str] | None, bool]:
        """Return what is told, None where it came to no end, and whether the process had ended in peace."""
        with self._moment:
            if order.is_given_up:
                return None, False
            process, self._made = self._running(), order
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(f"{order.line}\n")
            process.stdin.flush()
            told: list[str] = json.loads(process.stdout.readline())
        except (OSError, ValueError):  # it was ended meanwhile, maybe in the middle of a line
            pass
        else:
            return told, False
        if self._process is process:
            self.end()
        return None, process.returncode == 0

    def _running(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is not None:
            self.end()
        if self._process is None:
            # A session of its own: Ctrl-C is for the program, whose end closes the standard input of this process.
            self._process = subprocess.Popen(
                self._words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                start_new_session=True,
            )
            weakref.finalize(self, _end, self._process)
            # It may end by itself, of being idle, and whoever next asks may come days later: it would stay a zombie.
            threading.Thread(target=self._process.wait, name="checker-ending", daemon=True).start()
        return self._process


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):  # an order that nobody reads any more
            if pipe is not None:
                pipe.close()


@cache
def shared() -> Checker:
    """Return the one of this program."""
    return Checker()
