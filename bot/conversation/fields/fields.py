"""The FIELD_TYPES table: a text -> the answer understood, or why not. One reader a type; long ones are next door."""

import re
from collections.abc import Mapping

from bot.conversation.fields.addresses import read_email, read_phone, read_phone_or_email
from bot.conversation.fields.choices import read_option, read_options, read_wave, read_yes_no
from bot.conversation.fields.dates import NoDate, read_days
from bot.conversation.fields.needed_by import read_needed_by
from bot.conversation.fields.persons import read_person
from bot.conversation.fields.places import read_place
from bot.conversation.fields.said_over import SAID_OVER, said_over
from bot.conversation.reading.commands import Command, read_command
from bot.conversation.reading.heard import Heard
from bot.conversation.values.field import Asked, Parsed, ReadField, Reading, Refused
from knowledge.call.form import CheckId, FieldType
from knowledge.hearing.phrases import phrases, split_words
from knowledge.language.text import fold

#: Characters of a text when the form says nothing.
SHORT, LONG = 300, 4000
#: The smallest name or office that is one.
_LEAST_LETTERS = 2

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
_NOTHING_YET, _NOTHING_YET_OPENING = "nothing_yet", "nothing_yet_opening"
#: Words of an answer that begins as if there were nothing to say yet; more say something.
_MOST_OF_NOTHING = 6
#: Characters of a text that may only say that there is nothing to say.
_SHORT_TEXT = 80


def read_field(text: str, asked: Asked) -> Reading:
    """Return what `text` means as an answer to the question `asked`. What cannot be seen is no part of it."""
    text = _UNSEEN.sub("", text).strip()
    corrected = said_over(text, asked, read_field) if asked.question.type in SAID_OVER else None
    return FIELD_TYPES[asked.question.type](text, asked) if corrected is None else corrected


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
    return Parsed(text, text, is_empty=says_nothing_yet(text, asked))


def says_nothing_yet(text: str, asked: Asked) -> bool:
    """Whether a text only says that there is nothing to say yet: « à compléter », « je ne sais pas », « 1 »."""
    words = asked.words
    # « Aucun » answers what is optional; it leaves what is required unanswered.
    if asked.question.required and len(text) <= _SHORT_TEXT and Heard(text, asked.library.call).says_nothing:
        return True
    said = fold(text).replace("’", "'").strip(" .!?…-()[]")
    if sum(map(str.isalpha, said)) < _LEAST_LETTERS:
        return not any(character.isdigit() for character in said) or len(said) < _LONG_NUMBER
    if any(said == fold(each) for each in words.get(_NOTHING_YET, ())):
        return True
    opening = phrases(tuple(words.get(_NOTHING_YET_OPENING, ())))
    written = split_words(said)
    return 0 < len(written) <= _MOST_OF_NOTHING and bool(opening.at(written, 0))


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
    heard = Heard(text, asked.library.call)
    if not heard.is_asking and heard.says_only(heard.call.hearing.next_one):
        return Refused("date_vague", is_attempt=True)  # « dès que possible »
    read, is_part = read_days(text, asked.today), False
    if isinstance(read, NoDate) and (before := _before_a_reserve(heard)):
        part = read_days(before, asked.today)
        read, is_part = (part, True) if not isinstance(part, NoDate) else (read, False)
    if isinstance(read, NoDate):
        return Refused(_NO_DATE[read.reason], {"day": read.day}, is_attempt=read.reason != "unknown")
    if asked.question.check is CheckId.NOT_PAST and read.last < asked.today:
        return Refused("date_past", {"day": read.last}, is_attempt=True)
    message = "date_day" if read.first == read.last else "date_period"
    shown = asked.say(message, first=read.first, last=read.last)
    value = {"first": read.first.isoformat(), "last": read.last.isoformat()}
    is_far = abs(read.last.year - asked.today.year) > _FAR_YEARS
    return Parsed(value, shown, needs_confirmation=read.is_inferred or is_far or is_part)


def _before_a_reserve(heard: Heard) -> str:
    """Return « la rentrée 2021 » of « la rentrée 2021, mais ça dépend des travaux »; empty: no reserve is made."""
    spans = phrases(heard.call.hearing.hedging).spans(heard.words)
    return heard.text[: heard.words[spans[0][0]].start].strip(" ,;:(") if spans and spans[0][0] else ""


#: How each type of question reads an answer.
FIELD_TYPES: Mapping[FieldType, ReadField] = {
    FieldType.SHORT_TEXT: _short_text,
    FieldType.LONG_TEXT: _long_text,
    FieldType.CHOICE: read_option,
    FieldType.CHOICES: read_options,
    FieldType.YES_NO: read_yes_no,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.EMAIL: read_email,
    FieldType.PHONE: read_phone,
    FieldType.PERSON: read_person,
    FieldType.PLACE: read_place,
    FieldType.PROGRAMMES: read_options,
    FieldType.WAVE: read_wave,
    # Documents take a way of their own (`attachments`); a text says which ones there are.
    FieldType.FILE: _long_text,
    FieldType.DEADLINE: read_needed_by,
    FieldType.PHONE_OR_EMAIL: read_phone_or_email,
}
