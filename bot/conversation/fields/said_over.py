"""« La 2, non pardon la 3 »: an answer that corrects itself counts for its last part, which is read over."""

import re
from dataclasses import replace

from bot.conversation.fields.addresses import contact_in
from bot.conversation.reading.heard import Heard
from bot.conversation.reading.taken_back import taken_back, with_last_number
from bot.conversation.values.field import Asked, Parsed, ReadField, Reading, Refused, Several
from knowledge.call.form import FieldType
from knowledge.hearing.phrases import phrases

_LISTS = frozenset({FieldType.CHOICES, FieldType.PROGRAMMES})
#: What is read so. What is written in one's own words stays as it was written.
SAID_OVER = _LISTS | {
    FieldType.CHOICE,
    FieldType.NUMBER,
    FieldType.DATE,
    FieldType.EMAIL,
    FieldType.PHONE,
    FieldType.PERSON,
    FieldType.PLACE,
    FieldType.WAVE,
    FieldType.DEADLINE,
    FieldType.PHONE_OR_EMAIL,
}
#: « La 3 »: they are of the value.
_ARTICLES = frozenset({"le", "la", "les", "l"})
_MARK = re.compile(r"[,;/+&\n]")


def said_over(text: str, asked: Asked, read: ReadField) -> Reading | None:
    """Return the reading of the last part, where the one before it is an answer as well; None: nothing is corrected."""
    heard, is_list = Heard(text, asked.library.call), asked.question.type in _LISTS
    parts = taken_back(heard, is_list=is_list)
    if parts is None:
        return None
    before, behind = parts
    if is_list:
        behind = ", ".join(filter(None, (_without_last(before, asked), behind)))
    first = read(before, asked)
    for last in dict.fromkeys((behind, _without_lead(behind, asked))):  # « non, mettez ma DGS Mme Roux »
        if (reading := _in_place_of(first, read(last, asked), asked)) is not None:
            return reading
    number = with_last_number(heard)
    reading = read(number, asked) if number else None
    return _read_over(reading) if isinstance(reading, Parsed | Several) else None


def _in_place_of(first: Reading, last: Reading, asked: Asked) -> Reading | None:
    """Return the last reading, where both are answers."""
    is_person = asked.question.type is FieldType.PERSON
    is_answer = isinstance(first, Several) or (isinstance(first, Parsed) and not first.is_guess)
    if isinstance(last, Refused):  # « Anne Roy, DGS, non pardon Luc Petit »: of him, the office is asked for
        return last if is_person and last.part and not last.is_attempt and is_answer else None
    # « La 1, non la 2 », where the first has closed; but « DGS, enfin Anne Roy » says one thing.
    is_attempt = isinstance(first, Refused) and first.is_attempt and not is_person
    is_whole = is_answer or is_attempt
    return _read_over(last) if is_whole and not (isinstance(last, Parsed) and last.is_guess) else None


def _read_over(reading: Reading) -> Reading:
    return replace(reading, needs_confirmation=True) if isinstance(reading, Parsed) else reading


def _without_lead(behind: str, asked: Asked) -> str:
    """Return « Mme Roux, DGS » of « mettez plutôt Mme Roux, DGS »."""
    lists, words = asked.library.call.hearing, Heard(behind, asked.library.call).words
    lead = phrases((*lists.instead, *lists.changing, *lists.offices.lead))
    place = 0
    while place < len(words) - 1 and words[place].folded not in _ARTICLES and (length := lead.at(words, place)):
        place += min(length, len(words) - 1 - place)
    return behind[words[place].start :] if words else behind


def _without_last(before: str, asked: Asked) -> str:
    """Return « l'UIMM » of « l'UIMM et la CCI »: what is taken back of a list is its last item."""
    heard = Heard(before, asked.library.call)
    joins = phrases(heard.call.hearing.connectors)
    ends = [mark.start() for mark in _MARK.finditer(before)]
    ends += [heard.words[place - 1].end for place, _ in joins.spans(heard.words) if place]
    return before[: max(ends)].strip(" ,;") if ends else ""


def as_corrected(heard: Heard) -> str | None:
    """Return a message that answers no question as it was corrected; None: no number and no address of it was."""
    return _with_last_contact(heard) or with_last_number(heard)


def _with_last_contact(heard: Heard) -> str | None:
    """« Le téléphone, c'est le 03 …, non pardon le 06 … »: the number, or the address, that was said last."""
    parts = taken_back(heard)
    if parts is None:
        return None
    before, behind = parts
    for kind in (FieldType.PHONE, FieldType.EMAIL):
        first, last = contact_in(before, kind), contact_in(behind, kind)
        if first and last:
            return before[: before.index(first)] + behind[behind.index(last) :]
    return None
