"""By which words something is found, and what somebody who looks for it means. Pure.

A word is folded and cut to its stem: « Soudeurs » finds « soudeur ». A facet (`town:39198`) holds a sign that no word
has, so that nobody finds one by chance.
"""

import re
from collections.abc import Iterable, Iterator

from bot.conversation.reading.codes import read_reference
from knowledge.language.text import fold, stem, words
from knowledge.places.registers import Intercommunality, Town

#: Characters that are read at once: `words` reads no more of a text.
_PIECE = 1_000
_PIECES = re.compile(rf"\S{{{_PIECE}}}|.{{1,{_PIECE}}}(?!\S)", re.DOTALL)
#: How a text is read that is a number of the telephone as a whole, and how many of its last figures tell it.
_PHONE = re.compile(r"\+?[\d\s().\-/]{9,24}")
_FIGURES = 9
_EMAIL = re.compile(r"[^\s<>,;:()«»\"]{1,254}@[^\s<>,;:()«»\"]{1,254}")
#: What a question may hold; beyond that nobody looks for anything.
_LOOKED_FOR = 300


def words_of(text: str) -> frozenset[str]:
    """Return all words of a text, however long it is."""
    found = (word for piece in _PIECES.findall(text) for word in words(piece))
    return frozenset(stem(word, "fr") for word in found if not word.endswith("'"))


def facet(name: str, value: str) -> str:
    return f"{name}:{fold(value)}"


def place_terms(place: Town | Intercommunality) -> Iterator[str]:
    """Yield by what a town is found: its names and numbers, and the facets that lists are narrowed by."""
    epci = (place.epci, place.epci_name) if isinstance(place, Town) else (place.siren, place.name)
    code = place.insee if isinstance(place, Town) else place.siren
    named = (place.name, place.departement, place.departement_name, place.region, epci[1], code)
    yield from words_of(" ".join((*named, *(place.postal_codes if isinstance(place, Town) else ()))))
    yield from (facet("town", code), facet("departement", place.departement), facet("region", place.region))
    if epci[0]:
        yield facet("epci", epci[0])


def email_terms(text: str) -> Iterator[str]:
    yield from (facet("email", found.rstrip(".")) for found in _EMAIL.findall(text))


def phone_terms(kept: str) -> Iterator[str]:
    """Yield the facets of numbers as they are kept: « +33384797979;ext=12, +33612345678 »."""
    for number in kept.split(","):
        figures = re.sub(r"\D", "", number.partition(";")[0])
        if len(figures) >= _FIGURES:
            yield facet("phone", figures[-_FIGURES:])


def read_query(text: str) -> frozenset[str] | None:
    """Return what must be found of somebody's words; None for words by which nothing can be found, such as « ? »."""
    text = text[:_LOOKED_FOR].strip()
    if reference := read_reference(text):
        return frozenset({facet("reference", reference)})
    if _PHONE.fullmatch(text) and (phones := frozenset(phone_terms(text))):
        return phones
    found = frozenset(email_terms(text)) | words_of(_EMAIL.sub(" ", text))
    return found or None


def all_words_of(texts: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*map(words_of, texts))
