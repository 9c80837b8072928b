"""Which options of a list a sentence names: by rank, by label or by words of it, several at once. Each word is covered.

What is left over and means something is told, so that it is asked about and never lost.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.conversation.reading.heard import Heard
from bot.conversation.values.field import NONE_OF_THEM
from knowledge.call.form import Option
from knowledge.hearing.phrases import Word, phrases, split_words
from knowledge.language.text import stem

#: Letters of a word of a label from which on it names the option by itself.
_TELLING = 4
#: Letters by which a word is known for a slip for another.
_ALIKE = 3
#: « Les deux »: fewer are not several.
_LEAST_OF_SEVERAL = 2
#: What links a word to the one before it: « le lycée de la région » is no partner called « région ».
_OF = frozenset({"de", "du", "des", "d"})
_ARTICLES = frozenset({"la", "le", "les", "l"})


@dataclass(frozen=True, slots=True)
class Chosen:
    """`options` in the order of the list. `unknown`: parts of the sentence that name none."""

    options: tuple[Option, ...] = ()
    unknown: tuple[str, ...] = ()
    #: Options named behind « sauf », « pas »: left out of `options`.
    excluded: tuple[Option, ...] = ()
    #: Whether words restrict what was chosen, so that it is read over.
    is_restricted: bool = False
    #: Options with the proper name that says which one: « lycée Duhamel ».
    named: tuple[str, ...] = ()


@dataclass
class _Reading:
    """A sentence being read."""

    heard: Heard
    options: Sequence[Option]
    chosen: list[Option] = field(default_factory=list)
    excluded: list[Option] = field(default_factory=list)
    #: Runs of words that name nothing, as places.
    left: list[list[int]] = field(default_factory=list)
    is_restricted: bool = False
    is_excluding: bool = False
    #: Whether the editor lets words go on from the last option named: « lycée Pavie » is « lycée ».
    goes_on: bool = False
    #: Where the name of the last option begins, and where those begin and end that a proper name follows.
    last: int = 0
    named: dict[int, int] = field(default_factory=dict)


def choose(heard: Heard, options: Sequence[Option]) -> Chosen:
    """Return the options that the sentence names."""
    reading = _Reading(heard, options)
    names = _names(options)
    lists = heard.call.hearing
    fillers, joins = phrases(lists.fillers), phrases(lists.connectors)
    excluding, hedging = phrases(lists.excluding), phrases(lists.hedging)
    everything, words = phrases(lists.everything), heard.words
    place = 0
    while place < len(words):
        if several := _several_at(reading, place):
            reading.chosen.extend(several[0])
            place += several[1]
            continue
        found, length = _named_at(words, place, names)
        if found is None:
            found, length = _ranked_at(reading, place)
        if found is not None and length == 1 and _is_of_anothers_name(reading, place, found):
            _leave(reading, place)
            place += 1
            continue
        if found is not None:
            reading.goes_on = any(_stands(words, place, each) for each in found.words)
            reading.last = place
            _take(reading, found, is_of_another=_is_of_another(words, place, reading))
            place += length
            continue
        if (out := excluding.at(words, place)) and out >= hedging.at(words, place):  # « sans doute » leaves nothing out
            reading.is_excluding = reading.is_restricted = True
            place += out
        elif every := everything.at(words, place):
            reading.chosen.extend(option for option in options if not option.others)
            place += every
        elif (hedge := hedging.at(words, place)) and hedge >= fillers.at(words, place):
            reading.is_restricted = True
            place += hedge
        else:
            reading.is_restricted = reading.is_restricted or _is_alternative(words, place)
            skip = max(fillers.at(words, place), joins.at(words, place), _rank_word(reading, place))
            skip = skip or (0 if place else phrases(lists.agreeing).at(words, 0))  # « oui, les deux »
            if not skip:
                _leave(reading, place)
            place += skip or 1
    return _result(reading)


def _result(reading: _Reading) -> Chosen:
    text, words = reading.heard.text, reading.heard.words
    excluded = [option for option in reading.options if option in reading.excluded]
    chosen = [each for each in reading.options if each in reading.chosen and each not in excluded]
    unknown = tuple(text[words[run[0]].start : words[run[-1]].end] for run in reading.left)
    named = tuple(text[words[first].start : words[last].end] for first, last in reading.named.items())
    return Chosen(tuple(chosen), unknown, tuple(excluded), reading.is_restricted, named)


def _take(reading: _Reading, option: Option, *, is_of_another: bool) -> None:
    if is_of_another:
        return  # it tells which one, of the option before it
    (reading.excluded if reading.is_excluding else reading.chosen).append(option)


def _leave(reading: _Reading, place: int) -> None:
    """Keep a word that names nothing beside the one before it, where nothing parts them."""
    words, text = reading.heard.words, reading.heard.text
    run = reading.left[-1] if reading.left else None
    if run is not None and not any(mark in text[words[run[-1]].end : words[place].start] for mark in ",;/+&\n"):
        between = range(run[-1] + 1, place)
        if all(words[each].folded in _OF | _ARTICLES for each in between):
            run.append(place)
            return
    if reading.chosen and _follows_name(reading, place):
        reading.is_restricted = reading.is_restricted or not reading.goes_on
        if text[words[place].start].isupper() and not text.isupper():
            reading.named[reading.last] = place
        return
    reading.left.append([place])


def _follows_name(reading: _Reading, place: int) -> bool:
    """Whether the words before, without a mark or a connector between, name an option: it says which one."""
    words, text = reading.heard.words, reading.heard.text
    joins = phrases(reading.heard.call.hearing.connectors)
    names = _names(reading.options)
    before = place - 1
    while before >= 0:
        if any(mark in text[words[before].end : words[before + 1].start] for mark in ",;/+&\n."):
            return False
        if joins.at(words, before):
            return False
        if any(_named_at(words, start, names)[1] > before - start for start in range(max(0, before - 4), before + 1)):
            return True
        before -= 1
    return False


def _is_of_another(words: Sequence[Word], place: int, reading: _Reading) -> bool:
    """« Le lycée de la région », « la chambre de commerce de la région »: the region is no partner of its own."""
    before = place - 1
    while before >= 0 and words[before].folded in _ARTICLES:
        before -= 1
    return before >= 1 and words[before].folded in _OF and bool(reading.chosen) and _follows_name(reading, before)


def _is_of_anothers_name(reading: _Reading, place: int, found: Option) -> bool:
    """« La Maison de l'emploi », « l'école de la deuxième chance », « la mission handicap » are others' names.

    One word of a label, or a rank, is of a longer name where a word beside it is of none of the options. A proper name
    behind « de » says which one, and a slip (« mission localle ») is of the label.
    """
    if not any(option.others for option in reading.options) or not _is_telling_word(reading, place, found):
        return False
    words, text = reading.heard.words, reading.heard.text
    for step in (-1, 1):
        beside, is_linked = place + step, False
        while 0 <= beside < len(words) and words[beside].folded in _OF | _ARTICLES:
            is_linked = is_linked or words[beside].folded in _OF
            beside += step
        first, last = min(place, beside), max(place, beside)
        if not 0 <= beside < len(words) or any(
            mark in text[words[first].end : words[last].start] for mark in ",;/+&.:()\n"
        ):
            continue
        is_place = step > 0 and is_linked and text[words[beside].start].isupper() and not text.isupper()
        if not is_place and _is_of_no_option(reading, beside, found):
            return True
    return False


def _is_telling_word(reading: _Reading, place: int, found: Option) -> bool:
    """Whether no way to name the option stands there whole: a word of its label alone does, or its rank."""
    return not any(_stands(reading.heard.words, place, each) for each in (found.label, found.id, *found.words))


def _is_of_no_option(reading: _Reading, place: int, found: Option) -> bool:
    words, lists = reading.heard.words, reading.heard.call.hearing
    around = (lists.fillers, lists.connectors, lists.excluding, lists.hedging, lists.everything, lists.agreeing)
    is_small = any(phrases(each).at(words, place) for each in (*around, lists.rank_words))
    if is_small or reading.heard.rank_at(place)[0] is not None:
        return False
    named = _named_at(words, place, _names(reading.options))[0]
    if named is not None:
        return named != found and _is_telling_word(reading, place, named)
    said = words[place].folded
    return not any(said[:_ALIKE] == word.folded[:_ALIKE] for word in split_words(found.label))


def _is_alternative(words: Sequence[Word], place: int) -> bool:
    """« Cnam ou Greta » is one of the two; « et/ou » is both."""
    return words[place].folded == "ou" and not (place and words[place - 1].folded == "et")


def _rank_word(reading: _Reading, place: int) -> int:
    return phrases(reading.heard.call.hearing.rank_words).at(reading.heard.words, place)


def _ranked_at(reading: _Reading, place: int) -> tuple[Option | None, int]:
    rank, length = reading.heard.rank_at(place)
    if rank is None or not rank:
        return None, 0
    number = rank - 1 if rank > 0 else len(reading.options) + rank
    return (reading.options[number], length) if 0 <= number < len(reading.options) else (None, 0)


def _several_at(reading: _Reading, place: int) -> tuple[list[Option], int] | None:
    """« Les 2 premiers », « les trois dernières »; « les deux », where the list has two that can be had together."""
    heard, words = reading.heard, reading.heard.words
    count, length = heard.rank_at(place)
    if not place or words[place - 1].folded != "les" or count is None or count < _LEAST_OF_SEVERAL:
        return None
    lists = heard.call.hearing
    behind = place + length
    if behind < len(words) and (more := phrases(lists.first_ones).at(words, behind)):
        return list(reading.options[:count]), length + more
    if behind < len(words) and (more := phrases(lists.last_ones).at(words, behind)):
        return list(reading.options[-count:]), length + more
    together = [option for option in reading.options if not option.others and option.id != NONE_OF_THEM]
    return (together, length) if len(together) == count else None


def _named_at(
    words: Sequence[Word], place: int, names: Sequence[tuple[Option, tuple[str, ...]]]
) -> tuple[Option | None, int]:
    """Return the option whose longest name stands at `place`, and in how many words."""
    best: tuple[Option | None, int] = (None, 0)
    for option, name in names:
        if len(name) > best[1] and place + len(name) <= len(words):
            said = words[place : place + len(name)]
            if all(_is_same(word.folded, part) for word, part in zip(said, name, strict=True)):
                best = (option, len(name))
    return best


def _stands(words: Sequence[Word], place: int, name: str) -> bool:
    parts = split_words(name)
    said = words[place : place + len(parts)]
    return len(said) == len(parts) and all(
        _is_same(word.folded, part.folded) for word, part in zip(said, parts, strict=True)
    )


def _is_same(said: str, part: str) -> bool:
    return said == part or stem(said, "fr") == stem(part, "fr")


def _names(options: Sequence[Option]) -> list[tuple[Option, tuple[str, ...]]]:
    """Return each option with each way to name it."""
    ways = _ways(tuple((option.label, option.id, *option.words) for option in options))
    return [(option, name) for option, listed in zip(options, ways, strict=True) for name in listed]


@lru_cache(maxsize=128)
def _ways(options: tuple[tuple[str, ...], ...]) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """The ways to name each option, given as its label, its id and its words: those, and words no other label has."""
    folded = [[tuple(word.folded for word in split_words(each)) for each in written] for written in options]
    stems = [{stem(word, "fr") for name in (names[0], *names[2:]) for word in name} for names in folded]
    told = Counter(each for listed in stems for each in listed)
    ways = []
    for names, own in zip(folded, stems, strict=True):
        telling = [
            (word,)
            for word in names[0]
            if len(word) >= _TELLING and word.isalpha() and told[(base := stem(word, "fr"))] == (base in own)
        ]
        ways.append(tuple(name for name in dict.fromkeys([*names, *telling]) if name))
    return tuple(ways)


def says_more(heard: Heard) -> bool:
    """Whether the words are rather a sentence of its own than the name of something."""
    return heard.is_asking or heard.command is not None or len(heard.words) > _MOST_OF_A_NAME or "?" in heard.text


_MOST_OF_A_NAME = 8
