"""A question -> the ranked entries of the knowledge base, each with a calibrated confidence, or none."""

import enum
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.calibration import EVIDENCES, Calibration
from knowledge.features import LETTERS, MEANING, Reader, Reading, Space
from knowledge.fitted import DamagedFit, join_names, load_arrays, save_arrays, split_names
from knowledge.lexicon import Lexicon
from knowledge.ridge import Doubles, Folded, Wholes, gram, solve
from knowledge.text import sentences
from knowledge.vocabulary import Vocabulary

# What two texts' likeness is made of; the shares sum to 1.
SHARES = {LETTERS: 0.40, MEANING: 0.50}
SHARE_OF_WHOLES = 0.10
PENALTY = 0.3
ANSWER_FROM = 0.45
CHOICES_FROM = 0.25
SURE_PART = 0.85
PARTS_SHARE = 0.4
COURTEOUS_FROM = 0.5
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
        belonging: Calibration,
        courteous: Collection[str],
    ) -> None:
        self._entries = tuple(entries)
        self._topics = _Topics(entries, groups, out_of_scope)
        self._reader = reader
        self._vocabulary = vocabulary
        self._space = space
        self._scorer = scorer
        self._wholes = wholes
        self._calibration = calibration
        self._belonging = belonging
        self._courteous = np.array([entry in courteous for entry in self._entries], dtype=np.bool_)

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
        calibration, belonging = _calibrate(topics, left_out, own)
        scorer = Folded.of(vectors, len(space.columns), coefficients.astype(np.float32))
        return cls(
            entries,
            groups,
            out_of_scope,
            reader,
            Vocabulary(known, language),
            space,
            scorer,
            wholes,
            calibration,
            belonging,
            _courteous(examples, readings),
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
            "courteous": [entry for entry, is_so in zip(self._entries, self._courteous, strict=True) if is_so],
            "belonging": self._belonging.coefficients,
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
                Calibration(tuple(facts["belonging"])),
                facts["courteous"],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DamagedFit(f"{path.name} : contenu incomplet ({error}).") from error

    def scores(self, question: str) -> tuple[Match, ...]:
        """Every entry, in scope or not, best first; nothing where there is nothing to read."""
        seen = self._look(question)
        return self._ordered(seen.confidences) if seen else ()

    def rank(self, question: str, limit: int = 5) -> Ranking:
        """At most `limit` entries, and what may be done with them."""
        seen = self._look(question)
        if seen is None:
            return NOTHING
        best = float(seen.confidences.max(initial=0.0))
        if best < CHOICES_FROM:
            return Ranking(Outcome.NONE, (), None, seen.in_scope)
        matches = self._ordered(seen.confidences)[:limit]
        outcome = Outcome.ANSWER if best >= ANSWER_FROM else Outcome.CHOICES
        return Ranking(outcome, matches, self._second(seen.parts, matches[0]), seen.in_scope)

    def _ordered(self, confidences: Doubles) -> tuple[Match, ...]:
        order = np.argsort(-confidences, kind="stable")
        return tuple(Match(self._entries[place], float(confidences[place])) for place in order)

    def _second(self, parts: Sequence[Doubles], first: Match) -> Match | None:
        """The sure match of a part that is about another topic, where a part is as surely about the first."""
        sure = [part for part in parts if part.max() >= SURE_PART]
        matches = [Match(self._entries[int(part.argmax())], float(part.max())) for part in sure]
        others = [match for match in matches if self._topics.differ(match.entry, first.entry)]
        if not others or len(others) == len(matches):
            return None
        other = max(others, key=lambda match: match.confidence)
        return other if self._topics.is_inside(other.entry) else None

    def _look(self, question: str) -> "_Seen | None":
        """The message as a whole and, where it has several sentences, its most telling one."""
        whole = self._see(question)
        texts = sentences(question)[:MOST_PARTS]
        if whole is None or len(texts) < 2:
            return whole
        seen = [self._see(text) for text in texts]
        return whole.joined([part for part in seen if part is not None], self._courteous)

    def _see(self, text: str) -> "_Seen | None":
        """None where there is nothing to read."""
        typed = self._reader.typed(text)
        if not typed:
            return None
        reading = self._reader.read(typed, self._vocabulary)
        vector = self._space.place(reading)
        if not len(vector.columns):
            return None
        whole = self._wholes.likeness([" ".join(reading.mended)])[0]
        scores = self._scorer.scores(vector) + SHARE_OF_WHOLES * (whole @ self._scorer.coefficients)
        return self._topics.judge(scores.astype(np.float64), self._calibration, self._belonging)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a text looked like: a confidence an entry, and whether it is about the call at all.

    `parts`: the confidences of its sentences, where it has several.
    """

    confidences: Doubles
    in_scope: float
    parts: tuple[Doubles, ...] = ()

    def joined(self, parts: Sequence["_Seen"], courteous: NDArray[np.bool_]) -> "_Seen":
        """The message as a whole averaged with its most telling sentence; `parts` may be empty.

        A sentence of greeting or thanks tells nothing where there are others.
        """
        parts = [part for part in parts if not courteous[int(part.confidences.argmax())]]
        if not parts:
            return self
        most = np.max([part.confidences for part in parts], axis=0)
        most[courteous] = np.minimum(most, self.confidences)[courteous]
        belongs = max(part.in_scope for part in parts)
        return _Seen(
            (1 - PARTS_SHARE) * self.confidences + PARTS_SHARE * most,
            (1 - PARTS_SHARE) * self.in_scope + PARTS_SHARE * belongs,
            tuple(part.confidences for part in parts),
        )


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

    def is_inside(self, entry: str) -> bool:
        return bool(self.inside[self._place[entry]])

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

    def judge(self, scores: Doubles, calibration: Calibration, belonging: Calibration) -> _Seen:
        evidence, claim = self.evidence(scores)
        entries = scores[:-1]
        result = np.zeros(len(self.entries))
        if self.count:
            best_of_topic = np.full(self.count, -np.inf)
            np.maximum.at(best_of_topic, self.topic[self.inside], entries[self.inside])
            behind = best_of_topic[self.topic[self.inside]] - entries[self.inside]
            rows = evidence[self.topic[self.inside]]
            rows[:, 0] -= 0.5 * behind
            result[self.inside] = calibration.confidence(rows)
        best = evidence[:, 0].max(initial=0.0)
        outside = entries[~self.inside]
        rows = np.column_stack([outside, np.full(len(outside), best), np.maximum(0.0, claim - outside)])
        result[~self.inside] = calibration.confidence(rows)
        return _Seen(result, float(belonging.confidence(np.array([[best, claim]]))[0]))


def _courteous(examples: Sequence[Example], readings: Sequence[Reading]) -> list[str]:
    """The entries whose phrasings mostly have forms of words: greetings, thanks."""
    phrasings = Counter(example.entry for example in examples)
    polite = Counter(example.entry for example, reading in zip(examples, readings, strict=False) if reading.has_forms)
    return sorted(entry for entry, count in polite.items() if count > COURTEOUS_FROM * phrasings[entry])


def _calibrate(topics: _Topics, left_out: Doubles, own: NDArray[np.int64]) -> tuple[Calibration, Calibration]:
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
    seen = np.array(evidence).reshape(-1, EVIDENCES)
    return Calibration.fit(seen, np.array(right)), Calibration.fit(seen[:, [0, 2]], np.array(inside))
