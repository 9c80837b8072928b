"""A document to read or print: titled sections of labelled lines, as a PDF. Its texts are given to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO

#: What the core fonts of PDF can print: Western European letters, €, Œ, quotation marks.
_PRINTABLE = "cp1252"
_MARGIN_MM = 20
_GREY = "#555555"


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


def make_pdf(sheet: Sheet) -> bytes:
    """Return the sheet as a PDF: the same sheet, the same bytes."""
    # Here, not above: only who asks for a document should wait for it.
    from reportlab.lib.colors import HexColor
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
    from reportlab.lib.units import mm
    from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

    styles = getSampleStyleSheet()
    title, heading, text = styles["Title"], styles["Heading2"], styles["BodyText"]
    title.alignment = 0
    quiet = ParagraphStyle("quiet", parent=text, textColor=HexColor(_GREY))
    story: list[Flowable] = [Paragraph(_printable(sheet.title), title)]
    story += [Paragraph(_printable(line), quiet) for line in sheet.lines]
    for section in sheet.sections:
        story += [Spacer(0, 4 * mm), Paragraph(_printable(section.title), heading)]
        for label, value in section.rows:
            bold = f"<b>{_printable(label)}</b> : " if label else ""
            story.append(Paragraph(f"{bold}{_printable(value)}", text))
    made, margin = BytesIO(), _MARGIN_MM * mm
    document = SimpleDocTemplate(
        made,
        pagesize=A4,
        title=sheet.title,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=margin,
        bottomMargin=margin,
        invariant=1,
    )
    document.build(story)
    return made.getvalue()


def _printable(text: str) -> str:
    """Return `text` as reportlab's markup, without what its core fonts cannot print."""
    plain = text.replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}")
    known = plain.encode(_PRINTABLE, "replace").decode(_PRINTABLE)
    return escape(known).replace("\n", "<br/>")
