"""Counts and logged questions -> what an editor should look at, the most pressing first. Pure; worded elsewhere."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

from knowledge.call.model import Entry
from knowledge.matching.likeness import group_alike
from storage.entry_counts import EntryTotal
from storage.question_log import LoggedQuestion

#: Opinions below which nothing is concluded of an answer.
LEAST_OPINIONS = 5
#: Share of people, at the least, who do not find their answer in an entry that is listed.
LEAST_SHARE = 0.10
#: Of a normal law, for a bound that holds 97.5 times in 100.
_Z = 1.96
#: An answer is to be reviewed when its `review_by` is as near as this, or past.
REVIEW_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Sheet:
    """An entry as its editor knows it."""

    entry: str
    question: str
    #: In the folder of the knowledge base; None: the entry is no longer there.
    file: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    sheet: Sheet
    shown: int
    helpful: int
    unhelpful: int


@dataclass(frozen=True, slots=True)
class Disliked:
    sheet: Sheet
    helpful: int
    unhelpful: int
    #: The share of people it does not help, at the least: Wilson's lower bound, so that 1 of 1 is not "all".
    at_least: float


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that nothing answers, in the words used most often."""

    question: str
    count: int
    #: The other words it was asked in.
    also: tuple[str, ...]
    #: The entry that is nearest, though not near enough to be given.
    near: Sheet | None


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A question to which several entries were offered, none being sure."""

    question: str
    count: int
    also: tuple[str, ...]
    #: The first time, best first.
    offered: tuple[Sheet, ...]
    #: What was picked, how often, the most often first.
    picked: tuple[tuple[Sheet, int], ...]
    #: How often none of them was right.
    none_right: int
    #: How often nothing was picked.
    no_pick: int


@dataclass(frozen=True, slots=True)
class ToReview:
    sheet: Sheet
    review_by: date
    #: Negative once it is past.
    days_left: int


@dataclass(frozen=True, slots=True)
class Report:
    """What happened from `since` to `until`, both included."""

    since: date
    until: date
    shown: int
    opinions: int
    most_asked: tuple[Asked, ...]
    disliked: tuple[Disliked, ...]
    unanswered: tuple[Unanswered, ...]
    near_misses: tuple[NearMiss, ...]
    to_review: tuple[ToReview, ...]


class Knowledge:
    """The entries, each with its file in the folder of the knowledge base."""

    def __init__(self, entries: Sequence[tuple[str, Entry]]) -> None:
        self.entries = {entry.id: entry for _, entry in entries}
        self._files = {entry.id: file for file, entry in entries}

    def sheet(self, entry: str) -> Sheet:
        known = self.entries.get(entry)
        return Sheet(entry, known.question if known else entry, self._files.get(entry))


def make_report(
    knowledge: Knowledge,
    totals: Sequence[EntryTotal],
    logged: Sequence[LoggedQuestion],
    since: date,
    until: date,
) -> Report:
    return Report(
        since=since,
        until=until,
        shown=sum(each.shown for each in totals),
        opinions=sum(each.helpful + each.unhelpful for each in totals),
        most_asked=_most_asked(knowledge, totals),
        disliked=_disliked(knowledge, totals),
        unanswered=_unanswered(knowledge, [each for each in logged if not each.was_offered]),
        near_misses=_near_misses(knowledge, [each for each in logged if each.was_offered]),
        to_review=_to_review(knowledge, until),
    )


def share_at_least(count: int, total: int) -> float:
    """Return the lower bound of Wilson's interval for the share that `count` of `total` stands for."""
    if not total:
        return 0.0
    share, square = count / total, _Z * _Z
    spread = _Z * sqrt((share * (1 - share) + square / (4 * total)) / total)
    return max(0.0, (share + square / (2 * total) - spread) / (1 + square / total))


def _most_asked(knowledge: Knowledge, totals: Sequence[EntryTotal]) -> tuple[Asked, ...]:
    found = [Asked(knowledge.sheet(each.entry), each.shown, each.helpful, each.unhelpful) for each in totals]
    return tuple(sorted((each for each in found if each.shown), key=lambda each: -each.shown))


def _disliked(knowledge: Knowledge, totals: Sequence[EntryTotal]) -> tuple[Disliked, ...]:
    judged = [each for each in totals if each.entry in knowledge.entries]
    found = [
        Disliked(
            knowledge.sheet(each.entry),
            each.helpful,
            each.unhelpful,
            share_at_least(each.unhelpful, each.helpful + each.unhelpful),
        )
        for each in judged
        if each.helpful + each.unhelpful >= LEAST_OPINIONS
    ]
    return tuple(sorted((each for each in found if each.at_least >= LEAST_SHARE), key=lambda each: -each.at_least))


def _unanswered(knowledge: Knowledge, logged: Sequence[LoggedQuestion]) -> tuple[Unanswered, ...]:
    return tuple(
        Unanswered(group[0].text, len(group), _also(group), _nearest(knowledge, group)) for group in _grouped(logged)
    )


def _near_misses(knowledge: Knowledge, logged: Sequence[LoggedQuestion]) -> tuple[NearMiss, ...]:
    found = []
    for group in _grouped(logged):
        picks = Counter(each.picked for each in group)
        none_right, no_pick = picks.pop("", 0), picks.pop(None, 0)
        found.append(
            NearMiss(
                group[0].text,
                len(group),
                _also(group),
                tuple(knowledge.sheet(entry) for entry in group[0].guesses),
                tuple((knowledge.sheet(entry), count) for entry, count in picks.most_common() if entry),
                none_right,
                no_pick,
            )
        )
    return tuple(found)


def _grouped(logged: Sequence[LoggedQuestion]) -> list[list[LoggedQuestion]]:
    """Return the questions put together by likeness, the most asked first; of each group the commonest words first."""
    by_text: dict[str, list[LoggedQuestion]] = {}
    for each in logged:
        by_text.setdefault(each.text, []).append(each)
    groups = group_alike([each.text for each in logged])
    return [[each for text in dict.fromkeys(group) for each in by_text[text]] for group in groups]


def _also(group: Sequence[LoggedQuestion]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.text for each in group))[1:]


def _nearest(knowledge: Knowledge, group: Sequence[LoggedQuestion]) -> Sheet | None:
    guesses = Counter(each.guesses[0] for each in group if each.guesses and each.guesses[0] in knowledge.entries)
    return knowledge.sheet(guesses.most_common(1)[0][0]) if guesses else None


def _to_review(knowledge: Knowledge, today: date) -> tuple[ToReview, ...]:
    due = [
        ToReview(knowledge.sheet(entry.id), entry.review_by, (entry.review_by - today).days)
        for entry in knowledge.entries.values()
        if entry.review_by <= today + REVIEW_WITHIN
    ]
    return tuple(sorted(due, key=lambda each: (each.review_by, each.sheet.entry)))
