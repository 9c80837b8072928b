"""What becomes of a document that is wanted. The channel is a value that says what it gives; time is moved by hand."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.base.shelf import Shelf
from bot.conversation.talk.document_types import Objection
from bot.desk.desk import Desk
from bot.documents.arrival import GIVE_UP_AFTER, Arrivals
from bot.documents.fetching import IN_HAND, LEASE, Fetched, Fetching
from bot.services.source import DeskAddress
from bot.transport.delivery import GIVE_UP_ATTEMPTS, LONGEST_WAIT, Refused, Retry
from knowledge.library import Library
from storage import attachments, outbox, recipients, staff_members, threads
from storage.attachments import Wanted
from storage.engine.database import Database, Transaction
from storage.engine.tables import ThreadStatus
from tests.shipped import shipped

START = datetime(2020, 10, 15, 10, 0, tzinfo=UTC)
PDF = b"%PDF-1.7 une lettre"
Given = Fetched | Retry | Refused


@dataclass
class Channel:
    """A channel that gives what it is told to and remembers what it was asked for."""

    give: Callable[[str], Given] = lambda _: Fetched(PDF)
    asked: list[str] = field(default_factory=list)
    let_gone: list[str] = field(default_factory=list)

    async def let_go(self, reference: str) -> None:
        self.let_gone.append(reference)

    async def fetch(self, reference: str) -> Given:
        self.asked.append(reference)
        return self.give(reference)


@dataclass
class Time:
    """A clock that stands still."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="session")
def library() -> Library:
    return shipped()


@pytest.fixture
def channel() -> Channel:
    return Channel()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def make(database: Database, channel: Channel, time: Time, library: Library) -> Callable[[], Fetching]:
    """Return what makes a fetcher: each is a process of its own."""
    arrivals = Arrivals(Desk(Shelf(library), (DeskAddress("web", "desk"),)))
    return lambda: Fetching(database, {"web": channel}, arrivals, time, jitter=lambda: 1.0)


@pytest.fixture
def fetching(make: Callable[[], Fetching]) -> Fetching:
    return make()


@pytest.fixture
def thread(database: Database) -> Iterator[int]:
    """A thread with Alice, which Anne holds."""

    def begin(transaction: Transaction) -> int:
        alice = recipients.register(transaction, "web", "alice", START)
        number = threads.open_for(transaction, alice, None, START)
        anne = staff_members.add(transaction, "Anne", START)
        threads.change(transaction, number, ThreadStatus.HELD, anne.id, START)
        return number

    return database.run_now(begin)


def want(database: Database, *names: str, thread: int, staff: str | None = None) -> None:
    def work(transaction: Transaction) -> None:
        sender = recipients.register(transaction, "web", "desk" if staff else "alice", START)
        for name in names:
            wanted = Wanted(name, sender, "web", name, name, "application/pdf", 9, "", thread_id=thread, staff=staff)
            attachments.want(transaction, wanted, START)

    database.run_now(work)


def statuses(database: Database) -> list[tuple[str, int, str | None]]:
    found = [database.run_now(attachments.find, number) for number in range(1, 10)]
    return [(each.status, each.attempts, each.reason) for each in found if each]


def told(database: Database, address: str) -> list[str]:
    """Return what is to leave for somebody, in order."""

    def read(transaction: Transaction) -> list[str]:
        claimed = []
        while rows := outbox.claim(transaction, ["web"], START + timedelta(days=9), timedelta(days=9), 100):
            for row in rows:
                claimed.append((row.id, row.address, row.content or ""))
                outbox.mark_sent(transaction, row, None, START)
        return [content for _, to, content in sorted(claimed) if to == address]

    return database.run_now(read)


async def test_a_document_of_the_person_goes_to_the_staff(fetching: Fetching, database: Database, thread: int) -> None:
    want(database, "a.pdf", thread=thread)
    await fetching.drain()
    assert statuses(database) == [("kept", 1, None)]
    found = database.run_now(attachments.read_sealed, 1)
    assert found is not None
    assert attachments.unseal(database.keys, found[1]) == PDF
    assert [message.text for message in database.run_now(threads.list_messages, thread)] == ["[document : a.pdf]"]


async def test_both_sides_are_told_in_the_same_transaction(fetching: Fetching, database: Database, thread: int) -> None:
    want(database, "a.pdf", thread=thread)
    await fetching.drain()
    assert "attachment:1" in told(database, "desk")[0]
    want(database, "b.pdf", "c.pdf", thread=thread)
    await fetching.drain()
    (once,) = told(database, "alice")
    assert "b.pdf et c.pdf" in once


async def test_one_of_the_staff_goes_to_the_person_under_their_name(
    fetching: Fetching, database: Database, thread: int
) -> None:
    want(database, "a.pdf", thread=thread, staff="Anne")
    await fetching.drain()
    (sent,) = [each for each in told(database, "alice") if "attachment:1" in each]
    assert "Anne" in sent


async def test_what_is_not_given_is_tried_again_and_said_once(
    fetching: Fetching, database: Database, channel: Channel, time: Time, thread: int
) -> None:
    channel.give = lambda _: Retry("timeout")
    want(database, "a.pdf", "b.pdf", thread=thread)
    for wait in (0, 1, 2, 4):
        time.now += timedelta(seconds=wait)
        await fetching.drain()
    assert statuses(database) == [("wanted", 4, "timeout"), ("wanted", 4, "timeout")]
    assert len(told(database, "alice")) == 1
    channel.give = lambda _: Fetched(PDF)
    time.now += timedelta(seconds=8)
    await fetching.drain()
    assert [status for status, *_ in statuses(database)] == ["kept", "kept"]


async def test_a_document_that_came_waits_for_none_that_does_not(
    fetching: Fetching, database: Database, channel: Channel, thread: int
) -> None:
    channel.give = lambda name: Fetched(PDF) if name == "a.pdf" else Retry("timeout")
    want(database, "a.pdf", "b.pdf", thread=thread)
    await fetching.drain()
    assert any("a.pdf" in each and "remis" in each for each in told(database, "alice"))


async def test_after_a_day_it_is_given_up_and_said(
    fetching: Fetching, database: Database, channel: Channel, time: Time, thread: int
) -> None:
    channel.give = lambda _: Retry("timeout")
    want(database, "a.pdf", thread=thread)
    for _ in range(GIVE_UP_ATTEMPTS - 1):
        await fetching.drain()
        time.now += LONGEST_WAIT
    time.now += GIVE_UP_AFTER - GIVE_UP_ATTEMPTS * LONGEST_WAIT
    await fetching.drain()
    assert statuses(database) == [("wanted", GIVE_UP_ATTEMPTS, "timeout")]
    time.now += LONGEST_WAIT
    await fetching.drain()
    assert statuses(database) == [("lost", GIVE_UP_ATTEMPTS + 1, "timeout")]
    assert "Renvoyez-le" in told(database, "alice")[-1]


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        (Refused("no such file"), "lost", "Renvoyez-le"),
        (Refused(Objection.TOO_LARGE), "refused", "dépasse 20 Mo"),
        (Fetched(b""), "refused", "est vide"),
        (Fetched(b"MZ a program"), "refused", "ne correspond pas"),
    ],
)
async def test_what_is_not_taken_is_said(
    fetching: Fetching, database: Database, channel: Channel, thread: int, given: Given, status: str, said: str
) -> None:
    channel.give = lambda _: given
    want(database, "a.pdf", thread=thread)
    await fetching.drain()
    assert statuses(database)[0][0] == status
    assert said in told(database, "alice")[0]


async def test_what_a_channel_raises_is_an_outage(
    fetching: Fetching, database: Database, channel: Channel, thread: int
) -> None:
    def fail(_: str) -> Given:
        raise ConnectionError("secret address")

    channel.give = fail
    want(database, "a.pdf", thread=thread)
    await fetching.drain()
    assert statuses(database) == [("wanted", 1, "ConnectionError")]


async def test_one_that_died_with_a_document_in_hand_loses_nothing(
    make: Callable[[], Fetching], database: Database, channel: Channel, time: Time, thread: int
) -> None:
    want(database, "a.pdf", thread=thread)
    assert database.run_now(attachments.claim, ["web"], time.now, LEASE, 9), "the one that will die takes it"
    other = make()
    await other.drain()
    assert channel.asked == []
    time.now += LEASE
    await other.drain()
    assert statuses(database) == [("kept", 2, None)]


async def test_of_two_that_fetched_the_same_the_second_changes_nothing(
    make: Callable[[], Fetching], database: Database, time: Time, thread: int
) -> None:
    want(database, "a.pdf", thread=thread)
    slow, quick = make(), make()
    (row,) = database.run_now(attachments.claim, ["web"], time.now, LEASE, 9)
    time.now += LEASE
    await quick.drain()
    await slow._take(row)  # its lease ended while it had the document in hand
    assert statuses(database) == [("kept", 2, None)]
    assert len(told(database, "desk")) == 1


async def test_one_that_was_erased_meanwhile_is_kept_nowhere(
    fetching: Fetching, database: Database, channel: Channel, thread: int
) -> None:
    def erase(_: str) -> Given:
        database.run_now(attachments.erase_of_thread, thread)
        return Fetched(PDF)

    channel.give = erase
    want(database, "a.pdf", thread=thread)
    await fetching.drain()
    assert statuses(database) == []
    assert told(database, "desk") == []


async def test_few_are_in_hand_at_once_and_a_stop_waits_for_them(
    fetching: Fetching, database: Database, channel: Channel, thread: int
) -> None:
    stop = asyncio.Event()
    channel.give = lambda _: stop.set() or Fetched(PDF)
    want(database, *(f"{number}.pdf" for number in range(IN_HAND + 2)), thread=thread)
    await fetching.run(stop)
    assert len(channel.asked) == IN_HAND
    assert [status for status, *_ in statuses(database)].count("kept") == IN_HAND
