"""The staff's templates of replies, filled with what is known of a dossier or of a person who writes. Sends nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.base.wording import texts
from bot.conversation.values.about import About
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.member import Member
from bot.conversation.values.sheet import answer_of, missing_questions
from bot.desk.desk import Desk
from bot.desk.subjects import town_of
from bot.services.dossiers import read_dossiers
from knowledge.call.desk.filling import fill_reply
from knowledge.call.form import FieldType
from knowledge.language.written import write_short_date
from storage import dossiers, threads
from storage.engine.database import Transaction


@dataclass(frozen=True, slots=True)
class ReadyReply:
    """A template for one subject: the text as it would leave, or the places that keep it from leaving."""

    id: str
    label: str
    text: str
    #: As the staff call them: « la personne à joindre »; empty: it can leave.
    missing: tuple[str, ...]

    @property
    def can_leave(self) -> bool:
        return not self.missing


def list_replies(
    desk: Desk, transaction: Transaction, about: str, staff: Member, now: datetime, *, sees_dossiers: bool = True
) -> Sequence[ReadyReply]:
    """Return the call's templates of replies, filled for a dossier or a thread.

    `sees_dossiers`: not for who answers the press alone: what a dossier says fills nothing then.
    """
    known = known_of(desk, transaction, about, staff, now) if sees_dossiers else {"staff": staff.name}
    called = texts("places")
    ready = []
    for template in desk.library.call.replies:
        filled = fill_reply(desk.library.renderer, template, known, now)
        missing = tuple(called[name] for name in filled.missing)
        ready.append(ReadyReply(template.id, template.label, filled.text, missing))
    return ready


def find_reply(
    desk: Desk,
    transaction: Transaction,
    about: str,
    reply_id: str,
    staff: Member,
    now: datetime,
    *,
    sees_dossiers: bool = True,
) -> ReadyReply | None:
    ready = list_replies(desk, transaction, about, staff, now, sees_dossiers=sees_dossiers)
    return next((each for each in ready if each.id == reply_id), None)


def known_of(
    desk: Desk, transaction: Transaction, about: str, staff: Member, now: datetime
) -> Mapping[str, str | None]:
    """Return what the places of a template are filled with; None for what is not known."""
    dossier = _dossier_of(desk, transaction, About(about))
    number = About(about).thread
    if dossier is None:
        thread = threads.find(transaction, number) if number is not None else None
        town = town_of(desk, transaction, thread.recipient_id, now) if thread else None
        return {"town": town, "staff": staff.name}
    form = desk.form
    place, person, aimed = (
        answer_of(form, dossier, kind) for kind in (FieldType.PLACE, FieldType.PERSON, FieldType.WAVE)
    )
    wave = desk.library.call.facts.wave(aimed.value) if aimed else None
    missing = [question.label for question in missing_questions(form, dossier)]
    return {
        "town": place.shown if place else None,
        # « Claire Martin, DGS » is greeted by her name.
        "person": person.shown.partition(",")[0].strip() if person else None,
        "reference": dossier.reference,
        "wave": desk.library.say("wave_called", now, number=wave.number) if wave else None,
        "wave_day": write_short_date(wave.closes_on) if wave else None,
        "missing": ", ".join(missing) or None,
        "staff": staff.name,
    }


def _dossier_of(desk: Desk, transaction: Transaction, about: About) -> Dossier | None:
    """Return the dossier that is named, or with which the thread began, once it was sent."""
    kept = dossiers.find(transaction, about.reference) if about.reference is not None else None
    if about.thread is not None:
        thread = threads.find(transaction, about.thread)
        if thread is not None and thread.dossier_id is not None:
            kept = dossiers.find_by_id(transaction, thread.dossier_id)
    for _, dossier in read_dossiers(transaction, [kept] if kept else [], desk.library):
        if dossier.sent_at is not None:
            return dossier
    return None
