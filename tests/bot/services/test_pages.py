"""What is answered on a page is there with the message: nothing is left that a kill between the two could keep back."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.base.shelf import Shelf
from bot.conversation.talk.context import Context
from bot.conversation.talk.messages import Incoming, Reply
from bot.conversation.talk.state import State
from bot.conversation.talk.visit import Turn
from bot.services.assistant import Assistant
from bot.services.pages import Pages
from storage import outbox, pages
from storage.engine.database import Database, Transaction
from storage.engine.tables import table
from storage.outbox import Departure
from tests.shipped import shipped

NOW = datetime(2020, 10, 15, 10, tzinfo=UTC)


def answer(state: State, incoming: Incoming, _: Context) -> Turn:
    """Say it back, and one thing more; « adieu » is said back alone, and not to be kept."""
    replies = (Reply(incoming.text), Reply("et"))
    if incoming.text == "adieu":
        replies = (Reply("adieu", is_fleeting=True),)
    return Turn(state, replies, ())


@pytest.fixture
def assistant(database: Database) -> Assistant:
    """Nothing delivers what it puts in the outbox."""
    kept = Pages(database, Shelf(shipped()), lambda: NOW, "web")
    return Assistant(database, answer, lambda: NOW, apology=Reply("pardon"), keepers={"web": kept})


@pytest.fixture
def page(database: Database) -> int:
    begun = database.run_now(pages.begin, "web", "v-1", "start", NOW)
    assert begun is not None
    return begun


def incoming(update: str, text: str) -> Incoming:
    return Incoming("web", update, "v-1", text, NOW)


def shown(database: Database, page: int) -> list[tuple[int, bool, str]]:
    lines = database.run_now(pages.read_after, page, 0, 100)
    return [(line.number, line.is_own, json.loads(line.content or "{}")["text"]) for line in lines]


def left(database: Database) -> list[tuple[str, str | None]]:
    """Return, of what is in the outbox, what became of it and where it lies."""
    kept = table("outbox")
    with database.transaction() as transaction:
        rows = transaction.connection.execute(kept.select().order_by(kept.c.id)).all()
    return [(row.status, row.external_id) for row in rows]


async def test_the_answers_to_a_message_lie_on_the_page_once_it_is_acknowledged(
    assistant: Assistant, database: Database, page: int
) -> None:
    for _ in range(2):  # and again, as one does who was not told
        await assistant.receive(incoming("1", "bonjour"))
    assert shown(database, page) == [(1, True, "bonjour"), (2, False, "bonjour"), (3, False, "et")]
    assert left(database) == [("sent", "2"), ("sent", "3")]
    assert database.run_now(outbox.claim, ["web"], NOW, timedelta(1), 10) == []


async def test_an_answer_never_overtakes_what_still_waits_for_the_same_person(
    assistant: Assistant, database: Database, page: int
) -> None:
    def put(transaction: Transaction) -> None:
        outbox.put(transaction, [Departure("of the staff", "web", page, Reply("mot de l'équipe").as_json())], NOW)

    database.run_now(put)
    await assistant.receive(incoming("1", "bonjour"))
    assert shown(database, page) == [(1, True, "bonjour")]
    assert left(database) == [("pending", None)] * 3


async def test_what_is_not_to_be_kept_is_laid_down_by_the_courier(
    assistant: Assistant, database: Database, page: int
) -> None:
    await assistant.receive(incoming("1", "adieu"))
    assert shown(database, page) == [(1, True, "adieu")]
    assert left(database) == [("pending", None)]


async def test_the_courier_is_woken_only_by_what_is_left_to_it(database: Database, page: int) -> None:
    woken: list[str] = []
    kept = Pages(database, Shelf(shipped()), lambda: NOW, "web")
    assistant = Assistant(
        database, answer, lambda: NOW, apology=Reply("pardon"), wake=lambda: woken.append(""), keepers={"web": kept}
    )
    await assistant.receive(incoming("1", "bonjour"))
    assert not woken
    await assistant.receive(incoming("2", "adieu"))
    assert len(woken) == 1
