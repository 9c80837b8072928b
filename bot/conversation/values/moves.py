"""The states of a dossier and the moves between them, in one table. What is not in it cannot happen."""

from collections.abc import Mapping
from enum import StrEnum


class Status(StrEnum):
    DRAFT = "draft"
    SENT = "sent"  # handed to the staff, nobody has it yet
    TAKEN = "taken"
    ASKED = "asked"  # the staff wait for the town to complete it
    COMPLETED = "completed"  # the town has
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What somebody does to a dossier; the town's first, then the staff's."""

    SEND = "send"
    EDIT = "edit"
    COMPLETE = "complete"
    WITHDRAW = "withdraw"
    RESUME = "resume"
    DELETE = "delete"
    TAKE = "take"
    RELEASE = "release"
    PASS_ON = "pass_on"
    ASK = "ask"
    ANSWER = "answer"
    NOTE = "note"
    CLOSE = "close"
    REOPEN = "reopen"


_DRAFT, _SENT, _TAKEN, _ASKED = Status.DRAFT, Status.SENT, Status.TAKEN, Status.ASKED
_COMPLETED, _CLOSED, _WITHDRAWN = Status.COMPLETED, Status.CLOSED, Status.WITHDRAWN

#: (where it is, what is done) -> where it then is.
MOVES: Mapping[tuple[Status, Move], Status] = {
    (_DRAFT, Move.EDIT): _DRAFT,
    (_DRAFT, Move.SEND): _SENT,
    (_DRAFT, Move.DELETE): _DRAFT,  # it is then gone
    (_SENT, Move.EDIT): _SENT,
    (_TAKEN, Move.EDIT): _TAKEN,
    (_ASKED, Move.EDIT): _ASKED,
    (_COMPLETED, Move.EDIT): _COMPLETED,
    (_ASKED, Move.COMPLETE): _COMPLETED,
    (_SENT, Move.WITHDRAW): _WITHDRAWN,
    (_TAKEN, Move.WITHDRAW): _WITHDRAWN,
    (_ASKED, Move.WITHDRAW): _WITHDRAWN,
    (_COMPLETED, Move.WITHDRAW): _WITHDRAWN,
    (_WITHDRAWN, Move.RESUME): _DRAFT,
    (_WITHDRAWN, Move.DELETE): _WITHDRAWN,
    # Who holds a dossier is kept beside its state: one that waits for the town can change hands.
    (_SENT, Move.TAKE): _TAKEN,
    (_ASKED, Move.TAKE): _ASKED,
    (_COMPLETED, Move.TAKE): _COMPLETED,
    (_SENT, Move.PASS_ON): _TAKEN,
    (_TAKEN, Move.PASS_ON): _TAKEN,
    (_ASKED, Move.PASS_ON): _ASKED,
    (_COMPLETED, Move.PASS_ON): _COMPLETED,
    (_CLOSED, Move.PASS_ON): _CLOSED,
    (_TAKEN, Move.RELEASE): _SENT,
    (_ASKED, Move.RELEASE): _ASKED,
    (_COMPLETED, Move.RELEASE): _COMPLETED,
    (_TAKEN, Move.ASK): _ASKED,
    (_ASKED, Move.ASK): _ASKED,
    (_COMPLETED, Move.ASK): _ASKED,
    (_TAKEN, Move.ANSWER): _TAKEN,
    (_ASKED, Move.ANSWER): _ASKED,
    (_COMPLETED, Move.ANSWER): _COMPLETED,
    (_CLOSED, Move.ANSWER): _CLOSED,
    **{(status, Move.NOTE): status for status in Status if status is not _DRAFT},
    (_TAKEN, Move.CLOSE): _CLOSED,
    (_ASKED, Move.CLOSE): _CLOSED,
    (_COMPLETED, Move.CLOSE): _CLOSED,
    (_CLOSED, Move.REOPEN): _TAKEN,
}


def after(status: Status, move: Move) -> Status | None:
    """Return the state after `move`, None if it is not allowed here."""
    return MOVES.get((status, move))
