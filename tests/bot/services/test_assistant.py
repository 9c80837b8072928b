"""One message is one transaction, whatever happens in its turn."""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.conversation.talk.context import Context
from bot.conversation.talk.messages import AskTeam, Incoming, Reply
from bot.conversation.talk.state import State
from bot.conversation.talk.visit import Turn
from bot.services.assistant import Assistant, Received
from storage import inbox, outbox, team_questions
from storage.engine.database import Database, Transaction
from storage.engine.errors import DatabaseUnavailable

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
SECRET = "mon numéro est le 06 12 34 56 78"


def count(state: State, incoming: Incoming, _: Context) -> Turn:
    """Answer with the rank of the message; raise on "boum", ask the team on "équipe"."""
    if incoming.text.startswith("boum"):
        raise ValueError(incoming.text)
    rank = int(state.town or 0) + 1
    asked = (AskTeam(incoming.text, ("a",)),) if incoming.text == "équipe" else ()
    return Turn(state.model_copy(update={"town": str(rank)}), (Reply(f"{rank}"), Reply("et")), asked)


@pytest.fixture
def assistant(database: Database) -> Assistant:
    return Assistant(database, count, lambda: NOW, apology=Reply("pardon"))


def incoming(update: int | str, written: str = "bonjour", sender: str = "alice") -> Incoming:
    return Incoming("web", str(update), sender, written, NOW)


def _departures(database: Database) -> list[tuple[str, str]]:
    """Return the keys and texts of all that waits to leave, by taking it, in order."""
    taken = []
    while claimed := database.run_now(outbox.claim, ["web"], NOW, timedelta(1), 100):
        for row in claimed:
            taken.append((row.key, json.loads(row.content or "")["text"]))
            database.run_now(outbox.mark_sent, row, None, NOW)
    return taken


async def test_a_message_is_handled_once(assistant: Assistant, database: Database) -> None:
    found = [await assistant.receive(incoming(update)) for update in (1, 2, 1)]
    assert found == [Received.HANDLED, Received.HANDLED, Received.SEEN_BEFORE]
    assert _departures(database) == [("web:1:0", "1"), ("web:1:1", "et"), ("web:2:0", "2"), ("web:2:1", "et")]


async def test_the_same_message_at_the_same_time_is_handled_once(assistant: Assistant, database: Database) -> None:
    found = await asyncio.gather(*(assistant.receive(incoming(1)) for _ in range(8)))
    assert sorted(received.name for received in found) == ["HANDLED"] + ["SEEN_BEFORE"] * 7
    assert len(_departures(database)) == 2


async def test_messages_of_one_sender_are_handled_in_the_order_they_came(
    assistant: Assistant, database: Database
) -> None:
    senders = ("alice", "bob")
    await asyncio.gather(
        *(assistant.receive(incoming(f"{sender}{n}", sender=sender)) for n in range(20) for sender in senders)
    )
    left = dict(_departures(database))
    for sender in senders:
        assert [left[f"web:{sender}{n}:0"] for n in range(20)] == [str(n + 1) for n in range(20)]


async def test_a_turn_that_raises_is_recorded_apologised_for_and_the_next_message_works(
    assistant: Assistant, database: Database
) -> None:
    found = [await assistant.receive(incoming(n, written)) for n, written in enumerate(("a", "boum", "b", "boum"))]
    again = await assistant.receive(incoming(1, "boum"))
    assert [*found, again] == [
        Received.HANDLED,
        Received.FAILED,
        Received.HANDLED,
        Received.FAILED,
        Received.SEEN_BEFORE,
    ]
    assert [said for _, said in _departures(database)] == ["1", "et", "pardon", "2", "et", "pardon"]
    assert [one.update for one in database.run_now(inbox.list_failed)] == ["3", "1"]


async def test_the_log_tells_where_a_turn_failed_and_not_what_was_written(
    assistant: Assistant, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await assistant.receive(incoming(1, f"boum {SECRET}"))
    assert "action=turn_failed channel=web update=1 error=ValueError at test_assistant.py:" in caplog.text
    assert SECRET not in caplog.text
    assert "test_assistant.py" in database.run_now(inbox.list_failed)[0].error
    assert SECRET not in database.run_now(inbox.list_failed)[0].error


async def test_effects_are_applied_with_the_message(assistant: Assistant, database: Database) -> None:
    for _ in range(2):
        await assistant.receive(incoming(1, "équipe"))
    (asked,) = database.run_now(team_questions.list_questions)
    assert (asked.channel, asked.sender, asked.question, asked.guesses) == ("web", "alice", "équipe", ("a",))


@pytest.mark.parametrize("broken", ["no token at all", "not json", '{"version": 99}', '{"unknown": 1}'])
async def test_a_state_that_cannot_be_read_blocks_nobody(assistant: Assistant, database: Database, broken: str) -> None:
    await assistant.receive(incoming(1))
    kept = broken if broken == "no token at all" else database.keys.encrypt_text(broken)
    with database.transaction() as transaction:
        transaction.connection.execute(text("UPDATE conversations SET state = :kept"), {"kept": kept})
    found = [await assistant.receive(incoming(2)), await assistant.receive(incoming(3))]
    assert found == [Received.HANDLED, Received.HANDLED]
    assert [said for _, said in _departures(database)] == ["1", "et", "1", "et", "2", "et"]
    with database.transaction() as transaction:
        aside = transaction.connection.execute(text("SELECT unreadable_state FROM conversations")).scalar()
    assert aside == kept


async def test_any_text_a_person_can_send_is_kept(assistant: Assistant, database: Database) -> None:
    for update, written in enumerate(["", "a\x00b", "lone \ud800 surrogate", "🙂" * 4000]):
        assert await assistant.receive(incoming(update, written)) is Received.HANDLED


async def test_what_was_not_kept_is_not_acknowledged(database: Database) -> None:
    def unavailable(state: State, message: Incoming, _: Context) -> Turn:
        raise DatabaseUnavailable("sqlite-full")

    assistant = Assistant(database, unavailable, lambda: NOW, apology=Reply("pardon"))
    with pytest.raises(DatabaseUnavailable):
        await assistant.receive(incoming(1))
    assistant.turn = count
    assert await assistant.receive(incoming(1)) is Received.HANDLED


async def test_the_courier_is_woken_once_replies_are_kept(database: Database) -> None:
    woken: list[int] = []

    def wake() -> None:
        woken.append(len(database.run_now(lambda t: t.connection.execute(text("SELECT id FROM outbox")).all())))

    assistant = Assistant(database, count, lambda: NOW, apology=Reply("pardon"), wake=wake)
    await assistant.receive(incoming(1))
    assert woken == [2]


async def test_a_tick_runs_every_sweep_even_if_one_raises(database: Database) -> None:
    ran: list[tuple[str, datetime]] = []

    def sweep(name: str) -> Callable[[Transaction, datetime], None]:
        def run(_: Transaction, now: datetime) -> None:
            ran.append((name, now))
            if name == "raises":
                raise LookupError

        return run

    assistant = Assistant(
        database, count, lambda: NOW, apology=Reply("pardon"), sweeps=[sweep(name) for name in ("a", "raises", "b")]
    )
    later = NOW + timedelta(days=1)
    await assistant.tick(later)
    assert ran == [("a", later), ("raises", later), ("b", later)]


async def test_no_lane_is_kept_for_who_has_nothing_in_hand(assistant: Assistant) -> None:
    await asyncio.gather(*(assistant.receive(incoming(n, sender=f"person {n % 3}")) for n in range(9)))
    assert assistant._lanes == {}


async def test_a_change_that_changes_nothing_is_nothing(assistant: Assistant, database: Database) -> None:
    def written(update: int, content: str, unread: str | None = "edited") -> Incoming:
        return Incoming("web", str(update), "alice", content, NOW, unread=unread, message="42", content=content)

    steps = [written(1, "un", None), written(2, "un"), written(3, "deux"), written(4, "deux"), written(5, "un")]
    found = [await assistant.receive(each) for each in steps]
    changed, nothing = Received.HANDLED, Received.UNCHANGED
    assert found == [changed, nothing, changed, nothing, changed]
    assert await assistant.receive(written(3, "deux")) is Received.SEEN_BEFORE, "delivered again, not changed back"
    assert [key for key, _ in _departures(database) if key.endswith(":0")] == ["web:1:0", "web:3:0", "web:5:0"]
