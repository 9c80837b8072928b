"""Light Markdown as HTML: paragraphs, lists, bold, links. All else is text, whatever was written."""

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

from bot.channels.markup import BOLD, LINK
from bot.conversation.reading.legible import legible

#: Squares that draw how far the form is: read aloud one by one, they would say nothing.
_SQUARES = re.compile("[▰▱]+")
#: Signs that French keeps on the line of the word before or after them.
_BEFORE, _AFTER = re.compile(r" (?=[?!:;»%€])"), re.compile(r"(?<=«) ")
_BREAK = re.compile(r"\n{2,}")


def as_html(text: str, folded: Sequence[str] = ()) -> tuple[Markup, Markup | None]:
    """Return the body, and apart what begins with one of `folded` up to the next paragraph (sources); None: nothing."""
    body: list[Markup] = []
    sources: list[Markup] = []
    for block in _BREAK.split(legible(text).strip()):
        (sources if folded and block.startswith(tuple(folded)) else body).append(_block(block))
    return Markup("").join(body), (Markup("").join(sources) if sources else None)


def _block(block: str) -> Markup:
    """Return one paragraph, the lines of a list in it as a list."""
    written = Markup("")
    items: list[Markup] = []
    lines: list[str] = []
    for line in [*block.split("\n"), ""]:
        if line.startswith("- "):
            if lines:
                written, lines = written + _paragraph(lines), []
            items.append(Markup("<li>") + inline(line[2:]) + Markup("</li>"))
            continue
        if items:
            written, items = written + Markup("<ul>") + Markup("").join(items) + Markup("</ul>"), []
        if line:
            lines.append(line)
    return written + (_paragraph(lines) if lines else Markup(""))


def _paragraph(lines: Sequence[str]) -> Markup:
    return Markup("<p>") + Markup("<br>").join(map(inline, lines)) + Markup("</p>")


def inline(line: str) -> Markup:
    """Return one line with its bold words and its links."""
    written = str(escape(_AFTER.sub("\u00a0", _BEFORE.sub("\u00a0", line))))
    written = LINK.sub(r'<a href="\2" rel="noopener noreferrer" target="_blank">\1</a>', written)
    written = BOLD.sub(r"<strong>\1</strong>", written)
    return Markup(_SQUARES.sub(r'<span aria-hidden="true">\g<0></span>', written))
