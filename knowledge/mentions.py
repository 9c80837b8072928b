"""Finds the towns named inside a sentence, deciding by what stands around a name whether it is one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge import mention_words as mw
from knowledge.name_index import SAME_ARTICLE, SAME_SOUND
from knowledge.place_names import Candidate, PlaceNames
from knowledge.place_query import GROUP_WORDS
from knowledge.registers import TERRITORIES, Intercommunality
from knowledge.spelling import ABBREVIATIONS, ARTICLES, CONNECTORS, WORD, fold

MAX_WORDS = 8  # of a name: « Saint-Germain-de-Tallevende-la-Lande-Vaumont » has six
JOINT = re.compile(r"[ \t'’/-]*\Z")  # what may stand between two words of one name
STOP = re.compile(r"[.!?:;\n]|^\s*[-•*]", re.M)
NUMBER_AFTER = re.compile(r"\s*(?:\(\s*(?:\d{2,3}|2[ABab]|\d{5})\s*\)|,?\s*\d{5}\b)")
POSTAL_CODE = re.compile(r"(?:\bcode postal\D{0,12}|\bcp\D{0,3}|\binsee\D{0,6}|\()(\d{5}|2[ABab]\d{3})\b", re.I)
DEPARTEMENT_LEADS = frozenset({"dans", "en"})
TYPO_SCORE = 84.0


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named at `sentence[start:end]`; `candidates` is never empty, the likeliest first."""

    start: int
    end: int
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    folded: str
    start: int
    end: int
    opens: bool
    """First word of its sentence: its capital tells nothing."""
    joined: bool
    """Only spaces, a hyphen, an apostrophe or a slash between the word before and this one."""
    words: tuple[str, ...]
    """The word as names write it: « st » is saint, « /Saône » is sur Saône."""

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class WordLists:
    """Folded words: those of communes' names that are ordinary words too, and first names."""

    ordinary: frozenset[str]
    first_names: frozenset[str]


def load_word_lists(folder: Path = TERRITORIES) -> WordLists:
    def read(name: str) -> frozenset[str]:
        return frozenset((folder / name).read_text("utf-8").split())

    return WordLists(read("ordinary_words.txt"), read("first_names.txt"))


class Mentions:
    def __init__(self, names: PlaceNames, lists: WordLists) -> None:
        self._names = names
        self._lists = lists

    def find_in(self, sentence: str) -> list[Mention]:
        """The towns and EPCI named in the sentence, in its order; empty when none is."""
        tokens = _tokens(sentence)
        reader = _Reader(self._names, self._lists, sentence, tokens)
        found: list[Mention] = []
        place = 0
        while place < len(tokens):
            span = reader.place_at(place)
            if span is None:
                place += 1
                continue
            mention = reader.mention(*span) if span[0] < span[1] else None
            if mention is not None:
                found.append(mention)
            place = span[1]
            while mention is not None and place < len(tokens) and tokens[place].start < mention.end:
                place += 1
        return found or _by_code(self._names, sentence)


class _Reader:
    """One sentence being read; spans are [first, last) numbers of tokens."""

    def __init__(self, names: PlaceNames, lists: WordLists, sentence: str, tokens: Sequence[Token]) -> None:
        self._names = names
        self._ordinary = lists.ordinary
        self._first_names = lists.first_names
        self._sentence = sentence
        self._tokens = tokens
        letters = [c for c in sentence if c.isalpha()]
        # All in capitals: capitals tell nothing.
        self._shouted = len(letters) > 8 and sum(map(str.isupper, letters)) > 0.7 * len(letters)

    def place_at(self, place: int) -> tuple[int, int] | None:
        """The span of a place's name that begins at this word."""
        word = self._tokens[place].folded
        if word in GROUP_WORDS:
            return self._group_at(place)
        if word in CONNECTORS:
            return None
        end = self._longest_name(place)
        region = self._departement_end(place)
        if region is not None and region - place > 1 and region >= (end or 0):
            return (region, region)  # « Saône-et-Loire »: no town in it
        if end is None:
            return self._misspelt(place)
        # A name that is not a town's here hides no other: « rue Saint-Martin » is not Martin either.
        return (place, self._with_group_word(end)) if self._is_town(place, end) else (end, end)

    def _longest_name(self, place: int, *, announced: bool = False) -> int | None:
        """The end of the longest name of a commune or EPCI that begins here; `announced`: after « agglo de »."""
        name: list[str] = []
        best = None
        for end in range(place, min(place + MAX_WORDS, len(self._tokens))):
            token = self._tokens[end]
            if end > place and not token.joined:
                break
            name += token.words
            if token.folded in CONNECTORS:
                # « Lens et Liévin » are two towns, unless an EPCI is announced.
                if token.folded == "et" and not announced:
                    break
                continue
            if token.folded in GROUP_WORDS and end > place:
                continue
            if self._names.is_name(name) or (end > place and self._names.is_group(name)):
                best = end + 1
        return best

    # --- evidence

    def _is_town(self, first: int, end: int) -> bool:
        """Whether the name at this span is a town's here, and not an ordinary word, a person or a département."""
        tokens = self._tokens
        head = tokens[first]
        key = self._key(first, end)
        full = [t for t in tokens[first:end] if t.folded not in CONNECTORS]
        named_as_town = self._follows_town_noun(first)
        own_article = self._has_own_article(first, key)
        if len(full) == 1 and (own_article is False or head.folded in mw.OLD_REGIONS):
            return False  # « la Vienne », « le Lot », « la poste », « une ville de Bourgogne »
        if self._is_person(first, end) or self._is_street(first) or self._is_departement(first, end):
            return False
        capital = head.capital and not self._shouted
        if len(full) > 1 and len(key) > 4:
            return self._is_long_name(first, end, named_as_town, capital)
        if head.folded in mw.NEVER or len(key) < 3:
            return capital and self._is_named_town(first, key, named_as_town, own_article)
        ordinary = head.folded in self._ordinary
        if not capital:
            return self._is_town_without_capital(first, end, ordinary, named_as_town)
        population = self._names.population_of(key)
        if len(head.text) < 5 and head.text.isupper() and not named_as_town:
            return not ordinary and population >= MIN_SHOUTED
        if ordinary:
            if named_as_town or (own_article and tokens[first - 1].capital and not tokens[first - 1].opens):
                return True
            expected = self._is_expected(first, mw.PLACE_PREPOSITIONS | mw.BEING) or self._is_told_town(end)
            return population >= mw.MIN_KNOWN and (expected or len(tokens) <= 2)
        if not head.opens:
            return True
        return len(key) > 3 and (population >= MIN_OPENING or self._asks_after(end) or len(tokens) <= 3)

    def _is_long_name(self, first: int, end: int, named_as_town: bool, capital: bool) -> bool:
        """A name of two full words or more: seldom anything else, unless each is an ordinary word."""
        full = [t for t in self._tokens[first:end] if t.folded not in CONNECTORS]
        key = self._key(first, end)
        if not all(t.folded in self._ordinary or t.folded in mw.NEVER for t in full):
            return True
        if full[0].folded in mw.SAINTS:
            before = self._tokens[first - 1].folded if first else ""
            is_feast = key in mw.FEASTS and not self._is_expected(first, mw.PLACE_PREPOSITIONS | mw.BEING)
            return before not in ARTICLES and not is_feast
        if named_as_town or (capital and full[-1].capital):
            return True
        # « bar le duc », but not « entre deux » (Entre-Deux, La Réunion).
        return end - first > 2 and self._names.population_of(key) >= mw.MIN_WORD

    def _is_named_town(self, first: int, key: str, named_as_town: bool, own_article: bool | None) -> bool:
        """For names that are otherwise never towns: « la ville de Die », « je vous écris de Eu », « Le Port »."""
        if named_as_town:
            return True
        article = self._tokens[first - 1] if first else None
        if own_article and article is not None and article.capital:
            if not article.opens:
                return True
            end = first + 1  # « Le Port à La Réunion »
            return self._end_with_departement(end, self._tokens[first].end) > self._tokens[first].end
        lived_in = self._is_lived_in(first, frozenset({"a", "de", "d"}))
        return lived_in and self._names.population_of(key) >= MIN_OPENING

    def _has_own_article(self, first: int, key: str) -> bool | None:
        """Whether the article before is the name's; None when there is no article before."""
        before = self._tokens[first - 1] if first and self._tokens[first].joined else None
        if before is None or before.folded not in ARTICLES:
            return None
        return self._names.has_article(key, before.folded)

    def _is_street(self, first: int) -> bool:
        """« rue de Paris », « lycée Saint-Martin »."""
        back = self._before(first, mw.LINKS)
        return back is not None and back.folded in mw.STREETS

    def _is_town_without_capital(self, first: int, end: int, ordinary: bool, named_as_town: bool) -> bool:
        population = self._names.population_of(self._key(first, end))
        if ordinary:
            if not self._names.is_whole_name(self._key(first, end)):
                return False  # « trois » is no short for Les Trois-Bassins
            return population >= mw.MIN_WORD and (
                named_as_town or self._is_lived_in(first) or len(self._tokens) == 1 or self._is_shouted_question(end)
            )
        if named_as_town:
            return True
        if population < mw.MIN_KNOWN:
            return len(self._tokens) <= 2
        return (
            self._tokens[first].opens
            or self._is_expected(first, mw.PLACE_PREPOSITIONS | mw.BEING | mw.BEFORE_NAME)
            or self._asks_after(end)
            or len(self._tokens) <= 3
            or self._is_named_with_article(first)
        )

    def _is_shouted_question(self, end: int) -> bool:
        return self._shouted and self._asks_after(end)

    def _is_named_with_article(self, first: int) -> bool:
        return first > 0 and self._tokens[first - 1].folded in ARTICLES

    def _follows_town_noun(self, first: int) -> bool:
        back = self._before(first, mw.LINKS)
        return back is not None and back.folded in mw.STRONG_NOUNS | GROUP_WORDS - {"com", "ca"}

    def _is_expected(self, first: int, leads: frozenset[str]) -> bool:
        """Whether one of these words stands before the name, its article set aside: « à X », « nous sommes X »."""
        before = self._before(first, ARTICLES)
        return before is not None and before.folded in leads

    def _is_lived_in(self, first: int, prepositions: frozenset[str] = mw.LIVING_IN) -> bool:
        """« nous sommes à X », « je travaille pour X »."""
        back = self._before(first, prepositions)
        before = self._tokens[first - 1].folded if first else ""
        return before in prepositions and back is not None and back.folded in mw.BEING

    def _is_told_town(self, end: int) -> bool:
        """« X est-elle … ? », « X dans la Drôme »."""
        stop = self._tokens[end - 1].end
        return self._asks_after(end) or self._end_with_departement(end, stop) > stop

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
            if before.capital and tokens[first].joined and before.folded in self._first_names and not self._shouted:
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
            and not self._shouted
        )

    def _is_departement(self, first: int, end: int) -> bool:
        """« en Mayenne », « à La Réunion »."""
        before = self._tokens[first - 1].folded if first else ""
        return before in DEPARTEMENT_LEADS | ARTICLES and self._names.is_departement(self._key(first, end))

    def _departement_end(self, place: int) -> int | None:
        key, best = "", None
        for end in range(place, min(place + 4, len(self._tokens))):
            if end > place and not self._tokens[end].joined:
                break
            key += self._tokens[end].folded
            if self._names.is_departement(key):
                best = end + 1
        return best

    def _before(self, first: int, skipped: frozenset[str]) -> Token | None:
        place = first - 1
        while place >= 0 and self._tokens[place].folded in skipped:
            place -= 1
        return self._tokens[place] if place >= 0 else None

    def _key(self, first: int, end: int) -> str:
        return "".join(word for token in self._tokens[first:end] for word in token.words)

    # --- EPCI, misspellings

    def _group_at(self, place: int) -> tuple[int, int] | None:
        """« agglo de Cholet », « communauté de communes du Pays de Fayence »."""
        tokens = self._tokens
        first = place
        while first < len(tokens) and tokens[first].folded in GROUP_WORDS | CONNECTORS:
            if first > place and not tokens[first].joined:
                return None
            first += 1
        if first >= len(tokens) or not tokens[first].joined:
            return None
        acronym = tokens[place].folded in {"ca", "cc", "cu"}
        if acronym and not tokens[place].text.isupper():
            return None
        end = self._longest_name(first, announced=True)
        if end is None or (end - first == 1 and tokens[first].folded in mw.NEVER):
            return None
        known = tokens[first].capital or self._key(first, end) not in self._ordinary
        return (place, end) if known else None

    def _with_group_word(self, end: int) -> int:
        """« Carcassonne Agglo », « Pays de Montbéliard Agglomération »."""
        tokens = self._tokens
        if end < len(tokens) and tokens[end].joined and tokens[end].folded in GROUP_WORDS - {"communes", "com", "ca"}:
            return end + 1
        return end

    def _misspelt(self, place: int) -> tuple[int, int] | None:
        """A name with typing errors, where a town is all but announced."""
        tokens = self._tokens
        head = tokens[place]
        if (
            head.folded in CONNECTORS | mw.NEVER | self._ordinary
            or len(head.folded) < 4
            or head.folded in mw.STRONG_NOUNS
        ):
            return None
        announced = self._follows_town_noun(place)
        capital = head.capital and not self._shouted and not head.opens
        if capital:
            awaited = announced or self._is_expected(place, mw.PLACE_PREPOSITIONS | mw.BEING)
        else:
            before = tokens[place - 1].folded if place else ""
            lived_in = before == "a" and self._is_expected(place - 1, mw.BEING - {"est"})
            awaited = lived_in or (announced and before in mw.LINKS)
        if not awaited:
            return None
        end = place + 1
        if capital:
            while end < len(tokens) and tokens[end].joined and end - place < MAX_WORDS:
                if not tokens[end].capital and tokens[end].folded not in CONNECTORS:
                    break
                end += 1
            while tokens[end - 1].folded in CONNECTORS:
                end -= 1
        elif len(head.folded) < 6:
            return None
        found = self._names.find(self._sentence[head.start : tokens[end - 1].end], 1)
        if not found or isinstance(found[0].town, Intercommunality) or found[0].score < TYPO_SCORE:
            return None
        if found[0].score in (SAME_SOUND, SAME_SOUND + SAME_ARTICLE) and not (announced and capital):
            return None  # « une ville de province » is not Provins
        if found[0].town.population < (1 if announced and capital else mw.MIN_WORD):
            return None
        return (place, end)

    # --- the mention

    def mention(self, first: int, end: int) -> Mention | None:
        tokens, sentence = self._tokens, self._sentence
        start, stop = tokens[first].start, tokens[end - 1].end
        key = self._key(first, end)
        before = tokens[first - 1] if first and tokens[first].joined else None
        if before is not None and before.folded in ARTICLES and self._names.has_article(key, before.folded):
            start = before.start
        found = tuple(self._names.find(sentence[start:stop]))
        further = self._end_with_departement(end, stop)
        if further > stop:
            there = tuple(self._names.find(sentence[start:further]))
            # « Dijon Paris » is no town of Paris.
            if there and there[0].score >= TYPO_SCORE:
                found, stop = there, further
        return Mention(start, stop, found) if found else None

    def _end_with_departement(self, end: int, stop: int) -> int:
        """« Valence (26) », « Valence dans la Drôme », « Valence, Drôme »."""
        if number := NUMBER_AFTER.match(self._sentence, stop):
            return number.end()
        tokens = self._tokens
        place = end
        while place < len(tokens) and tokens[place].folded in DEPARTEMENT_LEADS | CONNECTORS:
            place += 1
        key = ""
        best = None
        for last in range(place, min(place + 4, len(tokens))):
            key += tokens[last].folded
            if self._names.is_departement(key) and (tokens[place].capital or place > end):
                best = last
        if best is None:
            return stop
        closing = self._sentence[tokens[best].end : tokens[best].end + 1]
        return tokens[best].end + (closing == ")")


MIN_SHOUTED = 5000  # inhabitants of a town whose short name is written in capitals: « PAU », not « ACV »
MIN_OPENING = 300  # inhabitants of a town whose name opens a sentence


def _tokens(sentence: str) -> list[Token]:
    found: list[Token] = []
    end = 0
    for match in WORD.finditer(sentence):
        gap = sentence[end : match.start()]
        opens = not found or bool(STOP.search(gap))
        joined = bool(found) and bool(JOINT.match(gap))
        folded = fold(match[0])
        if folded == "s" and sentence[match.end() :].lstrip().startswith("/"):
            folded, slash = "sur", False
        else:
            slash = joined and "/" in gap and found[-1].folded != "sur"
        name = ABBREVIATIONS.get(folded, folded).split()
        found.append(
            Token(match[0], folded, match.start(), match.end(), opens, joined, ("sur", *name) if slash else tuple(name))
        )
        end = match.end()
    return found


def _by_code(names: PlaceNames, sentence: str) -> list[Mention]:
    found = []
    for match in POSTAL_CODE.finditer(sentence):
        if candidates := names.find(match[1]):
            found.append(Mention(match.start(1), match.end(1), tuple(candidates)))
    return found
