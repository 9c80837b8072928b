"""Which answers are offered for another chat, and all that is shared with them."""

import pytest

from bot.conversation.answers.inline import OFFERED, offer
from bot.conversation.talk.context import Context
from bot.conversation.talk.messages import Incoming
from bot.conversation.talk.state import State
from bot.conversation.turn import take_turn
from knowledge.call.model import Basis
from knowledge.library import Library
from tests.bot.conversation.conftest import ALIVE, CLOSED


def test_without_words_the_editors_list_is_offered(library: Library) -> None:
    assert [article.id for article in offer("  ", library, ALIVE).articles] == list(library.call.facts.shared)


def test_the_likeliest_come_first_and_are_few(library: Library) -> None:
    articles = offer("date limite de la vague 2", library, ALIVE).articles
    assert articles[0].id == "vague-2-date-limite"
    assert len(articles) <= OFFERED


@pytest.mark.parametrize("query", ["bonjour", "qui es-tu ?", "carte d'identité", "xyzzy"])
def test_what_is_no_answer_of_the_call_is_not_offered(query: str, library: Library) -> None:
    found = offer(query, library, ALIVE).articles
    assert all(library.entries[article.id].basis is not Basis.SERVICE for article in found)


def test_a_call_that_is_closed_is_said_in_what_is_shared(library: Library) -> None:
    assert not offer("qui peut candidater", library, ALIVE).articles[0].text.startswith("L'appel est clos")
    closed = offer("qui peut candidater", library, CLOSED).articles[0]
    assert closed.text.startswith("L'appel est clos")
    assert not closed.summary.startswith("L'appel est clos"), "it would hide what the answers differ by"


@pytest.mark.parametrize(
    ("query", "payload"),
    [("Date limite vague 2 ?", "date-limite-vague-2"), ("  ", "aide"), ("?!", "aide"), ("à " * 90, "a-" * 31 + "a")],
)
def test_the_link_carries_the_words(query: str, payload: str, library: Library) -> None:
    assert offer(query, library, ALIVE).payload == payload


def test_the_link_opens_the_conversation_with_the_answer(library: Library) -> None:
    payload = offer("Date limite vague 2 ?", library, ALIVE).payload
    incoming = Incoming("test", "1", "alice", f"/start {payload}", ALIVE)
    turn = take_turn(State(), incoming, library, Context(ALIVE))
    assert "12 février 2021" in turn.replies[-1].text.replace("\N{NO-BREAK SPACE}", " ")
