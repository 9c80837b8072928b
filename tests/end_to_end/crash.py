"""Kill the program again and again while it works, then prove that nothing was lost.

python tests/end_to_end/crash.py --kills 200 [--postgresql]: one process on SQLite, or two on PostgreSQL.
"""

import argparse
import asyncio
import collections
import contextlib
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import select  # noqa: E402

from storage import team_questions  # noqa: E402
from storage.engine.database import Database, open_database, sqlite_url  # noqa: E402
from storage.engine.encryption import KeyRing, new_key  # noqa: E402
from storage.engine.tables import table  # noqa: E402
from tests.end_to_end import counting_program as program  # noqa: E402
from tests.forked import Forked  # noqa: E402
from tests.postgresql import running_server  # noqa: E402

#: What is killed.
PROGRAM = "tests.end_to_end.counting_program:run"
SENDERS = 24
#: Messages of one sender that wait for their acknowledgement, at most. With more than one, what is refused in an outage
#: may be overtaken by what follows it: a bridge that expects outages and wants order sends one at a time.
WINDOW = 3
#: One kill in so many comes while the program starts.
KILLED_AT_START = 8
#: Seconds that a started program is given to acknowledge something.
PATIENCE = 60.0


@dataclass(slots=True)
class Sender:
    """One person: what they wrote, in order, and where the bridge sends it."""

    name: str
    process: int
    written: list[str] = field(default_factory=list)
    #: Ranks in `written` that were not acknowledged.
    waiting: "collections.OrderedDict[str, str]" = field(default_factory=collections.OrderedDict)


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `faults` is empty when nothing was lost."""

    messages: int
    kills: int
    departures: int
    repeats: int
    seconds: float
    faults: list[str]

    def __str__(self) -> str:
        told = "; ".join(self.faults) or "nothing lost, nothing twice in the database, every order kept"
        return (
            f"{self.messages} messages, {self.kills} kills, "
            f"{self.departures} departures, {self.repeats} of them repeats, "
            f"{self.messages / self.seconds:.0f} messages/s over {self.seconds:.0f} s: {told}"
        )


class Bridge:
    """Feeds the program over its machine channel, and sends again what a killed process did not acknowledge."""

    def __init__(self, url: str, key: str, processes: int, chance: random.Random, window: int = WINDOW) -> None:
        self._url = url
        self._window = window
        self._environment = {**os.environ, "GUICHET_SECRET_KEY": key}
        self._chance = chance
        # One pipe for all: what comes first on it left first, whichever process it left from.
        self._output, self._input = os.pipe()
        self._processes = [self._start() for _ in range(processes)]
        self._acknowledged_since_start = [0] * processes
        self.senders = [Sender(f"person-{number}", number % processes) for number in range(SENDERS)]
        self._number = 0
        self._of_update: dict[str, Sender] = {}
        #: Per recipient, the keys in the order in which they left.
        self.departures: dict[str, list[tuple[str, str]]] = collections.defaultdict(list)
        self.errors: list[str] = []
        self.kills = 0
        #: Messages that the program said it could not keep for now.
        self.outages = 0
        self.acknowledged = 0

    def _start(self) -> Forked:
        return Forked(PROGRAM, [self._url], self._environment, stdin=subprocess.PIPE, stdout=self._input)

    async def listen(self) -> None:
        """Note what the processes write, for ever."""
        reader = asyncio.StreamReader(limit=2**20)
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(self._output, "rb"))
        while line := await reader.readline():
            self._note(json.loads(line))

    def _note(self, said: dict[str, Any]) -> None:
        if "to" in said:
            self.departures[said["to"]].append((said["key"], said["text"]))
        elif "ack" in said:
            sender = self._of_update[said["ack"]]
            if sender.waiting.pop(said["ack"], None) is not None:
                self.acknowledged += 1
                self._acknowledged_since_start[sender.process] += 1
        elif said == {"error": "unavailable", "update": said.get("update")}:
            self.outages += 1
            asyncio.get_running_loop().call_later(0.05, self._send_again, said["update"])
        else:
            self.errors.append(json.dumps(said))

    def _send_again(self, update: str) -> None:
        sender = self._of_update[update]
        if update in sender.waiting:
            self._send(sender, update, sender.waiting[update])

    def write_more(self) -> None:
        """Let every sender with room write one more message."""
        for sender in self.senders:
            if len(sender.waiting) >= self._window:
                continue
            if not sender.waiting and self._chance.random() < 0.2:
                sender.process = self._chance.randrange(len(self._processes))
            self._number += 1
            kind = program.POISON if self._number % 50 == 0 else program.FOR_THE_TEAM if self._number % 3 == 0 else "m"
            update, text = str(self._number), f"{kind} {self._number}"
            sender.written.append(update)
            sender.waiting[update] = text
            self._of_update[update] = sender
            self._send(sender, update, text)

    def _send(self, sender: Sender, update: str, text: str) -> None:
        line = json.dumps({"update": update, "from": sender.name, "text": text}) + "\n"
        stdin = self._processes[sender.process].stdin
        assert stdin is not None
        try:
            stdin.write(line.encode())
            stdin.flush()
        except BrokenPipeError:
            pass  # it was killed, and is about to be started again

    async def kill_one(self) -> None:
        """Kill a process at a random instant and start it again; another one takes its senders over meanwhile."""
        victim = self._chance.randrange(len(self._processes))
        if self._chance.randrange(KILLED_AT_START):
            await self.until(lambda: self._acknowledged_since_start[victim] > 0 or not self._has_work(victim))
            await asyncio.sleep(self._chance.uniform(0, 0.3))
        else:
            await asyncio.sleep(self._chance.uniform(0, 0.6))
        process = self._processes[victim]
        if process.poll() is not None:
            raise RuntimeError(f"the program ended by itself with {process.returncode}")
        process.send_signal(signal.SIGKILL)
        process.wait()
        _close_input(process)
        self.kills += 1
        heir = self._chance.randrange(len(self._processes))
        self._acknowledged_since_start[victim] = 0
        self._processes[victim] = self._start()
        for sender in self.senders:
            if sender.process == victim:
                sender.process = heir
                for update, text in sender.waiting.items():
                    self._send(sender, update, text)

    def _has_work(self, process: int) -> bool:
        return any(sender.process == process for sender in self.senders)

    async def all_acknowledged(self) -> None:
        await self.until(lambda: not any(sender.waiting for sender in self.senders))

    async def until(self, reached: Any) -> None:
        end = time.monotonic() + PATIENCE
        while not reached():
            if time.monotonic() > end:
                raise TimeoutError(f"still waiting; errors so far: {self.errors[-3:]}")
            await asyncio.sleep(0.005)

    def end(self) -> None:
        """End the processes as an operator does: they finish what is in hand."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            # Told to end before it listens for that, as just after a kill, it ends at once: nothing was in hand.
            if process.returncode not in (0, -signal.SIGTERM):
                self.errors.append(f"the program ended with {process.returncode} on SIGTERM")
            _close_input(process)
        os.close(self._input)  # the last one: the output ends when all that was written is read


def _close_input(process: Forked) -> None:
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()


async def crash(url: str, key: str, kills: int, processes: int, seed: int) -> Report:
    """Kill `kills` times, then compare what was acknowledged, what left and what is stored."""

    async def kill(bridge: Bridge) -> None:
        while bridge.kills < kills:
            await bridge.kill_one()

    return await disturb(Bridge(url, key, processes, random.Random(seed)), kill, url, key)


async def disturb(bridge: Bridge, disturbance: Callable[[Bridge], Awaitable[None]], url: str, key: str) -> Report:
    """Let people write while `disturbance` goes on; once all is acknowledged and has left, report what is not right."""
    listening = asyncio.create_task(bridge.listen())
    start = time.monotonic()
    writing = asyncio.create_task(_keep_writing(bridge))
    try:
        await disturbance(bridge)
        writing.cancel()
        await bridge.all_acknowledged()
        seconds = time.monotonic() - start
        database = open_database(url, KeyRing([key]))
        await _until_nothing_waits(database)
    finally:
        writing.cancel()
        bridge.end()
    await listening
    faults = [*bridge.errors, *_faults(bridge, database)]
    database.close()
    left = [departure for departures in bridge.departures.values() for departure in departures]
    messages = sum(len(sender.written) for sender in bridge.senders)
    return Report(messages, bridge.kills, len(left), len(left) - len(set(left)), seconds, faults)


async def _keep_writing(bridge: Bridge) -> None:
    while True:
        bridge.write_more()
        await asyncio.sleep(0.01)


async def _until_nothing_waits(database: Database) -> None:
    outbox = table("outbox")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with database.transaction() as transaction:
            if not transaction.connection.execute(select(outbox.c.id).where(outbox.c.status == "pending")).first():
                return
        await asyncio.sleep(0.05)
    raise TimeoutError("rows still wait in the outbox")


def _faults(bridge: Bridge, database: Database) -> list[str]:
    """Return what is not as it must be, in the database and in what left."""
    with database.transaction() as transaction:
        inbox, outbox, conversations, recipients = map(table, ("inbox", "outbox", "conversations", "recipients"))
        execute = transaction.connection.execute
        status = {row.update_id: row.status for row in execute(select(inbox.c.update_id, inbox.c.status))}
        states = {
            row.address: json.loads(row.state)
            for row in execute(
                select(recipients.c.address, conversations.c.state).join(
                    conversations, conversations.c.recipient_id == recipients.c.id
                )
            )
        }
        kept = {row.key: row.status for row in execute(select(outbox.c.key, outbox.c.status))}
        asked = collections.Counter(question.question for question in team_questions.list_questions(transaction, 10**9))
    faults = []
    expected_keys: set[str] = set()
    expected_questions: collections.Counter[str] = collections.Counter()
    for sender in bridge.senders:
        keys, texts = _expected(sender, expected_questions)
        expected_keys.update(keys)
        # A repeat comes right behind its first: the next reply does not leave before this one is known to have left.
        left = [key for key, _ in itertools.groupby(bridge.departures[sender.name], key=lambda departure: departure[0])]
        if left != keys:
            faults.append(f"{sender.name}: {len(set(keys) - set(left))} replies never left, or out of order")
        if [dict(bridge.departures[sender.name]).get(key) for key in keys] != texts:
            faults.append(f"{sender.name}: replies with another text")
        state = states.get(sender.name, {})
        if (state.get("town"), state.get("unanswered")) != _expected_state(sender):
            faults.append(f"{sender.name}: the state is not that of each message handled once and in order")
    written = {update for sender in bridge.senders for update in sender.written}
    if set(status) != written:
        faults.append(f"inbox: {len(written - set(status))} messages missing, {len(set(status) - written)} too many")
    if {update for update, what in status.items() if what == "failed"} != {u for u in written if int(u) % 50 == 0}:
        faults.append("inbox: the failed messages are not the poisoned ones")
    if kept != dict.fromkeys(expected_keys, "sent"):
        faults.append("outbox: not exactly the expected rows, all sent")
    if asked != expected_questions:
        faults.append("team_questions: not exactly the questions that were asked")
    return faults


def _text(update: str) -> str:
    number = int(update)
    kind = program.POISON if number % 50 == 0 else program.FOR_THE_TEAM if number % 3 == 0 else "m"
    return f"{kind} {number}"


def _expected(sender: Sender, questions: "collections.Counter[str]") -> tuple[list[str], list[str]]:
    """Return the keys and the texts of the replies to `sender`, in order; count the questions for the team."""
    keys, texts, rank = [], [], 0
    for update in sender.written:
        text = _text(update)
        if text.startswith(program.POISON):
            keys.append(f"lines:{update}:0")
            texts.append(program.APOLOGY)
            continue
        rank += 1
        keys += [f"lines:{update}:0", f"lines:{update}:1"]
        texts += [f"{rank} {text}", f"{rank} bis"]
        if text.startswith(program.FOR_THE_TEAM):
            questions[text] += 1
    return keys, texts


def _expected_state(sender: Sender) -> tuple[str, str]:
    rank, trace = 0, ""
    for text in map(_text, sender.written):
        if not text.startswith(program.POISON):
            rank, trace = rank + 1, program.digest(trace, text)
    return str(rank), trace


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.postgresql:
        with running_server() as server:
            report = asyncio.run(crash(server.new_database("crash"), new_key(), options.kills, 2, options.seed))
    else:
        with tempfile.TemporaryDirectory() as folder:
            url = sqlite_url(Path(folder) / "crash.sqlite3")
            report = asyncio.run(crash(url, new_key(), options.kills, 1, options.seed))
    print(report)
    sys.exit(bool(report.faults))


if __name__ == "__main__":
    main()
