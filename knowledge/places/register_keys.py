"""By what the registers are looked up beside the names of communes: EPCI, départements, postal codes."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from knowledge.cache.postings import Postings
from knowledge.places.place_query import GROUP_WORDS
from knowledge.places.registers import Registers
from knowledge.places.spelling import CONNECTORS, core, words

# « Porte de l'Isère (CAPI) », « Agglomération de Blois "Agglopolys" »
BRACKETED = re.compile(r"""[("]([^()"]+)[)"]""")


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


def rows_by_postal_code(registers: Registers) -> Postings:
    found: dict[tuple[str, int], None] = {}
    for row, codes in enumerate(registers.postal_codes):
        found.update(dict.fromkeys((code, row) for code in codes.split()))
    for alias in registers.aliases:
        row = registers.rows[alias.insee] if alias.postal_codes else 0
        found.update(dict.fromkeys((code, row) for code in alias.postal_codes.split()))
    return Postings.of(found)
