"""A sheet -> a PDF. A file of its own: what prints takes long to load, and most commands print nothing."""

from html import escape
from pathlib import Path
from typing import BinaryIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

from bot.desk.sheet import Sheet

#: What the core fonts of PDF can print: Western European letters, €, Œ, quotation marks.
_PRINTABLE = "cp1252"
_MARGIN = 20 * mm
_GREY = HexColor("#555555")


def write_pdf(sheet: Sheet, target: Path | BinaryIO) -> None:
    """Write the sheet to a file or a stream. Errors: OSError."""
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
        str(target) if isinstance(target, Path) else target,
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
