"""One message with all that a route may look at, and what comes of it. The routes themselves are in `turn`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from bot.conversation.talk.context import Context
from bot.conversation.talk.effects import Effect
from bot.conversation.talk.messages import Choice, Incoming, Reply
from bot.conversation.talk.state import Cursor, State
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.sheet import Sheet, ShortSheet
from knowledge.call.form import DossierForm, Form, HandedTo
from knowledge.library import Library
from knowledge.templates.plain import Plain


@dataclass(frozen=True, slots=True)
class Turn:
    """What one message changes: the new state, what is said, what must be done beside."""

    state: State
    replies: tuple[Reply, ...]
    effects: tuple[Effect, ...] = ()
    #: It cannot be taken without all that is kept about the person: to be taken again with that in the context.
    wants_own_data: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """One message with all that a route may look at."""

    state: State
    incoming: Incoming
    library: Library
    context: Context
    #: What was worked out about the message's words, by text: see `reading.heard`. Goes along with every change.
    worked_out: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def now(self) -> datetime:
        return self.context.now

    @property
    def form(self) -> DossierForm:
        """The form of the dossier. Only for what is reached with a dossier: there is none without a form."""
        assert self.library.call.form is not None
        return self.library.call.form

    def form_of(self, sheet: Sheet) -> Form:
        """Return the form that `sheet` fills, one that `sheet` gave."""
        return self.library.call.forms[sheet.reference] if isinstance(sheet, ShortSheet) else self.form

    def sheet(self, reference: str) -> Sheet | None:
        """Return the dossier or the short form that is still theirs to fill; None: there is none of this name."""
        if reference in self.library.call.forms:
            return self.state.sheets.get(reference)
        return self.context.dossier(reference) if self.library.call.form is not None else None

    def with_sheet(self, sheet: Sheet) -> Self:
        """Return the thread as it stands once `sheet` is kept."""
        if isinstance(sheet, ShortSheet):
            return self.with_state(sheets={**self.state.sheets, sheet.reference: sheet})
        assert isinstance(sheet, Dossier)
        others = tuple(each for each in self.context.dossiers if each.reference != sheet.reference)
        return replace(self, context=replace(self.context, dossiers=(sheet, *others)))

    @property
    def cursor(self) -> Cursor | None:
        """Where the person is in the form that they are filling; None when they fill none."""
        cursor = self.state.cursor
        if cursor is None or cursor.paused:
            return None
        return cursor if self.sheet(cursor.sheet) else None

    @property
    def dossier_cursor(self) -> Cursor | None:
        """Where the person is, or was, in a dossier that is still theirs."""
        return self.state.cursor_of([each.reference for each in self.context.dossiers])

    @property
    def dossier_in_hand(self) -> Dossier | None:
        """The dossier that is being filled or is on show."""
        return self.context.dossier(self.cursor.sheet) if self.cursor else None

    @property
    def is_press(self) -> bool:
        """Whether the person writes, or wrote, to the press desk: the applicants' form is not for them."""
        forms = self.library.call.forms
        is_writing = any(name in forms and forms[name].handed_to is HandedTo.PRESS for name in self.state.sheets)
        return is_writing or bool(self.context.press_requests)

    @property
    def phase(self) -> str:
        """The call's: "before", "open" or "closed"."""
        return self.library.renderer.phase(self.now)

    def text(self, message: str, **values: Plain) -> str:
        return self.library.say(message, self.now, **values)

    def say(self, message: str, /, *choices: Choice, **values: Plain) -> Reply:
        return Reply(self.text(message, **values), choices)

    def with_state(self, **changes: Any) -> Self:
        return replace(self, state=self.state.model_copy(update=changes))

    def turn(self, *replies: Reply, effects: Sequence[Effect] = (), **changes: Any) -> Turn:
        """Return the turn that says `replies` and changes these fields of the state."""
        return Turn(self.state.model_copy(update=changes), replies, tuple(effects))


#: A route takes the message, or returns None to leave it to the next.
Route = Callable[[Visit], Turn | None]
