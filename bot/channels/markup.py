"""The light Markdown of replies, `- ` lists, `**bold**`, `[title](link)`, `> ` folds: what each channel writes anew."""

import re

from bot.conversation.talk.folds import unfolded

BOLD = re.compile(r"\*\*(.+?)\*\*")
#: Only what may be opened by a press: no `javascript:`, no path of ours.
LINK = re.compile(r"\[([^\[\]\n]+)\]\((https?://[^\s()]+|mailto:[^\s()]+)\)")
ITEM = re.compile(r"^- ", re.MULTILINE)


def as_plain(text: str) -> str:
    """Return light Markdown without its marks, each link's address behind its title."""
    return BOLD.sub(r"\1", LINK.sub(r"\1 : \2", ITEM.sub("• ", unfolded(text))))
