"""A commune or an intercommunalité, from the registers: picked or shown and chosen, never taken on a guess."""

from bot.conversation.reading.civilities import without_persons
from bot.conversation.reading.heard import Heard
from bot.conversation.reading.naming import code_of, read_places
from bot.conversation.values.field import Asked, Parsed, Reading, Refused, Several
from knowledge.call.form import PLACE_KINDS
from knowledge.hearing.phrases import phrases
from knowledge.language.text import fold
from knowledge.places.towns import Intercommunality, Town

#: Places offered to choose from.
OFFERED = 12
#: Below this likeness (0..100) a place is not offered at all.
LEAST_LIKE = 70.0
#: From here on the name is that of the place, but for its spelling.
SAME_NAME = 95.0
#: Beside a place of this name, others are offered only when they are as like it.
NAMESAKE = 3.0


def read_place(text: str, asked: Asked) -> Reading:
    """Return the places that `text` may name, to choose from; the EPCI of a single commune is offered beside it."""
    if Heard(text, asked.library.call).names_nothing:  # « non rien » is no slip for « Dontrien »
        return Refused("place_none", is_attempt=True)
    named = read_places(text, asked.library)
    if len(named.likeliest) > 1:
        places = [found.town for found in named.likeliest[:OFFERED]]
    elif named.places:
        places = [found.town for found in named.places[0][:OFFERED]]
    elif named.near:
        places = [found.town for found in named.near[:OFFERED]]
    else:
        places = _near(text, asked)
    if not places:
        return Refused("place_none")
    if len(written := [place for place in places if _is_written_whole(text, place, asked)]) == 1:
        return parsed_place(written[0], asked)
    if len(places) == 1 and isinstance(places[0], Town) and places[0].epci and not _is_said_to_be_a_town(text, asked):
        epci = asked.library.towns.get_epci(places[0].epci)
        places += [epci] if epci else []
    return Several(tuple((code_of(place), parsed_place(place, asked)) for place in places))


def _is_written_whole(text: str, place: Town | Intercommunality, asked: Asked) -> bool:
    """« Saint-Flour (Cantal) », as the page's list of names writes it: it was picked already."""
    return fold(text).strip() == fold(parsed_place(place, asked).shown)


def _is_said_to_be_a_town(text: str, asked: Asked) -> bool:
    """« La ville de Rodez », and not its agglomération."""
    heard, lists = Heard(text, asked.library.call), asked.library.call.hearing.town_questions
    return phrases(lists.the_town).are_in(heard.words) and not phrases(lists.the_group).are_in(heard.words)


def _near(text: str, asked: Asked) -> list[Town | Intercommunality]:
    """A place was asked for: what is only like a name may be one."""
    if Heard(text, asked.library.call).is_asking:
        return []
    bare = without_persons(text, asked.library.call.hearing)
    candidates = [found for found in asked.library.towns.find(bare, OFFERED) if found.score >= LEAST_LIKE]
    if not candidates:
        return []
    best = candidates[0].score
    return [found.town for found in candidates if best < SAME_NAME or found.score >= best - NAMESAKE]


def parsed_place(place: Town | Intercommunality, asked: Asked) -> Parsed:
    kind = PLACE_KINDS["commune" if isinstance(place, Town) else "intercommunalite"]
    shown = asked.say("place_shown", name=place.name, departement=place.departement_name)
    return Parsed({"kind": kind, "code": code_of(place), "name": place.name}, shown)
