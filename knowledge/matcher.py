"""A question -> the ranked entries of the knowledge base, each with a calibrated confidence, or none."""

import enum
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.calibration import Calibration
from knowledge.features import LETTERS, MEANING, Reader, Space
from knowledge.fitted import DamagedFit, join_names, load_arrays, save_arrays, split_names
from knowledge.lexicon import Lexicon
from knowledge.ridge import Doubles, Folded, Wholes, gram, solve
from knowledge.text import sentences
from knowledge.vocabulary import Vocabulary

# What two texts' likeness is made of; the shares sum to 1.
SHARES = {LETTERS: 0.40, MEANING: 0.50}
SHARE_OF_WHOLES = 0.10
PENALTY = 0.3
ANSWER_FROM = 0.60
CHOICES_FROM = 0.25
SURE_PART = 0.85
MOST_PARTS = 6  # sentences of a message looked at one by one


@dataclass(frozen=True, slots=True)
class Example:
    """One phrasing of an entry."""

    text: str
    entry: str


@dataclass(frozen=True, slots=True)
class Match:
    """An entry and the share of such answers that are right, 0..1."""

    entry: str
    confidence: float


class Outcome(enum.Enum):
    """What may be done with a ranking: give the first entry, offer the first few, or say it is not known."""

    ANSWER = "answer"
    CHOICES = "choices"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Ranking:
    """`matches`: best first, distinct entries. `other`: the sure second part of a message of several.

    `in_scope`: confidence of the best in-scope entry, lowered by what the out-of-scope ones claim.
    """

    outcome: Outcome
    matches: tuple[Match, ...]
    other: Match | None = None
    in_scope: float = 0.0


NOTHING = Ranking(Outcome.NONE, ())


class Matcher:
    """Fitted once on the knowledge base's phrasings, then only read: safe to share between threads."""

    def __init__(
        self,
        entries: Sequence[str],
        groups: Mapping[str, str],
        out_of_scope: Collection[str],
        reader: Reader,
        vocabulary: Vocabulary,
        space: Space,
        scorer: Folded,
        wholes: Wholes,
        calibration: Calibration,
    ) -> None:
        self._entries = tuple(entries)
        self._topics = _Topics(entries, groups, out_of_scope)
        self._reader = reader
        self._vocabulary = vocabulary
        self._space = space
        self._scorer = scorer
        self._wholes = wholes
        self._calibration = calibration

    @classmethod
    def fit(
        cls,
        examples: Sequence[Example],
        *,
        groups: Mapping[str, str],
        out_of_scope: Collection[str],
        noise: Sequence[str] = (),
        lexicon: Lexicon | None = None,
        language: str = "fr",
    ) -> "Matcher":
        """`groups`: entry -> topic. `out_of_scope`: entries that answer "not this counter's matter".

        `noise`: texts that nothing answers. `language`: "fr" or "en".
        """
        entries = sorted({example.entry for example in examples})
        place = {entry: row for row, entry in enumerate(entries)}
        reader = Reader(lexicon or Lexicon.empty(), language)
        typed = [reader.typed(example.text) for example in examples] + [reader.typed(text) for text in noise]
        known = Counter(word for text in typed for word in set(text))
        readings = [reader.read(text) for text in typed]
        space = Space.of(readings, SHARES)
        vectors = [space.place(reading) for reading in readings]
        own = np.array([place[example.entry] for example in examples] + [len(entries)] * len(noise))
        targets = np.zeros((len(own), len(entries) + 1))
        targets[np.arange(len(own)), own] = 1.0
        wholes = Wholes([" ".join(text) for text in typed])
        likeness = gram(vectors, len(space.columns)) + SHARE_OF_WHOLES * wholes.likeness(wholes.texts)
        coefficients, left_out = solve(likeness, targets, PENALTY)
        topics = _Topics(entries, groups, out_of_scope)
        calibration = _calibrate(topics, left_out, own)
        scorer = Folded.of(vectors, len(space.columns), coefficients.astype(np.float32))
        return cls(
            entries, groups, out_of_scope, reader, Vocabulary(known, language), space, scorer, wholes, calibration
        )

    def save(self, path: Path) -> None:
        """Write the fitted matcher to one file, whole or not at all. Raises OSError."""
        arrays = {
            "features": join_names(list(self._space.columns)),
            "rarity": np.array(self._space.rarity),
            "words": join_names(list(self._vocabulary.counts)),
            "counts": np.array(list(self._vocabulary.counts.values()), dtype=np.int64),
            "texts": join_names(self._wholes.texts),
            "frequent": self._scorer.frequent,
            "owner": self._scorer.owner,
            "weight": self._scorer.weight,
            "coefficients": self._scorer.coefficients,
        }
        facts = {
            "entries": self._entries,
            "topics": self._topics.facts(),
            "texts": self._space.texts,
            "shares": self._space.shares,
            "calibration": self._calibration.coefficients,
            "lexicon": self._reader.lexicon.facts(),
            "language": self._reader.language,
        }
        save_arrays(path, arrays, facts)

    @classmethod
    def load(cls, path: Path) -> "Matcher":
        """Read what `save` wrote. Raises DamagedFit where it is not that; FileNotFoundError."""
        arrays, facts = load_arrays(path)
        try:
            columns = {name: place for place, name in enumerate(split_names(arrays["features"]))}
            known = dict(zip(split_names(arrays["words"]), arrays["counts"].tolist(), strict=True))
            space = Space(columns, arrays["rarity"].tolist(), facts["texts"], facts["shares"])
            scorer = Folded(arrays["frequent"], arrays["owner"], arrays["weight"], arrays["coefficients"])
            return cls(
                facts["entries"],
                facts["topics"]["groups"],
                facts["topics"]["out_of_scope"],
                Reader(Lexicon.of_facts(facts["lexicon"]), facts["language"]),
                Vocabulary(known, facts["language"]),
                space,
                scorer,
                Wholes(split_names(arrays["texts"])),
                Calibration(tuple(facts["calibration"])),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DamagedFit(f"{path.name} : contenu incomplet ({error}).") from error

    def scores(self, question: str) -> tuple[Match, ...]:
        """Every entry, in scope or not, best first."""
        confidences = self._confidences(question)
        if confidences is None:
            return ()
        return self._ordered(confidences)

    def rank(self, question: str, limit: int = 5) -> Ranking:
        """At most `limit` entries, and what may be done with them."""
        confidences = self._confidences(question)
        if confidences is None:
            return NOTHING
        matches = self._ordered(confidences)
        inside = float(confidences[self._topics.inside].max(initial=0.0))
        best = matches[0].confidence if matches else 0.0
        if best >= ANSWER_FROM:
            outcome = Outcome.ANSWER
        elif best >= CHOICES_FROM:
            outcome = Outcome.CHOICES
        else:
            return Ranking(Outcome.NONE, (), None, inside)
        return Ranking(outcome, matches[:limit], self._second(question, matches[0]), inside)

    def _ordered(self, confidences: Doubles) -> tuple[Match, ...]:
        order = np.argsort(-confidences, kind="stable")
        return tuple(Match(self._entries[place], float(confidences[place])) for place in order)

    def _second(self, question: str, first: Match) -> Match | None:
        parts = sentences(question)
        if len(parts) < 2:
            return None
        for part in parts[:MOST_PARTS]:
            confidences = self._confidences(part)
            if confidences is None:
                continue
            place = int(np.argmax(confidences))
            match = Match(self._entries[place], float(confidences[place]))
            if match.confidence >= SURE_PART and self._topics.differ(match.entry, first.entry):
                return match
        return None

    def _confidences(self, question: str) -> Doubles | None:
        typed = self._reader.typed(question)
        if not typed:
            return None
        reading = self._reader.read(typed, self._vocabulary)
        vector = self._space.place(reading)
        if not len(vector.columns):
            return None
        whole = self._wholes.likeness([" ".join(reading.mended)])[0]
        scores = self._scorer.scores(vector) + SHARE_OF_WHOLES * (whole @ self._scorer.coefficients)
        return self._topics.confidences(scores.astype(np.float64), self._calibration)


class _Topics:
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
        self._place = {entry: place for place, entry in enumerate(entries)}

    def facts(self) -> dict[str, Any]:
        """What rebuilds this, as plain values."""
        outside = [entry for entry, inside in zip(self.entries, self.inside.tolist(), strict=True) if not inside]
        return {"groups": self._groups, "out_of_scope": outside}

    def differ(self, one: str, other: str) -> bool:
        first, second = self._place[one], self._place[other]
        return first != second and not (self.inside[first] and self.topic[first] == self.topic[second])

    def summed(self, scores: Doubles) -> tuple[Doubles, float]:
        """Scores by column -> scores by topic, and what everything out of scope claims together."""
        entries = scores[:-1]
        by_topic = np.bincount(self.topic[self.inside], entries[self.inside], minlength=self.count).astype(np.float64)
        return by_topic, max(0.0, float(scores[-1] + entries[~self.inside].sum()))

    def evidence(self, scores: Doubles) -> tuple[Doubles, float]:
        by_topic, claim = self.summed(scores)
        order = np.sort(by_topic)[::-1]
        best, second = (order[0] if len(order) else 0.0), (order[1] if len(order) > 1 else 0.0)
        rival = np.where(by_topic == best, second, best)
        return np.column_stack([by_topic, rival, np.full(len(by_topic), claim)]), claim

    def confidences(self, scores: Doubles, calibration: Calibration) -> Doubles:
        """One confidence an entry."""
        evidence, claim = self.evidence(scores)
        result = np.zeros(len(self.entries))
        by_topic = calibration.confidence(evidence)
        entries = scores[:-1]
        for topic in range(self.count):
            members = np.flatnonzero(self.topic == topic)
            behind = entries[members].max() - entries[members]
            raw = evidence[topic] - np.array([1.0, 0.0, 0.0]) * 0.5 * behind[:, None]
            result[members] = np.minimum(calibration.confidence(raw), by_topic[topic])
        outside = np.flatnonzero(~self.inside)
        best = evidence[:, 0].max(initial=0.0)
        raw = np.column_stack(
            [entries[outside], np.full(len(outside), best), np.maximum(0.0, claim - entries[outside])]
        )
        result[outside] = calibration.confidence(raw)
        return result


def _calibrate(topics: _Topics, left_out: Doubles, own: NDArray[np.int64]) -> Calibration:
    rows, right = [], []
    for scores, place in zip(left_out, own.tolist(), strict=True):
        evidence, _ = topics.evidence(scores)
        if not len(evidence):
            continue
        best = int(np.argmax(evidence[:, 0]))
        rows.append(evidence[best])
        right.append(place < len(topics.entries) and topics.topic[place] == best)
    return Calibration.fit(np.array(rows), np.array(right))
