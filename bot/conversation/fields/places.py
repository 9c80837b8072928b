"""A commune or an intercommunalité, from the registers: always shown and chosen, never taken on a guess."""

from bot.conversation.values.field import Asked, Parsed, Reading, Refused, Several
from knowledge.places.towns import Intercommunality, Town

#: Places offered to choose from.
OFFERED = 4
#: Below this likeness (0..100) a place is not offered at all.
LEAST_LIKE = 70.0
#: From here on the name is that of the place, but for its spelling.
SAME_NAME = 95.0
#: Beside a place of this name, others are offered only when they are as like it.
NAMESAKE = 3.0


def read_place(text: str, asked: Asked) -> Reading:
    """Return the places that `text` may name, to choose from; the EPCI of a single commune is offered beside it."""
    candidates = [found for found in asked.library.towns.find(text, OFFERED) if found.score >= LEAST_LIKE]
    if not candidates:
        return Refused("place_none")
    best = candidates[0].score
    places = [found.town for found in candidates if best < SAME_NAME or found.score >= best - NAMESAKE]
    if len(places) == 1 and isinstance(places[0], Town) and places[0].epci:
        epci = asked.library.towns.get_epci(places[0].epci)
        places += [epci] if epci else []
    return Several(tuple((_code(place), parsed_place(place, asked)) for place in places))


def place_of(code: str, asked: Asked) -> Town | Intercommunality | None:
    """Return the place of an INSEE code or a SIREN."""
    return asked.library.towns.get(code) or asked.library.towns.get_epci(code)


def parsed_place(place: Town | Intercommunality, asked: Asked) -> Parsed:
    kind = "commune" if isinstance(place, Town) else "epci"
    shown = asked.say("place_shown", name=place.name, departement=place.departement_name)
    return Parsed({"kind": kind, "code": _code(place), "name": place.name}, shown)


def _code(place: Town | Intercommunality) -> str:
    return place.insee if isinstance(place, Town) else place.siren
