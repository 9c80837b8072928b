"""The list of what lies before the staff, as far as who asks may see it."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.conversation.values.member import Member
from bot.desk.desk import Desk
from bot.desk.office.entry import Signed
from bot.desk.office.reading import mark_of
from bot.desk.office.roles import Right, has
from bot.search.listing import Filter, Page, find_page
from bot.services.staff import read_members
from storage import dossiers, press_requests, threads
from storage.engine.database import Transaction
from storage.search_index import Tab


@dataclass(frozen=True, slots=True)
class Inbox:
    page: Page
    #: Among whom one narrows the list to a holder.
    members: list[Member]
    #: By which the page asks later whether something is new.
    mark: str


def read_inbox(
    transaction: Transaction, desk: Desk, signed: Signed, wanted: Filter, tab: Tab, number: int, now: datetime
) -> Inbox:
    """Return a page of the list: of the press's requests alone, for who sees nothing else."""
    wanted = seen_by(signed, wanted)
    page = find_page(desk.library, transaction, wanted, tab, number, now, member=signed.member.id)
    return Inbox(page, list(read_members(transaction).values()), mark_of(transaction))


def seen_by(signed: Signed, wanted: Filter) -> Filter:
    """Return the filter with what its bearer may see: to be asked also for counts and exports."""
    return wanted if has(signed.role, Right.DOSSIERS) else replace(wanted, matter="press")


def list_news(transaction: Transaction, signed: Signed, mark: str) -> list[str]:
    """Return about which dossiers and threads there is something since `mark`, among those one may open."""
    message, _, event = mark.partition(".")
    numbers = [int(each) if each.isdecimal() and len(each) < 12 else 0 for each in (message, event)]
    moved = threads.list_written_after(transaction, numbers[0])
    if not has(signed.role, Right.DOSSIERS):
        return [f"thread:{each}" for each in moved if press_requests.matter_of(transaction, each).is_press]
    references = dossiers.list_moved_after(transaction, numbers[1])
    return [*(f"dossier:{each}" for each in references), *(f"thread:{each}" for each in moved)]
