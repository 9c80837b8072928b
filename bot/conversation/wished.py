"""« Je dois filer, la suite lundi »: a wish in words that no list holds, known by its likeness to others."""

from collections.abc import Callable
from dataclasses import replace

from bot.conversation.dossier.changing import change_in_words
from bot.conversation.form.asking import Asking, current
from bot.conversation.form.doubt import Kind
from bot.conversation.form.interview import put
from bot.conversation.reading.commands import Command, read_argument
from bot.conversation.reading.heard import Heard, hear
from bot.conversation.reading.naming import read_places
from bot.conversation.reading.picking import read_choice
from bot.conversation.talk.effects import LogQuestion
from bot.conversation.talk.visit import Route, Turn, Visit
from bot.conversation.values.field import Parsed, Refused
from knowledge.call.form import FieldType

#: From this confidence on, what nothing else takes is a wish.
SURE = 0.6
#: From here on it is told how it would be wished for.
LIKELY = 0.5
#: From here on, where it may be something else: an answer in words, a person, a remark about the call.
_SURE_BESIDE_WORDS = 0.85
#: Words of a wish: longer is a story.
_MOST = 20
#: Of fewer words, two mean something at least: « c'est nous » is like too many sentences.
_FEW = 4
#: What is answered in one's own words.
_IN_WORDS = frozenset({FieldType.SHORT_TEXT, FieldType.LONG_TEXT})
#: What is answered by names: « celle de la Drôme », « c'est ma collègue qui s'en occupe ».
_OF_NAMES = frozenset({FieldType.PLACE, FieldType.PERSON, FieldType.PHONE_OR_EMAIL})
#: What such words do not do yet where a person is asked for.
_TO_PERSONS = frozenset({Command.INVITE, Command.TRANSFER, Command.MY_DATA, Command.PROGRESS})
#: What needs no dossier.
_OF_ANYBODY = frozenset({Command.ERASE, Command.MY_DATA, Command.REMINDERS, Command.STOP_REMINDERS})
_COMMANDS = frozenset(Command)

Take = Callable[[Visit], Turn]


def wished_in_form(take: Take) -> Route:
    """Return the route that has a wish taken by `take`, where a form waits for an answer and this is none."""

    def route(visit: Visit) -> Turn | None:
        asked = current(visit)
        found = _wish(visit) if asked is not None else None
        if asked is None or found is None or _is_heard(asked) or change_in_words(visit) is not None:
            return None
        command, confidence = found
        if asked.question.type in _OF_NAMES and (command in _TO_PERSONS or confidence < _SURE_BESIDE_WORDS):
            return None
        if asked.question.type in _IN_WORDS:
            is_doubted = confidence >= _SURE_BESIDE_WORDS and asked.cursor.doubted is None
            return put(asked.at(doubted=visit.incoming.text)) if is_doubted else None
        if confidence >= SURE:
            return take(_wishing(visit, command))
        text = visit.incoming.text
        is_question = asked.weigh(text, asked.read(text)) is Kind.QUESTION
        return None if is_question else put(asked, visit.text("wish_guess", command=command))

    return route


def wished_for_sure(take: Take, visit: Visit) -> Turn | None:
    """Return what `take` makes of a wish that somebody who has a dossier states outside a form; None: it is none."""
    if not visit.context.dossiers or hear(visit).is_asking:
        return None
    found = _wish(visit)
    return take(_wishing(visit, found[0])) if found is not None and found[1] >= _SURE_BESIDE_WORDS else None


def wished_for(take: Take, turn: Turn, visit: Visit) -> Turn:
    """Return what `take` makes of the wish in a message to which `turn` has no sure answer; `turn` where it is none."""
    is_unsure = any(isinstance(effect, LogQuestion) for effect in turn.effects)
    found = _wish(visit) if is_unsure else None
    if found is None:
        return turn
    command, confidence = found
    if confidence >= SURE:
        return take(_wishing(visit, command))
    first, *others = turn.replies
    lead = visit.text("wish_guess", command=command)
    return replace(turn, replies=(replace(first, text=f"{lead}\n\n{first.text}"), *others))


def _is_heard(asked: Asking) -> bool:
    """Whether it answers what is asked, or asks something itself, or says in known words why there is no answer."""
    heard = hear(asked.visit)
    if read_argument(heard.text, heard.call.commands.get(Command.CHANGE, ())):
        return True
    if heard.is_asking or heard.small_talk or heard.declines or heard.gives_nothing or heard.is_unknowing:
        return True
    if asked.question.type in _IN_WORDS:
        return False
    if asked.question.type is FieldType.PLACE:
        return bool(read_places(heard.text, asked.field.library, may_slip=False).places)
    reading = asked.read(heard.text)
    is_attempt = isinstance(reading, Refused) and (reading.is_attempt or bool(reading.part))
    is_guess = isinstance(reading, Parsed) and reading.is_guess
    return is_attempt or not (isinstance(reading, Refused) or is_guess)


def _wish(visit: Visit) -> tuple[Command, float] | None:
    """Return the command that is likely wished for, and how likely; None: none is, or it has nothing to act on."""
    heard = hear(visit)
    is_short = len(heard.words) < _FEW and len(heard.meaning()) < 2
    if heard.command or heard.wish or is_short or len(heard.words) > _MOST or read_choice(visit) is not None:
        return None
    found = visit.library.likeliest_wish(heard.text)
    if found is None or found.confidence < LIKELY or found.entry not in _COMMANDS:
        return None
    command = Command(found.entry)
    has_object = bool(visit.context.dossiers) or command in _OF_ANYBODY
    return (command, found.confidence) if has_object else None


def _wishing(visit: Visit, command: Command) -> Visit:
    """Return the visit in which the command is heard. What ends something is shown before it ends: a likeness may
    mislead."""
    if command is Command.STOP_REMINDERS:
        command = Command.REMINDERS
    if command is Command.SEND:
        visit = visit.with_state(cursor=None)
    heard = Heard(visit.incoming.text, visit.library.call, supposed=command)
    return replace(visit, worked_out={**visit.worked_out, visit.incoming.text: heard})
