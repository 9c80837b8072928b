"""How well the matcher does on labelled questions: measures and mistakes. Reads no file, prints nothing."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from knowledge.call.model import OUT_OF_SCOPE
from knowledge.matching.matcher import Match, Matcher, Outcome

#: The share of out-of-scope questions refused at which `right_at_90_oos` is read.
REFUSED_SHARE = 0.9

#: Entries offered on « Vouliez-vous dire … ? ».
OFFERED = 3


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question and its topic, `oos` when it is out of scope."""

    question: str
    topic: str


class Fate(StrEnum):
    """What became of a question at the program's own thresholds."""

    RIGHT = "answered_right"
    OFFERED = "offered_right"
    WRONG = "answered_wrong"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A question that was not answered as it should: what was answered instead, and how surely."""

    question: str
    expected: str
    entry: str | None
    topic: str | None
    confidence: float
    fate: Fate


@dataclass(frozen=True, slots=True)
class Report:
    """Shares between 0 and 1; those of in-scope fates are of the in-scope questions. Latencies in microseconds.

    `refused`: in-scope questions with no answer and without the right entry among the choices. `oos_refused`:
    out-of-scope questions that got no answer about the call: none, choices, or "not this counter's matter".
    """

    n_in: int
    n_oos: int
    top1: float
    top3: float
    answered_right: float
    offered_right: float
    answered_wrong: float
    refused: float
    oos_refused: float
    auroc: float
    right_at_90_oos: float
    p50_us: float
    p99_us: float
    mistakes: tuple[Mistake, ...]


def evaluate(
    lines: Sequence[Labelled], matcher: Matcher, topics: Mapping[str, str], stopwatch: Callable[[], float]
) -> Report:
    """Return the report on `lines`. `topics`: entry -> topic; `stopwatch`: seconds, only for the latencies."""
    seen = [_try(line, matcher, topics, stopwatch) for line in lines]
    inside = [tried for tried in seen if tried.line.topic != OUT_OF_SCOPE]
    outside = [tried for tried in seen if tried.line.topic == OUT_OF_SCOPE]
    taken = sorted(tried.seconds * 1e6 for tried in seen) or [0.0]
    mistakes = [tried.mistake() for tried in seen if not tried.is_well_handled]

    def share(fate: Fate) -> float:
        return _share([tried.fate is fate for tried in inside])

    return Report(
        n_in=len(inside),
        n_oos=len(outside),
        top1=_ranked_within(inside, 1),
        top3=_ranked_within(inside, OFFERED),
        answered_right=share(Fate.RIGHT),
        offered_right=share(Fate.OFFERED),
        answered_wrong=share(Fate.WRONG),
        refused=share(Fate.REFUSED),
        oos_refused=_share([tried.fate is not Fate.WRONG for tried in outside]),
        auroc=_auroc(_belonging(inside), _belonging(outside)),
        right_at_90_oos=_right_at_refusal(inside, _belonging(outside)),
        p50_us=taken[len(taken) // 2],
        p99_us=taken[min(len(taken) - 1, int(0.99 * len(taken)))],
        mistakes=tuple(sorted(mistakes, key=lambda mistake: (mistake.fate is not Fate.WRONG, -mistake.confidence))),
    )


@dataclass(frozen=True, slots=True)
class _Tried:
    line: Labelled
    fate: Fate
    #: Rank of the expected topic among the in-scope topics, None when it has no entry.
    rank: int | None
    in_scope: float
    best: Match | None
    best_topic: str | None
    seconds: float

    @property
    def is_well_handled(self) -> bool:
        if self.line.topic == OUT_OF_SCOPE:
            return self.fate is not Fate.WRONG
        return self.fate is Fate.RIGHT

    def mistake(self) -> Mistake:
        return Mistake(
            self.line.question,
            self.line.topic,
            self.best.entry if self.best else None,
            self.best_topic,
            self.best.confidence if self.best else 0.0,
            self.fate,
        )


def _try(line: Labelled, matcher: Matcher, topics: Mapping[str, str], stopwatch: Callable[[], float]) -> _Tried:
    start = stopwatch()
    ranking = matcher.rank(line.question)
    seconds = stopwatch() - start
    ordered = [topics[match.entry] for match in matcher.scores(line.question)]
    distinct = [topic for topic in dict.fromkeys(ordered) if topic != OUT_OF_SCOPE]
    best = ranking.matches[0] if ranking.matches else None
    found = [topics[match.entry] for match in ranking.matches]
    if ranking.outcome is Outcome.ANSWER:
        fate = _fate_of_answer(found[0], line.topic)
    elif ranking.outcome is Outcome.CHOICES and line.topic in found[:OFFERED]:
        fate = Fate.OFFERED
    else:
        fate = Fate.REFUSED
    rank = distinct.index(line.topic) if line.topic in distinct else None
    return _Tried(line, fate, rank, ranking.in_scope, best, found[0] if found else None, seconds)


def _fate_of_answer(answered: str, expected: str) -> Fate:
    if expected == OUT_OF_SCOPE:
        # « Ce n'est pas l'affaire de ce guichet » is the right way to refuse.
        return Fate.REFUSED if answered == OUT_OF_SCOPE else Fate.WRONG
    return Fate.RIGHT if answered == expected else Fate.WRONG


def _ranked_within(tried: Sequence[_Tried], most: int) -> float:
    """The share of those whose expected topic is among the first `most`."""
    return _share([each.rank is not None and each.rank < most for each in tried])


def _belonging(tried: Sequence[_Tried]) -> list[float]:
    return [each.in_scope for each in tried]


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0


def _auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """Return the chance that an in-scope question scores above an out-of-scope one; ties count half."""
    ordered = sorted(outside)
    if not inside or not ordered:
        return 0.0
    above = sum((bisect_left(ordered, score) + bisect_right(ordered, score)) / 2 for score in inside)
    return above / (len(inside) * len(ordered))


def _right_at_refusal(inside: Sequence[_Tried], outside: Sequence[float]) -> float:
    """Return the share of in-scope questions ranked right above the score under which REFUSED_SHARE of `outside` is."""
    ordered = sorted(outside)
    if not ordered:
        return _share([tried.rank == 0 for tried in inside])
    needed = -(-round(REFUSED_SHARE * 1000) * len(ordered) // 1000)
    threshold = ordered[max(0, needed - 1)]
    return _share([tried.rank == 0 and tried.in_scope > threshold for tried in inside])
