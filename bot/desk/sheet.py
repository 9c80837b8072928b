"""A dossier as a sheet of paper: the town, the answers, the history, as values. Its texts are given to it."""

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
