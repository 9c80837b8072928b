"""Kill `guichet serve` again and again while people write to it on the page, their pages open; then prove that nothing
was lost, nothing is shown twice, and every order was kept.

python -m tests.end_to_end.web_crash --kills 100 [--people 12] [--postgresql]
"""

import argparse
import asyncio
import json
import os
import random
import re
import socket
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from storage.engine.encryption import new_key
from tests.end_to_end.guichet_process import Guichet
from tests.postgresql import running_server
from tests.shipped import cache_folder

#: What each person writes, one after the other, with a number of its own.
WRITTEN = ("Quelle est la date limite de la vague 2 ?", "Qui peut candidater ?", "bonjour", "C'est quoi une antenne ?")
#: The share of kills that come while the program starts.
KILLED_AT_START = 0.15
#: Seconds for which something is tried again.
PATIENCE = 600.0
_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@dataclass
class Person:
    """Somebody with a page that is open: what they wrote, and the lines that the page was told of, in order."""

    address: str
    client: aiohttp.ClientSession
    written: list[str] = field(default_factory=list)
    shown: list[tuple[int, bool, str]] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)

    async def begin(self) -> None:
        """Open the page, and take over what its form carries."""
        page = await self._until(self._open)
        form = page[page.index('id="dernier"') :]
        self.fields = dict(_FIELD.findall(form[: form.index("</form>")]))

    async def write(self, text: str, chance: random.Random) -> None:
        """Send a message until it is said to be kept, always under one key; sometimes twice although it was."""
        key = f"{chance.getrandbits(128):032x}"
        fields = {**self.fields, "cle": key, "texte": text}
        self.written.append(text)
        for _ in range(chance.choice((1, 1, 2))):
            await self._until(lambda: self._post(fields))
        if len(self.written) == 1:
            await self.begin()  # the cookie is there now: the form is signed for it

    async def read(self, stop: asyncio.Event) -> None:
        """Keep the page's stream open, and take it up again where it broke off."""
        while not stop.is_set():
            after = self.shown[-1][0] if self.shown else 0
            try:
                async with self.client.get(f"{self.address}/flux?after={after}") as stream:
                    await self._take(stream)
            except (aiohttp.ClientError, TimeoutError, OSError):
                pass
            await asyncio.sleep(0.05)

    async def _take(self, stream: aiohttp.ClientResponse) -> None:
        event = ""
        async for raw in stream.content:
            line = raw.decode().strip()
            if line.startswith("event:"):
                event = line.removeprefix("event:").strip()
            elif line.startswith("data:") and event == "ligne":
                told = json.loads(line.removeprefix("data:"))
                self.shown.append((told["number"], told["own"], told["plain"]))

    async def _open(self) -> str:
        async with self.client.get(self.address) as response:
            response.raise_for_status()
            return await response.text()

    async def _post(self, fields: dict[str, str]) -> str:
        headers = {"Accept": "application/json"}
        async with self.client.post(f"{self.address}/message", data=fields, headers=headers) as response:
            response.raise_for_status()
            return await response.text()

    async def _until(self, attempt: Callable[[], Awaitable[str]]) -> str:
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    return await attempt()
                except (aiohttp.ClientError, OSError):
                    await asyncio.sleep(0.1)


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `faults` is empty when nothing was lost, doubled or out of order."""

    messages: int
    lines: int
    kills: int
    faults: list[str]

    def __str__(self) -> str:
        told = "; ".join(self.faults[:10]) or "nothing lost, nothing twice, every order kept"
        return f"{self.messages} messages, {self.lines} lines shown, {self.kills} kills: {told}"


async def crash(kills: int, people: int, folder: Path, seed: int, database: str | None = None) -> Report:
    """Let `people` write while the program is killed `kills` times. `database`: its URL; None: SQLite."""
    chance = random.Random(seed)
    program, address = _program(folder, database)
    program.start()
    stop, done = asyncio.Event(), asyncio.Event()
    sessions = [aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) for _ in range(people)]
    persons = [Person(address, client) for client in sessions]
    killing = asyncio.create_task(_kill(program, address, kills, chance, done))
    writing = [
        asyncio.create_task(_converse(person, random.Random(seed + rank), done)) for rank, person in enumerate(persons)
    ]
    reading = [asyncio.create_task(person.read(stop)) for person in persons]
    try:
        await killing
        await asyncio.gather(*writing)
        await _until_told(persons)
    finally:
        stop.set()
        for client in sessions:
            await client.close()
        for task in (*reading, *writing, killing):
            task.cancel()
        await asyncio.gather(*reading, *writing, killing, return_exceptions=True)
        program.kill()
    faults = [fault for person in persons for fault in _faults(person)]
    return Report(sum(len(each.written) for each in persons), sum(len(each.shown) for each in persons), kills, faults)


def _program(folder: Path, database: str | None) -> tuple[Guichet, str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
    environment |= {
        "GUICHET_TODAY": "2020-10-15",
        "GUICHET_DATA": str(folder / "data"),
        "GUICHET_CACHE": str(cache_folder()),
        "GUICHET_SECRET_KEY": new_key(),
        "GUICHET_LISTEN": address,
        "GUICHET_WEB_PER_MINUTE": "100000",
        "OPENBLAS_NUM_THREADS": "1",
    }
    if database is not None:
        environment["GUICHET_DATABASE_URL"] = database
    return Guichet(environment, folder / "log"), f"http://{address}"


async def _converse(person: Person, chance: random.Random, done: asyncio.Event) -> None:
    """Write until the killing is over, at the pace of somebody who reads what is answered."""
    await person.begin()
    while not done.is_set():
        text = f"{chance.choice(WRITTEN)} ({len(person.written)})"
        await person.write(text, chance)
        await asyncio.sleep(chance.uniform(1.5, 3.5))  # slower than what counts as a flood


async def _until_up(address: str) -> None:
    """Wait until the program serves."""
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as client:
        while True:
            try:
                async with client.get(f"{address}/healthz"):
                    return
            except (aiohttp.ClientError, OSError):
                await asyncio.sleep(0.1)


async def _kill(program: Guichet, address: str, kills: int, chance: random.Random, done: asyncio.Event) -> None:
    try:
        for _ in range(kills):
            if chance.random() > KILLED_AT_START:
                await _until_up(address)
            await asyncio.sleep(chance.uniform(0.2, 4.0))
            program.kill()
            program.start()
    finally:
        done.set()


async def _until_told(persons: list[Person]) -> None:
    """Wait until every page shows an answer below what was written last."""
    async with asyncio.timeout(PATIENCE):
        while not all(
            each.shown and not each.shown[-1][1] and sum(own for _, own, _ in each.shown) >= len(each.written)
            for each in persons
        ):
            await asyncio.sleep(0.1)


def _faults(person: Person) -> list[str]:
    numbers = [number for number, _, _ in person.shown]
    own = [text for _, is_own, text in person.shown if is_own]
    faults = []
    if numbers != list(range(1, len(numbers) + 1)):
        faults.append(f"lines {numbers}")
    if own != person.written:
        faults.append(f"wrote {len(person.written)}, shown {len(own)}")
    unanswered = [
        text
        for (_, is_own, text), (_, next_is_own, _) in zip(person.shown, person.shown[1:], strict=False)
        if is_own and next_is_own
    ]
    if len(unanswered) > 0 and not _all_answered(person):
        faults.append(f"not answered: {unanswered[:2]}")
    return faults


def _all_answered(person: Person) -> bool:
    """Whether there are as many answers as messages: an answer may come after the next message was taken in."""
    return sum(not is_own for _, is_own, _ in person.shown) >= len(person.written)


def main() -> None:
    """Run as a program."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--kills", type=int, default=100)
    reader.add_argument("--people", type=int, default=12)
    reader.add_argument("--seed", type=int, default=20201015)
    reader.add_argument("--postgresql", action="store_true")
    given = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        server = stack.enter_context(running_server(durable=True)) if given.postgresql else None
        database = server.new_database("crash") if server else None
        report = asyncio.run(crash(given.kills, given.people, Path(folder), given.seed, database))
    print(report)
    sys.exit(bool(report.faults))


if __name__ == "__main__":
    main()
