"""What people type -> what is read of it: without the signs that nobody sees, and one sign for those that look alike.

What they wrote is kept and shown as they typed it, `visible`; marks and commands are looked for in `plain`.
"""

import re
import unicodedata
from functools import lru_cache

#: What looks like a slash or a backslash, beside the full-width ones, which NFKC turns into ours.
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("\N{FRACTION SLASH}\N{DIVISION SLASH}\N{BIG SOLIDUS}", "/"),
        **dict.fromkeys(
            "\N{BOX DRAWINGS LIGHT DIAGONAL UPPER RIGHT TO LOWER LEFT}\N{MATHEMATICAL RISING DIAGONAL}", "/"
        ),
        "\N{DOUBLE SOLIDUS OPERATOR}": "//",
        "\N{TRIPLE SOLIDUS BINARY RELATION}": "//",
        **dict.fromkeys("\N{SET MINUS}\N{REVERSE SOLIDUS OPERATOR}\N{BIG REVERSE SOLIDUS}", "\\"),
    }
)
#: Signs that are seen as nothing at all, though their category is not the one of those that format.
_BLANK = frozenset(
    "\N{COMBINING GRAPHEME JOINER}\N{HANGUL CHOSEONG FILLER}\N{HANGUL JUNGSEONG FILLER}\N{HANGUL FILLER}"
    "\N{HALFWIDTH HANGUL FILLER}\N{KHMER VOWEL INHERENT AQ}\N{KHMER VOWEL INHERENT AA}\N{BRAILLE PATTERN BLANK}"
    "\N{MONGOLIAN FREE VARIATION SELECTOR ONE}\N{MONGOLIAN FREE VARIATION SELECTOR TWO}"
    "\N{MONGOLIAN FREE VARIATION SELECTOR THREE}"
)
#: It joins the signs that one picture is made of: between two of these it is no blank.
_JOINER = "\N{ZERO WIDTH JOINER}"
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def visible(text: str) -> str:
    """Return `text` as it is seen: without signs that show nothing (zero-width, bidirectional, soft hyphens …)."""
    if text.isascii() or (text.isprintable() and _BLANK.isdisjoint(text)):
        return text
    return "".join(sign for place, sign in enumerate(text) if not _is_unseen(text, place))


@lru_cache(maxsize=256)  # asked several times of each message, and of each choice on show
def plain(text: str) -> str:
    """Return `text` as marks and commands are read in it: one kind of slash, space and line end, no loose accent."""
    if text.isascii():
        return _LINE_ENDS.sub("\n", text).replace("\t", " ")
    seen = unicodedata.normalize("NFKC", visible(text).translate(_ALIKE)).translate(_ALIKE)
    kept: list[str] = []
    for sign in _LINE_ENDS.sub("\n", seen):
        if unicodedata.category(sign) in ("Mn", "Me"):
            if kept and kept[-1].isalpha():
                kept.append(sign)
        else:
            kept.append(" " if sign != "\n" and sign.isspace() else sign)
    return "".join(kept)


def _is_unseen(text: str, place: int) -> bool:
    sign = text[place]
    if sign == _JOINER:
        return not (_is_picture(text[place - 1 : place]) and _is_picture(text[place + 1 : place + 2]))
    return sign in _BLANK or unicodedata.category(sign) == "Cf"


def _is_picture(sign: str) -> bool:
    return bool(sign) and (unicodedata.category(sign) in ("So", "Sk") or sign == "\N{VARIATION SELECTOR-16}")
