"""The FIELD_TYPES table: a text -> the answer understood, or why not. One reader a type; the dates are next door."""

import re
from collections.abc import Mapping, Sequence

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from bot.conversation.commands import Command, read_command
from bot.conversation.field import Asked, Parsed, ReadField, Reading, Refused
from bot.conversation.field_dates import NoDate, read_days
from bot.conversation.field_places import read_place
from knowledge.form import CheckId, FieldType, Option
from knowledge.text import fold

#: Characters of a text when the form says nothing.
SHORT, LONG = 300, 4000
#: The smallest name or office that is one.
_LEAST_LETTERS = 2

#: Beginnings of the numbers of the overseas territories, which there are dialled as here (French numbering plan); each
#: territory has its own international prefix.
_OVERSEAS = {
    "0262": "RE", "0263": "RE", "0269": "YT", "0508": "PM", "0590": "GP", "0594": "GF", "0596": "MQ", "0639": "YT",
    "0690": "GP", "0691": "GP", "0692": "RE", "0693": "RE", "0694": "GF", "0696": "MQ", "0697": "MQ",
}  # fmt: skip
_REGION = "FR"
_EXTENSION = re.compile(r"[\s,(]{0,8}(?:poste|ext\.?|p\.)\s{0,8}\d{1,6}\)?\s*$", re.IGNORECASE)
_PHONE = re.compile(r"\+?\d[\d\s().\-/]{6,}\d")
_EMAIL = re.compile(r"[^\s<>,;:()«»\"]{1,254}@[^\s<>,;:()«»\"]{1,254}")
_BETWEEN_NAME_AND_OFFICE = re.compile(r"\s*(?:,|;|\n|\(|\s[–—-]\s)\s*")
#: Where an office begins when nothing parts it from the name: « Claire Martin DGS », « Paul Roy maire de Dole ».
_OFFICE = re.compile(
    # « assistante du maire » begins with her office, not with his.
    r"(?<=\w )(?<! du )(?<! de )(?:DG[SA]?S?|DST|DAC|assistante?|collaborat(?:eur|rice)|direct(?:eur|rice)|maire"
    r"|adjointe?|président[e]?|vice-président[e]?|secrétaire|chargée?|cheff?e?|responsable|conseill(?:er|ère)|manager"
    r"|élue?|attachée?|animat(?:eur|rice))\b",
    re.IGNORECASE,
)
_BETWEEN_OPTIONS = re.compile(r"\s*(?:,|;|\n|/|\bet\b)\s*", re.IGNORECASE)
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
_DIGITS = re.compile(r"\d+")


def read_field(text: str, asked: Asked) -> Reading:
    """Return what `text` means as an answer to the question `asked`."""
    return FIELD_TYPES[asked.question.type](text.strip(), asked)


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
    return Parsed(text, text)


def _choice(text: str, asked: Asked) -> Reading:
    chosen, unknown = _options(text, asked.options)
    if len(chosen) == 1 and not unknown:
        return Parsed(chosen[0].id, chosen[0].label)
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
    return parsed_choices([option.id for option in chosen], asked.options)


def parsed_choices(ids: Sequence[str], options: Sequence[Option]) -> Parsed:
    """Return the answer that the options `ids` are, in the order of the form."""
    chosen = [option for option in options if option.id in ids]
    return Parsed([option.id for option in chosen], ", ".join(option.label for option in chosen))


def _options(text: str, options: Sequence[Option]) -> tuple[list[Option], list[str]]:
    """Return the options that a text names by rank or in words, and the parts of it that name none."""
    whole = _option(text, options)
    if whole:
        return [whole], []
    between = _SPACES if _NUMBERS.fullmatch(text) else _BETWEEN_OPTIONS
    parts = {part: _option(part, options) for part in between.split(text) if part}
    chosen = [option for option in options if option in parts.values()]
    return chosen, [part for part, option in parts.items() if option is None]


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
    if command is Command.YES or first in ("oui", "ouais"):
        return Parsed("yes", asked.say("field_yes"))
    if command is Command.NO or first in ("non", "aucun", "aucune"):
        return Parsed("no", asked.say("field_no"))
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
    return Parsed(value, shown, needs_confirmation=read.is_inferred)


def _email(text: str, _: Asked) -> Reading:
    found = _EMAIL.findall(text)
    if not found:
        return Refused("email_none")
    if len(found) > 1:
        return Refused("email_several", is_attempt=True)
    try:
        # Whether the domain receives mail is not asked: the answer must not wait for the network.
        address = validate_email(found[0].strip("."), check_deliverability=False).normalized
    except EmailNotValidError:
        return Refused("email_wrong", {"given": found[0][:100]}, is_attempt=True)
    return Parsed(address, address)


def _phone(text: str, _: Asked) -> Reading:
    found = _PHONE.findall(_EXTENSION.sub("", text))
    if not found:
        return Refused("phone_none")
    region = _OVERSEAS.get(re.sub(r"\D", "", found[0])[:4], _REGION)
    for place in (region, _REGION):
        try:
            number = phonenumbers.parse(found[0], place)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return Parsed(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), _as_dialled(number))
    return Refused("phone_wrong", {"given": found[0]}, is_attempt=True)


def _as_dialled(number: phonenumbers.PhoneNumber) -> str:
    """Return « 03 84 79 79 79 »; from elsewhere with its prefix, « +262 262 12 34 56 »."""
    is_mainland = number.country_code == phonenumbers.country_code_for_region(_REGION)
    formats = phonenumbers.PhoneNumberFormat
    return str(phonenumbers.format_number(number, formats.NATIONAL if is_mainland else formats.INTERNATIONAL))


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
    FieldType.EMAIL: _email,
    FieldType.PHONE: _phone,
    FieldType.PERSON: _person,
    FieldType.PLACE: read_place,
    FieldType.PROGRAMMES: _choices,
    FieldType.WAVE: _choice,
    # Documents take a way of their own (`attachments`); a text says which ones there are.
    FieldType.FILE: _long_text,
}
