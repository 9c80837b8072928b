"""The numbers and codes that people say and type: how they are written, and found again in what was typed."""

import re
from collections.abc import Callable

from bot.conversation.reading.typed import plain

#: Signs that are not taken for one another when read aloud or written by hand: no 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V.
SIGNS = "ACEFHJKMNPRTWXY3479"
#: Groups and signs in each: some 38 bits for a dossier's number, 51 for a code that gives rights.
_REFERENCE = (3, 3)
_CODE = (3, 4)

_SEPARATED = r"[ .\-–]*"


def make_reference(draw: Callable[[str], str]) -> str:
    """Return a new number, such as « K7R-M3W-X9A »; `draw` picks one of the signs it is given."""
    return _make(draw, *_REFERENCE)


def make_code(draw: Callable[[str], str]) -> str:
    """Return a new one-time code, such as « K7RA-M3WC-X9AE »."""
    return _make(draw, *_CODE)


def read_reference(text: str) -> str | None:
    """Return the number that `text` is as a whole, however it was typed."""
    return _read(text, r"(?:dossier|numero|n°|no|reference)?\s*:?\s*", *_REFERENCE)


def read_code(text: str) -> str | None:
    """Return the one-time code that `text` is as a whole, however it was typed."""
    return _read(text, r"(?:code)?\s*:?\s*", *_CODE)


def _make(draw: Callable[[str], str], groups: int, length: int) -> str:
    """Draw until there is a figure: what is typed without hyphens is then no word of the language."""
    while True:
        made = "-".join("".join(draw(SIGNS) for _ in range(length)) for _ in range(groups))
        if any(sign.isdecimal() for sign in made):
            return made


def _read(text: str, lead: str, groups: int, length: int) -> str | None:
    sign = f"[{SIGNS}]"
    pattern = rf"{lead}({_SEPARATED.join([sign] * (groups * length))})"
    found = re.fullmatch(pattern, plain(text).strip(" .!«»\"'"), re.IGNORECASE)
    if not found:
        return None
    signs = re.sub(r"[^A-Z0-9]", "", found[1].upper())
    if signs.isalpha():  # a word that happens to be made of these signs
        return None
    return "-".join(signs[start : start + length] for start in range(0, len(signs), length))
