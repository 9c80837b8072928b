"""Dossiers as the staff take them away: plain rows of text, and the same as CSV, JSON or a workbook. Tells nobody.

Each writer writes a file for its owner only. Errors: FileNotWritten.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import xlsxwriter

from bot.conversation.form.summary import show_documents
from bot.conversation.reading.legible import as_json, legible
from bot.conversation.values.dossier import Dossier, answers_sent
from knowledge.call.form import Form
from knowledge.library import Library
from storage.engine.private_files import write_private

#: A spreadsheet would run a CSV's cell that begins so, behind blanks too: an apostrophe makes it the text that it is.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
#: Excel's own limit for a cell; longer texts are cut there, nowhere else.
_CELL = 32_767
_WIDTHS = (14, 22, 20, 18, 18, 40)
_WIDTH = 32


@dataclass(frozen=True, slots=True)
class Headings:
    """How the columns before the answers are called."""

    reference: str
    status: str
    holder: str
    sent_at: str
    updated_at: str
    documents: str


def rows_of(
    dossiers: Sequence[Dossier], library: Library, form: Form, headings: Headings, statuses: Mapping[str, str]
) -> list[dict[str, str]]:
    """Return one row a dossier, a column each question of the form; what was not answered is empty."""
    zone = ZoneInfo(library.call.facts.time_zone)
    rows = []
    for dossier in dossiers:
        answers = answers_sent(form, dossier)
        row = {
            headings.reference: dossier.reference,
            headings.status: statuses[dossier.status.value],
            headings.holder: dossier.holder.shown if dossier.holder else "",
            headings.sent_at: _when(dossier.sent_at, zone),
            headings.updated_at: _when(dossier.updated_at, zone),
            headings.documents: "\n".join(show_documents(library, dossier, dossier.updated_at)),
        }
        for question in form.questions():
            row[question.label] = answers[question.id].shown if question.id in answers else ""
        rows.append(row)
    return rows


def _when(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""


def write_csv(rows: Sequence[Mapping[str, str]], columns: Sequence[str], path: Path) -> None:
    """Write a table that French spreadsheets open as it is: semicolons, UTF-8 with its mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(columns)
    writer.writerows([[_as_text(legible(row[column])) for column in columns] for row in rows])
    write_private(path, text.getvalue().encode("utf-8-sig", "replace"))


def write_json(rows: Sequence[Mapping[str, str]], columns: Sequence[str], path: Path) -> None:
    content = as_json([dict(row) for row in rows], indent=2) + "\n"
    write_private(path, content.encode("utf-8", "replace"))


def write_xlsx(rows: Sequence[Mapping[str, str]], columns: Sequence[str], path: Path) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        # The quote prefix is Excel's own way to say that a cell is text: it shows nothing, and outlasts an edit.
        wrapped = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _WIDTHS[place] if place < len(_WIDTHS) else _WIDTH)
            sheet.write_string(0, place, column, bold)
            for rank, row in enumerate(rows, start=1):
                sheet.write_string(rank, place, legible(row[column])[:_CELL], wrapped)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    write_private(path, made.getvalue())


def _as_text(value: str) -> str:
    return f"'{value}" if value.startswith("\t") or value.lstrip().startswith(_FORMULA) else value


#: The formats, by the name they are asked for.
WRITERS = {"csv": write_csv, "json": write_json, "xlsx": write_xlsx}
