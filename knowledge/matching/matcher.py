"""A question -> the ranked entries of the knowledge base, each with a calibrated confidence, or none."""

import enum
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.cache.arrays import join_names, load_arrays, save_arrays, split_names
from knowledge.cache.folder import Damaged
from knowledge.cache.staying import staying
from knowledge.language.text import sentences
from knowledge.matching.calibration import Calibration
from knowledge.matching.features import HASHED_COLUMNS, LETTERS, MEANING, Doubles, Ints, Reader, Reading, Space
from knowledge.matching.judgement import Seen, Topics, calibrate
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.neighbours import Neighbours
from knowledge.matching.ridge import Ridge
from knowledge.matching.vocabulary import Vocabulary

# Of the likeness of two texts; whole texts have the remaining tenth. Halves measured one point worse.
SHARES = {LETTERS: 0.40, MEANING: 0.50}
# Above it the ridge's square of texts takes too long (the cube of their number) and too much memory: at 8,000
# half a gigabyte while fitting. The neighbours take over, as fast but two or three points less often right.
MOST_TEXTS_OF_A_RIDGE = 8_000
# Texts that a confidence is calibrated on. Of 600, a variant more or less moved confidences by a tenth.
SAMPLE = 2_400
SAMPLE_OF_NEIGHBOURS = 400  # each costs a question
# Measured on questions of an author whose phrasings the matcher had not seen: from 0.60 fewer than 3 messages in 100
# are answered wrongly and 86 questions in 100 rightly at once; from 0.55, 4 and 87; from 0.65, 2 and 85.
ANSWER_FROM = 0.60
CHOICES_FROM = 0.25  # below it the right entry is among the first three less than half the time
SURE_PART = 0.85  # a second answer that was not asked for is worse than one more question
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
        topics: Topics,
        reader: Reader,
        vocabulary: Vocabulary,
        space: Space,
        scorer: Ridge | Neighbours,
        calibration: tuple[Calibration, Calibration],
        courteous: Collection[str],
    ) -> None:
        self._topics = topics
        self._reader = reader
        self._vocabulary = vocabulary
        self._space = space
        self._scorer = scorer
        self._calibration = calibration
        self._courteous = np.array([entry in courteous for entry in topics.entries], dtype=np.bool_)

    @classmethod
    @staying()
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

        `noise`: texts that nothing answers. `language`: "fr" or "en". Raises ValueError without examples.
        """
        if not examples:
            raise ValueError("Il faut au moins une formulation.")
        topics = Topics(sorted({example.entry for example in examples}), groups, out_of_scope)
        reader = Reader(lexicon or Lexicon.empty(), language)
        typed = [reader.typed(text) for text in (*(example.text for example in examples), *noise)]
        own = topics.columns([example.entry for example in examples], len(noise))
        vocabulary = Vocabulary(Counter(word for text in typed for word in dict.fromkeys(text)), language)
        has_forms: list[bool] = []
        readings = _noting_forms((reader.read(text) for text in typed), has_forms)
        fit = _fit_ridge if len(typed) <= MOST_TEXTS_OF_A_RIDGE else _fit_neighbours
        space, scorer, left_out, sampled = fit(readings, typed, own, len(topics.entries) + 1)
        courteous = _courteous(examples, has_forms)
        calibration = calibrate(topics, left_out, own[sampled])
        return cls(topics, reader, vocabulary, space, scorer, calibration, courteous)

    def save(self, path: Path) -> None:
        """Write the fitted matcher to one file, whole or not at all. Raises OSError."""
        names = self._space.names
        arrays: dict[str, NDArray[Any]] = {
            "rarity": self._space.rarity,
            "words": join_names(list(self._vocabulary.counts)),
            "stems": join_names(sorted(self._vocabulary.stems)),
            "sounds": join_names(list(self._vocabulary.by_sound)),
            "sounding": join_names(list(self._vocabulary.by_sound.values())),
            "counts": np.array(list(self._vocabulary.counts.values()), dtype=np.int64),
            **({} if names is None else {"features": join_names(names)}),
            **self._scorer.arrays(),
        }
        facts = {
            "topics": self._topics.facts(),
            "texts": self._space.texts,
            "shares": self._space.shares,
            "calibration": [curve.coefficients for curve in self._calibration],
            "courteous": [entry for entry, so in zip(self._topics.entries, self._courteous, strict=True) if so],
            "lexicon": self._reader.lexicon.facts(),
            "language": self._reader.language,
        }
        save_arrays(path, arrays, facts)

    @classmethod
    def load(cls, path: Path) -> "Matcher":
        """Read what `save` wrote. Raises Damaged where it is not that; FileNotFoundError."""
        arrays, facts = load_arrays(path)
        try:
            known = dict(zip(split_names(arrays["words"]), arrays["counts"].tolist(), strict=True))
            sounds = dict(zip(split_names(arrays["sounds"]), split_names(arrays["sounding"]), strict=True))
            names = split_names(arrays["features"]) if "features" in arrays else None
            right, belonging = (Calibration(tuple(curve)) for curve in facts["calibration"])
            return cls(
                Topics(**facts["topics"]),
                Reader(Lexicon.of_facts(facts["lexicon"]), facts["language"]),
                Vocabulary(known, facts["language"], split_names(arrays["stems"]), sounds),
                Space.restored(names, arrays["rarity"], facts["texts"], facts["shares"]),
                Ridge.of_arrays(arrays) if names is not None else Neighbours(arrays),
                (right, belonging),
                facts["courteous"],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Damaged(f"{path.name} : contenu incomplet ({error}).") from error

    def is_courteous(self, entry: str) -> bool:
        """Whether an entry only greets or thanks: beside questions it answers none."""
        return bool(self._courteous[self._topics.entries.index(entry)])

    def knows(self, word: str) -> bool:
        """Whether the knowledge base has this folded word, or another form of it."""
        return self._vocabulary.knows(word)

    def has_word(self, word: str) -> bool:
        """Whether the knowledge base has this very folded word."""
        return word in self._vocabulary.counts

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
        matches = self._ordered(seen.confidences, limit)
        outcome = Outcome.ANSWER if best >= ANSWER_FROM else Outcome.CHOICES
        return Ranking(outcome, matches, self._second(seen.parts, matches[0]), seen.in_scope)

    def _ordered(self, confidences: Doubles, limit: int | None = None) -> tuple[Match, ...]:
        order = np.argsort(-confidences, kind="stable")[:limit]
        return tuple(Match(self._topics.entries[place], float(confidences[place])) for place in order.tolist())

    def _second(self, parts: Sequence[Doubles], first: Match) -> Match | None:
        """The sure match of a part that is about another topic, where a part is as surely about the first."""
        sure = [part for part in parts if part.max() >= SURE_PART]
        matches = [Match(self._topics.entries[int(part.argmax())], float(part.max())) for part in sure]
        others = [match for match in matches if self._topics.differ(match.entry, first.entry)]
        if not others or len(others) == len(matches):
            return None
        other = max(others, key=lambda match: match.confidence)
        return other if self._topics.is_inside(other.entry) else None

    def _look(self, question: str) -> Seen | None:
        """The message as a whole and, where it has several sentences, its most telling one."""
        whole = self._see(question)
        texts = sentences(question)[:MOST_PARTS]
        if whole is None or len(texts) < 2:
            return whole
        seen = [self._see(text) for text in texts]
        return whole.joined([part for part in seen if part is not None], self._courteous)

    def _see(self, text: str) -> Seen | None:
        """None where there is nothing to read."""
        typed = self._reader.typed(text)
        if not typed:
            return None
        reading = self._reader.read(typed, self._vocabulary)
        vector = self._space.place(reading)
        if not len(vector.columns):
            return None
        scores = self._scorer.scores(vector, " ".join(reading.mended))
        return self._topics.judge(scores, *self._calibration)


Fit = tuple[Space, Ridge | Neighbours, Doubles, Ints]


def _noting_forms(readings: Iterable[Reading], has_forms: list[bool]) -> Iterator[Reading]:
    """The readings, of each of which is noted whether it has forms of words: they are read once and not kept."""
    for reading in readings:
        has_forms.append(reading.has_forms)
        yield reading


def _fit_ridge(readings: Iterable[Reading], typed: Sequence[Sequence[str]], own: Ints, classes: int) -> Fit:
    """The space, the scorer, and what each text scores without itself; the latter's rows are texts' numbers."""
    space, vectors = Space.of(readings, SHARES)
    texts = [" ".join(text) for text in typed]
    sampled = _sample(texts, SAMPLE)
    scorer, left_out = Ridge.fit(vectors, len(space.rarity), texts, own, classes, sampled)
    return space, scorer, left_out, sampled


def _sample(texts: Sequence[str], most: int) -> Ints:
    """The numbers of at most `most` texts, taken by chance, but the same when other texts come or go."""
    drawn = sorted(range(len(texts)), key=lambda number: blake2b(texts[number].encode(), digest_size=8).digest())
    return np.array(sorted(drawn[:most]), dtype=np.int32)


def _fit_neighbours(readings: Iterable[Reading], typed: Sequence[Sequence[str]], own: Ints, classes: int) -> Fit:
    """The same for a large knowledge base: only a sample is scored."""
    space, vectors = Space.hashed(readings, SHARES)
    scorer = Neighbours.fit(vectors, HASHED_COLUMNS, own, classes)
    sampled = _sample([" ".join(text) for text in typed], SAMPLE_OF_NEIGHBOURS)
    left_out = np.array([scorer.scores(vectors[text], "", without=text) for text in sampled.tolist()])
    return space, scorer, left_out, sampled


def _courteous(examples: Sequence[Example], has_forms: Sequence[bool]) -> list[str]:
    """The entries whose phrasings mostly have forms of words: greetings, thanks."""
    phrasings = Counter(example.entry for example in examples)
    polite = Counter(example.entry for example, so in zip(examples, has_forms, strict=False) if so)
    return sorted(entry for entry, count in polite.items() if count > COURTEOUS_FROM * phrasings[entry])
