"""Ticking is in place, and the buttons of a question that a button answered are taken away; see also the dialogues."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.conversation.talk.messages import Reply
from storage.engine.encryption import KeyRing
from tests.dialogues.player import Player, at
from tests.shipped import shipped


@pytest.fixture
def player(tmp_path: Path, keys: KeyRing) -> Iterator[Player]:
    player = Player(shipped(), tmp_path, keys, now=at(date(2020, 10, 15)))
    yield player
    player.close()


def until_several(player: Player) -> list[str]:
    """Fill the form up to a question of which several options may be ticked; return their labels."""
    player.says("je veux commencer un dossier")
    player.press("Oui, commençons")
    player.says("Dole")
    player.press("Dole (Jura)")
    (asked,) = player.press("Non, corriger")
    return [choice.label for choice in asked.choices]


def last_message(player: Player) -> tuple[str, Reply]:
    return list(player.shown["clerk"].items())[-1]


def test_ticking_options_changes_one_message(player: Player) -> None:
    first, second, *_ = until_several(player)
    message, _ = last_message(player)
    for label in (first, second):
        (reply,) = player.press(label)
        assert reply.edits == message
    (reply,) = player.press(f"✓ {first}")
    assert reply.edits == message
    assert [choice.label for choice in reply.choices if "✓" in choice.label] == [f"✓ {second}"]


def test_ticks_faster_than_they_are_shown_change_the_same_message(player: Player) -> None:
    first, second, *_ = until_several(player)
    message, asked = last_message(player)
    ids = {choice.label: choice.id for choice in asked.choices}
    deliver, player.deliver = player.deliver, list  # type: ignore[method-assign]
    player.says("", ids[first], message=message)
    player.says("", ids[second], message=message)
    player.deliver = deliver  # type: ignore[method-assign]
    assert [reply.edits for reply in player.deliver()] == [message, message]


def test_the_buttons_of_an_answered_question_are_taken_away(player: Player) -> None:
    first, *_ = until_several(player)
    message, _ = last_message(player)
    player.press(first)
    reply, *_ = player.press("C'est tout")
    assert (reply.edits, reply.closes) == (None, message)


def test_a_written_answer_takes_nothing_away(player: Player) -> None:
    until_several(player)
    reply, *_ = player.says("1")
    assert (reply.edits, reply.closes) == (None, None)
