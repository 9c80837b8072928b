"""The route of the short forms: offered below an answer, filled, read over, sent or given up."""

from collections.abc import Callable, Mapping

from bot.conversation.answers.answers import team_choices
from bot.conversation.fields.choosing import choose
from bot.conversation.form import interview
from bot.conversation.form.asking import at_sheet, current
from bot.conversation.form.of_short_form import OfShortForm
from bot.conversation.form.words import IN_FORM
from bot.conversation.reading.codes import read_reference
from bot.conversation.reading.commands import Command
from bot.conversation.reading.heard import hear
from bot.conversation.reading.picking import Picked, read_choice
from bot.conversation.short_forms.handing_over import hand_over
from bot.conversation.talk.choice_ids import ANSWERING, NO, YES, FormChoice, Verb, form_choice, read_form_choice
from bot.conversation.talk.messages import Reply
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.field import Refused
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import ShortSheet, missing_questions, visible_questions
from knowledge.call.form import Option
from knowledge.call.model import Entry


def offer(visit: Visit, entry: Entry) -> Reply | None:
    """Offer the form below the answer `entry`; None: it has none, or one that is being filled already."""
    form = visit.library.call.forms.get(entry.form or "")
    in_hand = _in_hand(visit)
    if entry.form is None or form is None or (in_hand and in_hand.reference == entry.form):
        return None
    is_begun = entry.form in visit.state.sheets
    filled = OfShortForm(visit, visit.state.sheets.get(entry.form) or _empty(visit, entry.form))
    start = visit.text("request_resume") if is_begun else form.start
    choices = (
        form_choice(entry.form, Verb.START, "", YES, label=start),
        form_choice(entry.form, Verb.START, "", NO, label=visit.text("offer_team_no")),
    )
    return Reply(filled.text(form.offer), choices)


def short_form_route(visit: Visit) -> Turn | None:
    """Take the message if it concerns a short form."""
    picked = read_choice(visit)
    if isinstance(picked, Picked):
        choice = read_form_choice(picked.choice)
        return _pick(visit, choice) if choice and choice.reference in visit.library.call.forms else None
    heard, sheet = hear(visit), _in_hand(visit)
    command = heard.command or (Command.CANCEL if heard.wish in (Command.GIVE_UP, Command.CANCEL) else None)
    if sheet is not None and command is None and (turn := _change_in_words(visit, sheet)) is not None:
        return turn
    if sheet is not None and command is None and current(visit) is None and heard.passes_on and not heard.is_asking:
        return _send_word(visit, sheet)  # « envoyez », below what was read over
    if sheet is not None and command is None:
        return interview.answer(visit)
    if sheet is not None and command is not None:
        act = _WORDS.get(command)
        return act(visit, sheet) if act else None
    left = visit.state.cursor_of(visit.state.sheets)
    left_sheet = visit.sheet(left.sheet) if left else None
    if command is Command.RESUME and isinstance(left_sheet, ShortSheet) and visit.cursor is None:
        return _resume(visit, left_sheet)
    if command is Command.CANCEL and heard.command is None and isinstance(left_sheet, ShortSheet):
        return _drop(visit, left_sheet) if not visit.context.dossiers else None
    return None


def _change_in_words(visit: Visit, sheet: ShortSheet) -> Turn | None:
    """« Je me suis trompée dans le délai »: the answer that is named is asked again; none is: which one."""
    heard, waiting = hear(visit), current(visit)
    if not heard.asks_to_change or not sheet.answers:
        return None
    questions = [each for each in visible_questions(visit.form_of(sheet), sheet) if each.id in sheet.answers]
    listed = [Option.model_construct(id=each.id, label=each.label, words=each.words) for each in questions]
    named = choose(heard, listed)
    options = named.options or named.excluded
    if len(options) == 1:
        return _change_answer(visit, sheet, options[0].id)
    fits = waiting is not None and not isinstance(waiting.read(visit.incoming.text), Refused)
    return None if fits else _choose_answer(visit, sheet)


def standing_route(visit: Visit) -> Turn | None:
    """The number of a request to the press office was written: say where it is."""
    reference = read_reference(visit.incoming.text)
    sent = next((each for each in visit.context.press_requests if each.reference == reference), None)
    wish = hear(visit).wish
    is_wish = wish in (Command.GIVE_UP, Command.CANCEL, Command.PROGRESS) and not visit.context.dossiers
    if wish is Command.CANCEL:  # of drafts nothing was sent that could be stopped
        is_wish = all(each.status is Status.DRAFT for each in visit.context.dossiers)
    if sent is None and is_wish and _in_hand(visit) is None:
        sent = next(iter(visit.context.press_requests), None)
    if sent is None or visit.incoming.choice:
        return None
    day = visit.library.day(sent.sent_at)
    if wish in (Command.GIVE_UP, Command.CANCEL):  # what the press has is theirs to drop: they are told, on a yes
        told = visit.say("press_give_up", *team_choices(visit.library, visit.now), reference=sent.reference, day=day)
        return visit.turn(told, unanswered=f"{visit.incoming.text.strip()} ({sent.reference})", guesses=())
    return visit.turn(visit.say("press_standing", reference=sent.reference, status=sent.status, day=day))


def _in_hand(visit: Visit) -> ShortSheet | None:
    sheet = visit.sheet(visit.cursor.sheet) if visit.cursor else None
    return sheet if isinstance(sheet, ShortSheet) else None


def _empty(visit: Visit, form: str) -> ShortSheet:
    return ShortSheet(reference=form, updated_at=visit.now)


# --- choices


def _pick(visit: Visit, choice: FormChoice) -> Turn:
    if choice.verb is Verb.START:
        return _start(visit, choice)
    sheet = visit.state.sheets.get(choice.reference)
    turn = _pick_in(visit, sheet, choice) if sheet is not None else None
    return turn or visit.turn(visit.say("choice_stale"))


def _pick_in(visit: Visit, sheet: ShortSheet, choice: FormChoice) -> Turn | None:
    if choice.verb in ANSWERING:
        return interview.pick_for_question(visit, choice)
    match choice.verb:
        case Verb.RESUME:
            return _resume(visit, sheet)
        case Verb.SEND if choice.argument == YES and _is_on_show(visit, sheet):
            return _send(visit, sheet)
        case Verb.CHOOSE_ANSWER:
            return _choose_answer(visit, sheet)
        case Verb.CHANGE_ANSWER:
            return _change_answer(visit, sheet, choice.question)
        case Verb.DROP:
            return _drop(visit, sheet)
    return None


def _start(visit: Visit, choice: FormChoice) -> Turn:
    """Begin a form, or go on with the one that was put aside; a dossier in hand is put aside in its turn."""
    if choice.argument == NO:
        return visit.turn(visit.say("team_declined"))
    changed = visit.with_state(unanswered=None, guesses=(), awaiting_town=False)
    sheet = visit.state.sheets.get(choice.reference)
    if sheet is not None:
        return _resume(changed, sheet)
    begun = _empty(visit, choice.reference)
    lead = visit.text("request_started")
    return interview.go_on(changed.with_sheet(begun), begun, lead=_with_aside(visit, lead))


def _resume(visit: Visit, sheet: ShortSheet) -> Turn:
    """Go on where the person left."""
    lead = _with_aside(visit, None)
    left = visit.state.cursor_of([sheet.reference])
    if left is None:
        return interview.go_on(visit, sheet, lead=lead)
    return interview.ask_again(visit.with_state(cursor=left.model_copy(update={"paused": False})), lead)


def _with_aside(visit: Visit, lead: str | None) -> str | None:
    """Return the lead with the word on the dossier that is put aside, if one was in hand."""
    aside = visit.text("request_form_aside") if visit.dossier_in_hand else None
    return "\n\n".join(part for part in (lead, aside) if part) or None


# --- words


def _is_on_show(visit: Visit, sheet: ShortSheet) -> bool:
    """Whether the whole is on show, or was when it was put aside."""
    cursor = visit.state.cursor_of([sheet.reference])
    return cursor is not None and cursor.question is None


def _choose_answer(visit: Visit, sheet: ShortSheet) -> Turn:
    """Ask which answer is to be changed."""
    name = sheet.reference
    choices = []
    for question in visible_questions(visit.form_of(sheet), sheet):
        kept = sheet.answers.get(question.id)
        if kept is not None:
            label = visit.text("change_answered", label=question.label, shown=_brief(kept.shown))
            choices.append(form_choice(name, Verb.CHANGE_ANSWER, question.id, label=label))
    choices.append(OfShortForm(visit, sheet).drop())
    cursor = visit.state.cursor_of([name]) or at_sheet(visit, sheet)
    cleared = cursor.model_copy(update={"pending": None, "doubted": None, "ticked": (), "paused": False})
    return visit.turn(visit.say("change_which", *choices), cursor=cleared)


def _change_answer(visit: Visit, sheet: ShortSheet, question_id: str) -> Turn | None:
    form = visit.form_of(sheet)
    question = form.question(question_id)
    if question is None or question not in visible_questions(form, sheet):
        return None
    return interview.ask_question(visit, sheet, question)


def _send_word(visit: Visit, sheet: ShortSheet) -> Turn:
    """« Transmettre » sends what was read over; before that, there is nothing whole to send."""
    if _is_on_show(visit, sheet):
        return _send(visit, sheet)
    return interview.ask_again(visit, visit.text("request_not_yet"))


def _send(visit: Visit, sheet: ShortSheet) -> Turn:
    fresh = visit.context.fresh
    if fresh is None or missing_questions(visit.form_of(sheet), sheet):  # a question was added since
        return interview.go_on(visit, sheet, lead=visit.text("request_not_yet"))
    receipt, effect = hand_over(OfShortForm(visit, sheet), fresh.reference)
    return visit.turn(receipt, effects=(effect,), cursor=None, sheets=_without(visit, sheet))


def _drop(visit: Visit, sheet: ShortSheet) -> Turn:
    form = OfShortForm(visit, sheet).form
    dropped = visit.say("request_dropped", name=form.name, word=form.word)
    is_in_hand = visit.state.cursor is not None and visit.state.cursor.sheet == sheet.reference
    cursor = None if is_in_hand else visit.state.cursor
    return visit.turn(dropped, cursor=cursor, sheets=_without(visit, sheet))


def _without(visit: Visit, sheet: ShortSheet) -> dict[str, ShortSheet]:
    return {name: each for name, each in visit.state.sheets.items() if name != sheet.reference}


def _leave(visit: Visit, sheet: ShortSheet) -> Turn:
    cursor = visit.cursor
    assert cursor is not None
    form = OfShortForm(visit, sheet).form
    return visit.turn(visit.say("request_left", name=form.name, word=form.word), cursor=cursor.put_aside())


def _again(visit: Visit, _: ShortSheet) -> Turn:
    return interview.ask_again(visit)


def _in_form(act: Callable[[Visit], Turn | None]) -> Callable[[Visit, ShortSheet], Turn | None]:
    """Return the act; where the word means nothing to the question that waits, what was written is its answer."""
    return lambda visit, _: (act(visit) if current(visit) else None) or interview.answer(visit)


#: What the words mean while a short form is being filled.
_WORDS: Mapping[Command, Callable[[Visit, ShortSheet], Turn | None]] = {
    **{command: _in_form(act) for command, act in IN_FORM.items()},
    Command.BACK: lambda visit, _: interview.back(visit),
    Command.SKIP: lambda visit, _: interview.skip(visit),
    Command.KEEP: lambda visit, _: interview.keep_as_it_is(visit),
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
