"""What the staff look over at once, page by page: what is in progress, what has waited for long; and the figures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from bot.base.wording import texts
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.moves import Status
from bot.desk.desk import Desk
from bot.desk.subjects import town_of
from bot.desk.topic_book import PREFIX
from bot.services.staff import read_members
from storage import counts, press_requests, threads
from storage.engine.database import Transaction
from storage.threads import KeptThread

#: Dossiers and threads of one page; Telegram takes 4,096 characters in a message.
PAGE_ROWS = 15
#: The verb of the buttons that turn a page: `s:page:ouverts:2`.
PAGE = "page"
#: Characters of a question that a row shows.
SHOWN = 60
#: From when on something has waited for long.
LONG = timedelta(days=3)
#: How far back the figures look.
LOOKED_BACK = timedelta(days=7)

_OVER = frozenset({Status.CLOSED, Status.WITHDRAWN})
#: What waits for somebody: the staff, or the town.
_WAITING = frozenset({Status.SENT, Status.ASKED, Status.COMPLETED})


@dataclass(frozen=True, slots=True)
class _Row:
    """A dossier or a thread of a list."""

    since: datetime
    is_held: bool
    is_over: bool
    about: Dossier | KeptThread

    @property
    def order(self) -> tuple[bool, bool, datetime]:
        """What nobody has comes first, the oldest before the others; what is over comes last."""
        return self.is_over, self.is_held, self.since


def _all(desk: Desk, transaction: Transaction, _: datetime) -> list[_Row]:
    found = desk.list_dossiers(transaction)
    dossiers = [_Row(each.updated_at, each.holder is not None, each.status in _OVER, each) for each in found]
    open_ones = desk.list_threads(transaction)
    return [*dossiers, *(_Row(each.active_at, each.holder_id is not None, False, each) for each in open_ones)]


def _open(desk: Desk, transaction: Transaction, now: datetime) -> list[_Row]:
    return [row for row in _all(desk, transaction, now) if not row.is_over]


def _waiting(desk: Desk, transaction: Transaction, now: datetime) -> list[_Row]:
    """Return what has waited for long: for the staff, or for the town."""
    return [row for row in _open(desk, transaction, now) if row.since <= now - LONG and _waits(row)]


def _waits(row: _Row) -> bool:
    return row.about.status in _WAITING if isinstance(row.about, Dossier) else not row.is_held


def _press(desk: Desk, transaction: Transaction, _: datetime) -> list[_Row]:
    """Return the open threads in which a request to the press stands."""
    return [
        _Row(each.active_at, each.holder_id is not None, False, each)
        for each in desk.list_threads(transaction)
        if press_requests.matter_of(transaction, each.id).is_press
    ]


#: What each list holds, by the word of the staff's command.
_LISTS: Mapping[str, Callable[[Desk, Transaction, datetime], list[_Row]]] = {
    "dossiers": _all,
    "ouverts": _open,
    "rappel": _waiting,
    "presse": _press,
}


def list_all(desk: Desk, transaction: Transaction, now: datetime) -> Reply:
    """Return every dossier that was sent and every open thread."""
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
    rows = sorted(_LISTS[listed](desk, transaction, now), key=lambda row: row.order)
    pages = max(1, -(-len(rows) // PAGE_ROWS))
    number = min(max(number, 1), pages)
    shown = rows[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
    say = desk.library.say
    lines = _lines(desk, transaction, shown, now)
    if number == pages and listed != "presse":
        lines += [say("group_dossier_unreadable", now, reference=each) for each in desk.list_unreadable(transaction)]
    text = "\n".join(lines) or say("group_nothing", now)
    if listed == "rappel":
        text = say("group_waiting", now, days=LONG.days, lines=lines)
    if pages > 1:
        text = "\n\n".join([say("group_page", now, page=number, pages=pages, count=len(rows)), text])
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


def _lines(desk: Desk, transaction: Transaction, rows: Sequence[_Row], now: datetime) -> list[str]:
    members, today = read_members(transaction), desk.library.day(now)
    lines = []
    for row in rows:
        days = (today - desk.library.day(row.since)).days
        if isinstance(row.about, Dossier):
            lines.append(_dossier_line(desk, row.about, days, now))
        else:
            member = members.get(row.about.holder_id or 0)
            lines.append(_thread_line(desk, transaction, row.about, member.shown if member else None, days, now))
    return lines


def _dossier_line(desk: Desk, dossier: Dossier, days: int, now: datetime) -> str:
    return desk.library.say(
        "group_dossier",
        now,
        reference=dossier.reference,
        name=desk.name_of(dossier),
        status=texts("statuses")[dossier.status.value],
        holder=dossier.holder.shown if dossier.holder else None,
        days=days,
    )


def _thread_line(
    desk: Desk, transaction: Transaction, thread: KeptThread, holder: str | None, days: int, now: datetime
) -> str:
    asked = " ".join((threads.first_question(transaction, thread.id) or "").split())
    return desk.library.say(
        "group_thread",
        now,
        thread=thread.id,
        holder=holder,
        town=town_of(desk, transaction, thread.recipient_id, now),
        subject=asked if len(asked) <= SHOWN else f"{asked[:SHOWN].rsplit(' ', 1)[0]}…",
        days=days,
    )
