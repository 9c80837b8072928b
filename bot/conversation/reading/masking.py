"""A text as editors may read it: on one line, without the e-mail addresses, accounts and numbers of people in it. Names
stay."""

import re

#: What stands in place of what was masked.
MASK = "[…]"

_ADDRESS = re.compile(r"[^\s@<>(),;:«»\"]{1,254} ?@ ?[^\s@<>(),;:«»\"]{1,254}\.\w{2,24}")
_ACCOUNT = re.compile(r"(?<!\w)@\w{3,}")
#: Six digits or more, however they are spaced: a telephone, an account, a SIREN. Fewer are a postal code or a sum.
_NUMBER = re.compile(r"\+?\(?\d(?:[\s./()\-–]{0,3}\d){5,}")
#: What looks so and is none: dates, « 2020-2021 ».
_DATES = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-](?:19|20)\d\d|(?:19|20)\d\d\s?[/\-–]\s?(?:(?:19|20)\d\d|\d\d[/\-]\d\d)")


def masked(text: str) -> str:
    """Return `text` on one line, with MASK for each of them."""
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    text = _ACCOUNT.sub(MASK, _ADDRESS.sub(MASK, text))
    return _NUMBER.sub(lambda found: found[0] if _DATES.fullmatch(found[0]) else MASK, text)
