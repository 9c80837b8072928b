"""The kept process that checks: started when first needed, ended when it hangs or the program ends."""

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
#: Bytes of memory that its process may use; the shipped call needs a tenth.
_MOST_BYTES = 1_000_000_000
#: How it is started, before its bytes.
_COMMAND = (sys.executable, "-m", "bot.desk.checking.worker")


class Checker:
    """One process, one check at a time. Safe to ask from several tasks and threads: they wait for each other."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self.patience = _PATIENCE
        self._most_bytes = most_bytes
        self._process: subprocess.Popen[str] | None = None
        self._turn = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The number of the process; None: none was started, or it was ended."""
        return self._process.pid if self._process else None

    async def told(self, folder: Path, today: date) -> list[str] | None:
        """Return what `guichet check` says of a folder on a day, a line a fault; None where it came to no end.

        What hangs is killed, and so is what nobody waits for any more: the next check starts anew.
        """
        try:
            async with asyncio.timeout(self.patience):
                return await asyncio.to_thread(self._ask, folder, today)
        except TimeoutError:
            self.end()
            return None
        except asyncio.CancelledError:
            self.end()
            raise

    def prepare(self, folder: Path, today: date) -> None:
        """Have a folder looked at before it is needed, beside all else: a check of the same then takes a moment."""
        if self._process is None:
            threading.Thread(target=self._ask, args=(folder, today), daemon=True).start()

    def end(self) -> None:
        """Kill the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)

    def _ask(self, folder: Path, today: date) -> list[str] | None:
        order = json.dumps({"folder": str(folder), "today": today.isoformat()})
        with self._turn:
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(f"{order}\n")
                process.stdin.flush()
                told: list[str] = json.loads(process.stdout.readline())
            except (OSError, ValueError):  # it was ended meanwhile, maybe in the middle of a line
                pass
            else:
                return told
            if self._process is process:
                self.end()
            return None

    def _running(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is not None:
            self.end()
        if self._process is None:
            # A session of its own: Ctrl-C is for the program, whose end closes the standard input of this process.
            self._process = subprocess.Popen(
                (*_COMMAND, str(self._most_bytes)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                start_new_session=True,
            )
            weakref.finalize(self, _end, self._process)
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
