"""« Oui, et c'est quand la date limite ? »: an answer to what waits, and a question behind it; both are heard."""

import re
from collections.abc import Callable
from dataclasses import replace

from bot.conversation.answers.answers import TEAM_NO, TEAM_YES
from bot.conversation.form.asking import Asking, current
from bot.conversation.form.beside import saved_once
from bot.conversation.form.doubt import PROSE
from bot.conversation.form.waiting import back_to_the_form, with_reminder
from bot.conversation.last_answer import last_answer_route
from bot.conversation.question import answer_question
from bot.conversation.reading.heard import Heard, hear
from bot.conversation.reading.picking import Picked, read_choice
from bot.conversation.several import several_route
from bot.conversation.talk.choice_ids import Verb, read_form_choice
from bot.conversation.talk.effects import SaveDossier
from bot.conversation.talk.state import OfferedChoice
from bot.conversation.talk.visit import Route, Turn, Visit
from bot.conversation.team import waiting_for_team
from bot.conversation.values.field import Parsed, Several
from knowledge.call.form import FieldType
from knowledge.hearing.phrases import phrases, split_words

#: What is not done on a yes that hangs on a question.
_COMMITTING = frozenset({Verb.START, Verb.START_ANOTHER, Verb.CONSENT, Verb.SEND})
#: Words of a question behind a yes: fewer are rather a part of it (« oui, quoi »).
_LEAST = 2


def yes_and_question(take: Callable[[Visit], Turn]) -> Route:
    """Return the route that has both parts taken by `take`, one after the other."""

    def route(visit: Visit) -> Turn | None:
        if visit.incoming.choice:
            return None
        if (answered := _answer_and_question(visit)) is not None:
            said = take(saying(visit, answered[0]))
            if _asks_which(said, visit):
                return _told_before(said, visit, answered[1])
            return _told(said, visit, answered[1], _as_question)
        parts = _parts(hear(visit))
        if parts is None:
            return None
        first = saying(visit, parts[0])
        picked = read_choice(first)
        if not isinstance(picked, Picked):  # nothing waits for it: the question alone counts
            return None if _takes_prose(visit) else take(saying(visit, parts[1]))
        if _is_with_a_but(hear(visit), parts) and _commits(picked.choice):
            return _still_asked(visit, take(saying(visit, parts[1])))
        said = take(first)
        if _asks_for_consent(said):  # its whole text is read before it is given
            return _told_before(said, visit, parts[1])
        return _told(said, visit, parts[1], take)

    return route


def _asks_for_consent(said: Turn) -> bool:
    offered = [read_form_choice(choice.id) for reply in said.replies for choice in reply.choices]
    return any(each is not None and each.verb is Verb.CONSENT for each in offered)


def _asks_which(said: Turn, visit: Visit) -> bool:
    """Whether what came of the answer is a choice of places: the question that waits is still to be answered by it."""
    waiting = current(visit)
    is_place = waiting is not None and waiting.question.type is FieldType.PLACE
    is_left = said.state.cursor is None or waiting is None or said.state.cursor.question != waiting.question.id
    return is_place and not is_left and bool(said.replies) and bool(said.replies[-1].choices)


def _told_before(said: Turn, visit: Visit, question: str) -> Turn | None:
    """Answer the question, then ask in full what the answer led to: its choices are the ones that stand."""
    asking = saying(after(visit, said), question)
    asked = last_answer_route(asking) or several_route(asking) or answer_question(asking)
    told = tuple(replace(reply, choices=()) for reply in asked.replies)
    state = asked.state.model_copy(update={"cursor": said.state.cursor, "unanswered": None, "guesses": ()})
    return Turn(state, (*told, *said.replies), tuple(saved_once([*said.effects, *asked.effects])))


def _as_question(visit: Visit) -> Turn:
    """Answer what is no answer to the form's next question, and put that one again."""
    turn = last_answer_route(visit) or several_route(visit) or answer_question(visit)
    return back_to_the_form(visit, turn)


def _told(said: Turn, visit: Visit, question: str, take: Callable[[Visit], Turn]) -> Turn | None:
    """Return both turns as one: what came of the answer, `said`, then what `take` says to the question."""
    asked = take(saying(after(visit, said), question))
    return led_by(said, asked) if said.replies and asked.replies else None


def led_by(said: Turn, asked: Turn) -> Turn:
    """Return what came of the answer in a line, then what the question brought: what the answer led to comes again."""
    lead = said.replies[0].text.split("\n\n")[0]
    told, *others = asked.replies
    replies = (replace(told, text=f"{lead}\n\n{told.text}"), *others)
    return Turn(asked.state, replies, tuple(saved_once([*said.effects, *asked.effects])))


def _answer_and_question(visit: Visit) -> tuple[str, str] | None:
    """Return an answer to the form's question and the question behind it, where a mark parts them."""
    waiting, text = current(visit), visit.incoming.text
    if waiting is None or waiting.question.takes_questions:
        return None
    if waiting.cursor.doubted:  # « les deux », to « est-ce votre réponse, ou une question ? »
        doubted = waiting.cursor.doubted
        is_both = hear(visit).says_only(visit.library.call.hearing.both)
        return (_parted(waiting, doubted, _MARK) or (doubted, doubted)) if is_both else None
    if len(text) > PROSE or hear(visit).command is not None or not hear(visit).is_asking:
        return None
    return _parted(waiting, text, _SENTENCE if waiting.question.type in _IN_WORDS else _MARK)


def _parted(waiting: Asking, text: str, marks: re.Pattern[str]) -> tuple[str, str] | None:
    """Return what stands before the first part that asks, if it answers the question, and what asks."""
    call = waiting.visit.library.call
    for mark in marks.finditer(text):
        answer, question = text[: mark.start()].strip(), text[mark.end() :].strip()
        following = marks.search(question)
        opening = question[: following.end()].strip() if following else question
        if not answer or len(split_words(question)) < _LEAST or not Heard(opening, call).is_asking:
            continue
        heard, reading = Heard(answer, call), waiting.read(answer)
        is_answer = isinstance(reading, Parsed) and not reading.is_guess and not reading.needs_confirmation
        is_said_otherwise = heard.is_asking or heard.small_talk is not None or heard.command is not None
        return None if is_said_otherwise or not (is_answer or isinstance(reading, Several)) else (answer, question)
    return None


#: What is answered in one's own words: there only the end of a sentence parts a question from it.
_IN_WORDS = frozenset({FieldType.SHORT_TEXT, FieldType.LONG_TEXT, FieldType.FILE})
_SENTENCE = re.compile(r"[.!;?]\s+|\n+")
_MARK = re.compile(r"[.!;,:]\s+|\n+|\s[-–—]\s")


def after(visit: Visit, said: Turn) -> Visit:
    """Return the visit as the yes left it: what is offered, where the form is, the dossier that it began."""
    offered = tuple(OfferedChoice.of(choice) for reply in said.replies for choice in reply.choices)
    after = replace(visit, state=said.state.model_copy(update={"offered": offered}))
    for effect in said.effects:
        if isinstance(effect, SaveDossier):
            after = after.with_sheet(effect.dossier)
    return after


def _is_with_a_but(heard: Heard, parts: tuple[str, str]) -> bool:
    """« Oui, mais qui lira ? »: the yes hangs on what is asked behind it."""
    between = Heard(heard.text[len(parts[0]) : len(heard.text) - len(parts[1])], heard.call)
    return phrases(heard.call.hearing.hedging).are_in(between.words)


def _commits(choice: str) -> bool:
    """Whether the choice begins a form, gives a consent, or sends something on: no yes with a « but » does."""
    of_form = read_form_choice(choice)
    return choice == TEAM_YES or (of_form is not None and of_form.verb in _COMMITTING)


def _still_asked(visit: Visit, turn: Turn) -> Turn:
    """Offer again what was offered for passing on, where the answer offers nothing else for that."""
    waits = visit.state.unanswered
    asked = [each.as_choice() for each in visit.state.offered if each.id in (TEAM_YES, TEAM_NO)]
    if waits is None or not asked or not turn.replies or turn.state.unanswered is not None:
        return turn
    *before, last = turn.replies
    line = visit.text("team_still", question=waits)
    choices = (*last.choices, *asked)
    state = waiting_for_team(turn.state, waits, visit.state.guesses)
    return Turn(state, (*before, replace(last, text=with_reminder(last.text, line), choices=choices)), turn.effects)


def _takes_prose(visit: Visit) -> bool:
    """Whether the form waits for a text, of which nothing may be cut off."""
    waiting = current(visit)
    return waiting is not None and waiting.question.type in (FieldType.SHORT_TEXT, FieldType.LONG_TEXT)


def saying(visit: Visit, text: str) -> Visit:
    """Return the visit as if this had been written."""
    return replace(visit, incoming=replace(visit.incoming, text=text))


def _parts(heard: Heard) -> tuple[str, str] | None:
    """Return the yes or no that opens, and the question behind it; None: it is not made so."""
    if not heard.is_asking or heard.is_yes or heard.is_no:
        return None
    lists, words = heard.call.hearing, heard.words
    answers = phrases((*lists.agreeing, *lists.refusing))
    end = 0
    while end < len(words) and (length := answers.at(words, end)):
        end += length
    if not end or len(words) - end < _LEAST:
        return None
    question = heard.text[words[end - 1].end :].lstrip(" ,;.!:-\n")
    joined = phrases((*lists.connectors, "mais"))
    place = end
    while place < len(words) and (length := joined.at(words, place)):
        place += length
    if place > end and len(words) - place >= _LEAST:
        question = heard.text[words[place].start :]
    return (heard.text[: words[end - 1].end], question) if Heard(question, heard.call).is_asking else None
