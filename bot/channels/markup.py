"""The light Markdown of replies, `- ` lists, `**bold**`, `[title](link)`, `> ` folds: what each channel writes anew."""

import re

from bot.conversation.reading.legible import legible
from bot.conversation.talk.folds import unfolded

BOLD = re.compile(r"\*\*(.+?)\*\*")
#: Only what may be opened by a press: no `javascript:`, no path of ours.
LINK = re.compile(r"\[([^\[\]\n]+)\]\((https?://[^\s()]+|mailto:[^\s()]+)\)")
ITEM = re.compile(r"^- ", re.MULTILINE)
#: By which what people typed is kept from being read as marks, in `knowledge.language.written.as_written`.
_BREAK = "\N{WORD JOINER}"


def legible_marked(text: str) -> str:
    """Return light Markdown made legible; what people typed is still kept apart until `marks_read`."""
    return _BREAK.join(map(legible, text.split(_BREAK)))


def marks_read(text: str) -> str:
    """Return a text whose marks are read, with what people typed in it as they typed it."""
    return text.replace(_BREAK, "")


def as_plain(text: str) -> str:
    """Return light Markdown without its marks, each link's address behind its title."""
    return BOLD.sub(r"\1", LINK.sub(r"\1 : \2", ITEM.sub("• ", unfolded(text))))
