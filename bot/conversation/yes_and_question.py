"""« Oui, et c'est quand la date limite ? »: an answer to what waits, and a question behind it; both are heard."""

import re
from collections.abc import Callable
from dataclasses import replace

from bot.conversation.answers.answers import NONE_OF_THESE, TEAM_NO, TEAM_YES
from bot.conversation.answers.verdicts import CHANGE
from bot.conversation.answers.verdicts import PREFIX as TOWN_PREFIX
from bot.conversation.dossier.consent import consent_waits
from bot.conversation.form.asking import Asking, current
from bot.conversation.form.beside import saved_once
from bot.conversation.form.doubt import PROSE
from bot.conversation.form.prompts import help_text
from bot.conversation.form.waiting import back_to_the_form, with_reminder
from bot.conversation.last_answer import last_answer_route
from bot.conversation.question import answer_question
from bot.conversation.reading.commands import Command
from bot.conversation.reading.heard import Heard, SmallTalk, hear
from bot.conversation.reading.picking import Picked, held_back, read_choice
from bot.conversation.reminders import reminders
from bot.conversation.several import several_route
from bot.conversation.talk.choice_ids import CONFIRMED, Verb, read_form_choice
from bot.conversation.talk.effects import CountAnswer, SaveDossier
from bot.conversation.talk.messages import Reply
from bot.conversation.talk.state import OfferedChoice
from bot.conversation.talk.visit import Route, Turn, Visit
from bot.conversation.team import waiting_for_team
from bot.conversation.values.field import Parsed, Refused, Several
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
            if _asks_again(said, visit):
                return _told_before(said, visit, answered[1])
            return _told(said, visit, answered[1], _of_the_answered(visit))
        parts = _parts(hear(visit))
        if parts is None:
            return None
        first = saying(visit, parts[0])
        picked = held_back(first) or read_choice(first)
        if not isinstance(picked, Picked):  # nothing waits for it: the question alone counts
            return None if _takes_prose(visit) else take(saying(visit, parts[1]))
        if (anew := _confirmed_anew(picked.choice)) is not None:  # what cannot be undone is not done on half a yes
            return _told_before(take(replace(visit, incoming=replace(visit.incoming, choice=anew))), visit, parts[1])
        is_bare = _is_with_a_but(hear(visit), parts) or _takes_note(hear(first))
        if is_bare and _commits(picked.choice):
            return consent_waits(visit, _still_asked(visit, take(saying(visit, parts[1]))))
        said = take(first)
        if _asks_for_consent(said):  # its whole text is read before it is given
            return _told_before(said, visit, parts[1])
        return _told(said, visit, parts[1], take)

    return route


def _asks_for_consent(said: Turn) -> bool:
    offered = [read_form_choice(choice.id) for reply in said.replies for choice in reply.choices]
    return any(each is not None and each.verb is Verb.CONSENT for each in offered)


def _asks_again(said: Turn, visit: Visit) -> bool:
    """Whether what came of the answer is a choice of places, or what was understood: it is still to be answered."""
    waiting, cursor = current(visit), said.state.cursor
    if waiting is None or cursor is None or cursor.question != waiting.question.id or not said.replies:
        return False
    is_place = waiting.question.type is FieldType.PLACE and bool(said.replies[-1].choices)
    return is_place or cursor.pending is not None


def _told_before(said: Turn, visit: Visit, question: str) -> Turn | None:
    """Answer the question, then ask in full what the answer led to: nothing else is asked beside it."""
    asking = saying(after(visit, said), question)
    asked = last_answer_route(asking)
    if asked is None:
        asked = several_route(asking) or answer_question(asking)
        if not _tells(asking, asked):  # a question back would be one more than theirs
            asked = Turn(asking.state, (visit.say("rest_unread", said=question),))
    told = tuple(_without_offer(reply) for reply in asked.replies)
    state = asked.state.model_copy(update={"cursor": said.state.cursor, "unanswered": None, "guesses": ()})
    return Turn(state, (*told, *said.replies), tuple(saved_once([*said.effects, *asked.effects])))


def _tells(before: Visit, turn: Turn) -> bool:
    """Whether an entry was told, rather than something asked: which one is meant, of what they are to be reminded."""
    choices = [choice.id for reply in turn.replies for choice in reply.choices]
    is_of_town = any(each.startswith(TOWN_PREFIX) and each != CHANGE for each in choices)
    if is_of_town and turn.state.last_told == before.state.last_told:
        return False
    asks_which = NONE_OF_THESE in choices or sum(each.startswith(reminders.FOLLOW) for each in choices) > 1
    return not asks_which and any(isinstance(effect, CountAnswer) for effect in turn.effects)


def _without_offer(reply: Reply) -> Reply:
    """Return the reply without its choices, and without the words that bring them in: « … que je transmette ? »."""
    if not reply.choices:
        return reply
    text, _, closing = reply.text.rstrip().rpartition("\n\n")
    is_offer = bool(text) and closing.endswith((":", "?"))
    return replace(reply, text=text if is_offer else reply.text, choices=())


def _of_the_answered(before: Visit) -> Callable[[Visit], Turn]:
    """Return what takes the question: « … et pourquoi vous voulez ça ? » is about what was answered just before it."""
    answered = current(before)

    def take(visit: Visit) -> Turn:
        if answered is None or not hear(visit).asks_of_form:
            return _as_question(visit)
        return back_to_the_form(visit, visit.turn(Reply(help_text(answered))))

    return take


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
    is_prose = waiting.question.type in _IN_WORDS
    if len(text) > PROSE or hear(visit).command is not None or (is_prose and not hear(visit).is_asking):
        return None
    return _parted(waiting, text, _SENTENCE if is_prose else _MARK)


def _parted(waiting: Asking, text: str, marks: re.Pattern[str]) -> tuple[str, str] | None:
    """Return what stands before the first part that asks, if it answers the question, and what asks."""
    call = waiting.visit.library.call
    for end, start, is_joined in _cuts(Heard(text, call), marks):
        answer, question = text[:end].strip(), text[start:].strip()
        following = marks.search(question)
        opening = question[: following.end()].strip() if following else question
        if not answer or len(split_words(question)) < _LEAST or not _asks(waiting, opening, is_joined=is_joined):
            continue
        if Heard(opening, call).opens_with(call.hearing.refusing):  # « la 2, non pardon la 3 et ça ferme quand ? »
            continue
        heard, reading = Heard(answer, call), waiting.read(answer)
        is_answer = isinstance(reading, Parsed) and not reading.is_guess
        is_order = heard.command not in (None, Command.YES, Command.NO)
        is_said_otherwise = heard.is_asking or is_order or (heard.small_talk is not None and not heard.is_yes)
        if is_said_otherwise:
            return None
        if is_answer or isinstance(reading, Several):
            return answer, question
    return None


def _cuts(heard: Heard, marks: re.Pattern[str]) -> list[tuple[int, int, bool]]:
    """Return where the message may be parted: the end of one part, the start of the next, whether « et » joins them."""
    words, joins = heard.words, phrases((*heard.call.hearing.connectors, "mais"))
    joined = {words[place].start: joins.at(words, place) for place in range(len(words)) if joins.at(words, place)}
    places = {word.start: place for place, word in enumerate(words)}

    def behind(start: int) -> int:
        """Where a part begins, behind what joins it to the one before."""
        while start in joined and places[start] + joined[start] < len(words):
            start = words[places[start] + joined[start]].start
        return start

    found = [(mark.start(), behind(mark.end()), False) for mark in marks.finditer(heard.text)]
    found += [(words[places[start] - 1].end, behind(start), True) for start in joined if places[start]]
    return sorted(found)


def _asks(waiting: Asking, part: str, *, is_joined: bool) -> bool:
    """Whether a part of an answer is a question of its own; `is_joined`: « et » alone parts it from the answer."""
    heard = Heard(part, waiting.visit.library.call)
    if not is_joined:
        return heard.is_asking
    if waiting.question.type in _IN_WORDS:  # « … et comment ils recrutent » may as well be prose
        return heard.is_open_question and part.endswith("?")
    return heard.asks_in_words or (heard.is_asking and isinstance(waiting.read(part), Refused))


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


def _takes_note(opening: Heard) -> bool:
    """« Ok, et la vague 3 ? » takes note of what was told; « oui, et … » is a yes."""
    word = opening.words[0]
    first = Heard(opening.text[word.start : word.end], opening.call)
    is_plain = first.command is Command.YES and first.small_talk is None
    return opening.small_talk is SmallTalk.UNDERSTOOD and not is_plain


def _confirmed_anew(choice: str) -> str | None:
    """Return the choice that asks once more for a yes to what cannot be undone; None: this does no such thing."""
    of_form = read_form_choice(choice)
    if of_form is None or of_form.verb not in CONFIRMED or not choice.endswith(":yes"):
        return None
    return choice.removesuffix(":yes")


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
    if heard.is_yes or heard.is_no:
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
    is_parted = heard.is_asking or place > end  # « rien que le Greta » is no « rien » with a question
    is_question = is_parted and Heard(question, heard.call).is_asking
    return (heard.text[: words[end - 1].end], question) if is_question else None
