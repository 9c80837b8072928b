"""White space by the thousand, cut before a message is read: what looks for words then meets little of it."""

import re

#: White space in a row that a text keeps: more than any layout needs.
LONGEST = 8

_GAP = re.compile(rf"(\s{{{LONGEST}}})\s+")


def cut_gaps(text: str) -> str:
    """Return `text` with at most LONGEST signs of white space in a row, the first of them."""
    return _GAP.sub(r"\1", text)
