"""From a conversation to what editors learn: counted once, logged masked, with what was picked."""

from datetime import UTC, date, datetime, timedelta

from bot.conversation.talk.messages import Incoming, Reply
from bot.conversation.turn import take_turn
from bot.services.assistant import Assistant, Received
from knowledge.library import Library
from storage import entry_counts, question_log
from storage.engine.database import Database
from storage.entry_counts import EntryTotal
from storage.question_log import LoggedQuestion
from tests.shipped import shipped

NOW = datetime(2020, 10, 15, 22, 30, tzinfo=UTC)
#: In Paris it is past midnight.
DAY = date(2020, 10, 16)
#: A message to which three entries are offered.
UNSURE = "projet"


async def _writes(database: Database, *messages: str, library: Library | None = None) -> list[Received]:
    """Take messages in, those that begin with a choice's prefix as buttons; each one's number is its update."""
    known = library or shipped()
    assistant = Assistant(
        database,
        lambda state, incoming, context: take_turn(state, incoming, known, context),
        lambda: NOW,
        apology=Reply("INCIDENT"),
    )
    received = []
    for number, message in enumerate(messages):
        choice = message if message.startswith(("e:", "f:")) or message == "none" else None
        text = "" if choice else message
        received.append(await assistant.receive(Incoming("test", str(number), "alice", text, NOW, choice)))
    return received


def _totals(database: Database) -> dict[str, tuple[int, int, int]]:
    found: list[EntryTotal] = list(database.run_now(entry_counts.list_totals, DAY, DAY))
    return {each.entry: (each.shown, each.helpful, each.unhelpful) for each in found}


def _logged(database: Database) -> list[LoggedQuestion]:
    return list(database.run_now(question_log.list_since, NOW, NOW + timedelta(days=1)))


async def test_answers_and_opinions_are_counted_once_on_the_day_of_the_call(database: Database) -> None:
    messages = ("e:calendrier", "e:objectifs", "e:organisateurs", "f:n:organisateurs", "f:n:organisateurs")
    await _writes(database, *messages)
    again = await _writes(database, *messages)  # delivered a second time
    assert set(again) == {Received.SEEN_BEFORE}
    assert _totals(database) == {"calendrier": (1, 0, 0), "objectifs": (1, 0, 0), "organisateurs": (1, 0, 1)}


async def test_an_unanswered_question_is_logged_without_addresses(database: Database) -> None:
    await _writes(database, "des dragons pour claire@mairie.fr ou le 06 12 34 56 78 ?")
    (found,) = _logged(database)
    assert found.text == "des dragons pour […] ou le […] ?"
    assert (found.was_offered, found.picked) == (False, None)


async def test_what_was_picked_of_the_choices_is_logged(database: Database) -> None:
    await _writes(database, UNSURE)
    (offered,) = _logged(database)
    assert offered.was_offered
    assert offered.guesses
    assistant = Assistant(
        database,
        lambda state, incoming, context: take_turn(state, incoming, shipped(), context),
        lambda: NOW,
        apology=Reply("INCIDENT"),
    )
    await assistant.receive(Incoming("test", "9", "alice", "2", NOW))
    assert [each.picked for each in _logged(database)] == [offered.guesses[1]]


async def test_none_of_the_choices_is_logged(database: Database) -> None:
    await _writes(database, UNSURE, "none")
    assert [each.picked for each in _logged(database)] == [""]


async def test_a_yes_to_nothing_is_no_question(database: Database) -> None:
    await _writes(database, "oui")
    assert _logged(database) == []
