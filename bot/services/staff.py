"""Between the members of the staff and the storage: who writes, who is named, and how those alike are told apart."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from bot.base.wording import text
from bot.conversation.talk.messages import StaffMessage
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.member import Member
from knowledge.language.text import fold
from storage import staff_members
from storage.engine.database import Transaction
from storage.staff_members import Account, KeptMember
from storage.threads import Author


def recognise(transaction: Transaction, message: StaffMessage, now: datetime) -> Member:
    """Return who wrote a message of the staff's group."""
    account = Account(message.channel, message.member, message.staff, message.username)
    known = staff_members.recognise(transaction, account, now)
    return read_members(transaction)[known.id]


def read_members(transaction: Transaction) -> Mapping[int, Member]:
    """Return all members by their ids, those of one name told apart."""
    kept = staff_members.list_all(transaction)
    counted = Counter(fold(each.name) for each in kept)
    return {each.id: _member(each, is_alone=counted[fold(each.name)] == 1) for each in kept}


def _member(kept: KeptMember, *, is_alone: bool) -> Member:
    mark = "" if is_alone else f"@{kept.username}" if kept.username else text("staff", "mark", id=kept.id)
    return Member(id=kept.id, name=kept.name, mark=mark, username=kept.username)


def find_members(transaction: Transaction, named: str) -> tuple[Member, ...]:
    """Return who is meant by « 12 », « telegram:201 », « @marie », « Marie (nº 12) » or « Marie »."""
    members = read_members(transaction)
    named = named.strip()
    if named.isdecimal() and len(named) < 10 and int(named) in members:
        return (members[int(named)],)
    channel, _, address = named.partition(":")
    by_account = staff_members.find_by_account(transaction, channel, address) if address else None
    if by_account is not None:
        return (members[by_account.id],)
    if named.startswith("@"):
        ids = [each.id for each in staff_members.list_all(transaction) if fold(f"@{each.username}") == fold(named)]
        return tuple(members[each] for each in ids)
    sought = fold(named)
    shown = tuple(each for each in members.values() if fold(each.shown) == sought)
    return shown or tuple(each for each in members.values() if fold(each.name) == sought)


def guess_members(transaction: Transaction, named: str) -> tuple[Member, ...]:
    """Return whose name begins with, or holds, the word `named`: « Dupont » for « Marie Dupont »."""
    sought = fold(named.strip().removeprefix("@"))
    names = {each: fold(each.name) for each in read_members(transaction).values()}
    return tuple(each for each, name in names.items() if sought and (name.startswith(sought) or sought in name.split()))


def make_member(transaction: Transaction, name: str, now: datetime) -> Member:
    """Return a new member, who is known by name alone until somebody of that name writes."""
    made = staff_members.add(transaction, name, now)
    return read_members(transaction)[made.id]


def author_of(member: Member) -> Author:
    """Return how a message of a member's is signed where it is kept."""
    return member.name, member.id


def with_holders(transaction: Transaction, dossiers: list[Dossier]) -> list[Dossier]:
    """Return the dossiers with their holders as they are called now."""
    if not any(each.holder for each in dossiers):
        return dossiers
    members = read_members(transaction)
    return [
        each.model_copy(update={"holder": members.get(each.holder.id, each.holder)}) if each.holder else each
        for each in dossiers
    ]
