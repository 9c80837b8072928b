"""By what the registers are looked up beside the names of communes: EPCI, départements, postal codes."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from knowledge.cache.postings import Postings
from knowledge.places.place_query import GROUP_WORDS
from knowledge.places.registers import Registers
from knowledge.places.spelling import CONNECTORS, core, words

# « Porte de l'Isère (CAPI) », « Agglomération de Blois "Agglopolys" »
BRACKETED = re.compile(r"""[("]([^()"]+)[)"]""")

#: Words of the longest name: « Provence-Alpes-Côte d'Azur ».
_MOST_WORDS = 6
#: What a day of a month is followed by, and a count or a date in figures.
_DAY = r"\s*(?:[/%\d]|jan|f[ée]v|mar|avr|mai|jui|ao|sep|oct|nov|d[ée]c)"
#: A number is that of a département where it is said to be one: « dans le 15 », « (2A) ».
_NUMBER = re.compile(rf"(?:\b(?:le|du)\s+|\(\s*)(\d{{2,3}}|2[ab])\b(?!{_DAY})", re.IGNORECASE)


def group_words(name: Iterable[str]) -> list[str]:
    """The words that tell an EPCI from another: « CA du Bassin de Brive » gives bassin, brive."""
    return [word for word in name if word not in GROUP_WORDS and word not in CONNECTORS]


def group_names(names: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """(row, words) of each name, of its bracketed acronym and of the rest without it."""
    for row, name in enumerate(names):
        yield row, group_words(words(name))
        if brackets := BRACKETED.search(name):
            yield row, group_words(words(brackets[1]))
            yield row, group_words(words(BRACKETED.sub("", name)))


def departement_names(registers: Registers) -> dict[str, frozenset[str]]:
    """Number, name, name of the region, beginning of the postal codes -> codes of départements."""
    found: dict[str, set[str]] = defaultdict(set)
    for code, (name, region) in registers.departements.items():
        for key in (code, core(words(name)), core(words(region))):
            found[key].add(code)
    for name, codes in registers.former_regions.items():
        found[core(words(name))].update(codes)
    found |= {"20": {"2A", "2B"}, "200": {"2A"}, "201": {"2A"}, "202": {"2B"}, "206": {"2B"}}
    return {key: frozenset(codes) for key, codes in found.items()}


def departements_in(sentence: str, names: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the codes of the département that the sentence names, or of all those of a région; none: it names none.

    `names`: folded name of a département or région, or its number -> codes of départements.
    """
    if (number := _NUMBER.search(sentence)) and (numbered := names.get(number[1].upper())):
        return numbered
    said = words(sentence)
    for length in range(min(_MOST_WORDS, len(said)), 0, -1):  # « Haute-Loire » before « Loire »
        starts = [start for start in range(len(said) - length + 1) if not said[start].isdecimal()]
        found = [codes for start in starts if (codes := names.get("".join(said[start : start + length])))]
        if found:
            return frozenset().union(*found)
    return frozenset()


def rows_by_postal_code(registers: Registers) -> Postings:
    found: dict[tuple[str, int], None] = {}
    for row, codes in enumerate(registers.postal_codes):
        found.update(dict.fromkeys((code, row) for code in codes.split()))
    for alias in registers.aliases:
        row = registers.rows[alias.insee] if alias.postal_codes else 0
        found.update(dict.fromkeys((code, row) for code in alias.postal_codes.split()))
    return Postings.of(found)
