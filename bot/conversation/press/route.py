"""The route of a request to the press desk: offered, asked one question at a time, read back, sent or given up."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.conversation.form.doubt import Kind, weigh
from bot.conversation.press import prompts
from bot.conversation.press import questions as form
from bot.conversation.reading.asking import is_asking
from bot.conversation.reading.codes import read_reference
from bot.conversation.reading.commands import Command, read_command
from bot.conversation.reading.picking import Picked, read_choice
from bot.conversation.talk.effects import SendPressRequest
from bot.conversation.talk.exchange import Exchange, Turn
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.talk.state import Pending, PressDraft, State
from bot.conversation.values.field import Parsed, Reading, Refused
from bot.conversation.values.press_request import PressRequest
from knowledge.call.form import Question
from knowledge.templates.plain import Plain

#: After so long, a person may have forgotten that a question waits for an answer.
LATE = timedelta(hours=12)


def waiting(state: State) -> PressDraft | None:
    """Return the request that is being written; None when none is, or it was put aside."""
    return state.press if state.press is not None and not state.press.paused else None


def press_route(exchange: Exchange) -> Turn | None:
    """Take the message if it concerns a request to the press desk."""
    words = exchange.library.call.commands
    picked = read_choice(exchange)
    if isinstance(picked, Picked):
        return _pick(exchange, picked.choice) if picked.choice.startswith(prompts.PREFIX) else None
    if (standing := _standing(exchange)) is not None:
        return standing
    command = read_command(exchange.incoming.text, words)
    draft = exchange.state.press
    if command is Command.RESUME and draft is not None and exchange.cursor is None:
        return _ask(exchange, draft)
    draft = waiting(exchange.state)
    if draft is None:
        return None
    if command is not None and command not in (Command.YES, Command.NO):
        act = _WORDS.get(command)
        return act(exchange, draft) if act else None
    return _answer(exchange, draft)


def back_to_request(exchange: Exchange, turn: Turn) -> Turn:
    """After something else was said, ask the request's question again; beside choices, say that it waits."""
    draft = None if exchange.context.is_banned else waiting(exchange.state)
    if draft is None or turn.state.press != draft or _is_filling(turn.state) or not turn.replies:
        return turn
    *before, last = turn.replies
    if any(reply.choices for reply in turn.replies):
        waits = exchange.text("press_waits", ask=prompts.waiting_question(exchange, draft))
        back = Choice(prompts.START, exchange.text("press_resume"))
        last = Reply(f"{last.text}\n\n{waits}", (*last.choices, back), last.contact, files=last.files)
        return Turn(turn.state, (*before, last), turn.effects)
    again = _ask(Exchange(turn.state, exchange.incoming, exchange.library, exchange.context), draft)
    return Turn(again.state, (*turn.replies, *again.replies), turn.effects)


def give_way(state: State) -> State:
    """One thing is written at a time: a dossier that has been opened puts the request aside."""
    draft = waiting(state)
    if draft is None or not _is_filling(state):
        return state
    return state.model_copy(update={"press": draft.model_copy(update={"paused": True})})


def doubted_question(exchange: Exchange) -> str | None:
    """Return the text that the person has just said to be a question, not an answer; None when they have not."""
    draft = waiting(exchange.state)
    picked = read_choice(exchange)
    return draft.doubted if draft and picked == Picked(prompts.QUESTION) else None


def _is_filling(state: State) -> bool:
    return state.cursor is not None and not state.cursor.paused


def _standing(exchange: Exchange) -> Turn | None:
    """The number of a request was written: say where it is."""
    reference = read_reference(exchange.incoming.text)
    sent = next((each for each in exchange.context.press_requests if each.reference == reference), None)
    if sent is None:
        return None
    day = exchange.library.day(sent.sent_at)
    return exchange.turn(exchange.say("press_standing", reference=sent.reference, status=sent.status, day=day))


# --- choices


def _pick(exchange: Exchange, choice: str) -> Turn:
    if choice == prompts.DECLINE:
        return exchange.turn(exchange.say("team_declined"))
    if choice == prompts.START:
        return _start(exchange)
    draft = exchange.state.press
    turn = _pick_in(exchange, draft, choice) if draft is not None else None
    return turn or exchange.turn(exchange.say("choice_stale"))


def _pick_in(exchange: Exchange, draft: PressDraft, choice: str) -> Turn | None:
    question = form.question_of(draft.step)
    match choice.removeprefix(prompts.PREFIX).split(":"):
        case ["confirm", said] if draft.pending is not None and question is not None:
            if said == "yes":
                return _keep(exchange, draft, question, Parsed(draft.pending.value, draft.pending.shown))
            return _ask(exchange, _clear(draft), exchange.text("confirm_again"))
        case ["doubt", "answer"] if draft.doubted is not None and question is not None:
            reading = form.read_answer(draft.doubted, question, exchange)
            return _take(exchange, draft, question, reading)
        case ["skip", step] if step == draft.step:
            return _skip(exchange, draft)
        case ["send", "yes"] if draft.step is None:
            return _send(exchange, draft)
        case ["edit", "no"]:
            return _choose_answer(exchange, draft)
        case ["edit", step] if form.question_of(step) is not None:
            return _ask(exchange, _clear(draft).model_copy(update={"step": step}))
        case ["drop"]:
            return _drop(exchange, draft)
    return None


def _start(exchange: Exchange) -> Turn:
    """Begin a request, or go on with the one that was put aside; a dossier in hand is put aside in its turn."""
    draft = exchange.state.press
    leads = [] if draft else [exchange.text("press_started")]
    cursor = exchange.state.cursor
    if _is_filling(exchange.state) and cursor is not None:
        leads.append(exchange.text("press_form_aside"))
        cursor = cursor.model_copy(update={"paused": True, "pending": None, "doubted": None, "ticked": ()})
    begun = draft or PressDraft(step=form.MEDIUM, asked_at=exchange.now)
    changed = exchange.with_state(cursor=cursor, unanswered=None, guesses=(), awaiting_town=False)
    return _ask(changed, begun, "\n\n".join(leads) or None)


def _choose_answer(exchange: Exchange, draft: PressDraft) -> Turn:
    return exchange.turn(prompts.choose_answer(exchange, draft), press=_clear(draft))


# --- words


def _back(exchange: Exchange, draft: PressDraft) -> Turn:
    """Go to the question before; undo what waits for a yes first."""
    if draft.pending is not None or draft.doubted is not None:
        return _ask(exchange, _clear(draft))
    steps = [question.id for question in form.QUESTIONS]
    rank = steps.index(draft.step) if draft.step else len(steps)
    if not rank:
        return _ask(exchange, draft, exchange.text("back_first"))
    return _ask(exchange, draft.model_copy(update={"step": steps[rank - 1]}))


def _skip(exchange: Exchange, draft: PressDraft) -> Turn:
    question = form.question_of(draft.step)
    if question is None or draft.step in draft.answers:
        return _keep_as_it_is(exchange, draft)
    if question.required:
        return _ask(exchange, _clear(draft), exchange.text("press_required"))
    return _keep(exchange, draft, question, form.no_deadline(exchange))


def _keep_as_it_is(exchange: Exchange, draft: PressDraft) -> Turn:
    kept = draft.answers.get(draft.step or "")
    question = form.question_of(draft.step)
    if kept is None or question is None:
        return _ask(exchange, draft)
    return _keep(exchange, draft, question, Parsed(kept.value, kept.shown))


def _drop(exchange: Exchange, _: PressDraft) -> Turn:
    return exchange.turn(exchange.say("press_dropped"), press=None)


def _leave(exchange: Exchange, draft: PressDraft) -> Turn:
    return exchange.turn(exchange.say("press_left"), press=_clear(draft).model_copy(update={"paused": True}))


def _send_word(exchange: Exchange, draft: PressDraft) -> Turn:
    """« Transmettre » sends what was read back; before that, there is nothing whole to send."""
    sent = _send(exchange, draft) if draft.step is None else None
    return sent or _ask(exchange, draft, exchange.text("press_not_yet"))


#: What the words mean while a request is being written.
_WORDS: Mapping[Command, Callable[[Exchange, PressDraft], Turn]] = {
    Command.BACK: _back,
    Command.SKIP: _skip,
    Command.KEEP: _keep_as_it_is,
    Command.CANCEL: _drop,
    Command.LATER: _leave,
    Command.RESUME: lambda exchange, draft: _ask(exchange, draft),
    Command.SUMMARY: lambda exchange, draft: _ask(exchange, draft),
    Command.CHANGE: _choose_answer,
    Command.SEND: _send_word,
}


# --- answers


def _answer(exchange: Exchange, draft: PressDraft) -> Turn | None:
    """Take what was written as the answer to the question that waits; None: it is a question to the assistant."""
    question = form.question_of(draft.step)
    if question is None:
        return None
    text = exchange.incoming.text
    reading = form.read_answer(text, question, exchange)
    kind = weigh(text, question, reading, exchange.library, is_late=exchange.now - draft.asked_at > LATE)
    if kind is Kind.QUESTION and question.id == form.SUBJECT and is_asking(text):
        kind = Kind.DOUBT  # what a journalist asks may well be the subject
    match kind:
        case Kind.QUESTION:
            return None
        case Kind.DOUBT:
            return _ask(exchange, draft.model_copy(update={"doubted": text}))
    return _take(exchange, draft, question, reading)


def _take(exchange: Exchange, draft: PressDraft, question: Question, reading: Reading) -> Turn:
    match reading:
        case Refused(message, values):
            return _ask(exchange, _clear(draft), exchange.text(message, **values))
        case Parsed(value, shown, True):
            return _ask(exchange, _clear(draft).model_copy(update={"pending": Pending(value=value, shown=shown)}))
        case Parsed():
            return _keep(exchange, draft, question, reading)
    raise AssertionError(reading)  # none of these questions offers several


def _keep(exchange: Exchange, draft: PressDraft, question: Question, parsed: Parsed) -> Turn:
    """Keep the answer, and go on: to the next question, or to the reading."""
    answers = {**draft.answers, question.id: Pending(value=parsed.value, shown=parsed.shown)}
    step = next((each.id for each in form.QUESTIONS if each.id not in answers), None)
    kept = _clear(draft).model_copy(update={"answers": answers, "step": step})
    lead = exchange.text("answer_kept", shown=prompts.brief(parsed.shown)) if step else None
    return _ask(exchange, kept, lead)


def _clear(draft: PressDraft) -> PressDraft:
    return draft.model_copy(update={"pending": None, "doubted": None})


# --- what is said


def _ask(exchange: Exchange, draft: PressDraft, lead: str | None = None) -> Turn:
    """Put the question that waits; the whole, when none does."""
    reply = prompts.prompt(exchange, draft)
    if lead:
        reply = Reply(f"{lead}\n\n{reply.text}", reply.choices)
    return exchange.turn(reply, press=draft.model_copy(update={"paused": False, "asked_at": exchange.now}))


def _send(exchange: Exchange, draft: PressDraft) -> Turn | None:
    fresh = exchange.context.fresh
    if fresh is None or any(question.id not in draft.answers for question in form.QUESTIONS):
        return None
    deadline = draft.answers[form.DEADLINE]
    is_urgent = form.is_pressing(deadline, exchange.now)
    shown = {question.id: draft.answers[question.id].shown for question in form.QUESTIONS}
    request = PressRequest(fresh.reference, is_urgent, form.needed_at(deadline), shown)
    about: dict[str, Plain] = {"reference": fresh.reference, "is_urgent": is_urgent}
    told = exchange.say("desk_press", rows=prompts.rows(exchange, draft), **about)
    receipt = exchange.say("press_sent", to_press=exchange.context.has_press_desk, **about)
    return exchange.turn(receipt, effects=(SendPressRequest(request, told),), press=None)
