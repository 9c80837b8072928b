"""Finds the towns named inside a sentence, deciding by what stands around a name whether it is one."""

import re
from dataclasses import dataclass

from knowledge.places import mention_words as mw
from knowledge.places.name_index import SAME_ARTICLE, SAME_SOUND
from knowledge.places.place_names import Candidate, PlaceNames
from knowledge.places.place_query import GROUP_WORDS
from knowledge.places.registers import Intercommunality
from knowledge.places.sentence import Sentence
from knowledge.places.spelling import CONNECTORS
from knowledge.places.town_evidence import Evidence, WordLists

MAX_WORDS = 8  # of a name: « Saint-Germain-de-Tallevende-la-Lande-Vaumont » has six
POSTAL_CODE = re.compile(r"(?:\bcode postal\D{0,12}|\bcp\D{0,3}|\binsee\D{0,6}|\()(\d{5}|2[ABab]\d{3})\b", re.I)
TYPO_SCORE = 84.0
_BEFORE_GROUP = GROUP_WORDS | CONNECTORS
_NEVER_MISSPELT = CONNECTORS | mw.NEVER | mw.STRONG_NOUNS


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named at `sentence[start:end]`; `candidates` is never empty, the likeliest first."""

    start: int
    end: int
    candidates: tuple[Candidate, ...]


class Mentions:
    def __init__(self, names: PlaceNames, lists: WordLists) -> None:
        self._names = names
        self._lists = lists

    def find_in(self, sentence: str) -> list[Mention]:
        """The towns and EPCI named in the sentence, in its order; empty when none is."""
        read = Sentence(sentence)
        tokens = read.tokens
        reader = _Reader(self._names, self._lists, read)
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
    """One sentence being read."""

    def __init__(self, names: PlaceNames, lists: WordLists, sentence: Sentence) -> None:
        self._names = names
        self._ordinary = lists.ordinary
        self._sentence = sentence
        self._tokens = sentence.tokens
        self._evidence = Evidence(names, lists, sentence)

    def place_at(self, place: int) -> tuple[int, int] | None:
        """The span of a place's name that begins at this word."""
        word = self._tokens[place].folded
        if word in GROUP_WORDS:
            return self._group_at(place)
        if word in CONNECTORS:
            return None
        end = self._longest_name(place)
        region = self._evidence.departement_end(place)
        if region is not None and region - place > 1 and region >= (end or 0):
            return (region, region)  # « Saône-et-Loire »: no town in it
        if end is None:
            return self._misspelt(place)
        # A name that is not a town's here hides no other: « rue Saint-Martin » is not Martin either.
        return (place, self._with_group_word(end)) if self._evidence.is_town(place, end) else (end, end)

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
                # « Lens et Liévin » are two towns, unless an EPCI is announced; Couvron-et-Aumencourt is one.
                hyphened = self._sentence.text[token.start - 1] == "-"
                if token.folded == "et" and not (announced or hyphened):
                    break
                continue
            if token.folded in GROUP_WORDS and end > place:
                continue
            if self._names.is_name(name) or (end > place and self._names.is_group(name)):
                best = end + 1
        return best

    # --- EPCI, misspellings

    def _group_at(self, place: int) -> tuple[int, int] | None:
        """« agglo de Cholet », « communauté de communes du Pays de Fayence »."""
        tokens = self._tokens
        first = place
        while first < len(tokens) and tokens[first].folded in _BEFORE_GROUP:
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
        known = tokens[first].capital or self._sentence.key(first, end) not in self._ordinary
        return (place, end) if known else None

    def _with_group_word(self, end: int) -> int:
        """« Carcassonne Agglo », « Pays de Montbéliard Agglomération »."""
        tokens = self._tokens
        if end < len(tokens) and tokens[end].joined and tokens[end].folded in GROUP_WORDS - {"communes", "com", "ca"}:
            return end + 1
        return end

    def _misspelt(self, place: int) -> tuple[int, int] | None:
        """A name with typing errors, where a town is all but announced."""
        head = self._tokens[place]
        if len(head.folded) < 4 or head.folded in _NEVER_MISSPELT or head.folded in self._ordinary:
            return None
        capital = head.capital and not self._sentence.is_shouted and not head.opens
        if not self._is_awaited(place, capital=capital) or (not capital and len(head.folded) < 6):
            return None
        end = self._end_in_capitals(place) if capital else place + 1
        is_sure = capital and self._evidence.follows_town_noun(place)
        return (place, end) if self._is_nearly_a_town(place, end, is_sure=is_sure) else None

    def _is_awaited(self, place: int, *, capital: bool) -> bool:
        """Whether what stands before lets expect a town."""
        announced = self._evidence.follows_town_noun(place)
        if capital:
            return announced or self._evidence.is_expected(place, mw.PLACE_PREPOSITIONS | mw.BEING)
        before = self._sentence.word_before(place)
        lived_in = before == "a" and self._evidence.is_expected(place - 1, mw.BEING - {"est"})
        return lived_in or (announced and before in mw.LINKS)

    def _end_in_capitals(self, place: int) -> int:
        """Return where the words end that begin at `place` and bear capitals: « Chalon sur Saône »."""
        tokens, end = self._tokens, place + 1
        while end < len(tokens) and tokens[end].joined and end - place < MAX_WORDS:
            if not tokens[end].capital and tokens[end].folded not in CONNECTORS:
                break
            end += 1
        while tokens[end - 1].folded in CONNECTORS:
            end -= 1
        return end

    def _is_nearly_a_town(self, place: int, end: int, *, is_sure: bool) -> bool:
        """Whether these words are the name of a town but for a slip; `is_sure`: that they are meant as one."""
        written = self._sentence.text[self._tokens[place].start : self._tokens[end - 1].end]
        found = next(iter(self._names.find(written, 1)), None)
        if found is None or isinstance(found.town, Intercommunality) or found.score < TYPO_SCORE:
            return False
        if found.score in (SAME_SOUND, SAME_SOUND + SAME_ARTICLE) and not is_sure:
            return False  # « une ville de province » is not Provins
        return found.town.population >= (1 if is_sure else mw.MIN_WORD)

    # --- the mention

    def mention(self, first: int, end: int) -> Mention | None:
        tokens, text = self._tokens, self._sentence.text
        start, stop = tokens[first].start, tokens[end - 1].end
        if self._evidence.has_own_article(first, self._sentence.key(first, end)):
            start = tokens[first - 1].start
        found = tuple(self._names.find(text[start:stop]))
        further = self._evidence.end_with_departement(end, stop)
        if further > stop:
            there = tuple(self._names.find(text[start:further]))
            # « Dijon Paris » is no town of Paris.
            if there and there[0].score >= TYPO_SCORE:
                found, stop = there, further
        return Mention(start, stop, found) if found else None


def _by_code(names: PlaceNames, sentence: str) -> list[Mention]:
    found = []
    for match in POSTAL_CODE.finditer(sentence):
        if candidates := names.find(match[1]):
            found.append(Mention(match.start(1), match.end(1), tuple(candidates)))
    return found
