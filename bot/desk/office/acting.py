"""An operation that a page asks for: who may is asked first, it counts once, and it is written down with what it did.

What is done is the one table of every desk: `bot.desk.orders.table`.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.base.wording import text, texts
from bot.conversation.values.about import About
from bot.conversation.values.member import Member
from bot.desk.desk import Desk, Told
from bot.desk.office.entry import Signed
from bot.desk.office.roles import Right, Role, has, may_do, may_open
from bot.desk.orders.order import Order
from bot.desk.orders.seen import Seen, find_newer, holder_of
from bot.desk.orders.table import operation_of
from bot.desk.verbs import VERBS, Verb, Words
from bot.search.listing import lock_standing
from bot.services.staff import read_members
from storage import answer_drafts, audit, said_once, staff_access, threads
from storage.engine.database import Transaction


class NotAllowed(Exception):
    """There is no such thing for this member: which of both it is, they are not told."""


class NothingDone(Exception):
    """Rolls back what an operation that was refused had begun."""

    def __init__(self, told: Told, why: object = None) -> None:
        """`why`: what is to be shown with it."""
        super().__init__()
        self.told = told
        self.why = why


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation asked for."""

    verb: Verb
    about: About
    #: What makes it count once.
    key: str
    words: str = ""
    #: The question of the form that a complement is asked of; the number of the colleague it is handed to.
    choice: str | None = None
    #: The key of the form that had kept the draft that this was begun with; "": there was none.
    follows: str = ""
    #: How it stood on the list that it was asked for on, where that counts: what changed since is left alone.
    stood: str | None = None
    #: What its page showed, where that counts: what others did since is shown first.
    seen: Seen | None = None


def act(transaction: Transaction, desk: Desk, signed: Signed, asked: Asked, now: datetime) -> Told:
    """Do what is asked for. Errors: NotAllowed; NothingDone, for `Office.act` to catch outside of the transaction."""
    if not may_do(transaction, signed.role, asked.verb, asked.about):
        raise NotAllowed
    if not said_once.claim(transaction, f"desk:{signed.member.id}", asked.key, now):
        return Told(True, text("desk", "done-already"))
    if asked.stood is not None:
        stands = lock_standing(transaction, asked.about)
        if _has_followed(transaction, signed, asked):
            return Told(True, text("desk", "done-already"))
        if stands != asked.stood:
            raise NothingDone(Told(False, text("desk_together", "changed"), has_moved=True))
    if asked.seen is not None:
        _unless_newer(transaction, desk, signed, asked, asked.seen, now)
    told = _done(transaction, desk, signed, asked, now)
    if not told.is_done:
        raise NothingDone(told)
    audit.record(transaction, signed.member.id, asked.verb.value, asked.about, now, to=told.to)
    if VERBS[asked.verb].is_drafted:
        answer_drafts.settle(transaction, signed.member.id, asked.about, asked.verb.value, (asked.key, asked.follows))
    of_threads = texts("desk_done_thread") if asked.about.thread is not None else {}
    words = of_threads.get(asked.verb) or texts("desk_done").get(asked.verb)
    return Told(True, words) if words is not None else told


#: What is written to the town on the strength of all that was said and done.
_ON_ALL = frozenset({Verb.CLOSE, Verb.ASK})


def _unless_newer(
    transaction: Transaction, desk: Desk, signed: Signed, asked: Asked, seen: Seen, now: datetime
) -> None:
    """Refuse what its author would not have asked for, had they seen what others did. Errors: NothingDone."""
    if asked.verb is Verb.TAKE_OVER:
        holder = holder_of(transaction, desk, asked.about)
        if (holder.id if holder else None) != seen.holder and not signed.member.is_same(holder):
            which = "charge-changed" if holder else "charge-free"
            raise NothingDone(Told(False, text("desk", which, holder=holder.shown if holder else "")))
    elif asked.verb in _ON_ALL:
        sees_all = has(signed.role, Right.DOSSIERS)
        newer = find_newer(transaction, desk, asked.about, signed.member, seen, now, sees_all=sees_all)
        if newer is not None:
            raise NothingDone(Told(False, text("desk", "overtaken")), newer)


def _has_followed(transaction: Transaction, signed: Signed, asked: Asked) -> bool:
    """Whether it is a thread that went, with its dossier, to whom it was to go."""
    thread = threads.find(transaction, asked.about.thread) if asked.about.thread is not None else None
    to = asked.choice if asked.verb is Verb.HAND else str(signed.member.id)
    return thread is not None and thread.dossier_id is not None and str(thread.holder_id) == to


def _done(transaction: Transaction, desk: Desk, signed: Signed, asked: Asked, now: datetime) -> Told:
    if VERBS[asked.verb].words is Words.NEEDED and not asked.words.strip():
        return Told(False, text("desk", "words-wanted"))
    if asked.verb is Verb.ASK and not (asked.choice and asked.words.strip()):
        return Told(False, text("desk", "words-wanted"))
    if asked.verb is Verb.HAND and asked.choice not in _numbers(colleagues(transaction, asked.about, signed)):
        return Told(False, text("desk", "whom-cannot" if asked.choice else "whom-wanted"))
    return operate(transaction, desk, signed.member, signed.role, asked, now)


def operate(transaction: Transaction, desk: Desk, member: Member, role: Role, asked: Asked, now: datetime) -> Told:
    """Do it as the group does, for who was found to be allowed. Errors: NotAllowed for what nothing does."""
    words, is_press = asked.words.strip(), role is Role.PRESS
    order = Order(
        asked.verb,
        asked.about.kind,
        asked.about.name,
        member,
        words,
        asked.choice,
        is_press=is_press,
        sees_dossiers=has(role, Right.DOSSIERS),
    )
    operation = operation_of(order)
    if operation is None:
        raise NotAllowed
    done = operation(desk, transaction, order, now)
    return Told(done.is_done, done.text, to=done.to if isinstance(done, Told) else None)


def _numbers(members: list[Member]) -> list[str | None]:
    return [str(each.id) for each in members]


def colleagues(transaction: Transaction, about: About, signed: Signed) -> list[Member]:
    """Return to whom it may be handed: who could open it here, and who is known from the group alone."""
    accesses = {each.member_id: each for each in staff_access.list_all(transaction)}
    found = []
    for member in read_members(transaction).values():
        access = accesses.get(member.id)
        may = access is None or (access.revoked_at is None and may_open(transaction, Role(access.role), about))
        if may and not member.is_same(signed.member):
            found.append(member)
    return found


def list_colleagues(transaction: Transaction, signed: Signed) -> list[Member]:
    """Return to whom something of the list may be handed; of each thing, `colleagues` says it for sure."""
    accesses = {each.member_id: each for each in staff_access.list_all(transaction)}
    shut = {
        number
        for number, access in accesses.items()
        if access.revoked_at is not None or not has(Role(access.role), Right.INBOX)
    }
    members = read_members(transaction).values()
    return [each for each in members if each.id not in shut and not each.is_same(signed.member)]


def look(transaction: Transaction, signed: Signed, about: About, now: datetime, action: str = "look") -> None:
    """Write down that a member looks at something. Errors: NotAllowed."""
    if not may_open(transaction, signed.role, about):
        raise NotAllowed
    audit.record(transaction, signed.member.id, action, about, now)
