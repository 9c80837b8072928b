"""How much one person may have here at a time, and what they are told beyond."""

import pytest

from bot.conversation.talk.context import Context, Fresh
from bot.conversation.talk.document_types import LIMIT
from bot.conversation.talk.effects import FetchAttachment, SaveDossier
from bot.conversation.talk.messages import Attachment, Incoming
from bot.conversation.talk.quotas import MOST_DOCUMENTS, MOST_DRAFTS, MOST_IN_THREAD, MOST_MEGABYTES, Tally, divide
from bot.conversation.talk.state import SentDocument, State
from bot.conversation.turn import Turn, take_turn
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import KeptAnswer
from knowledge.library import Library
from tests.bot.conversation.conftest import ALIVE

FRESH = Fresh("ZZZ-ZZZ-ZZZ", "CODE")


def drafts(count: int, status: Status = Status.DRAFT) -> tuple[Dossier, ...]:
    names = [f"AAA-AAA-{number:03}" for number in range(count)]
    answers = {"needs": KeptAnswer(value="x", shown="x")}
    return tuple(
        Dossier(reference=name, created_at=ALIVE, updated_at=ALIVE, consented_at=ALIVE, status=status, answers=answers)
        for name in names
    )


def context(own: tuple[Dossier, ...], tally: Tally | None = None) -> Context:
    owned = frozenset(each.reference for each in own)
    return Context(ALIVE, FRESH, own, owned=owned, tally=tally or Tally())


def begin(library: Library, given: Context) -> Turn:
    turn = take_turn(State(), Incoming("test", "1", "alice", "", ALIVE, "d::new"), library, given)
    yes = next((choice.id for reply in turn.replies for choice in reply.choices if choice.id.endswith("yes")), None)
    if yes is None:
        return turn
    return take_turn(turn.state, Incoming("test", "2", "alice", "", ALIVE, yes), library, given)


def test_a_person_begins_so_many_dossiers_and_is_then_shown_those_there_are(library: Library) -> None:
    assert any(isinstance(each, SaveDossier) for each in begin(library, context(drafts(MOST_DRAFTS - 1))).effects)
    turn = begin(library, context(drafts(MOST_DRAFTS)))
    assert turn.effects == ()
    assert "transmettez-en un ou supprimez-en un" in turn.replies[0].text
    assert len(turn.replies[0].choices) == MOST_DRAFTS


def test_what_was_sent_or_is_a_colleagues_does_not_count(library: Library) -> None:
    sent = drafts(MOST_DRAFTS, Status.SENT)
    assert any(isinstance(each, SaveDossier) for each in begin(library, context(sent)).effects)
    shared = Context(ALIVE, FRESH, drafts(MOST_DRAFTS))
    assert any(isinstance(each, SaveDossier) for each in begin(library, shared).effects)


def test_a_yes_to_an_old_screen_begins_none_beyond_the_limit(library: Library) -> None:
    before = take_turn(State(), Incoming("test", "1", "a", "", ALIVE, "d::new"), library, context(drafts(1)))
    yes = next(choice.id for reply in before.replies for choice in reply.choices if choice.id.endswith("yes"))
    turn = take_turn(before.state, Incoming("test", "2", "a", "", ALIVE, yes), library, context(drafts(MOST_DRAFTS)))
    assert not any(isinstance(each, SaveDossier) for each in turn.effects)


@pytest.mark.parametrize(
    ("tally", "is_thread", "room"),
    [
        (Tally(), False, 3),
        (Tally(MOST_DOCUMENTS - 1), False, 1),
        (Tally(1, MOST_MEGABYTES * 1024 * 1024 - 2 * LIMIT), False, 2),
        (Tally(MOST_IN_THREAD, 0, MOST_IN_THREAD - 2), True, 2),
        (Tally(MOST_IN_THREAD, 0, MOST_IN_THREAD), False, 3),
    ],
)
def test_each_limit_is_kept_and_order_too(tally: Tally, is_thread: bool, room: int) -> None:
    sent = [
        SentDocument(attachment=Attachment(name, name, "application/pdf", LIMIT), caption="")
        for name in ("a", "b", "c")
    ]
    fit, beyond = divide(sent, tally, is_thread=is_thread)
    assert (fit, beyond) == (sent[:room], sent[room:])


def test_what_is_beyond_is_named_with_what_can_be_done(library: Library) -> None:
    dossier = drafts(1)
    incoming = Incoming("test", "1", "a", "", ALIVE, attachments=(Attachment("r", "a.pdf", "application/pdf", 9),))
    turn = take_turn(State(), incoming, library, context(dossier, Tally(MOST_DOCUMENTS)))
    assert not any(isinstance(each, FetchAttachment) for each in turn.effects)
    assert "« a.pdf » n'est pas retenu" in turn.replies[0].text
    assert "transmettez un dossier" in turn.replies[0].text.lower()
