"""Scores by entry become confidences: topics weighed against each other and against what is out of scope."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.calibration import EVIDENCES, Calibration
from knowledge.matching.features import Doubles, Ints

# How far a topic's second entry falls behind its first, as a share of the difference of their own scores.
# All the entries of a topic share the topic's evidence; without it, one topic would take all the choices.
OWN_SCORE = 0.5
PARTS_SHARE = 0.4  # of the most telling sentence, beside the whole message; 0.3 to 0.5 measured alike


@dataclass(frozen=True, slots=True)
class Seen:
    """What a text looked like: a confidence an entry, and whether it is about the call at all.

    `parts`: the confidences of its sentences, where it has several.
    """

    confidences: Doubles
    in_scope: float
    parts: tuple[Doubles, ...] = ()

    def joined(self, parts: Sequence["Seen"], courteous: NDArray[np.bool_]) -> "Seen":
        """The message as a whole averaged with its most telling sentence; `parts` may be empty.

        A sentence of greeting or thanks tells nothing where there are others.
        """
        parts = [part for part in parts if not courteous[int(part.confidences.argmax())]]
        if not parts:
            return self
        most = np.max([part.confidences for part in parts], axis=0)
        most[courteous] = np.minimum(most, self.confidences)[courteous]
        belongs = max(part.in_scope for part in parts)
        return Seen(
            (1 - PARTS_SHARE) * self.confidences + PARTS_SHARE * most,
            (1 - PARTS_SHARE) * self.in_scope + PARTS_SHARE * belongs,
            tuple(part.confidences for part in parts),
        )


class Topics:
    """Which entries share a topic, and which are out of scope. Column len(entries) is the noise."""

    def __init__(self, entries: Sequence[str], groups: Mapping[str, str], out_of_scope: Collection[str]) -> None:
        self.entries = tuple(entries)
        self._groups = {entry: groups.get(entry, entry) for entry in entries}
        outside = frozenset(out_of_scope)
        names = sorted({groups.get(entry, entry) for entry in entries if entry not in outside})
        number = {name: place for place, name in enumerate(names)}
        self.count = len(names)
        self.topic = np.array(
            [-1 if entry in outside else number[groups.get(entry, entry)] for entry in entries],
            dtype=np.int64,
        )
        self.inside = self.topic >= 0
        self._within = np.flatnonzero(self.inside)
        self._without = np.flatnonzero(~self.inside)
        self._own = self.topic[self._within]
        self._place = {entry: place for place, entry in enumerate(entries)}

    def facts(self) -> dict[str, Any]:
        """What builds this, as plain values."""
        outside = [entry for entry, inside in zip(self.entries, self.inside.tolist(), strict=True) if not inside]
        return {"entries": self.entries, "groups": self._groups, "out_of_scope": outside}

    def columns(self, entries: Sequence[str], noise: int) -> Ints:
        """The columns of the texts of these entries, then of `noise` texts of none."""
        own = [self._place[entry] for entry in entries] + [len(self.entries)] * noise
        return np.array(own, dtype=np.int32)

    def is_inside(self, entry: str) -> bool:
        return bool(self.inside[self._place[entry]])

    def differ(self, one: str, other: str) -> bool:
        first, second = self._place[one], self._place[other]
        return first != second and not (self.inside[first] and self.topic[first] == self.topic[second])

    def summed(self, scores: Doubles) -> tuple[Doubles, float]:
        """Scores by column -> scores by topic, and what everything out of scope claims together."""
        by_topic = np.bincount(self._own, scores[self._within], minlength=self.count).astype(np.float64)
        return by_topic, max(0.0, float(scores[-1] + scores[self._without].sum()))

    def evidence(self, scores: Doubles) -> tuple[Doubles, float]:
        by_topic, claim = self.summed(scores)
        order = np.sort(by_topic)[::-1]
        best, second = (order[0] if len(order) else 0.0), (order[1] if len(order) > 1 else 0.0)
        rows = np.empty((len(by_topic), EVIDENCES))
        rows[:, 0] = by_topic
        rows[:, 1] = np.where(by_topic == best, second, best)
        rows[:, 2] = claim
        return rows, claim

    def judge(self, scores: Doubles, calibration: Calibration, belonging: Calibration) -> Seen:
        evidence, claim = self.evidence(scores)
        result = np.zeros(len(self.entries))
        if self.count:
            inside = scores[self._within]
            best_of_topic = np.full(self.count, -np.inf)
            np.maximum.at(best_of_topic, self._own, inside)
            rows = evidence[self._own]
            rows[:, 0] -= OWN_SCORE * (best_of_topic[self._own] - inside)
            result[self._within] = calibration.confidence(rows)
        best = evidence[:, 0].max(initial=0.0)
        outside = scores[self._without]
        rows = np.empty((len(outside), EVIDENCES))
        rows[:, 0] = outside
        rows[:, 1] = best
        rows[:, 2] = np.maximum(0.0, claim - outside)
        result[self._without] = calibration.confidence(rows)
        return Seen(result, float(belonging.confidence(np.array([[best, claim]]))[0]))


def calibrate(topics: Topics, left_out: Doubles, own: Ints) -> tuple[Calibration, Calibration]:
    """Curves for "the best topic is the right one" and for "the question belongs here at all".

    `left_out`: each text's scores by a fit without it; `own`: its entry, len(entries) for noise.
    """
    evidence, right, inside = [], [], []
    for scores, place in zip(left_out, own.tolist(), strict=True):
        rows, _ = topics.evidence(scores)
        if not len(rows):
            continue
        best = int(np.argmax(rows[:, 0]))
        evidence.append(rows[best])
        inside.append(place < len(topics.entries) and bool(topics.inside[place]))
        right.append(inside[-1] and int(topics.topic[place]) == best)
    if all(inside):
        inside = right  # nothing out of scope to learn from: what cannot be placed here is the nearest thing to it
    seen = np.array(evidence).reshape(-1, EVIDENCES)
    return Calibration.fit(seen, np.array(right)), Calibration.fit(seen[:, [0, 2]], np.array(inside))
