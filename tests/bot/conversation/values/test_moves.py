"""The table of a dossier's states: what may follow what, and that nothing else may."""

import pytest

from bot.conversation.values.moves import MOVES, Move, Status, after

#: Each state, and the moves that its letters stand for.
ALLOWED = {
    Status.DRAFT: {Move.EDIT, Move.SEND, Move.DELETE},
    Status.SENT: {Move.EDIT, Move.WITHDRAW, Move.TAKE, Move.PASS_ON, Move.NOTE},
    Status.TAKEN: {
        Move.EDIT, Move.WITHDRAW, Move.RELEASE, Move.PASS_ON, Move.ASK, Move.ANSWER, Move.NOTE, Move.CLOSE,
    },
    Status.ASKED: {
        Move.EDIT, Move.COMPLETE, Move.WITHDRAW, Move.TAKE, Move.RELEASE, Move.PASS_ON, Move.ASK, Move.ANSWER,
        Move.NOTE, Move.CLOSE,
    },
    Status.COMPLETED: {
        Move.EDIT, Move.WITHDRAW, Move.TAKE, Move.RELEASE, Move.PASS_ON, Move.ASK, Move.ANSWER, Move.NOTE, Move.CLOSE,
    },
    Status.CLOSED: {Move.PASS_ON, Move.ANSWER, Move.NOTE, Move.REOPEN},
    Status.WITHDRAWN: {Move.RESUME, Move.DELETE, Move.NOTE},
}  # fmt: skip


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("move", Move)
def test_what_the_table_does_not_allow_does_not_happen(status: Status, move: Move) -> None:
    assert (after(status, move) is not None) == (move in ALLOWED[status])


def test_the_way_of_a_dossier() -> None:
    status: Status | None = Status.DRAFT
    for move in (Move.SEND, Move.TAKE, Move.ASK, Move.COMPLETE, Move.ASK, Move.COMPLETE, Move.CLOSE, Move.REOPEN):
        assert status is not None
        status = after(status, move)
    assert status is Status.TAKEN


def test_every_state_can_be_reached_and_left() -> None:
    assert {to for (start, _), to in MOVES.items() if start is not to} == set(Status)
    assert {start for start, _ in MOVES} == set(Status)
