"""What an answer says beside the question that waits, of how somebody is reached: « Anne Roy, DGS, 03 84 79 79 79 »."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.conversation.fields.addresses import contact_in
from bot.conversation.fields.fields import read_field
from bot.conversation.form.asking import Asking
from bot.conversation.form.keeping import keeping_of
from bot.conversation.reading.heard import Heard
from bot.conversation.talk.effects import Effect, SaveDossier
from bot.conversation.values.dossier import keep_answer
from bot.conversation.values.field import Asked, Parsed
from bot.conversation.values.sheet import open_questions
from knowledge.call.form import FieldType, Question
from knowledge.hearing.phrases import phrases

_SEVERAL = 2
_CONTACTS = frozenset({FieldType.EMAIL, FieldType.PHONE})
#: Questions beside whose answer an address or a number is one of its own.
_WITH_CONTACTS = _CONTACTS | {FieldType.PERSON}
#: The words that may stand around an address, in `commands.yaml`.
_AROUND_ADDRESS = "around_address"


@dataclass(frozen=True, slots=True)
class Beside:
    """`text`: what is left for the question that waits. `given`: what answers others of the form."""

    text: str
    given: tuple[tuple[Question, Parsed], ...] = ()


def contacts_beside(asked: Asking, text: str) -> Beside:
    """Take the address and the number out of `text` that other questions of the form wait for."""
    if asked.question.type not in _WITH_CONTACTS:
        return Beside(text)
    given: list[tuple[Question, Parsed]] = []
    left = text
    for question in open_questions(asked.form, asked.sheet):
        if question.type not in _CONTACTS or question == asked.question:
            continue
        found = contact_in(left, question.type)
        reading = read_field(found, Asked(question, asked.visit.library, asked.visit.now)) if found else None
        if found and isinstance(reading, Parsed) and not reading.needs_confirmation:
            given.append((question, reading))
            left = left.replace(found, " ", 1)
    left = left.strip(" ,;:/-\n")
    if given and asked.question.type is FieldType.PERSON:
        left = _without_reaching(left, asked)
    # A number alone, where the address is asked for, answers the other question: this one still waits.
    return Beside(left, tuple(given)) if given else Beside(text)


def _without_reaching(said: str, asked: Asking) -> str:
    """Return « Julie Roux » of « écrivez à Julie Roux par mail »; nothing, where no name is said."""
    heard = Heard(said, asked.visit.library.call)
    lists, commands = heard.call.hearing, heard.call.commands
    contacts = [each for each in asked.form.questions() if each.type in _CONTACTS]
    names = tuple(name for each in contacts for name in (each.label, *each.words))
    reaching = phrases((*lists.to_team.reaching, *names, *lists.to_team.around_reaching))
    words, first, last = heard.words, 0, len(heard.words)
    if not heard.meaning(reaching, phrases(tuple(commands.get(_AROUND_ADDRESS, ()))), phrases(lists.offices.lead)):
        return ""
    while first < last and (length := reaching.at(words, first)):
        first += length
    for start, end in reversed(reaching.spans(words)):
        last = start if end == last and start >= first else last
    is_whole = first == 0 and last == len(words)
    return said if is_whole else said[words[first].start : words[last - 1].end] if first < last else ""


def saved_once(effects: Sequence[Effect]) -> list[Effect]:
    """Return the effects with one saving of the dossier: as it is at the end, with all that happened to it."""
    saves = [each for each in effects if isinstance(each, SaveDossier)]
    if len(saves) < _SEVERAL:
        return list(effects)
    whole = SaveDossier(saves[-1].dossier, tuple(event for each in saves for event in each.events))
    return [whole, *(each for each in effects if not isinstance(each, SaveDossier))]


def keep_beside(asked: Asking, given: Sequence[tuple[Question, Parsed]]) -> tuple[Asking, list[Effect], str]:
    """Keep these answers; return the question as it then waits, what keeps them, and what is said of them."""
    effects: list[Effect] = []
    for question, parsed in given:
        keeping = keeping_of(asked.visit, asked.sheet)
        kept, events = keep_answer(asked.sheet, question, parsed, asked.visit.now)
        effects += keeping.effects(kept, events)
        asked = replace(asked, visit=asked.visit.with_sheet(kept), sheet=kept)
    rows = tuple({"label": question.label, "shown": parsed.shown} for question, parsed in given)
    return asked, effects, asked.visit.text("answer_beside", rows=rows)
