"""A person to reach: the name and the office, in whatever order. One of them alone is kept until the other is said."""

import re

from bot.conversation.reading.heard import Heard
from bot.conversation.values.field import Asked, Parsed, Reading, Refused
from knowledge.hearing.lists import Offices
from knowledge.hearing.phrases import Word, phrases, split_words

#: Characters of a name, and of an office.
_MOST = 300
#: The smallest name or office that is one.
_LEAST_LETTERS = 2
#: Words by which a sentence is told from a name.
_FIRST_WORDS = 3
#: Words of a name, beyond which it is rather a sentence.
_MOST_OF_A_NAME = 6
_BETWEEN = re.compile(r"\s*(?:,|;|\n|\(|\s[–—-]\s|\s:\s)\s*")
#: « Assistante du maire » begins with her office, not with his.
_ARTICLES = frozenset({"le", "la", "l", "les"})
#: « Madame Lepic, ma directrice »: of no name.
_BEFORE_OFFICE = _ARTICLES | {"notre", "est", "c", "ma", "mon", "mes", "nos", "son", "sa", "votre", "comme"}
#: What stands behind a name and is not of it: « mme roche au standard ».
_BEHIND_A_NAME = frozenset({"a", "au", "aux", "qui", "chez", "le", "les", "poste", "bureau", "absente"})
_OF = frozenset({"du", "de", "des", "d", "au"})


def read_person(text: str, asked: Asked) -> Reading:
    """Read « Claire Martin, DGS », « Monsieur le maire Jean Petit »; of one part alone the other is asked for."""
    text = _without_nobody(text, asked)
    heard = Heard(text, asked.library.call)
    parts = [part.strip(" ).") for part in _BETWEEN.split(text, maxsplit=1)]
    parts = [part for part in parts if sum(map(str.isalpha, part)) >= _LEAST_LETTERS]
    if len(parts) == 2:
        first, second = (Heard(part, asked.library.call) for part in parts)
        if _begins_with_office(first) and not _begins_with_office(second):
            parts.reverse()  # « DGS : Claire Martin »
        name, office = parts
    else:
        name, office = _parted(heard)
    offices = asked.library.call.hearing.offices
    name, office = _bare_name(name, offices), _without_lead(" ".join(office.split()), offices)
    if name.islower() and not Heard(name, asked.library.call).meaning():
        name = ""  # « ce sera mon adjointe » names nobody
    if office and Heard(office, asked.library.call).says_only(offices.nobody, offices.lead):
        office = ""  # « Paul Petit, c'est moi »
    is_rest = bool(name) and not office
    if is_rest:
        name, office = _name_and_rest(name, offices)
    if Heard(name, asked.library.call).says_only(offices.nobody, offices.lead):
        # « Moi, Paul Roche » says a name; « moi, DGS » an office.
        is_name = bool(office) and not _begins_with_office(Heard(office, asked.library.call))
        name, office = (office, "") if is_name else ("", office)
    is_no_office = _is_of_no_person(office, heard, 1)
    if _is_of_no_person(name, heard, _FIRST_WORDS) or (is_no_office and len(office.split()) < _FIRST_WORDS):
        return Refused("person_no_office")
    if name and office:
        if max(len(name), len(office)) > _MOST:
            return Refused("field_too_long", {"length": len(text), "limit": _MOST})
        # A sentence that answers something else is read over before it is kept.
        heads = phrases(offices.heads)
        is_prose = len(office.split()) > _MOST_OF_A_NAME and not heads.are_in(split_words(office))
        is_doubtful = is_rest or is_no_office or is_prose
        return Parsed({"name": name, "office": office}, f"{name}, {office}", needs_confirmation=is_doubtful)
    return _one_of_both(heard, name, office)


def _without_nobody(text: str, asked: Asked) -> str:
    """Return « Sylvie Roche, cheffe de projet » of « c'est moi, Sylvie Roche, cheffe de projet »."""
    offices = asked.library.call.hearing.offices
    first, mark, rest = text.partition(found[0]) if (found := _BETWEEN.search(text)) else (text, "", "")
    has_both = bool(mark) and _BETWEEN.search(rest) is not None
    is_nobody = has_both and Heard(first, asked.library.call).says_only(offices.nobody, offices.lead)
    return rest if is_nobody else text


def _without_lead(office: str, offices: Offices) -> str:
    """Return « DGS » of « contactez le DGS »; « la maire » stays, an article says whose office it is."""
    said, lead = split_words(office), phrases(offices.lead)
    start = 0
    while start < len(said) and (length := lead.at(said, start)):
        start += length
    is_led = any(word.folded not in _ARTICLES for word in said[:start])
    return office[said[start].start :] if is_led and start < len(said) else office


def _name_and_rest(said: str, offices: Offices) -> tuple[str, str]:
    """Return « Mme Roche » and « au standard »: what follows a name and is none is read over in the place of an office.

    A name goes on over particles and connectors to the next capital: « Anne de La Tour et Luc Roy ».
    """
    words, titles = split_words(said), phrases(offices.titles)
    start = titles.at(words, 0) if words else 0
    has_capital = [said[word.start].isupper() for word in words]
    if not any(has_capital[start:]):  # nothing is told by capitals: a title and one word are a name
        is_followed = start and len(words) > start + 1 and words[start + 1].folded in _BEHIND_A_NAME
        end = start + 1 if is_followed else len(words)
    else:
        end = max(place for place, is_capital in enumerate(has_capital) if is_capital) + 1
    return said[: words[end - 1].end] if words else said, said[words[end].start :] if end < len(words) else ""


def _one_of_both(heard: Heard, name: str, office: str) -> Reading:
    if heard.is_asking or len(heard.words) > _MOST_OF_A_NAME * 2:
        return Refused("person_no_office")
    if office:
        return Refused("person_no_name", {"office": office}, is_attempt=True, part=office)
    if name and len(heard.words) <= _MOST_OF_A_NAME and _is_name(heard):
        return Refused("person_office_of", {"name": name}, part=name)
    return Refused("person_no_office")


def _is_of_no_person(said: str, heard: Heard, most: int) -> bool:
    """Whether what stands for a name or an office is rather a sentence, as one of its first `most` words tells."""
    if any(sign == "@" or sign.isdecimal() for sign in said) and most == _FIRST_WORDS:
        return True  # an address, a number: how to reach them, and not who they are
    words, never = split_words(said), phrases(heard.call.hearing.offices.of_no_name)
    head = heard.call.hasty.written_out(words)[:most]
    return bool(head) and never.are_in(head)


def _is_name(heard: Heard) -> bool:
    return all(word.folded.isalpha() for word in heard.words) and not heard.is_yes and not heard.is_no


def _begins_with_office(heard: Heard) -> bool:
    start = _start(heard, heard.call.hearing.offices)
    return start < len(heard.words) and bool(phrases(heard.call.hearing.offices.heads).at(heard.words, start))


def _start(heard: Heard, offices: Offices) -> int:
    """Return the place behind « M. le », « notre », « c'est »."""
    lead = phrases((*offices.titles, *offices.lead))
    place = 0
    while place < len(heard.words) and (length := lead.at(heard.words, place)):
        place += length
    return place


def _parted(heard: Heard) -> tuple[str, str]:
    """Return the name and the office of words that no mark parts; empty what is not said."""
    offices, words = heard.call.hearing.offices, heard.words
    heads = phrases(offices.heads)
    places = [
        place
        for place in range(len(words))
        if heads.at(words, place) and not (place and words[place - 1].folded in _OF)
    ]
    if not places:
        return heard.text.strip(" .,"), ""
    start = _start(heard, offices)
    if places[0] > start:  # « Claire Martin DGS »
        first = places[0]
        before = words[:first]
        while before and before[-1].folded in _BEFORE_OFFICE:
            before = before[:-1]
        return _span(heard, before), heard.text[words[first].start :].strip(" .)")
    end = _end_of_office(heard, places[0], offices)
    return _span(heard, words[end:]), _span(heard, words[places[0] : end])


def _end_of_office(heard: Heard, start: int, offices: Offices) -> int:
    """Return the place behind an office that opens the answer: « directrice générale des services Claire Martin »."""
    words = heard.words
    heads, more = phrases(offices.heads), phrases(offices.words)
    place = start
    while place < len(words):
        word = heard.text[words[place].start : words[place].end]
        length = max(heads.at(words, place), more.at(words, place))
        is_name = word[0].isupper() and not word.isupper() and not length
        if place > start and (is_name or not length) and not _goes_on(heard, place):
            return place
        place += length or 1
    return place


def _goes_on(heard: Heard, place: int) -> bool:
    """« Maire de Dole », « chargée de mission »: what follows « de » is of the office."""
    return heard.words[place - 1].folded in _OF


def _span(heard: Heard, words: tuple[Word, ...]) -> str:
    return heard.text[words[0].start : words[-1].end] if words else ""


def _bare_name(name: str, offices: Offices) -> str:
    """Return the name without « Monsieur le », which no name has; « M. Roy » keeps its title."""
    words = name.split()
    while len(words) > 1 and words[-1].lower() in _ARTICLES:
        words.pop()
    lead = phrases(offices.lead)
    said = split_words(" ".join(words))
    start = 0
    while start < len(said) and said[start].folded not in _ARTICLES and (length := lead.at(said, start)):
        start += length
    words = " ".join(words)[said[start].start :].split() if 0 < start < len(said) else words
    titles = phrases(offices.titles)
    said = split_words(" ".join(words))
    return "" if said and titles.at(said, 0) == len(said) else " ".join(words)
