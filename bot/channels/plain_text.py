"""A reply as plain lines: light Markdown made readable, the contact's card, the choices numbered. Sends nothing."""

import re
import unicodedata

from bot.channels.markup import legible_marked, marks_read
from bot.conversation.reading.legible import on_one_line
from bot.conversation.talk.folds import unfolded
from bot.conversation.talk.messages import Reply

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[([^\[\]]+)\]\(([^\s()]+)\)")
#: What makes a terminal write in bold: it takes no room.
_ESCAPE = re.compile(r"\x1b\[[0-9;]{0,16}m")
#: Of a line: the room before it, and the mark of a list or of a choice, below which what follows is set in.
_LEAD = re.compile(r" {0,16}(?:- |\d{1,4}\. )?")
_WIDE = frozenset("WF")


def write_reply(reply: Reply, *, bold: str = r"\1", width: int | None = None) -> str:
    """Return `reply` as lines: light Markdown made plain, the contact's card, the choices numbered.

    `width`: columns that a line may take; None: lines are left whole.
    """
    lines = _BOLD.sub(bold, legible_marked(unfolded(reply.text))).split("\n")
    parts = [marks_read("\n".join(_with_links_below(line, width) for line in lines))]
    if reply.contact:
        contact = reply.contact
        lines = [f"{contact.name}, {contact.role}", *contact.phones, *([contact.email] if contact.email else [])]
        parts.append("\n".join(wrap(f"  {on_one_line(line)}", width) for line in lines))
    if reply.choices:
        labels = enumerate((on_one_line(choice.label) for choice in reply.choices), start=1)
        parts.append("\n".join(wrap(f"  {rank}. {label}", width) for rank, label in labels))
    return "\n\n".join(parts)


def _with_links_below(line: str, width: int | None) -> str:
    """Return `line` with each link's title in its place, its address on a line of its own where it can be copied."""
    addresses = [f"  {address}" for _, address in _LINK.findall(line)]
    return "\n".join([wrap(_LINK.sub(r"\1", line), width), *addresses])


def wrap(line: str, width: int | None) -> str:
    """Return `line` in lines of at most `width` columns. A word is never cut, also where it is longer than a line."""
    lead = _LEAD.match(line)
    assert lead is not None  # it matches nothing as well
    if width is None or columns(line) <= width:
        return line
    first, *words = line[lead.end() :].split(" ")
    lines, indent = [lead[0] + first], " " * columns(lead[0])
    for word in words:
        if columns(lines[-1]) + 1 + columns(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(indent + word)
    return "\n".join(lines)


def columns(text: str) -> int:
    """Return how many columns of a terminal `text` takes: two for a wide character, none for one put over another."""
    shown = (each for each in _ESCAPE.sub("", text) if not _takes_no_room(each))
    return sum(2 if unicodedata.east_asian_width(each) in _WIDE else 1 for each in shown)


def _takes_no_room(character: str) -> bool:
    return bool(unicodedata.combining(character)) or unicodedata.category(character) in ("Cf", "Me", "Mn", "Cc")
