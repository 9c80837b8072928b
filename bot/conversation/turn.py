"""The way of one message through the conversation: the ROUTES table, read top to bottom. All messages pass here."""

import re
from collections.abc import Callable
from dataclasses import replace

from bot.conversation import (
    answers,
    closing_days,
    interview,
    messages,
    opinions,
    press,
    press_prompts,
    privacy,
    reminders,
)
from bot.conversation.attachments import attachments_route
from bot.conversation.commands import Command, read_command
from bot.conversation.context import Context
from bot.conversation.correction import correct_answer
from bot.conversation.dialogue import dialogue_route
from bot.conversation.dossier_menu import start, tell_progress
from bot.conversation.dossier_route import back_to_the_form, dossier_route, doubted_question
from bot.conversation.effects import CountAnswer, Effect, LogPick, LogQuestion, Tally, TellDesks
from bot.conversation.exchange import Exchange, Route, Turn
from bot.conversation.masking import masked
from bot.conversation.messages import AskTeam, Incoming, Reply
from bot.conversation.picking import Picked, Unoffered, read_pick
from bot.conversation.replacing import placed
from bot.conversation.state import OfferedChoice, State
from bot.conversation.town import PREFIX as TOWN_PREFIX
from bot.conversation.town import about_a_town, awaited_town, picked_town, place_of
from knowledge.library import Library
from knowledge.matcher import Outcome
from knowledge.model import Action, Entry

#: Characters of a question that are read; what is longer is rather a text than a question.
QUESTION_LIMIT = 4096
#: What the payload of a link about a town begins with; its INSEE code, or a SIREN, follows.
_TOWN_LINK = "ville-"


def take_turn(state: State, incoming: Incoming, library: Library, context: Context) -> Turn:
    """Return what `incoming` changes. Pure: the same arguments give the same turn."""
    exchange = Exchange(state, incoming, library, context)
    turn = placed(exchange, _take(exchange))
    asked = turn.state.asked if turn.state.asked == incoming.message else None
    state = press.give_way(turn.state).model_copy(update={"asked": asked})
    if turn.replies:  # else what was last offered is still on show
        offered = [OfferedChoice.of(choice) for reply in turn.replies for choice in reply.choices]
        state = state.model_copy(update={"offered": tuple(offered)})
    return replace(turn, state=state)


def _take(exchange: Exchange) -> Turn:
    return next(turn for route in ROUTES if (turn := route(exchange)) is not None)


def _aside(route: Route) -> Route:
    """Return the route that, when it takes a message while a question waits for its answer, asks that one again."""
    return _then(press.back_to_request, _then(back_to_the_form, route))


def _then(back: Callable[[Exchange, Turn], Turn], route: Route) -> Route:
    def take(exchange: Exchange) -> Turn | None:
        turn = route(exchange)
        return back(exchange, turn) if turn is not None else None

    return take


def _asked(route: Route) -> Route:
    """Return the route that remembers which message it answered, until the next one: a change of it is answered too."""

    def take(exchange: Exchange) -> Turn | None:
        turn = route(exchange)
        if turn is None or exchange.incoming.choice:
            return turn
        state = turn.state.model_copy(update={"asked": exchange.incoming.message})
        return Turn(state, turn.replies, turn.effects)

    return take


def _unread(exchange: Exchange) -> Turn | None:
    match exchange.incoming.unread:
        case None:
            return None
        case messages.EDITED:
            return Turn(exchange.state, (exchange.say("edited"),))
        case messages.FLOOD:
            return Turn(exchange.state, (exchange.say("flood"),))
        case content:
            return Turn(exchange.state, (exchange.say("unsupported", content=content),))


def _banned(exchange: Exchange) -> Turn | None:
    """Whom the staff let write no more was told so, and is answered nothing; their rights on their data remain."""
    return exchange.turn() if exchange.context.is_banned else None


def _edited(exchange: Exchange) -> Turn | None:
    """A message was changed: the exchange with the staff, the form or the question that it belongs to takes it."""
    incoming = exchange.incoming
    if incoming.unread != messages.EDITED or not any(character.isalnum() for character in incoming.text):
        return None
    if exchange.context.is_banned:
        return _banned(exchange)
    if exchange.context.dialogue is not None:
        return dialogue_route(exchange)
    if (turn := correct_answer(exchange)) is not None:
        return turn
    if incoming.message is None or exchange.state.asked != incoming.message:
        return None
    turn = _take(replace(exchange, incoming=replace(incoming, unread=None)))
    if not turn.replies:
        return turn
    first, *rest = turn.replies
    lead = exchange.text("question_edited")
    return Turn(turn.state, (replace(first, text=f"{lead}\n\n{first.text}"), *rest), turn.effects)


def _documents(exchange: Exchange) -> Turn | None:
    turn = attachments_route(exchange)
    # While a person of the staff answers, and where nothing was said, the form's question is not put again.
    if turn is None or not turn.replies or exchange.context.dialogue:
        return turn
    return press.back_to_request(exchange, back_to_the_form(exchange, turn))


def _nothing_to_read(exchange: Exchange) -> Turn | None:
    if exchange.incoming.choice or any(character.isalnum() for character in exchange.incoming.text):
        return None
    return Turn(exchange.state, (exchange.say("none_empty"),))


def _too_long(exchange: Exchange) -> Turn | None:
    # What is written for a field of the form has the field's own limit.
    if len(exchange.incoming.text) <= QUESTION_LIMIT or _is_filling(exchange):
        return None
    return Turn(exchange.state, (exchange.say("too_long"),))


def _command(exchange: Exchange) -> Turn | None:
    match read_command(exchange.incoming.text, exchange.library.call.commands):
        case Command.START:
            return _linked(exchange) or _welcome(exchange)
        case Command.RESUME:
            return _welcome(exchange) if exchange.state == State() else _resume(exchange)
        case Command.RESTART:
            return _welcome(replace(exchange, state=State()))
        case Command.HELP:
            return _answer_with(exchange, _help_entry(exchange.library))
        case Command.CANCEL:
            return _cancel(exchange)
        case Command.CALENDAR:
            return closing_days.give(exchange) or exchange.turn(exchange.say("reminder_closed"))
        case Command.REMINDERS:
            return reminders.show(exchange)
        case Command.STOP_REMINDERS:
            return reminders.stop(exchange)
        case _:
            return None


def _linked(exchange: Exchange) -> Turn | None:
    """A link that opens a conversation: « ?start=ville-39198 » is about a town, « ?start=vague-2 » asks « vague 2 »."""
    _, _, payload = exchange.incoming.text.strip().partition(" ")
    town = picked_town(exchange, payload.replace(_TOWN_LINK, TOWN_PREFIX, 1))
    question = re.sub(r"(?<=[a-z])(?=\d)", " ", re.sub(r"[-_]+", " ", payload)).strip()
    if not question:
        return None
    asked = replace(exchange, incoming=replace(exchange.incoming, text=question))
    if exchange.state.press is not None:  # what a link asks is no answer to what waits
        asked = asked.with_state(press=exchange.state.press.model_copy(update={"paused": True}))
    turn = town or _take(asked)
    return replace(turn, replies=(exchange.say("welcome"), *turn.replies))


def _choice(exchange: Exchange) -> Turn | None:
    match read_pick(exchange.incoming, exchange.state.offered, exchange.library.call.commands):
        case Picked(choice):
            return _pick(exchange, choice)
        case Unoffered():
            return Turn(exchange.state, (_again(exchange, "choice_unknown"),))
        case _:
            return None


def _question(exchange: Exchange) -> Turn:
    question = exchange.incoming.text
    answer = answers.find_answer(question, exchange.library)
    if (turn := about_a_town(exchange, answer)) is not None:
        turn = _with_notice(exchange, turn)
        return _with_effects(turn, _given(exchange, answer.best.entry)) if answer.best else turn
    if answer.outcome is Outcome.ANSWER and answer.best is not None:
        return _answer_with(exchange, answer.best.entry, question=question, other=answer.other)
    guesses = tuple(each.entry.id for each in answer.candidates)
    waiting = _waiting_for_team(exchange.state, question, guesses)
    is_unsure = answer.outcome is Outcome.CHOICES
    if is_unsure:
        reply = answers.reply_with_choices(answer, exchange.library, exchange.now)
    else:
        reply = answers.reply_without_answer(exchange.library, exchange.now)
    turn = _noticed(exchange, waiting, reply)
    if read_command(question, exchange.library.call.commands):  # « oui », to nothing: no question
        return turn
    return _with_effects(turn, LogQuestion(masked(question), guesses, is_unsure))


def _town(exchange: Exchange) -> Turn | None:
    turn = awaited_town(exchange)
    return _with_notice(exchange, turn) if turn is not None else None


def _question_after_all(exchange: Exchange) -> Turn | None:
    """A text that might have been the form's answer, and is now said to be a question."""
    draft, text = exchange.state.press, press.doubted_question(exchange)
    if draft is not None and text is not None:
        settled = exchange.with_state(press=draft.model_copy(update={"doubted": None}))
        asked = replace(settled, incoming=replace(exchange.incoming, text=text, choice=None))
        return press.back_to_request(asked, _question(asked))
    text = doubted_question(exchange)
    if text is None or exchange.state.cursor is None:
        return None
    cursor = exchange.state.cursor.model_copy(update={"doubted": None})
    asked = replace(exchange.with_state(cursor=cursor), incoming=replace(exchange.incoming, text=text, choice=None))
    return back_to_the_form(asked, _question(asked))


#: Every message takes the first route that does not leave it to the next.
ROUTES: tuple[Route, ...] = (
    _edited,
    _aside(_unread),
    _then(press.back_to_request, privacy.privacy_route),
    _banned,
    _documents,
    dialogue_route,
    _aside(_nothing_to_read),
    _question_after_all,
    _aside(opinions.remark_route),
    _then(back_to_the_form, press.press_route),
    _then(press.back_to_request, dossier_route),
    _aside(_too_long),
    _aside(_command),
    _aside(_choice),
    _aside(_asked(_town)),
    _aside(_asked(_question)),
)


def _pick(exchange: Exchange, choice: str) -> Turn:
    state, library = exchange.state, exchange.library
    if (turn := picked_town(exchange, choice)) is not None:
        return _with_notice(exchange, turn)
    if (turn := reminders.pick(exchange, choice) or closing_days.pick(exchange, choice)) is not None:
        return turn
    if (turn := opinions.pick(exchange, choice)) is not None:
        return turn
    if choice.startswith(answers.ENTRY_PREFIX):
        entry = library.entries.get(choice.removeprefix(answers.ENTRY_PREFIX))
        if entry is not None:
            turn = _answer_with(exchange, entry, question=state.unanswered)
            return Turn(turn.state, turn.replies, (*_settling(state, entry.id), *turn.effects))
    elif choice == answers.NONE_OF_THESE and state.unanswered:
        return Turn(state, (answers.reply_without_answer(library, exchange.now),), _settling(state, None))
    elif choice == answers.TEAM_YES and state.unanswered:
        effect = AskTeam(state.unanswered, state.guesses)
        told = TellDesks(_question_for_desks(exchange, state.unanswered))
        return Turn(_settled(state), (exchange.say("team_asked", question=state.unanswered),), (effect, told))
    elif choice == answers.TEAM_NO and state.unanswered:
        return Turn(_settled(state), (exchange.say("team_declined"),))
    return Turn(state, (exchange.say("choice_stale"),))


def _answer_with(exchange: Exchange, entry: Entry, question: str | None = None, other: Entry | None = None) -> Turn:
    """Answer with `entry`; `question`: the person's own words, for the team where the answer offers it."""
    if (turn := _act_on(exchange, entry)) is not None:
        return _with_effects(turn, _given(exchange, entry))
    first, state = None, exchange.state
    if answers.is_about_the_call(entry):
        first, state = _first_notice(exchange)
    is_filling, offer = _is_filling(exchange), _press_offer(exchange, entry)
    is_asked = opinions.is_due(state.opinions, entry) and other is None and offer is None and not is_filling
    reply = answers.reply_with_entry(
        entry,
        exchange.library,
        exchange.now,
        first=first,
        other=other,
        with_follow_ups=not is_filling,
        opinion=exchange.text("opinion_ask") if is_asked else None,
        offer=offer,
    )
    reply = _with_reminder(exchange, entry, reply)
    if entry.action is Action.PRIVACY and not is_filling:
        reply = replace(reply, choices=(*privacy.choices(exchange), *reply.choices))
    if is_asked:
        reply = replace(reply, choices=(*reply.choices, *opinions.choices(exchange, entry)))
    remembered = opinions.answered(state.opinions, entry, question, is_asked=is_asked)
    state = state.model_copy(update={"opinions": remembered})
    if answers.offers_team(entry) and question:
        state = _waiting_for_team(state, question, (entry.id,))
    else:
        state = _settled(state)
    return Turn(state, (reply,), (_given(exchange, entry),))


def _given(exchange: Exchange, entry: Entry) -> Effect:
    return CountAnswer(entry.id, exchange.library.day(exchange.now), Tally.SHOWN)


def _with_effects(turn: Turn, *effects: Effect) -> Turn:
    return Turn(turn.state, turn.replies, (*turn.effects, *effects))


def _settling(state: State, entry: str | None) -> tuple[Effect, ...]:
    """Return what notes the pick for the editors, where the entries were offered just before for want of a sure one."""
    was_unsure = any(choice.id == answers.NONE_OF_THESE for choice in state.offered)
    return (LogPick(entry),) if was_unsure and (entry is None or entry in state.guesses) else ()


def _with_reminder(exchange: Exchange, entry: Entry, reply: Reply) -> Reply:
    """Offer to be reminded of the closing day that the answer tells, and to note it."""
    # Choices would hide the question of the form that waits.
    if entry.action is not Action.OFFER_REMINDER or _is_filling(exchange):
        return reply
    wave = next((wave.id for wave in exchange.library.call.facts.waves if wave.id in entry.id), None)
    reminder = reminders.offer(exchange, wave) if wave else reminders.offer(exchange)
    calendar = closing_days.offer(exchange, wave) if wave else closing_days.offer(exchange)
    return replace(reply, choices=(*reminder, *calendar, *reply.choices))


def _question_for_desks(exchange: Exchange, question: str) -> Reply:
    """Return the question as the staff read it: with the town, and what the assistant would have guessed."""
    place = place_of(exchange, exchange.state.town) if exchange.state.town else None
    entries = [exchange.library.entries.get(guess) for guess in exchange.state.guesses]
    return exchange.say(
        "desk_question",
        question=question,
        town=exchange.text("place_shown", name=place.name, departement=place.departement_name) if place else None,
        guesses=[entry.question for entry in entries if entry],
    )


def _press_offer(exchange: Exchange, entry: Entry) -> Reply | None:
    """Offer to pass on a request below the press contact, where there is somebody to pass it on for."""
    is_asked = press.waiting(exchange.state) is not None
    if entry.action is not Action.PRESS_REQUEST or exchange.context.fresh is None or is_asked:
        return None
    return press_prompts.offer(exchange)


def _is_filling(exchange: Exchange) -> bool:
    """Whether a question waits for its answer, of the dossier or of a request to the press desk."""
    return interview.current(exchange) is not None or press.waiting(exchange.state) is not None


def _act_on(exchange: Exchange, entry: Entry) -> Turn | None:
    """Do what the entry is about, where this is possible here: its text is for those to whom it is not."""
    if exchange.context.fresh is None:
        return None
    match entry.action:
        case Action.SET_REMINDER:
            return reminders.ask(exchange)
        case Action.STOP_REMINDER:
            return reminders.stop(exchange)
        case Action.CALENDAR:
            return closing_days.give(exchange)
    if exchange.library.call.form is None:
        return None
    match entry.action:
        case Action.START_DRAFT:
            return start(exchange)
        case Action.DRAFT_STATUS if exchange.context.dossiers:
            return tell_progress(exchange)
    return None


def _welcome(exchange: Exchange) -> Turn:
    welcome = exchange.say("welcome")
    return _noticed(exchange, _settled(exchange.state), welcome)


def _resume(exchange: Exchange) -> Turn:
    return _noticed(exchange, exchange.state, _again(exchange, "resumed"))


def _cancel(exchange: Exchange) -> Turn:
    message = "team_declined" if exchange.state.unanswered else "cancelled"
    return Turn(_settled(exchange.state), (exchange.say(message),))


def _again(exchange: Exchange, message: str) -> Reply:
    """Return `message` with the choices that are still open, so that none is lost by a slip."""
    choices = tuple(choice.as_choice() for choice in exchange.state.offered)
    return Reply(exchange.library.say(message, exchange.now), choices)


def _with_notice(exchange: Exchange, turn: Turn) -> Turn:
    """Put the notice before the first reply of `turn` where it was not said yet."""
    noticed = _noticed(exchange, turn.state, turn.replies[0])
    return Turn(noticed.state, (*noticed.replies, *turn.replies[1:]), turn.effects)


def _noticed(exchange: Exchange, state: State, reply: Reply) -> Turn:
    """Put the notice before `reply` where it was not said yet."""
    first, told = _first_notice(exchange)
    state = state.model_copy(update={"noticed": told.noticed})
    if first is None:
        return Turn(state, (reply,))
    return Turn(state, (replace(reply, text=f"{first}\n\n{reply.text}"),))


def _first_notice(exchange: Exchange) -> tuple[str | None, State]:
    """Return the notice when this conversation has not been told it yet, and the state that remembers it."""
    phase = exchange.library.renderer.phase(exchange.now)
    if exchange.state.noticed == phase:
        return None, exchange.state
    told = exchange.state.model_copy(update={"noticed": phase})
    return answers.notice(exchange.library, exchange.now), told


def _waiting_for_team(state: State, question: str, guesses: tuple[str, ...]) -> State:
    return state.model_copy(update={"unanswered": question, "guesses": guesses, "awaiting_town": False})


def _settled(state: State) -> State:
    return state.model_copy(update={"unanswered": None, "guesses": (), "awaiting_town": False})


def _help_entry(library: Library) -> Entry:
    """Return the entry that one of the words for help is a phrasing of, else the first on what the assistant can do."""
    entries = [entry for entry in library.call.entries if entry.topic == "bot_what_can_you_do"]
    words = set(library.call.commands.get(Command.HELP, ()))
    return next((entry for entry in entries if words.intersection(entry.variants)), entries[0])
