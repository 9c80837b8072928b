"""Erasing one's data: what is said before, on which yes, what is done, and what others are then told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.form.summary import place_name
from bot.conversation.talk.context import OwnData
from bot.conversation.talk.effects import Effect, ErasePerson, TellDesks, TellOthers
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.fate import Fate, fate_of
from bot.conversation.values.moves import Status
from knowledge.call.privacy import stated
from knowledge.library import Library

YES, NO = "privacy:erase:yes", "privacy:erase:no"
#: What the storage says of a thread that is over.
_CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Parting:
    """What an erasure is about to do: to each dossier, and to threads that are open."""

    fates: Sequence[tuple[Dossier, Fate]]
    threads: Sequence[int]
    #: The staff do not let them write any more, and this outlives their data.
    is_banned: bool


def parting(own: OwnData, dossiers: Sequence[Dossier], owned: frozenset[str], library: Library) -> Parting:
    rule = library.call.privacy.handed_over
    fates = [
        (each, fate_of(each, owned=each.reference in owned, shared=each.reference in own.shared, rule=rule))
        for each in dossiers
    ]
    open_threads = [row["id"] for row in own.rows.get("threads", ()) if row["status"] != _CLOSED]
    is_banned = any(row["banned_at"] is not None for row in own.rows.get("recipients", ()))
    return Parting(fates, open_threads, is_banned)


def describe(leaving: Parting, library: Library, now: datetime, message: str) -> str:
    """Return `message`, which says what becomes of what, before or after."""
    privacy = library.call.privacy
    told = [
        {
            "name": place_name(each, library, now),
            "reference": None if each.status is Status.DRAFT else each.reference,
            "fate": fate.value,
        }
        for each, fate in leaving.fates
    ]
    contact = stated(privacy)["contact"]
    months = privacy.retention.dossiers_months
    return library.say(message, now, dossiers=told, months=months, contact=contact, is_banned=leaving.is_banned)


def farewells(leaving: Parting, library: Library, now: datetime) -> tuple[Effect, ...]:
    """Return the erasure, and what the staff and colleagues are told once it is done."""
    effects: list[Effect] = [ErasePerson(tuple((each.reference, fate) for each, fate in leaving.fates))]
    for dossier, fate in leaving.fates:
        if fate is Fate.KEPT:
            told = library.say("desk_parted", now, reference=dossier.reference)
            effects.append(TellDesks(Reply(told), dossier.reference))
        elif fate in (Fate.WITHDRAWN, Fate.ERASED) and dossier.sent_at is not None:
            effects.append(TellDesks(Reply(library.say("desk_erased", now, reference=dossier.reference))))
        elif fate in (Fate.LEFT, Fate.PASSED_ON):
            name = place_name(dossier, library, now)
            message = "others_left" if fate is Fate.LEFT else "others_passed_on"
            effects.append(TellOthers(dossier.reference, Reply(library.say(message, now, name=name))))
    effects += [TellDesks(Reply(library.say("desk_erased_thread", now, thread=each))) for each in leaving.threads]
    return tuple(effects)


# --- in conversation


def ask(visit: Visit, own: OwnData) -> Turn:
    """Say what would be erased and what not, and ask for a yes."""
    choices = (
        Choice(YES, visit.text("erase_yes")),
        Choice("privacy:copy", visit.text("erase_copy_first")),
        Choice(NO, visit.text("erase_no")),
    )
    text = describe(_parting(visit, own), visit.library, visit.now, "erase_confirm")
    return visit.turn(Reply(text, choices))


def erase(visit: Visit, own: OwnData) -> Turn:
    """Erase, on a yes to the screen that is on show; a yes to an older one shows it anew."""
    if all(choice.id != YES for choice in visit.state.offered):
        return ask(visit, own)
    leaving = _parting(visit, own)
    text = describe(leaving, visit.library, visit.now, "erased")
    return visit.turn(Reply(text, is_fleeting=True), effects=farewells(leaving, visit.library, visit.now))


def _parting(visit: Visit, own: OwnData) -> Parting:
    return parting(own, visit.context.dossiers, visit.context.owned, visit.library)
