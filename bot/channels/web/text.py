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
    return Written(Markup(_blocks(body)), Markup(_blocks(backing)) if backing else None, Markup(_blocks(below)))


def inline(line: str) -> Markup:
    """Return one line with its bold words and its links."""
    return Markup(_inline(line))


# Strings until the whole is made, each line escaped first of all: to join pieces of `Markup` looks at each anew.


def _blocks(text: str) -> str:
    return "".join(map(_block, _BREAK.split(text.strip())))


def _block(block: str) -> str:
    """Return one paragraph, the lines of a list in it as a list."""
    written: list[str] = []
    items: list[str] = []
    lines: list[str] = []
    for line in [*block.split("\n"), ""]:
        if line.startswith("- "):
            if lines:
                written.append(_paragraph(lines))
                lines = []
            items.append(f"<li>{_inline(line[2:])}</li>")
            continue
        if items:
            written.append(f"<ul>{''.join(items)}</ul>")
            items = []
        if line:
            lines.append(line)
    return "".join(written) + (_paragraph(lines) if lines else "")


def _paragraph(lines: Sequence[str]) -> str:
    return f"<p>{'<br>'.join(map(_inline, lines))}</p>"


def _inline(line: str) -> str:
    written = str(escape(_AFTER.sub("\u00a0", _BEFORE.sub("\u00a0", line))))
    if "](" in written:
        written = LINK.sub(r'<a href="\2" rel="noopener noreferrer" target="_blank">\1</a>', written)
    if "**" in written:
        written = BOLD.sub(r"<strong>\1</strong>", written)
    return marks_read(_SQUARES.sub(r'<span aria-hidden="true">\g<0></span>', written))
