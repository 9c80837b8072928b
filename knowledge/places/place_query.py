"""What a person typed to name a place, taken apart: its possible readings, a code, a département, « agglo »."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.places.spelling import LEADERS, words

MAX_LENGTH = 120  # characters; the longest name of a commune has 45
NUMBER_OF_CODE = re.compile(r"\b(?:\d{9}|\d{5}|2[abAB]\d{3})\b")
NUMBER_OF_DEPARTEMENT = re.compile(r"\(\s*(\d{2,3}|2[abAB])\s*\)|(?<=\s)(\d{2,3}|2[abAB])\s*$")
#: Beginnings of the numbers of territories overseas, some of which are in no register.
OVERSEAS = frozenset({"97", "98"})
ARRONDISSEMENT = re.compile(r"\b\d{1,2}\s?(?:er|re|nd|e|è|ème|eme|ième)?\s*(?:arrondissement|arrdt|arr)?\b\.?", re.I)
CEDEX = re.compile(r"\bcedex(?:\s+\d{1,2})?\b", re.I)

# Words that say « this is a town » and are not its name.
TOWN_WORDS = frozenset({"ville", "commune", "mairie", "municipalite", "maire", "prefecture", "village", "chez"})
GROUP_WORDS = frozenset(
    {"ca", "cc", "cu", "cdc", "communaute", "communautes", "communes", "agglomeration", "agglo", "agglos"}
    | {"urbaine", "metropole", "eurometropole", "metropolitaine", "intercommunalite", "interco", "epci"}
    | {"comcom", "codecom", "com"}
)
GROUP_OF_COMMUNES = frozenset({"cc", "cdc", "communes", "comcom", "codecom"})
GROUP_OF_TOWNS = frozenset({"ca", "cu", "agglomeration", "agglo", "urbaine", "metropole"})
BEFORE_DEPARTEMENT = LEADERS | {"dans", "en", "departement", "dpt", "dept", "dep", "region"}


@dataclass(frozen=True, slots=True)
class PlaceQuery:
    """`readings`: the words of the name, the likeliest reading first, each with the départements it says.

    `group` is None, or "CC" or "CA" when the kind of EPCI was said, or "EPCI" when only that it is one.
    """

    readings: tuple[tuple[tuple[str, ...], frozenset[str]], ...]
    code: str | None = None
    group: str | None = None


def parse_query(query: str, departements: Mapping[str, frozenset[str]]) -> PlaceQuery:
    """`departements`: folded name of a département or region, or its number -> codes of départements."""
    text, cedexes = CEDEX.subn(" ", query[:MAX_LENGTH])
    code = None
    said: frozenset[str] = frozenset()
    if found := NUMBER_OF_CODE.search(text):
        code = found[0].upper()
        text = f"{text[: found.start()]} {text[found.end() :]}"
        if cedexes:  # no commune has it: it only tells the département
            said, code = departements.get(code[:3], frozenset()) | departements.get(code[:2], frozenset()), None
    if found := NUMBER_OF_DEPARTEMENT.search(text):
        number = (found[1] or found[2]).upper()
        said = departements.get(number) or (frozenset({number}) if found[1] or number[:2] in OVERSEAS else said)
        text = f"{text[: found.start()]} {text[found.end() :]}"
    name = tuple(words(ARRONDISSEMENT.sub(" ", text)))
    group = _group(name)
    if group:
        name = tuple(word for word in name if word not in GROUP_WORDS)
    readings: list[tuple[tuple[str, ...], frozenset[str]]] = []
    for reading in (name, _without_town_words(name)):
        if not LEADERS.issuperset(reading):
            readings.append((reading, said))
            readings.extend(_with_departement(reading, said, departements))
    return PlaceQuery(tuple(dict.fromkeys(readings)), code, group)


def _group(name: Sequence[str]) -> str | None:
    said = GROUP_WORDS.intersection(name)
    if not said or (said == {"com"}):
        return None
    if said & GROUP_OF_COMMUNES:
        return "CC"
    return "CA" if said & GROUP_OF_TOWNS else "EPCI"


def _without_town_words(name: tuple[str, ...]) -> tuple[str, ...]:
    start = 0
    small = LEADERS | TOWN_WORDS
    while start < len(name) - 1 and name[start] in small:
        start += 1
    # « ville de La Rochelle »: the article is the name's.
    if start and name[start - 1] in {"le", "la", "les", "l"}:
        start -= 1
    return name[start:]


def _with_departement(
    name: tuple[str, ...], said: frozenset[str], departements: Mapping[str, frozenset[str]]
) -> list[tuple[tuple[str, ...], frozenset[str]]]:
    """The readings in which the last words are a département: « Valence dans la Drôme »."""
    for start in range(1, len(name)):
        tail = list(name[start:])
        while len(tail) > 1 and tail[0] in BEFORE_DEPARTEMENT:
            tail.pop(0)
        codes = departements.get("".join(tail))
        if codes:
            codes = (said & codes) or codes
            # « Saint-Louis, Haut-Rhin, Alsace »: the région before or after.
            return [*_with_departement(name[:start], codes, departements), (name[:start], codes)]
    return []
