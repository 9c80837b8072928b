"""Dossiers as the staff take them away: rows of texts, days and numbers, as CSV, JSON or a workbook. Tells nobody.

Each maker returns the bytes of a file; each writer writes them for its owner only. Errors: FileNotWritten.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import xlsxwriter

from bot.conversation.form.summary import decision_label, show_documents
from bot.conversation.reading.legible import as_json, legible
from bot.conversation.values.dossier import DatedEvent, Dossier, EventKind, answers_sent
from bot.conversation.values.sheet import KeptAnswer, answer_of
from bot.search.entries import place_of_dossier
from knowledge.call.form import FieldType, Form, Question
from knowledge.library import Library
from knowledge.places.registers import Town
from storage.engine.private_files import write_private

#: What stands in a cell: a moment is local to the call and has no zone, as spreadsheets want it.
Cell = str | int | date | datetime | None
Rows = Sequence[Mapping[str, Cell]]

#: A spreadsheet would run a CSV's cell that begins so, behind blanks too: an apostrophe makes it the text that it is.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
#: Excel's own limit for a cell; longer texts are cut there, nowhere else.
_CELL = 32_767
_WIDTHS = (14, 22, 20, 18, 18, 40, 14, 14, 22, 18, 14, 32, 32)
_WIDTH = 32
#: How moments and days stand in a workbook, and in what is text.
_MOMENT, _DAY = "dd/mm/yyyy hh:mm", "dd/mm/yyyy"


@dataclass(frozen=True, slots=True)
class Headings:
    """How the columns before the answers are called."""

    reference: str
    status: str
    holder: str
    sent_at: str
    updated_at: str
    documents: str
    #: INSEE code of a commune, SIREN of an intercommunalité.
    code: str
    departement: str
    region: str
    decision: str
    #: The day on which the wave aimed at closes.
    wave_day: str
    #: What was asked of the town, and its notes: all that the history keeps of them.
    requests: str
    note: str


def rows_of(
    dossiers: Sequence[Dossier],
    library: Library,
    form: Form,
    headings: Headings,
    statuses: Mapping[str, str],
    histories: Mapping[str, Sequence[DatedEvent]] | None = None,
) -> list[dict[str, Cell]]:
    """Return one row a dossier, a column each question of the form; what was not answered is empty.

    `histories`: by the number of the dossier; without one, what was asked and noted is empty.
    """
    zone = ZoneInfo(library.call.facts.time_zone)
    rows = []
    for dossier in dossiers:
        answers, place = answers_sent(form, dossier), place_of_dossier(library, dossier)
        events = (histories or {}).get(dossier.reference, ())
        row: dict[str, Cell] = {
            headings.reference: dossier.reference,
            headings.status: statuses[dossier.status.value],
            headings.holder: dossier.holder.shown if dossier.holder else "",
            headings.sent_at: _local(dossier.sent_at, zone),
            headings.updated_at: _local(dossier.updated_at, zone),
            headings.documents: "\n".join(show_documents(library, dossier, dossier.updated_at)),
            headings.code: (place.insee if isinstance(place, Town) else place.siren) if place else "",
            headings.departement: place.departement if place else "",
            headings.region: place.region if place else "",
            headings.decision: decision_label(library, dossier.decision) or "",
            headings.wave_day: _wave_day(library, form, dossier),
            headings.requests: _told(events, EventKind.ASKED, form),
            headings.note: _told(events, EventKind.NOTE, form),
        }
        for question in form.questions():
            row[question.label] = _cell(question, answers.get(question.id))
        rows.append(row)
    return rows


def _local(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    return at.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0) if at else None


def _wave_day(library: Library, form: Form, dossier: Dossier) -> date | None:
    aimed = answer_of(form, dossier, FieldType.WAVE)
    wave = library.call.facts.wave(aimed.value) if aimed else None
    return wave.closes_on if wave else None


def _told(events: Sequence[DatedEvent], kind: EventKind, form: Form) -> str:
    """Return what of this kind the history keeps, a line each."""
    labels = {question.id: question.label for question in form.questions()}
    lines = []
    for each in events:
        if each.event.kind is kind:
            about = labels.get(each.event.question or "", "")
            lines.append(" : ".join(part for part in (each.event.staff, about, each.event.new) if part))
    return "\n".join(lines)


def _cell(question: Question, kept: KeptAnswer | None) -> Cell:
    """Return an answer: a number and a day as what they are, the rest as it is shown."""
    if kept is None:
        return ""
    if question.type is FieldType.NUMBER and kept.is_answer and isinstance(kept.value, int):
        return kept.value
    if question.type is FieldType.DATE and kept.is_answer and isinstance(kept.value, str):
        try:
            return date.fromisoformat(kept.value)
        except ValueError:
            return kept.shown
    return kept.shown


def make_csv(rows: Rows, columns: Sequence[str]) -> bytes:
    """Return a table that French spreadsheets open as it is: semicolons, UTF-8 with its mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(columns)
    writer.writerows([[as_text(legible(_written(row[column]))) for column in columns] for row in rows])
    return text.getvalue().encode("utf-8-sig", "replace")


def make_json(rows: Rows, columns: Sequence[str]) -> bytes:
    plain = [
        {name: value if isinstance(value, int) else _written(value) for name, value in row.items()} for row in rows
    ]
    return (as_json(plain, indent=2) + "\n").encode("utf-8", "replace")


def make_xlsx(rows: Rows, columns: Sequence[str]) -> bytes:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        # The quote prefix is Excel's own way to say that a cell is text: it shows nothing, and outlasts an edit.
        wrapped = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        day, moment = (book.add_format({"num_format": each, "valign": "top"}) for each in (_DAY, _MOMENT))
        number = book.add_format({"valign": "top"})
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _WIDTHS[place] if place < len(_WIDTHS) else _WIDTH)
            sheet.write_string(0, place, column, bold)
            for rank, row in enumerate(rows, start=1):
                match row[column]:
                    case datetime() | date() as at:
                        sheet.write_datetime(rank, place, at, moment if isinstance(at, datetime) else day)
                    case int() as count:
                        sheet.write_number(rank, place, count, number)
                    case value:
                        sheet.write_string(rank, place, legible(_written(value))[:_CELL], wrapped)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    return made.getvalue()


def _written(value: Cell) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def as_text(value: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(("\t", "\r")) or value.lstrip().startswith(_FORMULA) else value


#: The formats, by the name they are asked for.
MAKERS: Mapping[str, Callable[[Rows, Sequence[str]], bytes]] = {"csv": make_csv, "json": make_json, "xlsx": make_xlsx}
MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _write(make: Callable[[Rows, Sequence[str]], bytes], rows: Rows, columns: Sequence[str], path: Path) -> None:
    write_private(path, make(rows, columns))


#: The same, written to a file.
WRITERS = {name: partial(_write, make) for name, make in MAKERS.items()}
