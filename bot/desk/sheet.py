"""A dossier as a sheet of paper: the town, the answers, the history, in a PDF. Its texts are given to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

#: What the core fonts of PDF can print: Western European letters, €, Œ, quotation marks.
_PRINTABLE = "cp1252"
_MARGIN = 20 * mm
_GREY = HexColor("#555555")


@dataclass(frozen=True, slots=True)
class SheetSection:
    title: str
    #: (label, text)
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    #: Lines under the title: number, state, « this is no filing ».
    lines: Sequence[str]
    sections: Sequence[SheetSection]


def write_pdf(sheet: Sheet, path: Path) -> None:
    """Write the sheet. Errors: OSError."""
    styles = getSampleStyleSheet()
    title, heading, text = styles["Title"], styles["Heading2"], styles["BodyText"]
    title.alignment = 0
    quiet = ParagraphStyle("quiet", parent=text, textColor=_GREY)
    story: list[Flowable] = [Paragraph(_printable(sheet.title), title)]
    story += [Paragraph(_printable(line), quiet) for line in sheet.lines]
    for section in sheet.sections:
        story += [Spacer(0, 4 * mm), Paragraph(_printable(section.title), heading)]
        for label, value in section.rows:
            bold = f"<b>{_printable(label)}</b> : " if label else ""
            story.append(Paragraph(f"{bold}{_printable(value)}", text))
    document = SimpleDocTemplate(
        str(path),
        pagesize=A4,
        title=sheet.title,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
    )
    document.build(story)


def _printable(text: str) -> str:
    """Return `text` as reportlab's markup, without what its core fonts cannot print."""
    plain = text.replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}")
    known = plain.encode(_PRINTABLE, "replace").decode(_PRINTABLE)
    return escape(known).replace("\n", "<br/>")
