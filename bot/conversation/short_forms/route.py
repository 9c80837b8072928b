"""The route of the short forms: offered below an answer, filled, read over, sent or given up."""

from collections.abc import Callable, Mapping

from bot.conversation.form import interview
from bot.conversation.form.asking import at_sheet, current
from bot.conversation.form.of_short_form import OfShortForm
from bot.conversation.form.words import IN_FORM
from bot.conversation.reading.codes import read_reference
from bot.conversation.reading.commands import Command, read_command
from bot.conversation.reading.picking import Picked, read_choice
from bot.conversation.short_forms.handing_over import hand_over
from bot.conversation.talk.choice_ids import ANSWERING, NO, YES, FormChoice, Verb, form_choice, read_form_choice
from bot.conversation.talk.exchange import Exchange, Turn
from bot.conversation.talk.messages import Reply
from bot.conversation.values.sheet import ShortSheet, missing_questions, visible_questions
from knowledge.call.model import Entry


def offer(exchange: Exchange, entry: Entry) -> Reply | None:
    """Offer the form below the answer `entry`; None: it has none, or one that is being filled already."""
    form = exchange.library.call.forms.get(entry.form or "")
    in_hand = _in_hand(exchange)
    if entry.form is None or form is None or (in_hand and in_hand.reference == entry.form):
        return None
    is_begun = entry.form in exchange.state.sheets
    filled = OfShortForm(exchange, exchange.state.sheets.get(entry.form) or _empty(exchange, entry.form))
    start = exchange.text("request_resume") if is_begun else form.start
    choices = (
        form_choice(entry.form, Verb.START, "", YES, label=start),
        form_choice(entry.form, Verb.START, "", NO, label=exchange.text("offer_team_no")),
    )
    return Reply(filled.text(form.offer), choices)


def short_form_route(exchange: Exchange) -> Turn | None:
    """Take the message if it concerns a short form."""
    words = exchange.library.call.commands
    picked = read_choice(exchange)
    if isinstance(picked, Picked):
        choice = read_form_choice(picked.choice)
        return _pick(exchange, choice) if choice and choice.reference in exchange.library.call.forms else None
    command = read_command(exchange.incoming.text, words)
    sheet = _in_hand(exchange)
    if sheet is not None and command is None:
        return interview.answer(exchange)
    if sheet is not None and command is not None:
        act = _WORDS.get(command)
        return act(exchange, sheet) if act else None
    left = exchange.state.cursor_of(exchange.state.sheets)
    left_sheet = exchange.sheet(left.sheet) if left else None
    if command is Command.RESUME and isinstance(left_sheet, ShortSheet) and exchange.cursor is None:
        return _resume(exchange, left_sheet)
    return None


def standing_route(exchange: Exchange) -> Turn | None:
    """The number of a request to the press office was written: say where it is."""
    reference = read_reference(exchange.incoming.text)
    sent = next((each for each in exchange.context.press_requests if each.reference == reference), None)
    if sent is None or exchange.incoming.choice:
        return None
    day = exchange.library.day(sent.sent_at)
    return exchange.turn(exchange.say("press_standing", reference=sent.reference, status=sent.status, day=day))


def _in_hand(exchange: Exchange) -> ShortSheet | None:
    sheet = exchange.sheet(exchange.cursor.sheet) if exchange.cursor else None
    return sheet if isinstance(sheet, ShortSheet) else None


def _empty(exchange: Exchange, form: str) -> ShortSheet:
    return ShortSheet(reference=form, updated_at=exchange.now)


# --- choices


def _pick(exchange: Exchange, choice: FormChoice) -> Turn:
    if choice.verb is Verb.START:
        return _start(exchange, choice)
    sheet = exchange.state.sheets.get(choice.reference)
    turn = _pick_in(exchange, sheet, choice) if sheet is not None else None
    return turn or exchange.turn(exchange.say("choice_stale"))


def _pick_in(exchange: Exchange, sheet: ShortSheet, choice: FormChoice) -> Turn | None:
    if choice.verb in ANSWERING:
        return interview.pick_for_question(exchange, choice)
    match choice.verb:
        case Verb.RESUME:
            return _resume(exchange, sheet)
        case Verb.SEND if choice.argument == YES and _is_on_show(exchange, sheet):
            return _send(exchange, sheet)
        case Verb.CHOOSE_ANSWER:
            return _choose_answer(exchange, sheet)
        case Verb.CHANGE_ANSWER:
            return _change_answer(exchange, sheet, choice.question)
        case Verb.DROP:
            return _drop(exchange, sheet)
    return None


def _start(exchange: Exchange, choice: FormChoice) -> Turn:
    """Begin a form, or go on with the one that was put aside; a dossier in hand is put aside in its turn."""
    if choice.argument == NO:
        return exchange.turn(exchange.say("team_declined"))
    changed = exchange.with_state(unanswered=None, guesses=(), awaiting_town=False)
    sheet = exchange.state.sheets.get(choice.reference)
    if sheet is not None:
        return _resume(changed, sheet)
    begun = _empty(exchange, choice.reference)
    lead = exchange.text("request_started")
    return interview.go_on(changed.with_sheet(begun), begun, lead=_with_aside(exchange, lead))


def _resume(exchange: Exchange, sheet: ShortSheet) -> Turn:
    """Go on where the person left."""
    lead = _with_aside(exchange, None)
    left = exchange.state.cursor_of([sheet.reference])
    if left is None:
        return interview.go_on(exchange, sheet, lead=lead)
    return interview.ask_again(exchange.with_state(cursor=left.model_copy(update={"paused": False})), lead)


def _with_aside(exchange: Exchange, lead: str | None) -> str | None:
    """Return the lead with the word on the dossier that is put aside, if one was in hand."""
    aside = exchange.text("request_form_aside") if exchange.dossier_in_hand else None
    return "\n\n".join(part for part in (lead, aside) if part) or None


# --- words


def _is_on_show(exchange: Exchange, sheet: ShortSheet) -> bool:
    """Whether the whole is on show, or was when it was put aside."""
    cursor = exchange.state.cursor_of([sheet.reference])
    return cursor is not None and cursor.question is None


def _choose_answer(exchange: Exchange, sheet: ShortSheet) -> Turn:
    """Ask which answer is to be changed."""
    name = sheet.reference
    choices = []
    for question in visible_questions(exchange.form_of(sheet), sheet):
        kept = sheet.answers.get(question.id)
        if kept is not None:
            label = exchange.text("change_answered", label=question.label, shown=_brief(kept.shown))
            choices.append(form_choice(name, Verb.CHANGE_ANSWER, question.id, label=label))
    choices.append(OfShortForm(exchange, sheet).drop())
    cursor = exchange.state.cursor_of([name]) or at_sheet(exchange, sheet)
    cleared = cursor.model_copy(update={"pending": None, "doubted": None, "ticked": (), "paused": False})
    return exchange.turn(exchange.say("change_which", *choices), cursor=cleared)


def _change_answer(exchange: Exchange, sheet: ShortSheet, question_id: str) -> Turn | None:
    form = exchange.form_of(sheet)
    question = form.question(question_id)
    if question is None or question not in visible_questions(form, sheet):
        return None
    return interview.ask_question(exchange, sheet, question)


def _send_word(exchange: Exchange, sheet: ShortSheet) -> Turn:
    """« Transmettre » sends what was read over; before that, there is nothing whole to send."""
    if _is_on_show(exchange, sheet):
        return _send(exchange, sheet)
    return interview.ask_again(exchange, exchange.text("request_not_yet"))


def _send(exchange: Exchange, sheet: ShortSheet) -> Turn:
    fresh = exchange.context.fresh
    if fresh is None or missing_questions(exchange.form_of(sheet), sheet):  # a question was added since
        return interview.go_on(exchange, sheet, lead=exchange.text("request_not_yet"))
    receipt, effect = hand_over(OfShortForm(exchange, sheet), fresh.reference)
    return exchange.turn(receipt, effects=(effect,), cursor=None, sheets=_without(exchange, sheet))


def _drop(exchange: Exchange, sheet: ShortSheet) -> Turn:
    form = OfShortForm(exchange, sheet).form
    dropped = exchange.say("request_dropped", name=form.name, word=form.word)
    is_in_hand = exchange.state.cursor is not None and exchange.state.cursor.sheet == sheet.reference
    cursor = None if is_in_hand else exchange.state.cursor
    return exchange.turn(dropped, cursor=cursor, sheets=_without(exchange, sheet))


def _without(exchange: Exchange, sheet: ShortSheet) -> dict[str, ShortSheet]:
    return {name: each for name, each in exchange.state.sheets.items() if name != sheet.reference}


def _leave(exchange: Exchange, sheet: ShortSheet) -> Turn:
    cursor = exchange.cursor
    assert cursor is not None
    form = OfShortForm(exchange, sheet).form
    return exchange.turn(exchange.say("request_left", name=form.name, word=form.word), cursor=cursor.put_aside())


def _again(exchange: Exchange, _: ShortSheet) -> Turn:
    return interview.ask_again(exchange)


def _in_form(act: Callable[[Exchange], Turn | None]) -> Callable[[Exchange, ShortSheet], Turn | None]:
    """Return the act; where the word means nothing to the question that waits, what was written is its answer."""
    return lambda exchange, _: (act(exchange) if current(exchange) else None) or interview.answer(exchange)


#: What the words mean while a short form is being filled.
_WORDS: Mapping[Command, Callable[[Exchange, ShortSheet], Turn | None]] = {
    **{command: _in_form(act) for command, act in IN_FORM.items()},
    Command.BACK: lambda exchange, _: interview.back(exchange),
    Command.SKIP: lambda exchange, _: interview.skip(exchange),
    Command.KEEP: lambda exchange, _: interview.keep_as_it_is(exchange),
    Command.CANCEL: _drop,
    Command.LATER: _leave,
    Command.RESUME: _again,
    Command.SUMMARY: _again,
    Command.CHANGE: _choose_answer,
    Command.SEND: _send_word,
}

#: Characters of an answer that are repeated.
_REPEATED = 60


def _brief(shown: str) -> str:
    line = " ".join(shown.split())
    return line if len(line) <= _REPEATED else line[: _REPEATED - 1].rstrip() + "…"
