"""« Je dois filer, la suite lundi »: a wish in words that no list holds, known by its likeness to others."""

from collections.abc import Callable
from dataclasses import replace

from bot.conversation.dossier.changing import change_in_words
from bot.conversation.form.asking import Asking, current
from bot.conversation.form.doubt import Kind
from bot.conversation.form.interview import put
from bot.conversation.form.standing import revised
from bot.conversation.reading.commands import Command, read_argument
from bot.conversation.reading.heard import Heard, hear
from bot.conversation.reading.naming import read_places
from bot.conversation.reading.picking import read_choice
from bot.conversation.talk.effects import LogQuestion
from bot.conversation.talk.visit import Route, Turn, Visit
from bot.conversation.values.field import Parsed, Refused
from bot.conversation.values.moves import Status
from knowledge.call.form import FieldType
from knowledge.hearing.phrases import phrases

#: From this confidence on, what nothing else takes is a wish.
SURE = 0.6
#: From here on it is told how it would be wished for.
LIKELY = 0.5
#: From here on, where it may be an answer that the form could not read.
_SURE_BESIDE_ANSWERS = 0.8
#: From here on, where it may be anything: an answer in words, a remark, a question about the call.
_SURE_BESIDE_WORDS = 0.85
#: From here on, where what others do may be told: « le propriétaire s'est désisté », « on partage tout avec eux ».
_SURE_BESIDE_STORIES = 0.95
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
#: What is wished for in the words in which somebody is reached: « on ne me joint que le matin ».
_OF_REACHING = _TO_PERSONS | {Command.ADD_DOCUMENT, Command.COPY, Command.SEND, Command.REMINDERS}
#: Where a time is asked for, or things are told of others, nobody is told how « après les vacances » or « on les aura
#: plus tard » would put it all aside.
_OF_TIMES = frozenset({FieldType.WAVE, FieldType.DATE})
_IN_TIME = frozenset({Command.LATER, Command.BACK, Command.SKIP})
#: What is answered by a choice, about partners and places: what is told beside it is about them.
_OF_OTHERS = frozenset({FieldType.YES_NO, FieldType.CHOICE, FieldType.CHOICES, FieldType.PROGRAMMES})
#: What moves in a form: a guess at it is told where an answer is waited for; at all else if its object is named.
_MOVES = _IN_TIME | {Command.SUMMARY, Command.SEND}
#: What the words of an answer are too much like to be taken for a wish.
_NOT_BESIDE = {
    FieldType.PLACE: _TO_PERSONS,
    FieldType.PERSON: _TO_PERSONS,
    FieldType.EMAIL: _OF_REACHING,
    FieldType.PHONE: _OF_REACHING,
    FieldType.PHONE_OR_EMAIL: _OF_REACHING,
    FieldType.DEADLINE: _IN_TIME,  # « on boucle ce soir »
}
#: What is in a short form as well: all else would be done to a dossier that waits beside it.
_OF_SHORT_FORMS = frozenset({Command.LATER, Command.BACK, Command.SKIP})
#: What weighs: it ends something, or gives much away.
_WEIGHTY = frozenset({Command.DELETE, Command.GIVE_UP, Command.ERASE, Command.MY_DATA})
#: What needs no dossier.
_OF_ANYBODY = frozenset({Command.ERASE, Command.MY_DATA, Command.REMINDERS, Command.STOP_REMINDERS})
#: What needs a dossier that is still to be sent: of one that is sent nothing is put aside.
_OF_DRAFTS = frozenset({Command.LATER, Command.BACK, Command.SKIP, Command.SEND, Command.DELETE})
_COMMANDS = frozenset(Command)
#: The two parts that a denial is made of, and how many words from the verb they stand.
_NE = frozenset({"ne", "n"})
_DENYING = frozenset({"pas", "rien", "jamais", "personne", "aucun", "aucune", "nullement"})
_NEAR, _NEAR_AFTER = 5, 2

Take = Callable[[Visit], Turn]


def wished_in_form(take: Take) -> Route:
    """Return the route that has a wish taken by `take`, where a form waits for an answer and this is none."""

    def route(visit: Visit) -> Turn | None:
        asked = current(visit)
        found = _wish(visit) if asked is not None else None
        if asked is None or found is None or _is_heard(asked) or change_in_words(visit) is not None:
            return None
        command, confidence = found
        is_sure = confidence >= _sure_at(asked, command)
        if command in _NOT_BESIDE.get(asked.question.type, ()) or (asked.question.type in _OF_NAMES and not is_sure):
            return None
        if asked.question.type in _IN_WORDS:
            is_doubted = is_sure and asked.cursor.doubted is None
            return put(asked.at(doubted=visit.incoming.text)) if is_doubted else None
        if is_sure:
            return take(_wishing(visit, command))
        if confidence < SURE or not _may_be_guessed(asked, command):
            return None
        text = visit.incoming.text
        is_question = asked.weigh(text, asked.read(text)) is Kind.QUESTION
        return None if is_question else put(asked, visit.text("wish_guess", command=command))

    return route


def wished_for_sure(take: Take, visit: Visit) -> Turn | None:
    """Return what `take` makes of a wish that somebody who has a dossier states outside a form; None: it is none."""
    if not visit.context.dossiers or hear(visit).is_asking:
        return None
    found = _wish(visit)
    return take(_wishing(visit, found[0])) if found is not None and found[1] >= _sure_in(visit, found[0]) else None


def wished_for(take: Take, turn: Turn, visit: Visit) -> Turn:
    """Return what `take` makes of the wish in a message to which `turn` has no sure answer; `turn` where it is none."""
    is_unsure = any(isinstance(effect, LogQuestion) for effect in turn.effects)
    found = _wish(visit) if is_unsure else None
    if found is None:
        return turn
    command, confidence = found
    is_doubtful = hear(visit).is_asking or command in _WEIGHTY or current(visit) is not None
    if confidence >= (_sure_in(visit, command) if is_doubtful else SURE):
        return take(_wishing(visit, command))
    if is_doubtful and confidence < SURE:
        return turn
    first, *others = turn.replies
    lead = visit.text("wish_guess", command=command)
    return replace(turn, replies=(replace(first, text=f"{lead}\n\n{first.text}"), *others))


def _is_heard(asked: Asking) -> bool:
    """Whether it answers what is asked, or asks something itself, or says in known words why there is no answer."""
    heard = hear(asked.visit)
    if read_argument(heard.text, heard.call.commands.get(Command.CHANGE, ())):
        return True
    if (
        revised(asked) is not None
        or heard.is_asking
        or heard.small_talk
        or heard.declines
        or heard.gives_nothing
        or heard.is_unknowing
    ):
        return True
    if asked.question.type in _IN_WORDS:
        return False
    if asked.question.type is FieldType.PLACE:
        return bool(read_places(heard.text, asked.field.library, may_slip=False).places)
    reading = asked.read(heard.text)
    is_attempt = isinstance(reading, Refused) and (reading.is_attempt or bool(reading.part))
    is_guess = isinstance(reading, Parsed) and reading.is_guess
    return is_attempt or not (isinstance(reading, Refused) or is_guess)


def _sure_at(asked: Asking, command: Command) -> float:
    """Return from which confidence on it is a wish: the highest where an answer may tell what others do or did."""
    if asked.question.type in _IN_WORDS:
        return _SURE_BESIDE_WORDS
    is_of_others = asked.question.type in _OF_OTHERS and command not in _MOVES - {Command.SEND}
    return _SURE_BESIDE_STORIES if is_of_others and not _names_object(asked.visit) else _SURE_BESIDE_ANSWERS


def _sure_in(visit: Visit, command: Command) -> float:
    """As `_sure_at`, where a form may wait or none does."""
    asked = current(visit)
    return _SURE_BESIDE_WORDS if asked is None else _sure_at(asked, command)


def _may_be_guessed(asked: Asking, command: Command) -> bool:
    """Whether it is told how `command` would be wished for, in place of why the answer could not be read."""
    if _names_object(asked.visit):
        return True
    return command in _MOVES and not (command in _IN_TIME and asked.question.type in _OF_TIMES | _OF_OTHERS)


def _names_object(visit: Visit) -> bool:
    return phrases(visit.library.call.wishes.objects).are_in(hear(visit).words)


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
    if _is_denied(heard, visit.library.call.wishes.verbs.get(command, ())):
        return None
    return (command, found.confidence) if _has_object(visit, command) else None


def _is_denied(heard: Heard, verbs: tuple[str, ...]) -> bool:
    """Whether one of these verbs is denied: « on ne renonce pas », « n'invitez personne », « je n'ai pas à passer »."""
    words, spans = heard.words, phrases(verbs).spans(heard.words)
    denials = [place for place, word in enumerate(words) if word.folded in _DENYING]
    for start, end in spans:
        is_ne_before = any(word.folded in _NE for word in words[max(0, start - _NEAR) : start])
        if is_ne_before and any(start - _NEAR <= place < end + _NEAR_AFTER for place in denials):
            return True
    return False


def _has_object(visit: Visit, command: Command) -> bool:
    dossiers, cursor = visit.context.dossiers, visit.cursor
    if cursor is not None and not cursor.paused and cursor.sheet in visit.state.sheets:
        return command in _OF_SHORT_FORMS | _OF_ANYBODY
    if command in _OF_DRAFTS:
        return any(dossier.status is Status.DRAFT for dossier in dossiers)
    return bool(dossiers) or command in _OF_ANYBODY


def _wishing(visit: Visit, command: Command) -> Visit:
    """Return the visit in which the command is heard. What ends something is shown before it ends: a likeness may
    mislead."""
    if command is Command.STOP_REMINDERS:
        command = Command.REMINDERS
    if command is Command.SEND:
        visit = visit.with_state(cursor=None)
    heard = Heard(visit.incoming.text, visit.library.call, supposed=command)
    return replace(visit, worked_out={**visit.worked_out, visit.incoming.text: heard})
