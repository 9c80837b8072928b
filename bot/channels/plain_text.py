"""A reply as plain lines: light Markdown made readable, the contact's card, the choices numbered. Sends nothing."""

import re
import textwrap

from bot.conversation.legible import legible, on_one_line
from bot.conversation.messages import Reply

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[([^\[\]]+)\]\(([^\s()]+)\)")


def write_reply(reply: Reply, *, bold: str = r"\1", width: int | None = None) -> str:
    """Return `reply` as lines: light Markdown made plain, the contact's card, the choices numbered."""
    lines = _BOLD.sub(bold, legible(reply.text)).split("\n")
    body = "\n".join(_with_links_below(line, width) for line in lines)
    parts = [body]
    if reply.contact:
        contact = reply.contact
        lines = [f"{contact.name}, {contact.role}", *contact.phones, *([contact.email] if contact.email else [])]
        parts.append("\n".join(f"  {on_one_line(line)}" for line in lines))
    if reply.choices:
        labels = enumerate((on_one_line(choice.label) for choice in reply.choices), start=1)
        parts.append("\n".join(f"  {rank}. {label}" for rank, label in labels))
    return "\n\n".join(parts)


def _with_links_below(line: str, width: int | None) -> str:
    """Return `line` with each link's title in its place, its address on a line of its own where it can be copied."""
    addresses = [f"  {address}" for _, address in _LINK.findall(line)]
    plain = _LINK.sub(r"\1", line)
    return "\n".join([_wrapped(plain, width) if width else plain, *addresses])


def _wrapped(line: str, width: int) -> str:
    indent = "  " if line.startswith("- ") else ""
    return textwrap.fill(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
