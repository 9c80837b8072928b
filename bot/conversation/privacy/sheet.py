"""A document to read or print: titled sections of labelled lines, as values. How it is printed is in `bot.printing`."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SheetSection:
    title: str
    #: (label, text)
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    #: Lines under the title: number, state, « this is no filing ».
    lines: Sequence[str]
    sections: Sequence[SheetSection]
    #: In whose name the document is.
    author: str = "Guichet"
    #: At the foot of each page.
    footer: str = ""
