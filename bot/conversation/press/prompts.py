"""How a request to the press desk is put to the person: the offer, each question, the reading. Decides nothing."""

from bot.conversation.press import questions as form
from bot.conversation.talk.exchange import Exchange
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.talk.state import PressDraft

#: Choice ids: `press:start:yes`, `press:start:no`, `press:skip:step`, `press:confirm:yes`, `press:confirm:no`,
#: `press:doubt:answer`, `press:doubt:question`, `press:send:yes`, `press:edit:no`, `press:edit:step`, `press:drop`.
PREFIX = "press:"
START, DECLINE = f"{PREFIX}start:yes", f"{PREFIX}start:no"
CONFIRM, CORRECT = f"{PREFIX}confirm:yes", f"{PREFIX}confirm:no"
ANSWER, QUESTION = f"{PREFIX}doubt:answer", f"{PREFIX}doubt:question"
SEND, EDIT, DROP = f"{PREFIX}send:yes", f"{PREFIX}edit:no", f"{PREFIX}drop"


def offer(exchange: Exchange) -> Reply:
    """Return the offer to pass on a request, for below the press contact."""
    label = "press_resume" if exchange.state.press else "press_start"
    choices = (Choice(START, exchange.text(label)), Choice(DECLINE, exchange.text("offer_team_no")))
    return exchange.say("press_offer", *choices, to_press=exchange.context.has_press_desk)


def prompt(exchange: Exchange, draft: PressDraft) -> Reply:
    question = form.question_of(draft.step)
    if question is None:
        return _reading(exchange, draft)
    if draft.doubted is not None:
        choices = (
            Choice(ANSWER, exchange.text("doubt_answer")),
            Choice(QUESTION, exchange.text("doubt_question")),
        )
        return exchange.say("doubt", *choices, ask=exchange.text(question.ask))
    if draft.pending is not None:
        choices = (Choice(CONFIRM, exchange.text("confirm_yes")), Choice(CORRECT, exchange.text("confirm_no")))
        return exchange.say("confirm_answer", *choices, shown=draft.pending.shown)
    rank = form.QUESTIONS.index(question) + 1
    kept = draft.answers.get(question.id)
    text = exchange.text(
        "press_question",
        rank=rank,
        total=len(form.QUESTIONS),
        ask=exchange.text(question.ask),
        kept=kept.shown if kept else None,
    )
    skips = () if question.required or kept else (f"{PREFIX}skip:{question.id}",)
    return Reply(text, tuple(Choice(skip, exchange.text("press_no_deadline")) for skip in skips))


def waiting_question(exchange: Exchange, draft: PressDraft) -> str:
    question = form.question_of(draft.step)
    return exchange.text(question.ask) if question else exchange.text("press_reading_waits")


def rows(exchange: Exchange, draft: PressDraft) -> list[dict[str, str]]:
    return [
        {"label": exchange.text(question.label), "shown": draft.answers[question.id].shown}
        for question in form.QUESTIONS
        if question.id in draft.answers
    ]


def _reading(exchange: Exchange, draft: PressDraft) -> Reply:
    return exchange.say(
        "press_reading",
        Choice(SEND, exchange.text("offer_team_yes")),
        Choice(EDIT, exchange.text("confirm_no")),
        Choice(DROP, exchange.text("press_drop")),
        rows=rows(exchange, draft),
        is_urgent=form.is_pressing(draft.answers.get(form.DEADLINE), exchange.now),
        to_press=exchange.context.has_press_desk,
    )


def choose_answer(exchange: Exchange, draft: PressDraft) -> Reply:
    """Ask which answer is to be changed."""
    choices = [
        Choice(
            f"{PREFIX}edit:{question.id}",
            exchange.text("change_answered", label=exchange.text(question.label), shown=brief(kept.shown)),
        )
        for question in form.QUESTIONS
        if (kept := draft.answers.get(question.id)) is not None
    ]
    choices.append(Choice(DROP, exchange.text("press_drop")))
    return exchange.say("change_which", *choices)


#: Characters of an answer that are repeated.
_REPEATED = 60


def brief(shown: str) -> str:
    line = " ".join(shown.split())
    return line if len(line) <= _REPEATED else line[: _REPEATED - 1].rstrip() + "…"
