"""Where a form is kept while it is filled, and what differs by it: a dossier in rows, a short form in the state."""

from collections.abc import Sequence
from typing import Protocol

from bot.conversation.form.of_dossier import OfDossier
from bot.conversation.form.of_short_form import OfShortForm
from bot.conversation.talk.effects import Effect
from bot.conversation.talk.messages import Choice
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.dossier import Dossier, Event
from bot.conversation.values.sheet import Sheet, ShortSheet
from knowledge.call.form import Question


class Keeping(Protocol):
    """One sheet as it stands, at the message in hand."""

    @property
    def insists(self) -> bool:
        """Whether a required question is insisted on; else it may be passed over for now."""

    @property
    def is_read_over(self) -> bool:
        """Whether the whole, once on show, waits for an answer as a question does."""

    def refuse(self, question: Question | None) -> Turn | None:
        """Say why the answer may not be changed now; None where it may."""

    def next(self, after: str | None) -> Question | None:
        """Return what is asked next, first of all after the question `after`; None: the whole is to be shown."""

    def effects(self, changed: Sheet, events: Sequence[Event]) -> Sequence[Effect]:
        """Return what keeps the change, and tells those who follow the sheet."""

    def next_step(self, changed: Sheet) -> Choice | None:
        """Return what can be done at once now that all is there that is required; None: it was, or is not yet."""

    def acknowledgement(self, changed: Sheet) -> str:
        """Return the name of the message that says what was understood."""

    def elsewhere(self, question: Question, lead: str) -> Turn | None:
        """Send the person to another sheet, where what they answered says that it is there; None: go on here."""

    def show(self, lead: str | None) -> Turn:
        """Show where the sheet is once nothing more is asked."""

    def show_whole(self, lead: str | None) -> Turn:
        """Show all the answers, with what can be done."""

    def waits(self, ask: str) -> str:
        """Return one line that says what waits; `ask`: the question."""

    def resume(self) -> Choice:
        """Return the choice that comes back to it."""


def keeping_of(visit: Visit, sheet: Sheet) -> Keeping:
    if isinstance(sheet, ShortSheet):
        return OfShortForm(visit, sheet)
    assert isinstance(sheet, Dossier)
    return OfDossier(visit, sheet)
