"""The way of one message through the conversation: the ROUTES table, read top to bottom. All messages pass here."""

import re
from dataclasses import replace

from bot.conversation import team
from bot.conversation.answers import answers, opinions
from bot.conversation.answers.town import awaited_town, picked_town
from bot.conversation.answers.verdicts import PREFIX as TOWN_PREFIX
from bot.conversation.choice_and_more import choice_and_more
from bot.conversation.dialogue import dialogue_route
from bot.conversation.dossier.attachments import attachments_route, follows_refused
from bot.conversation.dossier.consent import consent_waits
from bot.conversation.dossier.route import dossier_route
from bot.conversation.fields.said_over import as_corrected
from bot.conversation.flood import flood_turn
from bot.conversation.form.answer_words import in_words_of_now
from bot.conversation.form.asking import current
from bot.conversation.form.correction import correct_answer
from bot.conversation.form.interview import is_waiting
from bot.conversation.form.summary import name_of
from bot.conversation.form.waiting import back_to_the_form, question_after_all
from bot.conversation.last_answer import last_answer_route
from bot.conversation.letters import cancel_sending_route, letter_to_team_route
from bot.conversation.privacy import route as privacy
from bot.conversation.question import answer_question, answer_with, noticed, settling, with_notice
from bot.conversation.reading.commands import Command
from bot.conversation.reading.gaps import cut_gaps
from bot.conversation.reading.heard import hear
from bot.conversation.reading.picking import Picked, Unoffered, read_choice
from bot.conversation.reading.typed import visible
from bot.conversation.reminders import closing_days, reminders
from bot.conversation.replacing import placed
from bot.conversation.several import several_route
from bot.conversation.short_forms.route import short_form_route, standing_route
from bot.conversation.small_talk import clear_yes_route, small_talk_route
from bot.conversation.suspension import suspended_turn
from bot.conversation.talk import messages
from bot.conversation.talk.choice_ids import Verb, form_choice
from bot.conversation.talk.context import Context
from bot.conversation.talk.messages import AskTeam, Incoming, Reply
from bot.conversation.talk.state import OfferedChoice, State
from bot.conversation.talk.visit import Route, Turn, Visit
from bot.conversation.team import settled
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import missing_questions
from bot.conversation.wished import wished_for, wished_for_sure, wished_in_form
from bot.conversation.yes_and_question import yes_and_question
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
    visit = Visit(state, incoming, library, _in_words_of_now(context, library))
    if (refused := flood_turn(visit)) is not None:  # what was last offered or asked still waits
        return refused
    turn = placed(visit, _take(visit))
    asked = turn.state.asked if turn.state.asked == incoming.message else None
    changes = {"asked": asked, "refused": state.refused, "passed_on": _just_passed_on(state, turn)}
    is_asked = turn.state.clear_yes_asked and not state.clear_yes_asked  # it was by this turn, not by one before it
    state = turn.state.after(state.cursor).model_copy(update={**changes, "clear_yes_asked": is_asked})
    if turn.replies:  # else what was last offered is still on show
        offered = [OfferedChoice.of(choice) for reply in turn.replies for choice in reply.choices]
        state = state.model_copy(update={"offered": tuple(offered)})
    return replace(turn, state=state)


def _just_passed_on(before: State, turn: Turn) -> str | None:
    """Return what this turn passed on to the team; what an earlier one did is nothing « just » passed on any more."""
    has_passed = any(isinstance(effect, AskTeam) for effect in turn.effects)
    return turn.state.passed_on if has_passed else None


def _in_words_of_now(context: Context, library: Library) -> Context:
    """Return the context with the dossiers as the knowledge words them now, however they were kept."""
    access = context.access
    return replace(
        context,
        dossiers=tuple(in_words_of_now(dossier, library) for dossier in context.dossiers),
        access=replace(access, dossier=in_words_of_now(access.dossier, library)) if access else None,
    )


def _take(visit: Visit) -> Turn:
    return next(turn for route in ROUTES if (turn := route(visit)) is not None)


def _aside(route: Route) -> Route:
    """Return the route that, when it takes a message while a question waits for its answer, asks that one again."""

    def take(visit: Visit) -> Turn | None:
        turn = route(visit)
        return back_to_the_form(visit, turn) if turn is not None else None

    return take


def _asked(route: Route) -> Route:
    """Return the route that remembers which message it answered, until the next one: a change of it is answered too."""

    def take(visit: Visit) -> Turn | None:
        turn = route(visit)
        if turn is None or visit.incoming.choice:
            return turn
        state = turn.state.model_copy(update={"asked": visit.incoming.message})
        return Turn(state, turn.replies, turn.effects)

    return take


def _unread(visit: Visit) -> Turn | None:
    if visit.incoming.unread is not None and visit.context.is_banned:
        return suspended_turn(visit)
    match visit.incoming.unread:
        case None:
            return None
        case messages.EDITED if visit.incoming.attachments:
            return Turn(visit.state, (visit.say("edited_document"),))
        case messages.EDITED:
            return Turn(visit.state, (visit.say("edited"),))
        case messages.UNREADABLE:
            return Turn(visit.state, (visit.say("unreadable"),))
        case content:
            return Turn(visit.state, (visit.say("unsupported", content=content, has_words=False),))


def _captioned(visit: Visit) -> Turn | None:
    """What cannot be read came with words: these are read as any message."""
    incoming = visit.incoming
    is_content = incoming.unread not in (None, messages.EDITED, messages.FLOOD, messages.UNREADABLE)
    if not is_content or visit.context.is_banned or not _has_words(incoming.text):
        return None
    turn = _take(replace(visit, incoming=replace(incoming, unread=None)))
    told = visit.say("unsupported", content=incoming.unread, has_words=True)
    return replace(turn, replies=(told, *turn.replies))


def _edited(visit: Visit) -> Turn | None:
    """A message was changed: the thread with the staff, the form or the question that it belongs to takes it."""
    incoming = visit.incoming
    if incoming.unread != messages.EDITED or not any(character.isalnum() for character in incoming.text):
        return None
    if visit.context.is_banned:
        return suspended_turn(visit)
    if visit.context.dialogue is not None:
        return _beside_document(visit, dialogue_route(visit))
    if (turn := correct_answer(visit)) is not None:
        return turn
    if incoming.message is None or visit.state.asked != incoming.message:
        return None
    turn = _take(replace(visit, incoming=replace(incoming, unread=None, attachments=())))
    if not turn.replies:
        return turn
    first, *rest = turn.replies
    lead = visit.text("question_edited")
    return Turn(turn.state, (replace(first, text=f"{lead}\n\n{first.text}"), *rest), turn.effects)


def _beside_document(visit: Visit, turn: Turn | None) -> Turn | None:
    """Say, beside what comes of changed words, that the document they stand with is the one that came first."""
    if turn is None or not visit.incoming.attachments:
        return turn
    return replace(turn, replies=(*turn.replies, visit.say("edited_document")))


def _documents(visit: Visit) -> Turn | None:
    turn = attachments_route(visit)
    if turn is not None and (answered := _caption_answered(visit, turn)) is not None:
        return answered
    # While a person of the staff answers, and where nothing was said, the form's question is not put again.
    if turn is None or not turn.replies or visit.context.dialogue or follows_refused(visit):
        return turn
    return back_to_the_form(visit, turn)


def _caption_answered(visit: Visit, turn: Turn) -> Turn | None:
    """Return `turn` with the answer to what was asked beside documents; None: nothing was, that can be answered."""
    caption, has_dossier = visit.incoming.text, bool(visit.context.dossiers)
    if visit.context.dialogue or is_waiting(visit) or not _has_words(caption):
        return None
    if has_dossier and "?" not in caption:  # it says what the document is
        return None
    beside = replace(visit, state=turn.state, incoming=replace(visit.incoming, attachments=()))
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


def _nothing_to_read(visit: Visit) -> Turn | None:
    if visit.incoming.choice or any(character.isalnum() for character in visit.incoming.text):
        return None
    if hear(visit).small_talk is not None:  # « 👍 » is a word too
        return None
    return Turn(visit.state, (visit.say("none_empty", is_offered=False),))


def _beyond_reading(visit: Visit) -> Turn | None:
    """Before anything is read: what is longer is no message, whatever waits."""
    if len(visit.incoming.text) <= MESSAGE_LIMIT:
        return None
    return suspended_turn(visit) or Turn(visit.state, (visit.say("too_long"),))


def _too_long(visit: Visit) -> Turn | None:
    # What is written for a field of the form has the field's own limit.
    length = len(visit.incoming.text)
    if length <= QUESTION_LIMIT or (length <= MESSAGE_LIMIT and is_waiting(visit)):
        return None
    return Turn(visit.state, (visit.say("too_long"),))


def _command(visit: Visit) -> Turn | None:
    heard = hear(visit)
    match heard.command or (Command.CANCEL if heard.wish is Command.CANCEL else None):
        case Command.START:
            return _linked(visit) or _welcome_back(visit) or _welcome(visit)
        case Command.RESUME:
            return _welcome(visit) if visit.state == State() else _resume(visit)
        case Command.RESTART:
            anew = replace(visit, state=State())
            return _welcome_back(anew) or _welcome(anew)
        case Command.HELP:
            return answer_with(visit, _help_entry(visit.library))
        case Command.CANCEL:
            return _cancel(visit)
        case Command.CALENDAR:
            return closing_days.give(visit) or visit.turn(visit.say("reminder_closed"))
        case Command.REMINDERS:
            return reminders.show(visit)
        case Command.STOP_REMINDERS:
            return reminders.stop(visit)
        case _:
            return None


def _linked(visit: Visit) -> Turn | None:
    """A link that opens a conversation: « ?start=ville-39198 » is about a town, « ?start=vague-2 » asks « vague 2 »."""
    _, _, payload = visit.incoming.text.strip().partition(" ")
    if not _LINK.fullmatch(payload):
        return None
    turn = picked_town(visit, payload.replace(_TOWN_LINK, TOWN_PREFIX, 1))
    if turn is None:
        question = re.sub(r"(?<=[a-z])(?=\d)", " ", payload.replace("-", " ")).strip()
        found = answers.find_answer(question, visit.library)
        if found.best is None or found.best.confidence < _LINK_SURE:
            return None
        # What a link asks is no answer to what waits: it goes straight to the answers.
        asked = replace(visit, incoming=replace(visit.incoming, text=question))
        if visit.cursor is not None and visit.cursor.sheet in visit.state.sheets:
            asked = asked.with_state(cursor=visit.cursor.put_aside())
        turn = answer_question(asked)
    return replace(turn, replies=(visit.say("welcome"), *turn.replies))


def _choice(visit: Visit) -> Turn | None:
    match read_choice(visit):
        case Picked(choice):
            return _pick(visit, choice)
        case Unoffered():
            return Turn(visit.state, (_again(visit, "choice_unknown"),))
        case _:
            return None


def _unknown_command(visit: Visit) -> Turn | None:
    """« /rapels » is no answer to what waits and no question: it is said that there is no such command."""
    found = _SLASH.match(visit.incoming.text.strip())
    if visit.incoming.choice or not found or hear(visit).command:
        return None
    return visit.turn(visit.say("command_unknown", command=found[0][:_COMMAND_SHOWN]))


def _said_over(visit: Visit) -> Turn | None:
    """« C'est quand la vague 2, non pardon la 3 ? » asks of the third; an answer to a form is read so by its field."""
    if visit.incoming.choice or visit.state.is_writing_to_team or current(visit) is not None:
        return None
    text = as_corrected(hear(visit))
    return _take(replace(visit, incoming=replace(visit.incoming, text=text))) if text else None


def _town(visit: Visit) -> Turn | None:
    turn = awaited_town(visit)
    return with_notice(visit, turn) if turn is not None else None


def _question_after_all(visit: Visit) -> Turn | None:
    """A text that might have been the form's answer, and is now said to be a question."""
    asked = question_after_all(visit)
    return back_to_the_form(asked, answer_question(asked)) if asked is not None else None


def _question(visit: Visit) -> Turn:
    return consent_waits(visit, answer_question(visit))


def _question_or_wish(visit: Visit) -> Turn:
    if (wished := wished_for_sure(_take, visit)) is not None:
        return wished
    turn = _aside(_asked(_question))(visit)
    assert turn is not None
    return wished_for(_take, turn, visit)


#: Every message takes the first route that does not leave it to the next.
ROUTES: tuple[Route, ...] = (
    _aside(_beyond_reading),
    _edited,
    _captioned,
    _aside(_unread),
    _aside(team.long_letter_route),
    privacy.privacy_route,
    suspended_turn,
    _documents,
    dialogue_route,
    _aside(_unknown_command),
    _aside(_nothing_to_read),
    _question_after_all,
    clear_yes_route(_take),
    _aside(reminders.stop_route),
    _aside(letter_to_team_route),
    _aside(cancel_sending_route),
    _said_over,
    yes_and_question(_take),
    choice_and_more(_take),
    _aside(opinions.remark_route),
    _aside(team.letter_route),
    _aside(standing_route),
    wished_in_form(_take),
    short_form_route,
    dossier_route,
    _aside(_too_long),
    _aside(_command),
    _aside(_choice),
    _aside(_asked(_town)),
    _aside(small_talk_route),
    _aside(_asked(last_answer_route)),
    _aside(_asked(several_route)),
    _question_or_wish,
)


def _pick(visit: Visit, choice: str) -> Turn:
    state, library = visit.state, visit.library
    if (turn := picked_town(visit, choice)) is not None:
        return with_notice(visit, turn)
    if (turn := reminders.pick(visit, choice) or closing_days.pick(visit, choice)) is not None:
        return turn
    if (turn := opinions.pick(visit, choice)) is not None:
        return turn
    if choice.startswith(answers.ENTRY_PREFIX):
        entry = library.entry_of(choice.removeprefix(answers.ENTRY_PREFIX))
        if entry is not None:
            turn = answer_with(visit, entry, question=state.unanswered, is_picked=True)
            return Turn(turn.state, turn.replies, (*settling(state, entry.id), *turn.effects))
    elif choice == answers.NONE_OF_THESE and state.unanswered:
        return Turn(state, (answers.reply_without_answer(state.unanswered, library, visit.now),), settling(state, None))
    return team.pick(visit, choice) or Turn(state, (_again(visit, "choice_stale"),))


def _welcome(visit: Visit) -> Turn:
    welcome = visit.say("welcome")
    return noticed(visit, settled(visit.state.model_copy(update={"cited": ()})), welcome)


def _welcome_back(visit: Visit) -> Turn | None:
    """Greet by the draft that waits; None: there is none, or more than one."""
    drafts = [each for each in visit.context.dossiers if each.status is Status.DRAFT and each.answers]
    if len(drafts) != 1 or visit.library.call.form is None:
        return None
    missing = tuple(question.label for question in missing_questions(visit.form, drafts[0]))
    resume = form_choice(drafts[0].reference, Verb.RESUME, label=visit.text("do_continue"))
    whole = form_choice(drafts[0].reference, Verb.SUMMARY, label=visit.text("do_summary"))
    welcome = visit.say("welcome_back", resume, whole, name=name_of(visit, drafts[0]), missing=missing)
    return noticed(visit, settled(visit.state), welcome)


def _resume(visit: Visit) -> Turn:
    return noticed(visit, visit.state, _again(visit, "resumed"))


def _cancel(visit: Visit) -> Turn:
    is_of_sending = hear(visit).wish is Command.CANCEL  # « annulez l'envoi »
    if is_of_sending and not visit.state.unanswered and (visit.state.passed_on or visit.context.waiting):
        return team.ask_what(visit, "team_after_all")
    message = "team_declined" if visit.state.unanswered else "cancelled"
    return Turn(settled(visit.state), (visit.say(message),))


def _again(visit: Visit, message: str) -> Reply:
    """Return `message` with the choices that are still open, so that none is lost by a slip."""
    choices = tuple(choice.as_choice() for choice in visit.state.offered)
    return Reply(visit.library.say(message, visit.now), choices)


def _help_entry(library: Library) -> Entry:
    """Return the entry that one of the words for help is a phrasing of, else the first on what the assistant can do."""
    entries = [entry for entry in library.call.entries if entry.topic == "bot_what_can_you_do"]
    words = set(library.call.commands.get(Command.HELP, ()))
    return next((entry for entry in entries if words.intersection(entry.variants)), entries[0])
