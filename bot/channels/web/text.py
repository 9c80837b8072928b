"""Light Markdown as HTML: paragraphs, lists, bold, links, folds. All else is text, whatever was written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from bot.channels.markup import BOLD, LINK, legible_marked, marks_read
from bot.conversation.talk.folds import FOLD, unfolded, without_folds

#: Squares that draw how far the form is: read aloud one by one, they would say nothing.
_SQUARES = re.compile("[▰▱]+")
#: Signs that French keeps on the line of the word before or after them.
_BEFORE, _AFTER = re.compile(r" (?=[?!:;»%€])"), re.compile(r"(?<=«) ")
_BREAK = re.compile(r"\n{2,}")


@dataclass(frozen=True, slots=True)
class Written:
    """A text as it is shown."""

    body: Markup
    #: What stands behind a fold (criteria, sources); None: nothing does.
    backing: Markup | None
    #: What comes below the last fold, if there is one: what leads to the buttons.
    below: Markup


def as_html(text: str) -> Written:
    readable = legible_marked(text).strip()
    folds = list(FOLD.finditer(readable))
    end = folds[-1].end() if folds else len(readable)
    backing = "\n\n".join(unfolded(fold[0]) for fold in folds)
    body, below = without_folds(readable[:end]), readable[end:]
    return Written(_blocks(body), _blocks(backing) if backing else None, _blocks(below))


def _blocks(text: str) -> Markup:
    return Markup("").join(map(_block, _BREAK.split(text.strip())))


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
    return Markup(marks_read(_SQUARES.sub(r'<span aria-hidden="true">\g<0></span>', written)))
