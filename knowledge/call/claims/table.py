"""The table of an audit: each sentence of an answer, its sources, what it rests on, the days on which it is told."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from knowledge.call.claims.statements import statements_on
from knowledge.call.claims.wording import sentences_of
from knowledge.call.model import Basis, Entry, Source
from knowledge.call.rendering import Renderer

#: « Il reste 12 jours » is one sentence, whatever the number.
_COUNT = re.compile(r"\b\d+(?=\sjours?\b)")
_ANY_COUNT = "…"


@dataclass(slots=True)
class Row:
    """A sentence as it reads on the first day on which it is told."""

    sentence: str
    #: None: a text of the assistant's own, which no mark classes.
    basis: Basis | None
    sources: tuple[Source, ...]
    #: Spans of days, first and last, both included; None: before any day that was tried, or after.
    told: list[tuple[date | None, date | None]] = field(default_factory=list)


def audit(entry: Entry, renderer: Renderer, days: Sequence[date], sources: Mapping[str, Source]) -> list[Row]:
    """Return the rows of `entry`, statement by statement, each in the order of its days; `days`: see `days_of`."""
    rows: dict[tuple[int, str], Row] = {}
    shown: dict[tuple[int, str], list[int]] = {}
    ranks = {statement: rank for rank, statement in enumerate(entry.statements)}
    for place, day in enumerate(days):
        for told in statements_on(entry, renderer, day):
            for sentence in sentences_of(told.text):
                key = ranks[told.statement], _COUNT.sub(_ANY_COUNT, sentence)
                quoted = tuple(sources[each] for each in told.statement.sources)
                rows.setdefault(key, Row(sentence.removeprefix("- "), told.statement.basis, quoted))
                shown.setdefault(key, []).append(place)
    for key, row in rows.items():
        row.told = list(_spans(list(dict.fromkeys(shown[key])), days))
    return [rows[key] for key in sorted(rows, key=lambda key: key[0])]


def audit_text(
    template: str,
    example: Mapping[str, Any],
    renderer: Renderer,
    days: Sequence[date],
    sources: tuple[Source, ...] = (),
) -> list[Row]:
    """Return the rows of a text that is no entry's: a message, a part of a verdict; filled with an example."""
    rows: dict[str, Row] = {}
    shown: dict[str, list[int]] = {}
    for place, day in enumerate(days):
        for sentence in sentences_of(renderer.render_on(template, day, **example)):
            key = _COUNT.sub(_ANY_COUNT, sentence)
            rows.setdefault(key, Row(sentence.removeprefix("- "), None, sources))
            shown.setdefault(key, []).append(place)
    for key, row in rows.items():
        row.told = list(_spans(list(dict.fromkeys(shown[key])), days))
    return list(rows.values())


def _spans(places: Sequence[int], days: Sequence[date]) -> Iterator[tuple[date | None, date | None]]:
    """Yield the runs of neighbouring days; nothing turns between two days that were tried."""
    start = places[0]
    for place, following in zip(places, [*places[1:], None], strict=True):
        if following != place + 1:
            yield days[start] if start else None, days[place] if place < len(days) - 1 else None
            start = following if following is not None else start
