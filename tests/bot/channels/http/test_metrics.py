"""What whoever watches is told: numbers that are true, and nothing of anybody."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.http.metrics import Watch
from bot.conversation.talk.messages import Incoming, Reply
from bot.services.assistant import Received
from bot.transport.delivery import Letter, Outcome, Refused, Retry, Sent
from storage import counts, inbox, outbox, recipients, threads
from storage.counts import Waiting
from storage.engine.database import Database, Transaction
from storage.engine.errors import DatabaseUnavailable
from storage.outbox import Departure

NOW = datetime(2020, 10, 15, 8, tzinfo=UTC)


def numbers(told: str) -> dict[str, float]:
    return {name: float(value) for name, value in re.findall(r"^(guichet_\S+) (\S+)$", told, re.MULTILINE)}


class Keeper:
    """A sender, and what the courier's letters meet there."""

    def __init__(self, *outcomes: Outcome) -> None:
        self._outcomes: Iterator[Outcome] = iter(outcomes)

    async def send(self, _: Letter) -> Outcome:
        return next(self._outcomes)


async def page_of(watch: Watch) -> str:
    transport = httpx.ASGITransport(Starlette(routes=watch.routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://watch") as client:
        return (await client.get("/metrics")).text


async def nothing_waits() -> Waiting:
    return Waiting({}, timedelta())


def message(text: str) -> Incoming:
    return Incoming("web", "17", "mairie", text, NOW)


async def test_messages_are_counted_by_what_became_of_them_with_the_time_they_took() -> None:
    watch = Watch(nothing_waits)
    outcomes: list[Received | Exception] = [
        Received.HANDLED,
        Received.SEEN_BEFORE,
        DatabaseUnavailable("file-disk-full", path="x"),
    ]

    async def receive(_: Incoming) -> Received:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    counted = watch.receiving(receive)
    assert await counted(message("Bonjour de Claire Martin")) is Received.HANDLED
    assert await counted(message("Bonjour")) is Received.SEEN_BEFORE
    with pytest.raises(DatabaseUnavailable):
        await counted(message("Bonjour"))
    told = await page_of(watch)
    for outcome in ("handled", "seen_before", "not_kept"):
        assert numbers(told)[f'guichet_message_seconds_count{{channel="web",outcome="{outcome}"}}'] == 1
    assert "Martin" not in told
    assert "mairie" not in told


async def test_letters_are_counted_by_what_the_channel_said() -> None:
    watch = Watch(nothing_waits)
    sender = watch.sending("telegram", Keeper(Sent("1"), Sent("2"), Retry("flood"), Refused("blocked")))
    for _ in range(4):
        await sender.send(Letter("key", "mairie", Reply("Bonjour.")))
    with pytest.raises(RuntimeError):  # what a sender raises is counted, and raised
        await sender.send(Letter("key", "mairie", Reply("Bonjour.")))
    told = numbers(await page_of(watch))
    for outcome, number in (("sent", 2), ("retry", 1), ("refused", 1), ("raised", 1)):
        assert told[f'guichet_letters_total{{channel="telegram",outcome="{outcome}"}}'] == number


async def test_what_waits_is_read_from_the_database(database: Database) -> None:
    def fill(transaction: Transaction) -> None:
        person = recipients.register(transaction, "web", "mairie", NOW)
        outbox.put(transaction, [Departure("a", "web", person, {"text": "Bonjour."})], NOW)
        threads.open_for(transaction, person, None, NOW)
        failed = inbox.Message("web", "1", person, "Bonjour", None, NOW)
        inbox.record(transaction, failed, NOW, error="ValueError at turn.py:1")

    database.run_now(fill)
    watch = Watch(lambda: database.run(counts.waiting, NOW + timedelta(minutes=2)))
    told = numbers(await page_of(watch))
    assert told["guichet_database_up"] == 1
    assert told["guichet_outbox_lag_seconds"] == 120
    waiting = {
        what: told[f'guichet_waiting{{what="{what}"}}'] for what in ("letters", "untaken_threads", "failed_messages")
    }
    assert waiting == {"letters": 1, "untaken_threads": 1, "failed_messages": 1}
    assert told['guichet_waiting{what="due_reminders"}'] == 0


async def test_a_database_that_is_away_is_told_and_the_rest_too() -> None:
    async def away() -> Waiting:
        raise DatabaseUnavailable("file-disk-full", path="x")

    watch = Watch(away)
    watch.knowledge_took(1.5)
    told = numbers(await page_of(watch))
    assert (told["guichet_database_up"], told["guichet_knowledge_load_seconds"]) == (0, 1.5)
