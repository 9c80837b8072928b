"""A button pressed late, after other talk, destroys nothing, sends nothing and gives nothing away: it is asked anew."""

from datetime import UTC, datetime

import pytest

from bot.conversation.dossier.route import _VERBS
from bot.conversation.talk.choice_ids import PREFIX
from bot.conversation.talk.context import Context, Fresh
from bot.conversation.talk.effects import (
    DeleteDossier,
    EraseDocument,
    ErasePerson,
    OfferAccess,
    SaveDossier,
    SendPressRequest,
    TellDesks,
    TellOthers,
)
from bot.conversation.talk.messages import AskTeam, Incoming
from bot.conversation.talk.state import OfferedChoice, State
from bot.conversation.turn import take_turn
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import Document
from tests.shipped import shipped

NOW = datetime(2020, 10, 15, 9, 0, tzinfo=UTC)
REFERENCE = "K7R-M3W-X9A"
#: What cannot be undone, or goes to others.
GRAVE = (DeleteDossier, EraseDocument, ErasePerson, OfferAccess, SendPressRequest, TellDesks, TellOthers, AskTeam)
LATE = [f"{PREFIX}{REFERENCE}:{verb}:{part}:yes" for verb in _VERBS for part in ("", "7")]


def _press(choice: str, status: Status, *offered: str) -> tuple[object, ...]:
    dossier = Dossier(
        reference=REFERENCE,
        status=status,
        created_at=NOW,
        updated_at=NOW,
        consented_at=NOW,
        sent_at=None if status is Status.DRAFT else NOW,
        documents=(Document(id=7, name="a.pdf", size=9, caption="", sent_at=NOW, is_here=True),),
    )
    context = Context(now=NOW, dossiers=(dossier,), owned=frozenset({REFERENCE}), fresh=Fresh("X", "CODE"))
    state = State(offered=tuple(OfferedChoice(id=each, label="Oui") for each in offered))
    turn = take_turn(state, Incoming("test", "1", "claire", "", NOW, choice), shipped(), context)
    assert turn.replies
    return tuple(
        effect
        for effect in turn.effects
        if isinstance(effect, GRAVE) or (isinstance(effect, SaveDossier) and effect.dossier.status is Status.SENT)
    )


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SENT, Status.WITHDRAWN])
@pytest.mark.parametrize("choice", [*sorted(LATE), "privacy:yes", "press:send:yes", "team:yes"])
def test_a_button_pressed_late_does_nothing_grave(choice: str, status: Status) -> None:
    assert _press(choice, status) == ()


def test_a_yes_to_what_is_on_show_is_a_yes() -> None:
    choice = f"{PREFIX}{REFERENCE}:del::yes"
    assert any(isinstance(each, DeleteDossier) for each in _press(choice, Status.DRAFT, choice))
