"""A sheet -> a PDF that assistive software can read (PDF/UA-1), with its fonts in it. Its texts go in as data.

The same sheet gives the same bytes on every machine: no font of the system, no file, no network is used.
"""

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import normalize

from bot.conversation.privacy.sheet import Sheet
from bot.conversation.reading.legible import legible

MEDIA_TYPE = "application/pdf"
_TEMPLATE = Path(__file__).with_name("sheet.typ")
#: The standard of accessible documents (ISO 14289-1). It takes no sign that is not drawn.
_ACCESSIBLE = ("ua-1",)
#: How often signs are replaced: what a sign consists of is found one after the other.
_ROUNDS = 4
#: Signs without a place to break at that fit on a line, of whatever width.
_UNBROKEN = 40
_LONG = re.compile(rf"[^ \t\n]{{{_UNBROKEN + 1},}}")
#: Its pieces: accents, joiners and variants stay with their letter.
_PIECE = re.compile("[^ \t\n]{1,8}[\u0300-\u036f\u200d\ufe00-\ufe0f]*")
#: Where a line may end and nothing is shown: the template knows it. No legible text holds it.
_BREAK = "\x01"
#: How the library names a sign that none of its fonts has; the text in quotes is written as Rust does.
_NO_GLYPH = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPED = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


def make_pdf(sheet: Sheet) -> bytes:
    """Return the sheet as a PDF. It takes some 10 ms a page, in which other threads run."""
    from typst import TypstError  # here: only who asks for a document should wait for it

    stand_ins: dict[int, str] = {}
    for _ in range(_ROUNDS):
        try:
            return _compile(sheet, stand_ins, _ACCESSIBLE)
        except TypstError as error:
            missing = _signs_without_glyph(error.diagnostic)
            if not missing:
                break
            stand_ins |= {ord(sign): _stand_in(sign) for sign in missing}
    return _compile(sheet, stand_ins, ())  # still with its structure; what is not drawn is shown as a box


def _compile(sheet: Sheet, stand_ins: dict[int, str], standards: Sequence[Any]) -> bytes:
    import typst

    def shown(text: str) -> str:
        return _LONG.sub(_with_breaks, normalize("NFC", legible(text)).translate(stand_ins))

    values = {
        "title": shown(sheet.title),
        "author": shown(sheet.author),
        "footer": shown(sheet.footer),
        "lines": [shown(line) for line in sheet.lines],
        "sections": [
            {"title": shown(each.title), "rows": [(shown(label), shown(text)) for label, text in each.rows]}
            for each in sheet.sections
        ],
        "has_stand_ins": bool(stand_ins),
    }
    compiler = typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True, root=str(_TEMPLATE.parent))
    made = compiler.compile(
        str(_TEMPLATE), format="pdf", sys_inputs={"sheet": json.dumps(values)}, pdf_standards=list(standards)
    )
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False)


def _with_breaks(long: re.Match[str]) -> str:
    """Let a word that no line holds be broken, so that none of it is beyond the edge of the page."""
    return _BREAK.join(_PIECE.findall(long.group()))


def _signs_without_glyph(diagnostic: str) -> set[str]:
    """Return the signs that no font has: of a letter with its accents, first the accents."""
    signs = set()
    for quoted in _NO_GLYPH.findall(diagnostic):
        text = _ESCAPED.sub(_unescaped, quoted)
        signs |= set(text[1:] or text)
    return {sign for sign in signs if not sign.isascii() or not sign.isprintable()}


def _stand_in(sign: str) -> str:
    """Return « [U+1F600] »; for the picture of a control sign, the number of that sign."""
    is_picture = "\u2400" <= sign < "\u2420"
    return f"[U+{ord(sign) - 0x2400 if is_picture else ord(sign):04X}]"


def _unescaped(escaped: re.Match[str]) -> str:
    number, sign = escaped.groups()
    return chr(int(number, 16)) if number else _ESCAPES.get(sign, sign)
