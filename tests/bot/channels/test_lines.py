"""The channel of JSON lines, over real pipes, in this process; `tests/end_to_end` has it as a program of its own."""

import asyncio
import json
import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.lines import CHANNEL, LINE_LIMIT, Lines, serve
from bot.conversation.talk.messages import Choice, Incoming, Reply
from bot.transport.delivery import Courier, Letter, Retry, Sent
from storage import outbox, recipients
from storage.engine.database import Database, Transaction
from storage.engine.errors import DatabaseUnavailable
from storage.outbox import Departure

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)


class Bridge:
    """The other side of the channel."""

    def __init__(self) -> None:
        self.read_from, self._input = os.pipe()
        self._output, self.write_to = os.pipe()
        self.lines = Lines(lambda: NOW, self.read_from, self.write_to)
        self.said: list[dict[str, Any]] = []
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def _read(self) -> None:
        with os.fdopen(self._output, "rb") as output:
            self.said.extend(json.loads(line) for line in output)

    def write(self, content: bytes) -> None:
        os.write(self._input, content)

    def end_input(self) -> None:
        os.close(self._input)

    def close(self) -> None:
        os.close(self.write_to)
        self._reading.join()


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    bridge = Bridge()
    yield bridge
    bridge.close()


async def take(bridge: Bridge, *lines: bytes, receive: Callable[[Incoming], Any] | None = None) -> list[Incoming]:
    """Write the lines, end the input, and return what the assistant was given."""
    given: list[Incoming] = []

    async def keep(incoming: Incoming) -> None:
        given.append(incoming)
        if receive is not None:
            receive(incoming)

    writing = threading.Thread(target=lambda: (bridge.write(b"".join(lines)), bridge.end_input()))
    writing.start()
    async with asyncio.timeout(20):
        await bridge.lines.run(keep, asyncio.Event())
    await asyncio.to_thread(writing.join)
    return given


def line(update: str = "17", sender: str = "alice", text: str = "bonjour", **more: Any) -> bytes:
    return json.dumps({"update": update, "from": sender, "text": text, **more}).encode() + b"\n"


async def told(bridge: Bridge, number: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(10):
        while len(bridge.said) < number:
            await asyncio.sleep(0.005)
    return bridge.said


async def test_what_is_kept_is_acknowledged(bridge: Bridge) -> None:
    given = await take(bridge, line(choice="yes"), line("18", "bob", "é🙂\x00"))
    assert given == [
        Incoming(CHANNEL, "17", "alice", "bonjour", NOW, "yes"),
        Incoming(CHANNEL, "18", "bob", "é🙂\x00", NOW),
    ]
    assert await told(bridge, 2) == [{"ack": "17"}, {"ack": "18"}]


async def test_the_last_line_needs_no_end(bridge: Bridge) -> None:
    assert len(await take(bridge, line(), line("18").rstrip())) == 2


async def test_what_is_not_kept_is_not_acknowledged(bridge: Bridge, caplog: pytest.LogCaptureFixture) -> None:
    def fail(incoming: Incoming) -> None:
        if incoming.update == "1":
            raise DatabaseUnavailable("sqlite-full")
        if incoming.update == "2":
            raise LookupError(incoming.text)

    await take(bridge, line("1"), line("2", text="secret"), line("3"), receive=fail)
    said = await told(bridge, 3)
    assert {"error": "unavailable", "update": "1"} in said
    assert {"error": "failed", "update": "2"} in said
    assert {"ack": "3"} in said
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("bad", "answer"),
    [
        (b"nonsense\n", {"error": "not-json"}),
        (b'{"update": "1"\n', {"error": "not-json"}),
        (b'"\xff"\n', {"error": "not-json"}),
        (b'{"update": "1", "from": "a", "text": "\\ud800"}\n', {"error": "not-json"}),
        (b"[]\n", {"error": "bad-fields", "fields": []}),
        (b'{"update": 17, "from": "alice"}\n', {"error": "bad-fields", "fields": ["update"]}),
        (line(update="a b"), {"error": "bad-fields", "fields": ["update"]}),
        (line(update="a\x00"), {"error": "bad-fields", "fields": ["update"]}),
        (line(update="1" * 201), {"error": "bad-fields", "fields": ["update"]}),
        (line(sender=""), {"error": "bad-fields", "fields": ["from"]}),
        (line(mood="glad"), {"error": "bad-fields", "fields": ["mood"]}),
        (line(text="x" * LINE_LIMIT), {"error": "too-long", "limit": LINE_LIMIT}),
        (b"{" + b"x" * 3 * LINE_LIMIT + b"\n", {"error": "too-long", "limit": LINE_LIMIT}),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_a_bad_line_is_answered_and_the_next_is_taken(bridge: Bridge, bad: bytes, answer: dict[str, Any]) -> None:
    given = await take(bridge, bad, b"\n", line())
    assert [incoming.update for incoming in given] == ["17"]
    assert sorted(await told(bridge, 2), key=str) == sorted([answer, {"ack": "17"}], key=str)


async def test_a_reply_is_written_with_its_key(bridge: Bridge) -> None:
    sent = await bridge.lines.send(Letter("lines:17:0", "alice", Reply("é", (Choice("a", "Oui"),))))
    assert sent == Sent("lines:17:0")
    (said,) = await told(bridge, 1)
    assert said == {
        "to": "alice",
        "key": "lines:17:0",
        "text": "é",
        "choices": [{"id": "a", "label": "Oui"}],
        "contact": None,
    }


async def test_replies_wait_when_nobody_reads_any_more() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    outcome = await Lines(lambda: NOW, 0, writing).send(Letter("a", "alice", Reply("é")))
    os.close(writing)
    assert isinstance(outcome, Retry)
    assert outcome.whole_channel


async def test_a_file_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(line("1") + line("2"))
    given: list[str] = []

    async def keep(incoming: Incoming) -> None:
        given.append(incoming.update)

    read_from = os.open(tmp_path / "in", os.O_RDONLY)
    write_to = os.open(tmp_path / "out", os.O_WRONLY | os.O_CREAT)
    await Lines(lambda: NOW, read_from, write_to).run(keep, asyncio.Event())
    assert given == ["1", "2"]
    assert (tmp_path / "out").read_bytes() == b'{"ack":"1"}\n{"ack":"2"}\n'
    os.close(read_from)
    os.close(write_to)


async def test_stopping_finishes_what_is_in_hand(bridge: Bridge) -> None:
    stop, release = asyncio.Event(), asyncio.Event()

    async def keep(_: Incoming) -> None:
        stop.set()
        await release.wait()

    running = asyncio.create_task(bridge.lines.run(keep, stop))
    bridge.write(line())
    async with asyncio.timeout(10):
        await stop.wait()
        bridge.write(line("18"))
        await asyncio.sleep(0.05)
        assert not running.done()
        release.set()
        await running
    assert bridge.said == [{"ack": "17"}] or await told(bridge, 1) == [{"ack": "17"}]
    bridge.end_input()


class TestServing:
    """The channel with its courier."""

    @pytest.fixture
    def dialect(self) -> str:
        return "sqlite"

    @pytest.fixture
    async def courier(self, database: Database, bridge: Bridge) -> Courier:
        return Courier(database, {CHANNEL: bridge.lines}, lambda: NOW)

    async def test_at_the_inputs_end_all_that_is_due_is_delivered(
        self, database: Database, bridge: Bridge, courier: Courier
    ) -> None:
        def answer(transaction: Transaction, update: str) -> None:
            lane = recipients.register(transaction, CHANNEL, "alice", NOW)
            departures = [Departure(f"{update}:{n}", CHANNEL, lane, Reply("é").as_json()) for n in range(3)]
            outbox.put(transaction, departures, NOW)

        async def receive(incoming: Incoming) -> None:
            await database.run(answer, incoming.update)

        bridge.write(line("1") + line("2"))
        bridge.end_input()
        async with asyncio.timeout(20):
            await serve(bridge.lines, receive, courier, asyncio.Event())
        said = await told(bridge, 8)
        assert [one["key"] for one in said if "key" in one] == [f"{u}:{n}" for u in (1, 2) for n in range(3)]
