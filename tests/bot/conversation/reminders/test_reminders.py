"""Reminders that are planned end in whatever words they are to."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.conversation.talk.context import Context, Fresh
from bot.conversation.talk.effects import StopReminders
from bot.conversation.talk.messages import Incoming
from bot.conversation.talk.state import State
from bot.conversation.talk.visit import Turn
from bot.conversation.turn import take_turn
from bot.conversation.values.deadline_plan import plan
from tests.bot.conversation.conftest import ALIVE
from tests.shipped import shipped

NEVER_AGAIN = (
    "ne me rappelez plus",
    "stop les rappels",
    "plus de messages svp",
    "arretez de m'écrire",
    "on ne veut plus de vos relances",
    "désinscrivez-moi",
    "ne nous envoyez plus rien",
)


def told(text: str, *, is_reminded: bool) -> Turn:
    facts = shipped().call.facts
    planned = plan(facts, facts.waves[1], ZoneInfo("Europe/Paris")) if is_reminded else ()
    context = replace(Context(ALIVE, fresh=Fresh("ABC-DEF-GHJ", "CODE-CODE-CODE")), reminders=planned)
    return take_turn(State(noticed="open"), Incoming("test", "1", "clerk", text, ALIVE), shipped(), context)


@pytest.mark.parametrize("text", NEVER_AGAIN, ids=str)
def test_who_is_reminded_can_end_it_in_any_words(text: str) -> None:
    turn = told(text, is_reminded=True)
    assert StopReminders(None) in turn.effects
    assert "je ne vous enverrai plus de rappel" in turn.replies[0].text


def test_who_is_not_reminded_and_wants_no_call_is_told_that_nobody_calls() -> None:
    turn = told("ne me rappelez plus", is_reminded=False)
    assert not turn.effects
    assert "rien ne part à l'équipe" in turn.replies[0].text


@pytest.mark.parametrize(
    "text", ["rappelez-moi avant la vague 2", "quand ferme la vague 2", "arrêtez-moi si je me trompe"], ids=str
)
def test_other_words_end_nothing(text: str) -> None:
    assert StopReminders(None) not in told(text, is_reminded=True).effects
