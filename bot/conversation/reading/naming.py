"""Which places a message names, whole or inside a sentence, slips of the hand included. Tells no verdict.

What is near a name only is a slip: it is for the routes to propose it, never to take it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from bot.conversation.reading.beside_names import departement_behind, listed_beside, refused, without_addresses
from bot.conversation.reading.civilities import without_persons
from knowledge.hearing.phrases import Phrases, Word, covered, phrases, split_words
from knowledge.language.text import fold
from knowledge.library import Library
from knowledge.places.towns import Candidate, Intercommunality, Mention, Town, rivals

#: From this likeness (0..100) on, what was typed is the name of the place, but for its spelling.
SAME_NAME = 95.0
#: The name as a part of it: « Lons » in the département that was said.
PART_OF_NAME = 88.0
#: From this one on a place is near enough to be proposed; beside the best, those that are nearly as near.
NEAR, BESIDE = 82.0, 6.0
#: In a sentence a name is further from other words only from here on.
SURE_NEAR = 88.0
#: A place of the very name, but outside of the département that was said (see `place_names.ELSEWHERE`).
_ELSEWHERE = 55.0
#: A name has at most so many words; what is longer is a sentence.
NAME_WORDS = 9
#: Inhabitants below which a slip is rather a word that we do not know.
_KNOWN_TOWN = 1_500
#: Letters of a word that may be a name misspelt.
_SLIP_LETTERS = 5
#: Words on each side of one that nobody knows, that may belong to its name.
_AROUND = 3
_OFFERED = 15
_MOST_SLIPS = 3
#: From this likeness on, a place in a sentence is the one named, not one near it.
_TAKEN = 90.0
#: Words that belong to the name of an intercommunalité, though they may lead to a commune's as well.
_GROUPS = frozenset(
    {"cedex", "agglo", "agglomeration", "communaute", "communautes", "metropole", "interco", "intercommunalite"}
)
#: A sigle of an intercommunalité.
_SIGLE = re.compile(r"(?<![\w'’-])[A-Za-z]{3,8}(?![\w'’-])")
_CODE_INSIDE = re.compile(r"\b(?:\d{5}|2[ABab]\d{3})\b")
#: A postal code, and the name behind it up to a mark or the end.
_END_OF_ADDRESS = re.compile(r"(?<![\w,.])(\d{5})\s+[^\W\d_](?:(?!\. )[^,;:?!\n]){1,60}")
_POSTAL = re.compile(r"(?:\d{2}|2[ABab])\d{3}")
#: Where `commands.yaml` lists the words that may stand beside a town's name in a message that only names it.
LEAD = "town_lead"


@dataclass(frozen=True, slots=True)
class Named:
    """`places`: for each place named, those that bear the name, the likeliest first. Empty: none is named."""

    places: tuple[tuple[Candidate, ...], ...] = ()
    #: Where each stands, [start, end) in the text.
    spans: tuple[tuple[int, int], ...] = ()
    #: Whether the message only names them.
    is_all: bool = False
    #: What may have been meant, where no name is one: to be proposed.
    near: tuple[Candidate, ...] = ()
    #: Whether those of `near` bear the name, but not where they were said to be.
    is_elsewhere: bool = False
    #: Whether those of `near` are what a code may stand for.
    is_code: bool = False
    rest: tuple[str, ...] = field(default=())

    @property
    def likeliest(self) -> tuple[Candidate, ...]:
        """The likeliest of each place named, each once."""
        found = {code_of(each[0].town): each[0] for each in self.places}
        return tuple(found.values())


def code_of(place: Town | Intercommunality) -> str:
    return place.insee if isinstance(place, Town) else place.siren


@lru_cache(maxsize=8)
def _lead(lead: tuple[str, ...], fillers: tuple[str, ...]) -> Phrases:
    return Phrases((*lead, *fillers))


class Naming:
    """One message being read for places."""

    def __init__(self, text: str, library: Library) -> None:
        self._text = text
        self._library = library
        self._towns = library.towns
        self._lead = _lead(tuple(library.call.commands.get(LEAD, ())), library.call.hearing.fillers)
        self._words = library.call.hasty.with_accents(split_words(text), text)

    def named(self, *, may_slip: bool = True) -> Named:
        """Return the places named; `may_slip`: what is only near a name may be proposed."""
        if (addressed := self._addressed()) is not None:
            return addressed
        bare = self._bare()
        is_short = 0 < len(bare) <= NAME_WORDS
        if is_short and (whole := self._whole(bare)) is not None:
            return whole
        mentions = self._towns.find_in(self._text)
        if is_short and (several := self._several(mentions)) is not None:
            return several
        if mentions:
            longer = self._longer(mentions[-1]) if may_slip else None
            return longer or self._of_mentions(mentions)
        if not may_slip:
            return Named()
        if is_short and (near := self._near(self._between(bare), bare)) is not None:
            return Named(near=near)
        return self._sigle() or self._slip_in_sentence() or Named()

    def _addressed(self) -> Named | None:
        """An address names the town behind its postal code: « 5 rue de Colomb, 46100 Figeac », whatever its street."""
        match = _END_OF_ADDRESS.search(self._text)
        if match is None or match.start() == 0:
            return None
        found = self._towns.find(match[0], _OFFERED)
        best = found[0].town if found else None
        if not isinstance(best, Town) or not self._is_code_of(match[0], found[0]):
            return None
        return Named(((found[0],),), ((match.start(), match.end()),)) if match[1] in best.postal_codes else None

    def _bare(self) -> tuple[Word, ...]:
        """Return the words without those that only lead to a name, at both ends."""
        words = list(self._words)
        taken = covered(words, self._lead)
        start, end = 0, len(words)
        while start < end and taken[start] and words[start].folded not in _GROUPS:
            start += 1
        while end > start and taken[end - 1] and words[end - 1].folded not in _GROUPS:
            end -= 1
        if start < end and start and words[start - 1].folded in ("le", "la", "les", "l"):
            start -= 1  # « La Rochelle »
        return tuple(words[start:end])

    def _between(self, words: Sequence[Word]) -> str:
        text = self._text[words[0].start : words[-1].end]
        after = self._text[words[-1].end : words[-1].end + 1]
        return text + after if after == ")" else text

    def _whole(self, bare: Sequence[Word]) -> Named | None:
        """The message is one name, or one code."""
        text = self._between(bare)
        found = self._towns.find(text, _OFFERED)
        if not found:
            return None
        span = ((bare[0].start, bare[-1].end),)
        best = found[0].score
        if _POSTAL.fullmatch(text):
            return self._of_code(text, found, span)
        if _CODE_INSIDE.search(text) and not self._is_code_of(text, found[0]):
            return None  # « 18 000 habitants »
        has_digits = any(sign.isdigit() for sign in text)
        is_town = isinstance(found[0].town, Town)
        has_said_where = is_town and (has_digits or any(each.score <= best - 30 for each in found))
        is_exact = best > SAME_NAME or (best == SAME_NAME and not is_town)
        if is_exact and self._is_name(bare, has_said_where):
            return Named((tuple(rivals(found)),), span, is_all=True)
        return self._where_said(found, span, has_digits=has_digits) if has_said_where else None

    def _where_said(
        self, found: Sequence[Candidate], span: tuple[tuple[int, int], ...], *, has_digits: bool
    ) -> Named | None:
        """A part of a name, with its department: « Lons 39 »; or one that is not there, of those elsewhere."""
        best = found[0].score
        if best >= PART_OF_NAME and len(found) > 1 and found[1].score < _ELSEWHERE + 10:
            return Named((tuple(rivals(found)),), span, is_all=True)
        if has_digits and _ELSEWHERE <= best < _ELSEWHERE + 10:
            return Named(near=tuple(each for each in found if each.score >= best - BESIDE), is_elsewhere=True)
        return None

    def _of_code(self, code: str, found: Sequence[Candidate], span: tuple[tuple[int, int], ...]) -> Named:
        """A postal code; an INSEE code that may as well be the CEDEX code of the town that has the round one."""
        if any(code in each.town.postal_codes for each in found if isinstance(each.town, Town)):
            return Named((tuple(found),), span, is_all=True)
        if found[0].town.population >= _KNOWN_TOWN:
            return Named((tuple(rivals(found)),), span, is_all=True)
        for round_code in (code[:4] + "0", code[:3] + "00"):
            towns = [each for each in self._towns.find(round_code, 3) if isinstance(each.town, Town)]
            towns = [each for each in towns if isinstance(each.town, Town) and round_code in each.town.postal_codes]
            if towns:
                largest = max(towns, key=lambda each: each.town.population)
                if largest.town.population >= _KNOWN_TOWN * 3:
                    return Named(near=(largest, *found), is_code=True)
        return Named((tuple(rivals(found)),), span, is_all=True)

    def _is_code_of(self, text: str, found: Candidate) -> bool:
        """Whether the words beside a code name the same place."""
        named = self._towns.find(_CODE_INSIDE.sub(" ", text), 1)
        return bool(named) and named[0].town == found.town

    def _is_name(self, bare: Sequence[Word], has_said_where: bool) -> bool:
        """Whether words that are a name are meant as one: « orange » alone is, « les dates » is not."""
        if has_said_where or self._unknown(bare) or len(bare) > 1:
            return has_said_where or bool(self._unknown(bare)) or bool(self._towns.find_in(self._between(bare)))
        opens = bare[0] is self._words[0] and len(self._words) > 1
        capital = self._text[bare[0].start].isupper() and not opens
        return capital or bool(self._towns.find_in(self._text))

    def _unknown(self, words: Sequence[Word]) -> list[Word]:
        """Return the words that are none of the language of the call, nor an ordinary one."""
        return [word for word in words if not self._is_known(word)]

    def _is_known(self, word: Word) -> bool:
        """« Rouvrai » is a form of « rouvrir », but not in the midst of a name."""
        said = word.folded
        if said.isdecimal() or self._library.matcher.has_word(said) or self._towns.is_ordinary(said):
            return True
        if said in self._library.call.hearing.town_questions.the_group:  # « une petite comcom » is no name misspelt
            return True
        is_capital = self._text[word.start].isupper() and word is not self._words[0]
        return not is_capital and len(said) > _SLIP_LETTERS and self._library.matcher.knows(said)

    def _several(self, mentions: Sequence[Mention]) -> Named | None:
        """« Mâcon et Tournus », « Dole, Lons »: parts that are all names, one of them surely."""
        parts, spans = self._parts()
        if len(parts) < 2 or not (mentions or any(self._unknown(split_words(part)) for part in parts)):
            return None
        found = [self._towns.find(part, _OFFERED) for part in parts]
        if not all(each and each[0].score >= SAME_NAME for each in found):
            return None
        return Named(tuple(tuple(rivals(each)) for each in found), tuple(spans), is_all=True)

    def _parts(self) -> tuple[list[str], list[tuple[int, int]]]:
        """Return the parts of the text that commas and connectors part, without what leads to them."""
        joins = phrases((*self._library.call.hearing.connectors, *self._library.call.hearing.excluding))
        marks: list[list[Word]] = [[]]
        end = 0
        place = 0
        while place < len(self._words):
            word = self._words[place]
            if re.search(r"[,;/+&\n]", self._text[end : word.start]):
                marks.append([])
            length = joins.at(self._words, place)
            if length:
                marks.append([])
            else:
                marks[-1].append(word)
            end = self._words[place + max(length, 1) - 1].end
            place += length or 1
        parts, spans = [], []
        for words in marks:
            taken = covered(words, self._lead)
            kept = [
                word
                for word, is_lead in zip(words, taken, strict=True)
                if not is_lead or _is_article(word) or word.folded in _GROUPS
            ]
            while kept and kept[-1].folded in ("le", "la", "les", "l"):
                kept.pop()
            if kept:
                spans.append((kept[0].start, kept[-1].end))
                parts.append(self._text[kept[0].start : kept[-1].end])
        return parts, spans

    def _of_mentions(self, mentions: Sequence[Mention]) -> Named:
        places, spans = [], []
        if len(mentions) == 1 and mentions[0].candidates[0].score < _TAKEN:
            return Named(near=tuple(rivals(mentions[0].candidates))[:_MOST_SLIPS])
        for mention in mentions:
            code = departement_behind(self._text, mention.end)
            there = [each for each in mention.candidates if code and each.town.departement == code]
            places.append(tuple(rivals(there or mention.candidates)))
            spans.append((mention.start, mention.end))
        for word in listed_beside(self._text, spans, self._library.call.hearing):
            is_word = self._towns.is_ordinary(word.folded) and not self._text[word.start].isupper()
            found = [] if is_word else self._towns.find(word.folded, _OFFERED)
            if found and found[0].score > SAME_NAME and found[0].town.population >= _KNOWN_TOWN:
                places.append(tuple(rivals(found)))
                spans.append((word.start, word.end))
        in_order = sorted(range(len(spans)), key=lambda place: spans[place])
        places, spans = [places[each] for each in in_order], [spans[each] for each in in_order]
        rest = tuple(self.rest(spans))
        return Named(tuple(places), tuple(spans), is_all=not rest, rest=rest)

    def rest(self, spans: Sequence[tuple[int, int]]) -> list[str]:
        """Return the words, beside the names, that mean something."""
        taken = covered(self._words, self._lead)
        return [
            word.folded
            for word, is_lead in zip(self._words, taken, strict=True)
            if not is_lead and not any(start <= word.start < end for start, end in spans)
        ]

    def _longer(self, mention: Mention) -> Named | None:
        """« Saint-Étienne » is not all of « Saint-Étienne du Rouvrai »: what goes on may be a longer name, misspelt."""
        after = [word for word in self._words if word.start >= mention.end][:_AROUND]
        end = mention.end
        for word in after:
            gap = self._text[end : word.start]
            if gap.strip(" -'’/"):
                return None
            end = word.end
            if not self._is_known(word) and len(word.folded) >= _SLIP_LETTERS:
                near = self._near(self._text[mention.start : end], (word,))
                is_same = near is not None and near[0].town == mention.candidates[0].town
                return Named(near=near) if near and not is_same else None
            if len(word.folded) > _AROUND:
                return None
        return None

    def _near(self, text: str, words: Sequence[Word]) -> tuple[Candidate, ...] | None:
        """Return the places a slip away from `text`, some word of which nobody knows."""
        strange = [word for word in self._unknown(words) if len(word.folded) >= _SLIP_LETTERS - 1]
        if not strange:
            return None
        found = self._towns.find(text, _OFFERED)
        if not found or found[0].score < NEAR:
            return None
        if found[0].score < SURE_NEAR and len(words) > 1 and not self._text[strange[0].start].isupper():
            return None
        near = [
            each
            for each in found
            if each.score >= max(NEAR, found[0].score - BESIDE) and each.town.population >= _KNOWN_TOWN
        ]
        return tuple(near[:_MOST_SLIPS]) or None

    def _sigle(self) -> Named | None:
        """« CUCM », « CAGC »: made of the names of intercommunalités: proposed; taken where a name holds it."""
        for found in _SIGLE.finditer(self._text):
            is_alone = len(self._bare()) == 1
            said = found[0].lower()
            if (
                not (found[0].isupper() or is_alone)
                or self._library.matcher.knows(said)
                or said in _hasty(self._library)
            ):
                continue
            if bearing := self._bearing(found[0]):
                span = found.span()
                rest = tuple(self.rest([span]))
                return Named((tuple(bearing),), (span,), is_all=not rest, rest=rest)
            bearers = self._towns.find_sigle(found[0], _OFFERED)
            if bearers:
                return Named(near=tuple(bearers[: _MOST_SLIPS + 1]))
        return None

    def _bearing(self, sigle: str) -> list[Candidate]:
        """Return the intercommunalités whose name holds the sigle: « Territoire de la Côte Ouest (TCO) »."""
        found = self._towns.find(sigle, _OFFERED) if sigle.isupper() else []
        return [each for each in found if each.score >= SAME_NAME and isinstance(each.town, Intercommunality)]

    def _slip_in_sentence(self) -> Named | None:
        strange = [word for word in self._unknown(self._words) if len(word.folded) >= _SLIP_LETTERS]
        if not strange or len(strange) > _MOST_SLIPS:
            return None
        best: tuple[Candidate, ...] | None = None
        for word in strange:
            place = self._words.index(word)
            for first in range(max(0, place - _AROUND), place + 1):
                for last in range(place, min(len(self._words), place + _AROUND + 1)):
                    if _is_loose(self._text, self._words[first : last + 1]):
                        continue
                    near = self._near(self._between(self._words[first : last + 1]), (word,))
                    if near and near[0].score >= SURE_NEAR and (best is None or near[0].score > best[0].score):
                        best = near
        return Named(near=best) if best else None


def _hasty(library: Library) -> frozenset[str]:
    """Return the hasty spellings of the lexicon: « acv », « svp » are no sigles of places."""
    return frozenset(fold(each) for listed in library.call.lexicon.spellings.values() for each in listed)


def _is_article(word: Word) -> bool:
    return word.folded in ("le", "la", "les", "l", "de", "du", "en", "sur", "sous")


def _is_loose(text: str, words: Sequence[Word]) -> bool:
    """Whether more than spaces, hyphens and apostrophes stand between the words: they are no one name."""
    if words[0].folded in ("a", "de", "du", "et", "que", "en", "sur") or words[-1].folded in ("a", "de", "et", "que"):
        return True
    return any(text[one.end : other.start].strip(" -'’/") for one, other in pairwise(words))


def read_places(text: str, library: Library, *, may_slip: bool = True) -> Named:
    """Return the places that `text` names."""
    apart, places = _apart(without_persons(without_addresses(text), library.call.hearing), library)
    named = _without_refused(apart, Naming(apart, library).named(may_slip=may_slip), library)
    return replace(named, spans=tuple((_before(start, places), _before(end, places)) for start, end in named.spans))


def _without_refused(text: str, named: Named, library: Library) -> Named:
    """« Non pas Cahors, Dole » names Dole."""
    out = refused(text, named.spans, library.call.hearing)
    if not out:
        return named
    kept = [place for place in range(len(named.places)) if place not in out]
    places, spans = tuple(named.places[each] for each in kept), tuple(named.spans[each] for each in kept)
    return replace(named, places=places, spans=spans)


def _apart(text: str, library: Library) -> tuple[str, list[int]]:
    """Return `text` with the apostrophes that lack, « l'agglo », and the places in it where they were put."""
    parts: list[str] = []
    places: list[int] = []
    end = 0
    for word in split_words(text):
        length = library.call.hasty.glued(word.folded)
        if length and not _is_place(text[word.start : word.end], library):  # « Douai » is no « d'ouai »
            cut = word.start + length
            places.append(cut + len(places))
            parts.append(text[end:cut])
            end = cut
    return "'".join([*parts, text[end:]]), places


def _is_place(word: str, library: Library) -> bool:
    found = library.towns.find(word, 1)
    return bool(found) and found[0].score >= SAME_NAME


def _before(place: int, marks: Sequence[int]) -> int:
    """Return where a place in the text with `marks` put in is in the text without them."""
    return place - sum(mark < place for mark in marks)
