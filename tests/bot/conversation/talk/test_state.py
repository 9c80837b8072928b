"""A state that was kept long ago is still readable, and where it led still leads there."""

from typing import Any

import pytest

from bot.conversation.talk.state import State

AT = "2020-10-15T10:00:00Z"
PRESS: dict[str, Any] = {
    "step": "deadline",
    "answers": {"medium": {"value": "AFP", "shown": "AFP"}, "subject": {"value": "Un sujet", "shown": "Un sujet"}},
    "pending": {"value": "at-once", "shown": "dès que possible"},
    "doubted": None,
    "paused": False,
    "asked_at": AT,
}
CURSOR: dict[str, Any] = {"dossier": "K7R-M3W-X9A", "question": "courriel", "paused": True, "asked_at": AT}


def read(**kept: Any) -> State:
    return State.model_validate({"version": 1, **kept})


def test_a_request_that_was_being_written_is_in_hand_and_the_dossier_aside() -> None:
    state = read(press=PRESS, cursor=CURSOR)
    assert state.cursor
    assert (state.cursor.sheet, state.cursor.question) == ("press", "deadline")
    assert state.cursor.pending
    assert {key: each.shown for key, each in state.sheets["press"].answers.items()} == {
        "medium": "AFP",
        "subject": "Un sujet",
    }
    assert [each.sheet for each in state.aside] == ["K7R-M3W-X9A"]


def test_a_request_that_was_put_aside_stays_aside() -> None:
    state = read(press={**PRESS, "paused": True}, cursor={**CURSOR, "paused": False})
    assert state.cursor
    assert state.cursor.sheet == "K7R-M3W-X9A"
    assert [each.sheet for each in state.aside] == ["press"]
    assert read(press={**PRESS, "step": None}).cursor.question is None  # type: ignore[union-attr]


@pytest.mark.parametrize("press", [None, {**PRESS, "answers": {}}])
def test_it_is_kept_again_in_the_shape_of_now(press: dict[str, Any] | None) -> None:
    state = read(press=press, written={"message": "1", "dossier": "K7R-M3W-X9A", "question": "courriel"})
    assert State.model_validate_json(state.model_dump_json()) == state
    assert "press" not in state.model_dump()
