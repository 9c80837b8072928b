"""The FIELD_TYPES table: a text -> the answer understood, or why not. One reader a type; long ones are next door."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.conversation.fields.addresses import read_email, read_phone, read_phone_or_email
from bot.conversation.fields.dates import NoDate, read_days
from bot.conversation.fields.needed_by import read_needed_by
from bot.conversation.fields.places import read_place
from bot.conversation.reading.commands import Command, read_command
from bot.conversation.values.field import Asked, Parsed, ReadField, Reading, Refused
from knowledge.call.form import CheckId, FieldType, Option
from knowledge.language.text import fold

#: Characters of a text when the form says nothing.
SHORT, LONG = 300, 4000
#: The smallest name or office that is one.
_LEAST_LETTERS = 2

_BETWEEN_NAME_AND_OFFICE = re.compile(r"\s*(?:,|;|\n|\(|\s[–—-]\s)\s*")
#: Where an office begins when nothing parts it from the name: « Claire Martin DGS », « Paul Roy maire de Dole ».
_OFFICE = re.compile(
    # « assistante du maire » begins with her office, not with his.
    r"(?<=\w )(?<! du )(?<! de )(?:DG[SA]?S?|DST|DAC|assistante?|collaborat(?:eur|rice)|direct(?:eur|rice)|maire"
    r"|adjointe?|président[e]?|vice-président[e]?|secrétaire|chargée?|cheff?e?|responsable|conseill(?:er|ère)|manager"
    r"|élue?|attachée?|animat(?:eur|rice))\b",
    re.IGNORECASE,
)
_BETWEEN_OPTIONS = re.compile(r"\s*(?:,|;|\n|/|\+|&|\bet\b(?! d[e'’])|\bainsi que\b|\bplus\b)\s*", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:les?|la|l['’]|un|une|des|du|notre|nos|votre|vos|avec|aussi|enfin)\s*\b", re.IGNORECASE)
#: Why a text is no date -> the message that says so.
_NO_DATE = {
    "vague": "date_vague",
    "hour": "date_hour",
    "impossible": "date_impossible",
    "weekday": "date_weekday",
    "unknown": "date_unknown",
}
_NUMBERS, _SPACES = re.compile(r"[\d\s]+"), re.compile(r"\s+")
_RANKS = {
    "premier": 1, "premiere": 1, "deuxieme": 2, "second": 2, "seconde": 2, "troisieme": 3, "quatrieme": 4,
    "cinquieme": 5,
}  # fmt: skip
_RANK = re.compile(rf"(?:(?:le|la)\s+)?(?:(?P<word>{'|'.join(_RANKS)})|(?P<number>\d{{1,2}})(?:er|re|ere|e|eme))")
#: Figures from which on a number is no rank.
_LONG_NUMBER = 4
#: A day so many years away may well be a slip of the keys: « 2201 », or « 98 » read as 2098.
_FAR_YEARS = 10
_DIGITS = re.compile(r"\d+")
#: Marks that take no room, left by what a text was copied from.
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_WORD = re.compile(r"[^\W_]+")
#: Lists of words in `commands.yaml`.
_NOTHING_YET, _RESTRICTING = "nothing_yet", "restricting"


def read_field(text: str, asked: Asked) -> Reading:
    """Return what `text` means as an answer to the question `asked`. What cannot be seen is no part of it."""
    return FIELD_TYPES[asked.question.type](_UNSEEN.sub("", text).strip(), asked)


def _short_text(text: str, asked: Asked) -> Reading:
    return _text(" ".join(text.split()), asked, SHORT)


def _long_text(text: str, asked: Asked) -> Reading:
    return _text(text, asked, LONG)


def _text(text: str, asked: Asked, most: int) -> Reading:
    most = asked.question.max or most
    if not any(character.isalnum() for character in text):
        return Refused("field_empty")
    if len(text) > most:
        return Refused("field_too_long", {"length": len(text), "limit": most}, is_attempt=True)
    if read_command(text, asked.words) in (Command.YES, Command.NO):
        return Refused("field_say_more")
    return Parsed(text, text, is_empty=says_nothing_yet(text, asked.words))


def says_nothing_yet(text: str, words: Mapping[str, Sequence[str]]) -> bool:
    """Whether a text only says that there is nothing to say yet: « à compléter », « je ne sais pas », « 1 »."""
    said = fold(text).replace("’", "'").strip(" .!?…-()[]")
    if sum(map(str.isalpha, said)) < _LEAST_LETTERS:
        return not any(character.isdigit() for character in said) or len(said) < _LONG_NUMBER
    return any(said == fold(each) for each in words.get(_NOTHING_YET, ()))


def _choice(text: str, asked: Asked) -> Reading:
    chosen, unknown = _options(text, asked.options)
    if len(chosen) == 1 and not unknown:
        return Parsed(chosen[0].id, chosen[0].label, needs_confirmation=_is_restricted(text, chosen, asked))
    return Refused("field_choice")


def _choices(text: str, asked: Asked) -> Reading:
    chosen, unknown = _options(text, asked.options)
    if unknown:
        # Some were recognised: the others were meant as well, and must not be dropped in silence.
        return Refused("field_choices_unknown", {"unknown": unknown}, is_attempt=bool(chosen))
    if not chosen:
        return Refused("field_choices")
    most = asked.question.max
    if most and len(chosen) > most:
        return Refused("field_too_many", {"limit": most}, is_attempt=True)
    parsed = parsed_choices([option.id for option in chosen], asked.options)
    return replace(parsed, needs_confirmation=_is_restricted(text, chosen, asked))


def _is_restricted(text: str, chosen: Sequence[Option], asked: Asked) -> bool:
    """Whether words beside the options restrict them: « Cnam mais pas UIMM ». They cannot be kept, so it is asked."""
    said = fold(text)
    for option in chosen:
        for name in (option.label, *option.words):
            said = said.replace(fold(name), " ")
    return _restricts(said, asked.words)


def _restricts(text: str, words: Mapping[str, Sequence[str]]) -> bool:
    restricting = {fold(each) for each in words.get(_RESTRICTING, ())}
    return not restricting.isdisjoint(_WORD.findall(fold(text)))


def parsed_choices(ids: Sequence[str], options: Sequence[Option]) -> Parsed:
    """Return the answer that the options `ids` are, in the order of the form."""
    chosen = [option for option in options if option.id in ids]
    return Parsed([option.id for option in chosen], ", ".join(option.label for option in chosen))


def _options(text: str, options: Sequence[Option]) -> tuple[list[Option], list[str]]:
    """Return the options that a text names by rank or in words, and the parts of it that name none."""
    whole = _option(text, options)
    if whole and (fold(text) in _names(whole) or not _BETWEEN_OPTIONS.search(text)):
        return _options_in(text, options), []
    between = _SPACES if _NUMBERS.fullmatch(text) else _BETWEEN_OPTIONS
    written = [part for part in between.split(text) if part]
    parts = {part: _options_in(part, options) for part in written}
    if len(written) > 1:  # « le greta et la cci »
        parts = {part: found or _options_in(_ARTICLE.sub("", part), options) for part, found in parts.items()}
    named = [option for found in parts.values() for option in found]
    return [option for option in options if option in named], [part for part, found in parts.items() if not found]


def _options_in(part: str, options: Sequence[Option]) -> list[Option]:
    """Return the option that `part` begins with, and any others that it names: « Cnam mais pas UIMM »."""
    first = _option(part, options)
    left = fold(part)
    # « Chambre de commerce de la région » is one partner: what only stands in the name of the first is none.
    for name in sorted(_names(first), key=len, reverse=True) if first else ():
        left = left.replace(name, " ", 1)
    others = [each for each in options if each is not first and any(_stands_in(name, left) for name in _names(each))]
    return [first, *others] if first else []


def _names(option: Option) -> list[str]:
    return [fold(name) for name in (option.label, *option.words)]


def _stands_in(name: str, words: str) -> bool:
    """Whether a name is among `words`, but for what belongs to another: « le lycée de la région »."""
    found = re.finditer(rf"(?<!\w)(?P<of>(?:d[eu]s? (?:la |l['’])?|d['’]))?{re.escape(name)}(?!\w)", words)
    return any(each["of"] is None for each in found)


def _option(text: str, options: Sequence[Option]) -> Option | None:
    said = fold(text).strip(" .!)")
    rank = int(said) if said.isdecimal() and len(said) < _LONG_NUMBER else _rank_said(said)
    if rank is not None:
        return options[rank - 1] if 1 <= rank <= len(options) else None
    if not said:
        return None
    for option in options:
        if said in (fold(option.label), option.id) or any(_begins(said, fold(word)) for word in option.words):
            return option
    # « chambres », « mission » : enough when one option only begins so.
    begun = [option for option in options if fold(option.label).startswith(said)]
    return begun[0] if len(begun) == 1 and len(said) > _LEAST_LETTERS else None


def _begins(said: str, word: str) -> bool:
    return said == word or said.startswith(f"{word} ")


def _rank_said(said: str) -> int | None:
    """Return the rank of « la deuxième », « le 1er », « 3e »."""
    found = _RANK.fullmatch(said)
    if not found:
        return None
    return int(found["number"]) if found["number"] else _RANKS[found["word"]]


def _yes_no(text: str, asked: Asked) -> Reading:
    command = read_command(text, asked.words)
    first = fold(text).split()[0].strip(",.!;") if text.split() else ""
    # « Oui, mais pas avant 2022 »: only the yes can be kept, so it is asked.
    is_both = {"oui", "non"} <= set(_WORD.findall(fold(text)))
    is_doubtful = is_both or (command is None and _restricts(text, asked.words))
    if command is Command.YES or first in ("oui", "ouais"):
        return Parsed("yes", asked.say("field_yes"), needs_confirmation=is_doubtful)
    if command is Command.NO or first in ("non", "aucun", "aucune"):
        return Parsed("no", asked.say("field_no"), needs_confirmation=is_both)
    return Refused("field_yes_no")


def _number(text: str, asked: Asked) -> Reading:
    found = _DIGITS.findall(
        text.replace("\N{NO-BREAK SPACE}", "").replace("\N{NARROW NO-BREAK SPACE}", "").replace(" ", "")
    )
    if len(found) != 1 or not found[0].isascii() or "-" in text:
        return Refused("field_number")
    number = int(found[0][:18])
    if asked.question.max is not None and number > asked.question.max:
        return Refused("field_number_large", {"limit": asked.question.max})
    return Parsed(number, asked.say("field_number_shown", number=number))


def _date(text: str, asked: Asked) -> Reading:
    read = read_days(text, asked.today)
    if isinstance(read, NoDate):
        return Refused(_NO_DATE[read.reason], {"day": read.day}, is_attempt=read.reason != "unknown")
    if asked.question.check is CheckId.NOT_PAST and read.last < asked.today:
        return Refused("date_past", {"day": read.last}, is_attempt=True)
    message = "date_day" if read.first == read.last else "date_period"
    shown = asked.say(message, first=read.first, last=read.last)
    value = {"first": read.first.isoformat(), "last": read.last.isoformat()}
    is_far = abs(read.last.year - asked.today.year) > _FAR_YEARS
    return Parsed(value, shown, needs_confirmation=read.is_inferred or is_far)


def _person(text: str, _: Asked) -> Reading:
    parts = [part.strip(" ).") for part in _BETWEEN_NAME_AND_OFFICE.split(text, maxsplit=1)]
    if len(parts) < 2 and (unparted := _OFFICE.search(text)):
        parts = [text[: unparted.start()].strip(), text[unparted.start() :].strip(" .")]
    if len(parts) < 2 or not all(sum(map(str.isalpha, part)) >= _LEAST_LETTERS for part in parts):
        return Refused("person_no_office")
    name, office = (" ".join(part.split()) for part in parts)
    if len(name) > SHORT or len(office) > SHORT:
        return Refused("field_too_long", {"length": len(text), "limit": SHORT})
    return Parsed({"name": name, "office": office}, f"{name}, {office}")


#: How each type of question reads an answer.
FIELD_TYPES: Mapping[FieldType, ReadField] = {
    FieldType.SHORT_TEXT: _short_text,
    FieldType.LONG_TEXT: _long_text,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.YES_NO: _yes_no,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.EMAIL: read_email,
    FieldType.PHONE: read_phone,
    FieldType.PERSON: _person,
    FieldType.PLACE: read_place,
    FieldType.PROGRAMMES: _choices,
    FieldType.WAVE: _choice,
    # Documents take a way of their own (`attachments`); a text says which ones there are.
    FieldType.FILE: _long_text,
    FieldType.DEADLINE: read_needed_by,
    FieldType.PHONE_OR_EMAIL: read_phone_or_email,
}
