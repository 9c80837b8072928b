"""What the staff look over at once, page by page: what is in progress, what has waited for long; and the figures."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from bot.base.wording import texts
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.values.moves import Status
from bot.desk.desk import Desk
from bot.desk.topic_book import PREFIX
from bot.search.rows import Row, open_rows
from storage import counts, search_index
from storage.engine.changes import Kind
from storage.engine.database import Transaction
from storage.engine.tables import ThreadStatus
from storage.search_index import Sought, Tab

#: Dossiers and threads of one page; Telegram takes 4,096 characters in a message.
PAGE_ROWS = 15
#: The verb of the buttons that turn a page: `s:page:ouverts:2`.
PAGE = "page"
#: From when on something has waited for long.
LONG = timedelta(days=3)
#: How far back the figures look.
LOOKED_BACK = timedelta(days=7)

#: What waits for somebody: the staff, or the town.
_WAITING = frozenset({Status.SENT.value, Status.ASKED.value, Status.COMPLETED.value, ThreadStatus.WAITING.value})
_DOSSIERS = Sought(kind=Kind.DOSSIER)


def _waiting(now: datetime) -> Sought:
    """Return what has waited for long: for the staff, or for the town."""
    return Sought(statuses=_WAITING, until=now - LONG)


#: What each list holds, by the word of the staff's command.
_LISTS: Mapping[str, tuple[Tab, Callable[[datetime], Sought]]] = {
    "dossiers": (Tab.ALL, lambda _: _DOSSIERS),
    "ouverts": (Tab.OPEN, lambda _: Sought()),
    "rappel": (Tab.OPEN, _waiting),
    "presse": (Tab.OPEN, lambda _: Sought(kind=Kind.THREAD, is_press=True)),
}


def list_all(desk: Desk, transaction: Transaction, now: datetime) -> Reply:
    """Return every dossier that was sent."""
    return show_page(desk, transaction, "dossiers", 1, now)


def list_open(desk: Desk, transaction: Transaction, now: datetime) -> Reply:
    """Return what is in progress."""
    return show_page(desk, transaction, "ouverts", 1, now)


def list_waiting(desk: Desk, transaction: Transaction, now: datetime) -> Reply:
    return show_page(desk, transaction, "rappel", 1, now)


def list_press(desk: Desk, transaction: Transaction, now: datetime) -> Reply:
    """Return what is in progress, as a group of the press may see it."""
    return show_page(desk, transaction, "presse", 1, now)


def show_page(desk: Desk, transaction: Transaction, listed: str, number: int, now: datetime) -> Reply:
    """Return a page of a list, the nearest there is, with buttons to the pages beside it."""
    tab, sought_at = _LISTS[listed]
    sought = sought_at(now)
    count = search_index.count_tabs(transaction, sought)[tab]
    pages = max(1, -(-count // PAGE_ROWS))
    number = min(max(number, 1), pages)
    found = search_index.find(
        transaction, sought, tab, untaken_first=True, limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS
    )
    say = desk.library.say
    lines = [_line(desk, row, now) for row in open_rows(desk.library, transaction, found, now)]
    text = "\n".join(lines) or say("group_nothing", now)
    if listed == "rappel":
        text = say("group_waiting", now, days=LONG.days, lines=lines)
    if pages > 1:
        text = "\n\n".join([say("group_page", now, page=number, pages=pages, count=count), text])
    beside = (("group_page_before", number - 1), ("group_page_after", number + 1))
    choices = tuple(
        Choice(f"{PREFIX}{PAGE}:{listed}:{page}", say(label, now), beside=True)
        for label, page in beside
        if 1 <= page <= pages
    )
    return Reply(text, choices)


def turn_page(
    desk: Desk, transaction: Transaction, listed: str, page: str, pressed: str | None, now: datetime
) -> Reply | None:
    """Return the page that a button asks for, in the place of the one it stands under; None for no list of ours."""
    if listed not in _LISTS or not page.isdecimal() or len(page) > 6:
        return None
    shown = show_page(desk, transaction, listed, int(page), now)
    return Reply(shown.text, shown.choices, edits=pressed, is_fleeting=True)


def tell_figures(desk: Desk, transaction: Transaction, now: datetime) -> Reply:
    """Return how much is done and waits; nothing in it tells of anybody."""
    statuses, by_status = texts("statuses"), counts.dossiers_by_status(transaction)
    threads = list(desk.list_threads(transaction))
    text = desk.library.say(
        "group_stats",
        now,
        days=LOOKED_BACK.days,
        recent=asdict(counts.since(transaction, now - LOOKED_BACK)),
        dossiers=[
            {"name": statuses[status.value], "count": by_status[status.value]}
            for status in Status
            if status is not Status.DRAFT and by_status.get(status.value)
        ],
        waiting=sum(each.holder_id is None for each in threads),
        held=sum(each.holder_id is not None for each in threads),
        reminders=counts.planned_reminders(transaction),
    )
    return Reply(text)


def _line(desk: Desk, row: Row, now: datetime) -> str:
    """Return a row of a list: what it is, who has it, since when nothing moved, its town and what it is about."""
    days = (desk.library.day(now) - desk.library.day(row.updated_at)).days
    holder = row.holder.shown if row.holder else None
    if row.thread is not None:
        about = {"town": row.town, "subject": row.subject}
        return desk.library.say("group_thread", now, thread=row.thread.id, holder=holder, days=days, **about)
    if row.dossier is None:
        return desk.library.say("group_dossier_unreadable", now, reference=row.about.name)
    return desk.library.say(
        "group_dossier",
        now,
        reference=row.about.name,
        name=row.town or desk.name_of(row.dossier),
        status=texts("statuses")[row.status],
        holder=holder,
        days=days,
    )
