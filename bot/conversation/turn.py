"""The way of one message through the conversation: the ROUTES table, read top to bottom. All messages pass here."""

import re
from dataclasses import replace

from bot.conversation import team
from bot.conversation.answers import answers, opinions
from bot.conversation.answers.town import PREFIX as TOWN_PREFIX
from bot.conversation.answers.town import awaited_town, picked_town
from bot.conversation.dialogue import dialogue_route
from bot.conversation.dossier.attachments import attachments_route, follows_refused
from bot.conversation.dossier.consent import consent_waits
from bot.conversation.dossier.route import dossier_route
from bot.conversation.flood import flood_turn
from bot.conversation.form.answer_words import in_words_of_now
from bot.conversation.form.correction import correct_answer
from bot.conversation.form.interview import is_waiting
from bot.conversation.form.summary import name_of
from bot.conversation.form.waiting import back_to_the_form, question_after_all
from bot.conversation.last_answer import last_answer_route
from bot.conversation.privacy import route as privacy
from bot.conversation.question import answer_question, answer_with, noticed, settling, with_notice
from bot.conversation.reading.commands import Command, read_command
from bot.conversation.reading.gaps import cut_gaps
from bot.conversation.reading.heard import hear
from bot.conversation.reading.picking import Picked, Unoffered, read_choice
from bot.conversation.reading.typed import visible
from bot.conversation.reminders import closing_days, reminders
from bot.conversation.replacing import placed
from bot.conversation.several import several_route
from bot.conversation.short_forms.route import short_form_route, standing_route
from bot.conversation.small_talk import small_talk_route
from bot.conversation.suspension import suspended_turn
from bot.conversation.talk import messages
from bot.conversation.talk.choice_ids import Verb, form_choice
from bot.conversation.talk.context import Context
from bot.conversation.talk.exchange import Exchange, Route, Turn
from bot.conversation.talk.messages import Incoming, Reply
from bot.conversation.talk.state import OfferedChoice, State
from bot.conversation.team import settled
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import missing_questions
from knowledge.call.model import Entry
from knowledge.library import Library

#: Characters of a question that are read; what is longer is rather a text than a question.
QUESTION_LIMIT = 4096
#: Characters of a message that are looked at at all; Telegram's own limit is 4,096 units.
MESSAGE_LIMIT = 20_000
#: What the payload of a link about a town begins with; its INSEE code, or a SIREN, follows.
_TOWN_LINK = "ville-"
#: What our links carry (see `inline`); anything else is somebody's own mark: « r_12 », « newsletter_2020 ».
_LINK = re.compile(r"[a-z0-9-]+|ville-[0-9AB]+")
#: A link whose words mean nothing surer than this (0..1) is only greeted.
_LINK_SURE = 0.8
#: Characters of an unknown command that are repeated.
_COMMAND_SHOWN = 32
#: A command as it is typed: what follows the slash at once is a word.
_SLASH = re.compile(r"/\w+(?:@\w+)?(?=\s|$)")


def take_turn(state: State, incoming: Incoming, library: Library, context: Context) -> Turn:
    """Return what `incoming` changes. Pure: the same arguments give the same turn."""
    # What shows nothing is no part of what they wrote, and hides commands, choices and the words of a question.
    incoming = replace(incoming, text=cut_gaps(visible(incoming.text)))
    exchange = Exchange(state, incoming, library, _in_words_of_now(context, library))
    if (refused := flood_turn(exchange)) is not None:  # what was last offered or asked still waits
        return refused
    turn = placed(exchange, _take(exchange))
    asked = turn.state.asked if turn.state.asked == incoming.message else None
    state = turn.state.after(state.cursor).model_copy(update={"asked": asked, "refused": state.refused})
    if turn.replies:  # else what was last offered is still on show
        offered = [OfferedChoice.of(choice) for reply in turn.replies for choice in reply.choices]
        state = state.model_copy(update={"offered": tuple(offered)})
    return replace(turn, state=state)


def _in_words_of_now(context: Context, library: Library) -> Context:
    """Return the context with the dossiers as the knowledge words them now, however they were kept."""
    access = context.access
    return replace(
        context,
        dossiers=tuple(in_words_of_now(dossier, library) for dossier in context.dossiers),
        access=replace(access, dossier=in_words_of_now(access.dossier, library)) if access else None,
    )


def _take(exchange: Exchange) -> Turn:
    return next(turn for route in ROUTES if (turn := route(exchange)) is not None)


def _aside(route: Route) -> Route:
    """Return the route that, when it takes a message while a question waits for its answer, asks that one again."""

    def take(exchange: Exchange) -> Turn | None:
        turn = route(exchange)
        return back_to_the_form(exchange, turn) if turn is not None else None

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
    if exchange.incoming.unread is not None and exchange.context.is_banned:
        return suspended_turn(exchange)
    match exchange.incoming.unread:
        case None:
            return None
        case messages.EDITED if exchange.incoming.attachments:
            return Turn(exchange.state, (exchange.say("edited_document"),))
        case messages.EDITED:
            return Turn(exchange.state, (exchange.say("edited"),))
        case messages.UNREADABLE:
            return Turn(exchange.state, (exchange.say("unreadable"),))
        case content:
            return Turn(exchange.state, (exchange.say("unsupported", content=content, has_words=False),))


def _captioned(exchange: Exchange) -> Turn | None:
    """What cannot be read came with words: these are read as any message."""
    incoming = exchange.incoming
    is_content = incoming.unread not in (None, messages.EDITED, messages.FLOOD, messages.UNREADABLE)
    if not is_content or exchange.context.is_banned or not _has_words(incoming.text):
        return None
    turn = _take(replace(exchange, incoming=replace(incoming, unread=None)))
    told = exchange.say("unsupported", content=incoming.unread, has_words=True)
    return replace(turn, replies=(told, *turn.replies))


def _edited(exchange: Exchange) -> Turn | None:
    """A message was changed: the exchange with the staff, the form or the question that it belongs to takes it."""
    incoming = exchange.incoming
    if incoming.unread != messages.EDITED or not any(character.isalnum() for character in incoming.text):
        return None
    if exchange.context.is_banned:
        return suspended_turn(exchange)
    if exchange.context.dialogue is not None:
        return _beside_document(exchange, dialogue_route(exchange))
    if (turn := correct_answer(exchange)) is not None:
        return turn
    if incoming.message is None or exchange.state.asked != incoming.message:
        return None
    turn = _take(replace(exchange, incoming=replace(incoming, unread=None, attachments=())))
    if not turn.replies:
        return turn
    first, *rest = turn.replies
    lead = exchange.text("question_edited")
    return Turn(turn.state, (replace(first, text=f"{lead}\n\n{first.text}"), *rest), turn.effects)


def _beside_document(exchange: Exchange, turn: Turn | None) -> Turn | None:
    """Say, beside what comes of changed words, that the document they stand with is the one that came first."""
    if turn is None or not exchange.incoming.attachments:
        return turn
    return replace(turn, replies=(*turn.replies, exchange.say("edited_document")))


def _documents(exchange: Exchange) -> Turn | None:
    turn = attachments_route(exchange)
    if turn is not None and (answered := _caption_answered(exchange, turn)) is not None:
        return answered
    # While a person of the staff answers, and where nothing was said, the form's question is not put again.
    if turn is None or not turn.replies or exchange.context.dialogue or follows_refused(exchange):
        return turn
    return back_to_the_form(exchange, turn)


def _caption_answered(exchange: Exchange, turn: Turn) -> Turn | None:
    """Return `turn` with the answer to what was asked beside documents; None: nothing was, that can be answered."""
    caption, has_dossier = exchange.incoming.text, bool(exchange.context.dossiers)
    if exchange.context.dialogue or is_waiting(exchange) or not _has_words(caption):
        return None
    if has_dossier and "?" not in caption:  # it says what the document is
        return None
    beside = replace(exchange, state=turn.state, incoming=replace(exchange.incoming, attachments=()))
    answer = _take(beside.with_state(unanswered=None, guesses=()))
    if answer.state.unanswered is not None or not answer.replies:
        return None
    if not turn.replies:
        return Turn(answer.state, answer.replies, (*turn.effects, *answer.effects))
    # What is offered about the document stands last, and what is passed on to the team is what was written with it.
    state = answer.state.model_copy(update={"unanswered": turn.state.unanswered, "guesses": turn.state.guesses})
    replies = (*(replace(each, choices=()) for each in answer.replies), *turn.replies)
    return Turn(state, replies, (*turn.effects, *answer.effects))


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _nothing_to_read(exchange: Exchange) -> Turn | None:
    if exchange.incoming.choice or any(character.isalnum() for character in exchange.incoming.text):
        return None
    if hear(exchange).small_talk is not None:  # « 👍 » is a word too
        return None
    return Turn(exchange.state, (exchange.say("none_empty", is_offered=False),))


def _beyond_reading(exchange: Exchange) -> Turn | None:
    """Before anything is read: what is longer is no message, whatever waits."""
    if len(exchange.incoming.text) <= MESSAGE_LIMIT:
        return None
    return suspended_turn(exchange) or Turn(exchange.state, (exchange.say("too_long"),))


def _too_long(exchange: Exchange) -> Turn | None:
    # What is written for a field of the form has the field's own limit.
    length = len(exchange.incoming.text)
    if length <= QUESTION_LIMIT or (length <= MESSAGE_LIMIT and is_waiting(exchange)):
        return None
    return Turn(exchange.state, (exchange.say("too_long"),))


def _command(exchange: Exchange) -> Turn | None:
    match read_command(exchange.incoming.text, exchange.library.call.commands):
        case Command.START:
            return _linked(exchange) or _welcome_back(exchange) or _welcome(exchange)
        case Command.RESUME:
            return _welcome(exchange) if exchange.state == State() else _resume(exchange)
        case Command.RESTART:
            return _welcome(replace(exchange, state=State()))
        case Command.HELP:
            return answer_with(exchange, _help_entry(exchange.library))
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
    if not _LINK.fullmatch(payload):
        return None
    turn = picked_town(exchange, payload.replace(_TOWN_LINK, TOWN_PREFIX, 1))
    if turn is None:
        question = re.sub(r"(?<=[a-z])(?=\d)", " ", payload.replace("-", " ")).strip()
        found = answers.find_answer(question, exchange.library)
        if found.best is None or found.best.confidence < _LINK_SURE:
            return None
        # What a link asks is no answer to what waits: it goes straight to the answers.
        asked = replace(exchange, incoming=replace(exchange.incoming, text=question))
        if exchange.cursor is not None and exchange.cursor.sheet in exchange.state.sheets:
            asked = asked.with_state(cursor=exchange.cursor.put_aside())
        turn = answer_question(asked)
    return replace(turn, replies=(exchange.say("welcome"), *turn.replies))


def _choice(exchange: Exchange) -> Turn | None:
    match read_choice(exchange):
        case Picked(choice):
            return _pick(exchange, choice)
        case Unoffered():
            return Turn(exchange.state, (_again(exchange, "choice_unknown"),))
        case _:
            return None


def _unknown_command(exchange: Exchange) -> Turn | None:
    """« /rapels » is no answer to what waits and no question: it is said that there is no such command."""
    found = _SLASH.match(exchange.incoming.text.strip())
    if exchange.incoming.choice or not found or read_command(exchange.incoming.text, exchange.library.call.commands):
        return None
    return exchange.turn(exchange.say("command_unknown", command=found[0][:_COMMAND_SHOWN]))


def _town(exchange: Exchange) -> Turn | None:
    turn = awaited_town(exchange)
    return with_notice(exchange, turn) if turn is not None else None


def _question_after_all(exchange: Exchange) -> Turn | None:
    """A text that might have been the form's answer, and is now said to be a question."""
    asked = question_after_all(exchange)
    return back_to_the_form(asked, answer_question(asked)) if asked is not None else None


def _question(exchange: Exchange) -> Turn:
    return consent_waits(exchange, answer_question(exchange))


#: Every message takes the first route that does not leave it to the next.
ROUTES: tuple[Route, ...] = (
    _aside(_beyond_reading),
    _edited,
    _captioned,
    _aside(_unread),
    privacy.privacy_route,
    suspended_turn,
    _documents,
    dialogue_route,
    _aside(_unknown_command),
    _aside(_nothing_to_read),
    _question_after_all,
    _aside(opinions.remark_route),
    _aside(team.letter_route),
    _aside(standing_route),
    short_form_route,
    dossier_route,
    _aside(_too_long),
    _aside(_command),
    _aside(_choice),
    _aside(_asked(_town)),
    _aside(small_talk_route),
    _aside(_asked(last_answer_route)),
    _aside(_asked(several_route)),
    _aside(_asked(_question)),
)


def _pick(exchange: Exchange, choice: str) -> Turn:
    state, library = exchange.state, exchange.library
    if (turn := picked_town(exchange, choice)) is not None:
        return with_notice(exchange, turn)
    if (turn := reminders.pick(exchange, choice) or closing_days.pick(exchange, choice)) is not None:
        return turn
    if (turn := opinions.pick(exchange, choice)) is not None:
        return turn
    if choice.startswith(answers.ENTRY_PREFIX):
        entry = library.entry_of(choice.removeprefix(answers.ENTRY_PREFIX))
        if entry is not None:
            turn = answer_with(exchange, entry, question=state.unanswered, is_picked=True)
            return Turn(turn.state, turn.replies, (*settling(state, entry.id), *turn.effects))
    elif choice == answers.NONE_OF_THESE and state.unanswered:
        return Turn(
            state, (answers.reply_without_answer(state.unanswered, library, exchange.now),), settling(state, None)
        )
    return team.pick(exchange, choice) or Turn(state, (_again(exchange, "choice_stale"),))


def _welcome(exchange: Exchange) -> Turn:
    welcome = exchange.say("welcome")
    return noticed(exchange, settled(exchange.state), welcome)


def _welcome_back(exchange: Exchange) -> Turn | None:
    """Greet by the draft that waits; None: there is none, or more than one."""
    drafts = [each for each in exchange.context.dossiers if each.status is Status.DRAFT and each.answers]
    if len(drafts) != 1 or exchange.library.call.form is None:
        return None
    missing = tuple(question.label for question in missing_questions(exchange.form, drafts[0]))
    resume = form_choice(drafts[0].reference, Verb.RESUME, label=exchange.text("do_continue"))
    whole = form_choice(drafts[0].reference, Verb.SUMMARY, label=exchange.text("do_summary"))
    welcome = exchange.say("welcome_back", resume, whole, name=name_of(exchange, drafts[0]), missing=missing)
    return noticed(exchange, settled(exchange.state), welcome)


def _resume(exchange: Exchange) -> Turn:
    return noticed(exchange, exchange.state, _again(exchange, "resumed"))


def _cancel(exchange: Exchange) -> Turn:
    message = "team_declined" if exchange.state.unanswered else "cancelled"
    return Turn(settled(exchange.state), (exchange.say(message),))


def _again(exchange: Exchange, message: str) -> Reply:
    """Return `message` with the choices that are still open, so that none is lost by a slip."""
    choices = tuple(choice.as_choice() for choice in exchange.state.offered)
    return Reply(exchange.library.say(message, exchange.now), choices)


def _help_entry(library: Library) -> Entry:
    """Return the entry that one of the words for help is a phrasing of, else the first on what the assistant can do."""
    entries = [entry for entry in library.call.entries if entry.topic == "bot_what_can_you_do"]
    words = set(library.call.commands.get(Command.HELP, ()))
    return next((entry for entry in entries if words.intersection(entry.variants)), entries[0])
