"""What stands around a name in a sentence tells whether it is a town's: each rule, and how they are weighed."""

import re
from dataclasses import dataclass
from pathlib import Path

from knowledge.places import mention_words as mw
from knowledge.places.place_names import PlaceNames
from knowledge.places.place_query import GROUP_WORDS
from knowledge.places.registers import TERRITORIES
from knowledge.places.sentence import Sentence
from knowledge.places.spelling import ARTICLES, CONNECTORS

NUMBER_AFTER = re.compile(r"\s*(?:\(\s*(?:\d{2,3}|2[ABab]|\d{5})\s*\)|,?\s*\d{5}\b)")
MAX_WORDS_OF_DEPARTEMENT = 4  # « Alpes de Haute Provence »
MIN_SHOUTED = 5000  # inhabitants of a town whose short name is written in capitals: « PAU », not « ACV »
MIN_LETTERS = 5  # of the name of a small town written without a capital
MIN_OPENING = 300  # inhabitants of a town whose name opens a sentence


@dataclass(frozen=True, slots=True)
class WordLists:
    """Folded words: those of communes' names that are ordinary words too, and first names."""

    ordinary: frozenset[str]
    first_names: frozenset[str]


def load_word_lists(folder: Path = TERRITORIES) -> WordLists:
    def read(name: str) -> frozenset[str]:
        return frozenset((folder / name).read_text("utf-8").split())

    return WordLists(read("ordinary_words.txt"), read("first_names.txt"))


@dataclass(frozen=True, slots=True)
class _Name:
    """What is seen of a name where it stands."""

    key: str
    #: Of more than one word, « de » and the like aside.
    has_full_words: bool
    #: Written with a capital, where not everything is.
    capital: bool
    is_ordinary: bool
    #: Behind « la ville de ».
    is_named_as_town: bool
    #: Whether the article before is the name's; None: there is none.
    own_article: bool | None


class Evidence:
    """The evidence in one sentence."""

    def __init__(self, names: PlaceNames, lists: WordLists, sentence: Sentence) -> None:
        self._names = names
        self._ordinary = lists.ordinary
        self._first_names = lists.first_names
        self._sentence = sentence
        self._tokens = sentence.tokens

    def is_town(self, first: int, end: int) -> bool:
        """Whether the name at this span is a town's here, and not an ordinary word, a person or a département."""
        if self._is_something_else(first, end):
            return False
        name = self._named_at(first, end)
        head = self._tokens[first]
        if name.has_full_words and len(name.key) > 4:
            return self._is_long_name(first, end, name.is_named_as_town, name.capital)
        if head.folded in mw.NEVER or len(name.key) < 3:
            return name.capital and self._is_named_town(first, name.key, name.is_named_as_town, name.own_article)
        if not name.capital:
            return self._is_town_without_capital(first, end, name.is_ordinary, name.is_named_as_town)
        return self._is_town_in_capitals(first, end, name)

    def _is_town_in_capitals(self, first: int, end: int, name: "_Name") -> bool:
        head = self._tokens[first]
        population = self._names.population_of(name.key)
        if len(head.text) < 5 and head.text.isupper() and not name.is_named_as_town:
            return not name.is_ordinary and population >= MIN_SHOUTED
        if name.is_ordinary:
            return self._is_ordinary_town(first, end, name)
        if not head.opens or population >= MIN_SHOUTED:
            return True
        return len(name.key) > 3 and (population >= MIN_OPENING or self._asks_after(end) or len(self._tokens) <= 3)

    def _named_at(self, first: int, end: int) -> "_Name":
        head, key = self._tokens[first], self._sentence.key(first, end)
        return _Name(
            key=key,
            has_full_words=self._full_words(first, end) > 1,
            capital=head.capital and not self._sentence.is_shouted,
            is_ordinary=head.folded in self._ordinary,
            is_named_as_town=self.follows_town_noun(first),
            own_article=self.has_own_article(first, key),
        )

    def _full_words(self, first: int, end: int) -> int:
        return sum(token.folded not in CONNECTORS for token in self._tokens[first:end])

    def _is_something_else(self, first: int, end: int) -> bool:
        """« la Vienne », « le Lot », « la poste », « une ville de Bourgogne »; a person, a street, a département."""
        if self._full_words(first, end) == 1:
            own_article = self.has_own_article(first, self._sentence.key(first, end))
            if own_article is False or self._tokens[first].folded in mw.OLD_REGIONS:
                return True
        return self._is_person(first, end) or self._is_street(first) or self._is_departement(first, end)

    def _is_ordinary_town(self, first: int, end: int, name: "_Name") -> bool:
        """A capital on an ordinary word: « la ville de Sens », « je vis à Lure »."""
        before = self._tokens[first - 1]
        if name.is_named_as_town or (name.own_article and before.capital and not before.opens):
            return True
        told = self._is_told_town(end)
        if self.is_lived_in(first, mw.AT) or (told and self.is_expected(first, mw.PLACE_PREPOSITIONS)):
            return True
        expected = told or self.is_expected(first, mw.PLACE_PREPOSITIONS | mw.BEING)
        is_known = self._names.population_of(name.key) >= mw.MIN_KNOWN
        return is_known and (expected or len(self._tokens) <= 2)

    def _is_long_name(self, first: int, end: int, named_as_town: bool, capital: bool) -> bool:
        """A name of two full words or more: seldom anything else, unless each is an ordinary word."""
        full = [t for t in self._tokens[first:end] if t.folded not in CONNECTORS]
        key = self._sentence.key(first, end)
        if not all(t.folded in self._ordinary or t.folded in mw.NEVER for t in full):
            return True
        if full[0].folded in mw.SAINTS:
            before = self._sentence.word_before(first)
            is_feast = key in mw.FEASTS and not self.is_expected(first, mw.PLACE_PREPOSITIONS | mw.BEING)
            return before not in ARTICLES and not is_feast
        if named_as_town or (capital and full[-1].capital):
            return True
        # « bar le duc », but not « entre deux » (Entre-Deux, La Réunion).
        if self._sentence.word_before(first) in mw.DETERMINERS:
            return False
        told = end - first > 2 or self.is_lived_in(first) or self._asks_after(end)
        return told and self._names.population_of(key) >= mw.MIN_WORD

    def _is_named_town(self, first: int, key: str, named_as_town: bool, own_article: bool | None) -> bool:
        """For names that are otherwise never towns: « la ville de Die », « je vous écris de Eu », « Le Port »."""
        if named_as_town:
            return True
        article = self._tokens[first - 1] if first else None
        if own_article and article is not None and article.capital:
            if not article.opens:
                return True
            end = first + 1  # « Le Port à La Réunion »
            return self.end_with_departement(end, self._tokens[first].end) > self._tokens[first].end
        lived_in = self.is_lived_in(first, mw.AT)
        return (
            lived_in
            and self._may_follow(self._sentence.word_before(first), key)
            and self._names.population_of(key) >= MIN_OPENING
        )

    def _may_follow(self, preposition: str, key: str) -> bool:
        """« au » holds the article of Le Port; without one of its own, a name comes after « à »."""
        article = {"au": "le", "du": "le", "aux": "les", "des": "les"}.get(preposition)
        return article is None or self._names.has_article(key, article)

    def has_own_article(self, first: int, key: str) -> bool | None:
        """Whether the article before is the name's; None when there is no article before."""
        before = self._tokens[first - 1] if first and self._tokens[first].joined else None
        if before is None or before.folded not in ARTICLES:
            return None
        return self._names.has_article(key, before.folded)

    def _is_street(self, first: int) -> bool:
        """« rue de Paris », « lycée Saint-Martin »."""
        back = self._sentence.before(first, mw.LINKS)
        return back is not None and back.folded in mw.STREETS

    def _is_town_without_capital(self, first: int, end: int, ordinary: bool, named_as_town: bool) -> bool:
        if ordinary:
            return self._is_ordinary_town_without_capital(first, end, named_as_town)
        if named_as_town:
            return True
        if self._names.population_of(self._sentence.key(first, end)) < mw.MIN_KNOWN:
            told = self.is_lived_in(first, mw.AT) or self._asks_after(end)
            return len(self._tokens) <= 2 or (told and len(self._tokens[first].folded) >= MIN_LETTERS)
        return (
            self._tokens[first].opens
            or self.is_expected(first, mw.PLACE_PREPOSITIONS | mw.BEING | mw.BEFORE_NAME)
            or self._asks_after(end)
            or len(self._tokens) <= 3
            or self._is_named_with_article(first)
        )

    def _is_ordinary_town_without_capital(self, first: int, end: int, named_as_town: bool) -> bool:
        key = self._sentence.key(first, end)
        if not self._names.is_whole_name(key):
            return False  # « trois » is no short for Les Trois-Bassins
        return self._names.population_of(key) >= mw.MIN_WORD and (
            # « que la ville vienne » names no town
            (named_as_town and self._sentence.word_before(first) in mw.LINKS)
            or self.is_lived_in(first)
            or len(self._tokens) == 1
            or self._is_shouted_question(end)
            or self._is_called_eligible(end)
        )

    def _is_shouted_question(self, end: int) -> bool:
        return self._sentence.is_shouted and self._asks_after(end)

    def _is_called_eligible(self, end: int) -> bool:
        """« sens est éligible ? », « cognac peut candidater »."""
        return self._asks_after(end) and self._tokens[end + 1].folded in mw.ELIGIBLE

    def _is_named_with_article(self, first: int) -> bool:
        return first > 0 and self._tokens[first - 1].folded in ARTICLES

    def follows_town_noun(self, first: int) -> bool:
        back = self._sentence.before(first, mw.LINKS)
        return back is not None and back.folded in mw.STRONG_NOUNS | GROUP_WORDS - {"com", "ca"}

    def is_expected(self, first: int, leads: frozenset[str]) -> bool:
        """Whether one of these words stands before the name, its article set aside: « à X », « nous sommes X »."""
        before = self._sentence.before(first, ARTICLES)
        return before is not None and before.folded in leads

    def is_lived_in(self, first: int, prepositions: frozenset[str] = mw.LIVING_IN) -> bool:
        """« nous sommes à X », « je travaille pour X »."""
        back = self._sentence.before(first, prepositions)
        before = self._sentence.word_before(first)
        return before in prepositions and back is not None and back.folded in mw.BEING

    def _is_told_town(self, end: int) -> bool:
        """« X est-elle … ? », « X dans la Drôme »."""
        stop = self._tokens[end - 1].end
        return self._asks_after(end) or self.end_with_departement(end, stop) > stop

    def _asks_after(self, end: int) -> bool:
        after = [t.folded for t in self._tokens[end : end + 2]]
        return len(after) == 2 and after[0] in mw.AFTER_NAME and after[1] in mw.PRONOUNS

    def _is_person(self, first: int, end: int) -> bool:
        tokens = self._tokens
        before = tokens[first - 1] if first else None
        if before is not None:
            if before.folded in mw.TITLES | mw.PRESENTATION:
                return True
            # « Jean Valence »
            if (
                before.capital
                and tokens[first].joined
                and before.folded in self._first_names
                and not self._sentence.is_shouted
            ):
                return True
        after = tokens[end] if end < len(tokens) else None
        word = tokens[first].folded
        return (
            after is not None
            and end - first == 1
            and word in self._first_names
            and after.joined
            and after.capital
            and after.folded not in GROUP_WORDS
            and not self._sentence.is_shouted
        )

    def _is_departement(self, first: int, end: int) -> bool:
        """« en Mayenne », « à La Réunion »."""
        before = self._sentence.word_before(first)
        return before in mw.DEPARTEMENT_LEADS | ARTICLES and self._names.is_departement(self._sentence.key(first, end))

    def departement_end(self, place: int) -> int | None:
        key, best = "", None
        for end in range(place, min(place + MAX_WORDS_OF_DEPARTEMENT, len(self._tokens))):
            if end > place and not self._tokens[end].joined:
                break
            key += self._tokens[end].folded
            if self._names.is_departement(key):
                best = end + 1
        return best

    def end_with_departement(self, end: int, stop: int) -> int:
        """« Valence (26) », « Valence dans la Drôme », « Valence, Drôme »."""
        if number := NUMBER_AFTER.match(self._sentence.text, stop):
            return number.end()
        tokens = self._tokens
        place = end
        while place < len(tokens) and tokens[place].folded in mw.DEPARTEMENT_LEADS | CONNECTORS:
            place += 1
        key = ""
        best = None
        for last in range(place, min(place + MAX_WORDS_OF_DEPARTEMENT, len(tokens))):
            key += tokens[last].folded
            if self._names.is_departement(key) and (tokens[place].capital or place > end):
                best = last
        if best is None:
            return stop
        closing = self._sentence.text[tokens[best].end : tokens[best].end + 1]
        return tokens[best].end + (closing == ")")
