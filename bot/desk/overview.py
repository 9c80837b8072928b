"""What the staff look over at once: what is in progress, what has waited for long, the figures."""

from dataclasses import asdict
from datetime import datetime, timedelta

from bot.conversation.dossier import Dossier
from bot.conversation.messages import Reply
from bot.conversation.moves import Status
from bot.desk.desk import Desk
from bot.staff_keeping import read_members
from bot.wording import texts
from storage import counts
from storage.database import Transaction
from storage.threads import KeptThread

#: Exchanges and dossiers listed at most.
LISTED = 40
#: From when on something has waited for long.
LONG = timedelta(days=3)
#: How far back the figures look.
LOOKED_BACK = timedelta(days=7)

_OVER = frozenset({Status.CLOSED, Status.WITHDRAWN})
#: What waits for somebody: the staff, or the town.
_WAITING = frozenset({Status.SENT, Status.ASKED, Status.COMPLETED})


def list_all(desk: Desk, transaction: Transaction, now: datetime) -> Reply:
    """Return every dossier and every open exchange."""
    return _listed(desk, transaction, desk.list_dossiers(transaction), list(desk.list_threads(transaction)), now)


def list_open(desk: Desk, transaction: Transaction, now: datetime) -> Reply:
    """Return what is in progress."""
    dossiers = [each for each in desk.list_dossiers(transaction) if each.status not in _OVER]
    return _listed(desk, transaction, dossiers, list(desk.list_threads(transaction)), now)


def list_waiting(desk: Desk, transaction: Transaction, now: datetime) -> Reply:
    """Return what has waited for long, the longest first."""
    before = now - LONG
    dossiers = [
        each for each in desk.list_dossiers(transaction) if each.status in _WAITING and each.updated_at <= before
    ]
    threads = [each for each in desk.list_threads(transaction) if each.holder_id is None and each.active_at <= before]
    lines = _lines(desk, transaction, sorted(dossiers, key=lambda each: each.updated_at), threads, now)
    return Reply(desk.library.say("group_waiting", now, days=LONG.days, lines=lines))


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


def _listed(
    desk: Desk, transaction: Transaction, dossiers: list[Dossier], threads: list[KeptThread], now: datetime
) -> Reply:
    lines = _lines(desk, transaction, dossiers, threads, now)
    return Reply("\n".join(lines) or desk.library.say("group_nothing", now))


def _lines(
    desk: Desk, transaction: Transaction, dossiers: list[Dossier], threads: list[KeptThread], now: datetime
) -> list[str]:
    say, statuses = desk.library.say, texts("statuses")
    members = read_members(transaction)
    return [
        *(
            say(
                "group_dossier",
                now,
                reference=each.reference,
                name=desk.name_of(each),
                status=statuses[each.status.value],
                holder=each.holder.shown if each.holder else None,
            )
            for each in dossiers[:LISTED]
        ),
        *(
            say("group_thread", now, thread=each.id, holder=members[each.holder_id].shown if each.holder_id else None)
            for each in threads[:LISTED]
        ),
        *(say("group_dossier_unreadable", now, reference=each) for each in desk.list_unreadable(transaction)[:LISTED]),
    ]
