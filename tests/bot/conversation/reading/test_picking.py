"""A choice is picked by its button, its number, its label, or yes and no."""

from datetime import UTC, datetime

import pytest

from bot.conversation.reading.picking import Picked, Unoffered, read_pick
from bot.conversation.talk.messages import Incoming
from bot.conversation.talk.state import OfferedChoice

OFFERED = (
    OfferedChoice(id="e:dates", label="Quelles sont les dates ?"),
    OfferedChoice(id="team:yes", label="Oui, transmettre"),
    OfferedChoice(id="team:no", label="Non merci"),
)
WORDS = {"yes": ["oui"], "no": ["non"]}


def incoming(text: str, choice: str | None = None) -> Incoming:
    return Incoming("test", "1", "alice", text, datetime(2020, 10, 15, tzinfo=UTC), choice)


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("1", Picked("e:dates")),
        ("3.", Picked("team:no")),
        ("2)", Picked("team:yes")),
        ("quelles sont les dates", Picked("e:dates")),
        ("NON MERCI", Picked("team:no")),
        ("oui", Picked("team:yes")),
        ("non", Picked("team:no")),
        ("4", Unoffered()),
        ("0", Unoffered()),
        ("qui peut candidater ?", None),
    ],
)
def test_what_is_typed_picks(text: str, picked: Picked | Unoffered | None) -> None:
    assert read_pick(incoming(text), OFFERED, WORDS) == picked


def test_a_button_picks_whatever_is_offered_now() -> None:
    assert read_pick(incoming("", "e:old"), (), WORDS) == Picked("e:old")


def test_a_number_is_a_text_when_nothing_is_offered() -> None:
    assert read_pick(incoming("2"), (), WORDS) is None


def test_what_stands_before_the_colon_picks_where_nothing_else_begins_so() -> None:
    offered = (
        OfferedChoice(id="e:courriel", label="Courriel : c.martin@dole.org"),
        OfferedChoice(id="e:un", label="Répondre : Un"),
        OfferedChoice(id="e:deux", label="Répondre : Deux"),
    )
    assert read_pick(incoming("courriel"), offered, WORDS) == Picked("e:courriel")
    assert read_pick(incoming("répondre"), offered, WORDS) is None


def test_yes_picks_nothing_where_no_yes_is_offered() -> None:
    assert read_pick(incoming("oui"), OFFERED[:1], WORDS) is None
