"""What becomes of a message on its way out. The channel is a value that says what to answer; time is moved by hand."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text

from bot.conversation.talk.messages import Choice, Reply
from bot.transport.delivery import (
    FIRST_WAIT,
    GIVE_UP_AFTER,
    GIVE_UP_ATTEMPTS,
    LEASE,
    LONGEST_WAIT,
    Courier,
    Letter,
    Outcome,
    Refused,
    Retry,
    Sent,
)
from bot.transport.delivery import next_attempt as next_attempt_after
from storage import outbox, recipients
from storage.engine.database import Database, Transaction
from storage.engine.tables import table
from storage.outbox import Departure
from tests.outage import outage

START = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)

Answer = Callable[[Letter], Outcome]


@dataclass
class Channel:
    """A channel that answers as it is told and remembers what it was given."""

    answer: Answer = lambda letter: Sent(f"id of {letter.key}")
    given: list[str] = field(default_factory=list)

    async def send(self, letter: Letter) -> Outcome:
        self.given.append(letter.key)
        return self.answer(letter)


@dataclass
class Time:
    """A clock that stands still."""

    now: datetime = START
    #: How often somebody asked for the time: an idle courier does each time it looks at the outbox.
    asked: int = 0

    def __call__(self) -> datetime:
        self.asked += 1
        return self.now

    async def until_asked(self, more: int) -> None:
        """Wait until the time was asked for so many times more."""
        wanted = self.asked + more
        async with asyncio.timeout(30):
            while self.asked < wanted:
                await asyncio.sleep(0.005)

    def wait(self, length: timedelta) -> None:
        self.now += length


@pytest.fixture
def channel() -> Channel:
    return Channel()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def courier(database: Database, channel: Channel, time: Time) -> Courier:
    return Courier(database, {"web": channel}, time, jitter=lambda: 1.0)


def put(database: Database, address: str, *keys: str, channel: str = "web") -> None:
    def work(transaction: Transaction) -> None:
        lane = recipients.register(transaction, channel, address, START)
        content = Reply("réponse", (Choice("a", "Oui"),)).as_json()
        outbox.put(transaction, [Departure(key, channel, lane, content) for key in keys], START)

    database.run_now(work)


def rows(database: Database) -> Sequence[tuple[str, str, str | None, str | None]]:
    """Return key, status, the channel's id and reason of each."""
    columns = table("outbox").c
    with database.transaction() as transaction:
        found = transaction.connection.execute(
            select(columns.key, columns.status, columns.external_id, columns.reason).order_by(columns.id)
        )
        return [(row.key, row.status, row.external_id, row.reason) for row in found]


async def test_what_is_sent_is_written_down_with_the_channels_id(
    courier: Courier, database: Database, channel: Channel
) -> None:
    put(database, "alice", "a1", "a2")
    put(database, "bob", "b1")
    await courier.drain()
    assert [key for key in channel.given if key[0] == "a"] == ["a1", "a2"]
    assert rows(database) == [(key, "sent", f"id of {key}", None) for key in ("a1", "a2", "b1")]
    await courier.drain()
    assert len(channel.given) == 3


async def test_a_letter_is_what_was_put(courier: Courier, database: Database, channel: Channel) -> None:
    letters: list[Letter] = []
    channel.answer = lambda letter: letters.append(letter) or Sent()
    put(database, "alice", "a1")
    await courier.drain()
    assert letters == [Letter("a1", "alice", Reply("réponse", (Choice("a", "Oui"),)))]


async def test_a_retry_holds_up_its_own_recipient_only_and_backs_off(
    courier: Courier, database: Database, channel: Channel, time: Time
) -> None:
    channel.answer = lambda letter: Retry("timeout") if letter.key[0] == "a" else Sent()
    put(database, "alice", "a1", "a2")
    put(database, "bob", "b1", "b2")
    await courier.drain()
    assert sorted(channel.given) == ["a1", "b1", "b2"]
    for wait in (1, 2, 4):
        time.wait(timedelta(seconds=wait) - timedelta(milliseconds=1))
        await courier.drain()
        before = channel.given.count("a1")
        time.wait(timedelta(milliseconds=1))
        await courier.drain()
        assert channel.given.count("a1") == before + 1
    channel.answer = lambda _: Sent()
    time.wait(timedelta(minutes=1))
    await courier.drain()
    assert channel.given[-2:] == ["a1", "a2"]


async def test_draining_goes_on_where_a_message_left_while_the_outbox_was_read(
    database: Database, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = asyncio.Event()

    class Gated(Channel):
        async def send(self, letter: Letter) -> Outcome:
            if letter.key == "b1":
                await gate.wait()
            return await super().send(letter)

    channel = Gated()
    courier = Courier(database, {"web": channel}, time)
    put(database, "alice", "a1")
    put(database, "bob", "b1", "b2")
    run = database.run_together

    async def late(work: Callable[..., Any], *args: Any) -> Any:
        """Tell that nothing is due only once what is in hand has left."""
        result = await run(work, *args)
        if result == ([], time.now + LEASE):
            gate.set()
            async with asyncio.timeout(30):
                while ("b1", "sent") not in [row[:2] for row in rows(database)]:
                    await asyncio.sleep(0.005)
        return result

    monkeypatch.setattr(database, "run_together", late)
    await courier.drain()
    assert channel.given == ["a1", "b1", "b2"]


async def test_what_the_channel_asks_to_wait_is_waited(
    courier: Courier, database: Database, channel: Channel, time: Time
) -> None:
    channel.answer = lambda _: Retry("Too Many Requests", after=timedelta(seconds=37))
    put(database, "alice", "a1")
    await courier.drain()
    time.wait(timedelta(seconds=36))
    await courier.drain()
    assert channel.given == ["a1"]
    time.wait(timedelta(seconds=1))
    await courier.drain()
    assert channel.given == ["a1", "a1"]


async def test_a_channel_that_asks_for_silence_gets_it_and_the_others_go_on(
    database: Database, channel: Channel, time: Time
) -> None:
    other = Channel()
    courier = Courier(database, {"web": channel, "email": other}, time)
    channel.answer = lambda _: Retry("flood", after=timedelta(seconds=30), whole_channel=True)
    put(database, "alice", "a1")
    await courier.drain()
    put(database, "bob", "b1")
    put(database, "carole", "c1", channel="email")
    await courier.drain()
    assert (channel.given, other.given) == (["a1"], ["c1"])
    channel.answer = lambda _: Sent()
    time.wait(timedelta(seconds=30))
    await courier.drain()
    assert sorted(channel.given) == ["a1", "a1", "b1"]


async def test_who_blocked_us_is_marked(courier: Courier, database: Database, channel: Channel) -> None:
    channel.answer = lambda _: Refused("bot was blocked", blocked=True)
    put(database, "alice", "a1", "a2")
    await courier.drain()
    assert channel.given == ["a1"]
    assert rows(database) == [(key, "refused", None, "bot was blocked") for key in ("a1", "a2")]
    assert [one.address for one in database.run_now(recipients.list_blocked)] == ["alice"]


async def test_what_is_refused_for_itself_lets_the_next_go(
    courier: Courier, database: Database, channel: Channel
) -> None:
    channel.answer = lambda letter: Refused("too long") if letter.key == "a1" else Sent()
    put(database, "alice", "a1", "a2")
    await courier.drain()
    assert [status for _, status, _, _ in rows(database)] == ["refused", "sent"]


async def test_what_could_not_leave_for_days_is_given_up_and_shown(
    courier: Courier, database: Database, channel: Channel, time: Time
) -> None:
    channel.answer = lambda _: Retry("timeout")
    put(database, "alice", "a1")
    await courier.drain()
    for _ in range(GIVE_UP_ATTEMPTS - 1):
        time.wait(LONGEST_WAIT)
        await courier.drain()
    time.wait(GIVE_UP_AFTER - GIVE_UP_ATTEMPTS * LONGEST_WAIT)
    await courier.drain()
    assert [status for _, status, _, _ in rows(database)] == ["pending"]
    time.wait(LONGEST_WAIT)
    await courier.drain()
    (shown,) = database.run_now(outbox.list_undelivered)
    assert (shown.key, shown.status, shown.reason) == ("a1", "abandoned", "timeout")


async def test_a_program_that_was_away_or_a_clock_that_is_wrong_gives_nothing_up(
    courier: Courier, database: Database, channel: Channel, time: Time
) -> None:
    channel.answer = lambda _: Retry("timeout")
    put(database, "alice", "a1")
    time.wait(GIVE_UP_AFTER * 2)
    await courier.drain()
    assert [status for _, status, _, _ in rows(database)] == ["pending"]


@pytest.mark.parametrize(
    "outcome", [Retry("timeout"), Retry("429", timedelta(hours=9)), Retry("502", whole_channel=True)]
)
async def test_a_clock_that_was_ahead_keeps_nothing_waiting(
    outcome: Retry, courier: Courier, database: Database, channel: Channel, time: Time
) -> None:
    channel.answer = lambda _: outcome
    time.wait(timedelta(hours=2))
    put(database, "alice", "a1")
    with database.transaction() as transaction:
        lane = recipients.register(transaction, "web", "bob", time())
        outbox.put(transaction, [Departure("b1", "web", lane, Reply("réponse").as_json())], time())
    await courier.drain()
    time.wait(timedelta(hours=-2))
    channel.answer = lambda _: Sent()
    await courier.drain()
    assert [status for _, status, _, _ in rows(database)] == ["sent", "sent"]


async def test_no_channel_makes_a_message_wait_for_longer_than_the_longest_wait(
    courier: Courier, database: Database, channel: Channel, time: Time
) -> None:
    channel.answer = lambda _: Retry("429", timedelta(hours=9))
    put(database, "alice", "a1")
    await courier.drain()
    channel.answer = lambda _: Sent()
    time.wait(LONGEST_WAIT)
    await courier.drain()
    assert [status for _, status, _, _ in rows(database)] == ["sent"]


@pytest.mark.parametrize("is_fleeting", [False, True])
@pytest.mark.parametrize("why", ["refused", "given up", "unreadable", "blocked"])
async def test_who_was_to_get_what_will_never_leave_is_told_so_once(
    why: str, *, is_fleeting: bool, database: Database, channel: Channel, time: Time
) -> None:
    said: list[str] = []

    def answer(letter: Letter) -> Outcome:
        if letter.key != "a1":
            said.append(letter.reply.text)
            return Refused("too") if len(said) == 1 and why == "refused" else Sent()
        return Retry("timeout") if why == "given up" else Refused("no", blocked=why == "blocked")

    channel.answer = answer
    courier = Courier(database, {"web": channel}, time, stand_in=lambda row: Reply(f"perdu : {row.key}"))
    with database.transaction() as transaction:
        lane = recipients.register(transaction, "web", "alice", START)
        departure = Departure("a1", "web", lane, Reply("réponse").as_json(), is_fleeting=is_fleeting)
        outbox.put(transaction, [departure], START)
        if why == "unreadable":
            transaction.connection.execute(text("UPDATE outbox SET content = 'no token'"))
    for _ in range(GIVE_UP_ATTEMPTS + 1):
        await courier.drain()
        time.wait(GIVE_UP_AFTER)
    assert said == ([] if why == "blocked" else ["perdu : a1"])
    assert not [status for _, status, _, _ in rows(database) if status == "pending"]
    assert bool(rows(database)) != is_fleeting, "what is fleeting is not kept"


async def test_what_somebody_has_to_mend_first_is_never_given_up(
    courier: Courier, database: Database, channel: Channel, time: Time
) -> None:
    channel.answer = lambda _: Retry("group out of reach", is_lasting=True)
    put(database, "desk", "a1", "a2")
    for _ in range(GIVE_UP_ATTEMPTS + 1):
        await courier.drain()
        time.wait(GIVE_UP_AFTER)
    channel.answer = lambda _: Sent()
    await courier.drain()
    assert [status for _, status, _, _ in rows(database)] == ["sent", "sent"]


async def test_a_channel_that_raises_is_tried_again(
    courier: Courier, database: Database, channel: Channel, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Letter) -> Outcome:
        raise OSError("https://host/bot-secret-token/send")

    channel.answer = fail
    put(database, "alice", "a1")
    await courier.drain()
    assert rows(database) == [("a1", "pending", None, "OSError")]
    assert "secret" not in caplog.text
    channel.answer = lambda _: Sent()
    time.wait(FIRST_WAIT)
    await courier.drain()
    assert rows(database)[0][1] == "sent"


async def test_a_send_that_hangs_ends_before_its_lease(database: Database, time: Time) -> None:
    class Hangs:
        async def send(self, letter: Letter) -> Outcome:
            await asyncio.Event().wait()
            return Sent()

    put(database, "alice", "a1")
    await Courier(database, {"web": Hangs()}, time, lease=timedelta(milliseconds=50)).drain()
    assert rows(database) == [("a1", "pending", None, "timeout")]


@pytest.mark.parametrize("broken", ["no token", "not json", "[]", "{}", '{"text": "a", "contact": 1}'])
async def test_a_row_that_cannot_be_read_holds_up_nothing(courier: Courier, database: Database, broken: str) -> None:
    put(database, "alice", "a1", "a2")
    kept = broken if broken == "no token" else database.keys.encrypt_text(broken)
    with database.transaction() as transaction:
        transaction.connection.execute(text("UPDATE outbox SET content = :kept WHERE key = 'a1'"), {"kept": kept})
    await courier.drain()
    assert [(status, reason) for _, status, _, reason in rows(database)] == [
        ("abandoned", "unreadable"),
        ("sent", None),
    ]


async def test_what_enters_while_a_letter_that_was_erased_is_in_hand_leaves(
    courier: Courier, database: Database, channel: Channel
) -> None:
    """Whoever erases their data while something is on its way to them is told so."""

    def erase(letter: Letter) -> Outcome:
        if letter.key == "a1":
            erased = delete(table("outbox"))
            database.run_now(lambda transaction: transaction.connection.execute(erased))
            put(database, "alice", "farewell")
        return Sent()

    channel.answer = erase
    put(database, "alice", "a1")
    await courier.drain()
    assert channel.given == ["a1", "farewell"]
    assert [row[:2] for row in rows(database)] == [("farewell", "sent")]


class TestRunning:
    """The courier as it runs beside the channels."""

    async def test_it_is_woken_and_stops_after_what_is_in_hand(
        self, courier: Courier, database: Database, channel: Channel
    ) -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(courier.run(stop))
        put(database, "alice", "a1", "a2", "a3")
        courier.wake()
        async with asyncio.timeout(30):
            while len(channel.given) < 3:
                await asyncio.sleep(0.005)
            stop.set()
            await running
        assert [status for _, status, _, _ in rows(database)] == ["sent"] * 3

    async def test_it_finds_by_itself_what_others_put(self, database: Database, channel: Channel, time: Time) -> None:
        stop = asyncio.Event()
        courier = Courier(database, {"web": channel}, time, poll=timedelta(milliseconds=20))
        running = asyncio.create_task(courier.run(stop))
        await time.until_asked(2)  # it has looked, found nothing and looked again
        put(database, "alice", "a1")
        async with asyncio.timeout(30):
            while not channel.given:
                await asyncio.sleep(0.005)
            stop.set()
            await running

    async def test_many_are_sent_side_by_side_one_per_recipient(self, database: Database, time: Time) -> None:
        at_once: list[int] = []
        busy: set[str] = set()

        class Slow:
            async def send(self, letter: Letter) -> Outcome:
                assert letter.recipient not in busy
                busy.add(letter.recipient)
                at_once.append(len(busy))
                await asyncio.sleep(0.01)
                busy.discard(letter.recipient)
                return Sent()

        for person in range(6):
            put(database, f"person {person}", f"{person}:0", f"{person}:1")
        await Courier(database, {"web": Slow()}, time, in_hand=4).drain()
        assert max(at_once) == 4
        assert len(at_once) == 12

    async def test_an_outage_in_the_middle_of_a_send_makes_nothing_leave_twice(
        self,
        database: Database,
        channel: Channel,
        time: Time,
        request: pytest.FixtureRequest,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("bot.transport.delivery.OUTAGE_WAIT", timedelta(milliseconds=10))
        begin, end = outage(database, request)

        def answer(letter: Letter) -> Outcome:
            if letter.key == "a1":
                begin()
                time.wait(timedelta(minutes=1))  # the lease of what is in hand ends meanwhile
                asyncio.get_running_loop().call_later(0.4, end)
            return Sent()

        channel.answer = answer
        put(database, "alice", "a1", "a2")
        stop = asyncio.Event()
        running = asyncio.create_task(Courier(database, {"web": channel}, time).run(stop))
        async with asyncio.timeout(30):
            while len(channel.given) < 2:
                await asyncio.sleep(0.005)
            stop.set()
            await running
        assert channel.given == ["a1", "a2"]
        assert [status for _, status, _, _ in rows(database)] == ["sent", "sent"]

    async def test_what_is_still_being_sent_when_its_lease_ends_is_not_sent_again(
        self, database: Database, time: Time
    ) -> None:
        given: list[str] = []
        looked_again = asyncio.Event()

        class Slow:
            async def send(self, letter: Letter) -> Outcome:
                given.append(letter.key)
                await looked_again.wait()
                return Sent()

        def attempts() -> int:
            with database.transaction() as transaction:
                return int(transaction.connection.execute(select(table("outbox").c.attempts)).scalar_one())

        put(database, "alice", "a1")
        stop, poll = asyncio.Event(), timedelta(milliseconds=20)
        courier = Courier(database, {"web": Slow()}, time, lease=timedelta(minutes=1), poll=poll)
        running = asyncio.create_task(courier.run(stop))
        async with asyncio.timeout(30):
            while not given:
                await asyncio.sleep(0.005)
            time.wait(timedelta(minutes=2))
            courier.wake()
            while await asyncio.to_thread(attempts) < 2:
                await asyncio.sleep(0.005)
            await time.until_asked(
                4
            )  # it has put down what it claimed, and looked again: a second send would have begun
            looked_again.set()
            stop.set()
            await running
        assert given == ["a1"]

    async def test_a_stop_does_not_wait_for_ever(
        self, database: Database, time: Time, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.transport.delivery.STOP_GRACE", timedelta(milliseconds=50))
        hanging, stop = asyncio.Event(), asyncio.Event()

        class Hangs:
            async def send(self, letter: Letter) -> Outcome:
                hanging.set()
                await asyncio.Event().wait()
                return Sent()

        put(database, "alice", "a1")
        running = asyncio.create_task(Courier(database, {"web": Hangs()}, time).run(stop))
        async with asyncio.timeout(30):
            await hanging.wait()
            stop.set()
            await running
        assert [status for _, status, _, _ in rows(database)] == ["pending"]


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 2), (5, 16), (10, 512), (11, 600), (10_000, 600)])
def test_the_wait_doubles_up_to_a_limit_and_is_spread(attempts: int, seconds: int) -> None:
    least = next_attempt_after(attempts, START, 0.0)
    most = next_attempt_after(attempts, START, 1.0)
    assert most - START == timedelta(seconds=seconds)
    assert least - START == timedelta(seconds=seconds / 2)


async def test_what_may_leave_at_once_after_all_waits_for_no_lease_of_ours(
    courier: Courier, database: Database, channel: Channel
) -> None:
    """A row put off and claimed again in one commit is still in hand when it comes: nobody else would send it."""
    people = [f"person {number}" for number in range(150)]
    for person in people:
        put(database, person, person)
    channel.answer = lambda letter: Sent() if channel.given.count(letter.key) > 3 else Retry("pace", timedelta())
    await courier.drain()
    assert [status for _, status, _, _ in rows(database)] == ["sent"] * len(people)
    assert sorted(channel.given) == sorted(people * 4)
