"""What people write, made fit to be shown: on a terminal, in a file, on paper, in a log. The one place for it.

Letters, accents and line ends stay. Signs that steer a terminal, end a text or turn its direction do not: each is shown
as what it stands for where it stands for something, as a picture of it where it does not, or left out if it only hides.
"""

import json
import re
from typing import Any

#: What ends a line elsewhere: vertical tab (of Word), form feed, separators of Unicode.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\u2028\u2029]")
#: Marks of direction, joiners of annotations, marks of byte order, tags: they show nothing, and can make one text look
#: like another.
_HIDING = ("\u061c", "\u200e", "\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2060, 0x2070)))
_HIDING_TOO = ("\ufeff", *map(chr, range(0xFFF9, 0xFFFC)), *map(chr, range(0xE0000, 0xE0080)))
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def _shown() -> dict[int, str]:
    shown = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"}
    shown[0x7F] = "\N{SYMBOL FOR DELETE}"
    for code in range(0x80, 0xA0):  # « l\x92eau » is Windows-1252 that was read as Latin-1
        shown[code] = bytes([code]).decode("cp1252", "replace")
    shown |= dict.fromkeys(map(ord, (*_HIDING, *_HIDING_TOO)), "")
    return shown | dict.fromkeys((0xFFFE, 0xFFFF, *range(0xFDD0, 0xFDF0)), _UNKNOWN)


_SHOWN = _shown()
_SURROGATES = re.compile("[\ud800-\udfff]")
#: Any sign that is not shown as it is: hardly a text has one. Those above U+FFFF are a range, which is quicker.
_ODD = re.compile(
    "[\r\x0b\x0c\u2028\u2029\ud800-\udfff\U000e0000-\U0010ffff"
    + re.escape("".join(chr(code) for code in _SHOWN if code < 0xE0000))
    + "]"
)
#: What JSON lets through as it is, and a terminal or an editor may obey.
_OBEYED = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)


def legible(text: str) -> str:
    """Return `text` without signs that are obeyed rather than read; several lines stay several lines."""
    if not _ODD.search(text):
        return text
    return _SURROGATES.sub(_UNKNOWN, _LINE_ENDS.sub("\n", text)).translate(_SHOWN)


def on_one_line(text: str) -> str:
    """Return `text`, legible, on one line: where a line is an entry of a list, no text may make another."""
    return " ".join(line.strip() for line in legible(text).strip().split("\n"))


def indented(text: str, by: str = "    ") -> str:
    """Return `text`, legible, its further lines set in: none of them can be taken for another entry."""
    return legible(text).replace("\n", f"\n{by}")


def as_json(value: Any, **how: Any) -> str:
    """Return `value` as JSON that loses nothing and holds no sign that is obeyed: such are written by their number."""
    written = json.dumps(value, ensure_ascii=False, **how)
    return _OBEYED.sub(lambda sign: f"\\u{ord(sign.group()):04x}", written)
