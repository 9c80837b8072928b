"""An export: the dossiers of a list, as it is narrowed, made into the file that somebody asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.base.wording import text, texts
from bot.conversation.talk.messages import File
from bot.desk.desk import Desk
from bot.desk.paper.records import MAKERS, MEDIA_TYPES, Cell, Headings, rows_of
from bot.search.listing import Filter, find_all
from bot.services.dossiers import read_events
from storage import audit, dossiers
from storage.engine.changes import Kind
from storage.engine.database import Transaction
from storage.search_index import Tab

#: Dossiers of one export, at most.
MOST = 50_000


@dataclass(frozen=True, slots=True)
class Export:
    rows: Sequence[Mapping[str, Cell]]
    columns: Sequence[str]
    #: Numbers of those that cannot be read.
    unreadable: Sequence[str]


def collect(
    desk: Desk, transaction: Transaction, wanted: Filter, tab: Tab, now: datetime, *, member: int | None = None
) -> Export:
    """Return the dossiers of a list, threads left out: they have no answers."""
    only = replace(wanted, kind=Kind.DOSSIER.value)
    found = find_all(desk.library, transaction, only, tab, now, member=member, at_most=MOST)
    read = {row.dossier_id: row.dossier for row in found if row.dossier_id is not None and row.dossier is not None}
    events = dossiers.list_events(transaction, list(read))
    histories = {dossier.reference: read_events(events[number]) for number, dossier in read.items()}
    headings = Headings(**texts("columns"))
    rows = rows_of(list(read.values()), desk.library, desk.form, headings, texts("statuses"), histories)
    columns = [*texts("columns").values(), *(question.label for question in desk.form.questions())]
    return Export(rows, columns, [row.about.name for row in found if row.dossier is None])


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes an export away, and in which format."""

    #: None: whoever is at the machine.
    member: int | None
    kind: str


def take_away(desk: Desk, transaction: Transaction, wanted: Filter, tab: Tab, taker: Taker, now: datetime) -> Export:
    """`collect`, written down in the log in the same transaction."""
    audit.record(transaction, taker.member, "export", f"export:{taker.kind}", now)
    return collect(desk, transaction, wanted, tab, now, member=taker.member)


def make_file(export: Export, kind: str, desk: Desk, now: datetime) -> File:
    """Return the export as a file; `kind`: one of `MAKERS`."""
    name = text("exports", "name", day=desk.library.day(now).isoformat(), kind=kind)
    return File(name, MEDIA_TYPES[kind], MAKERS[kind](export.rows, export.columns))
