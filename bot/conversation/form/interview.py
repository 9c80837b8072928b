"""The questions of a form, one at a time: where the person is, what they answered, where to go next.

The same for every form; what differs by where it is kept is in `keeping`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.conversation.fields.choices import parsed_choices
from bot.conversation.fields.fields import read_field
from bot.conversation.fields.places import parsed_place
from bot.conversation.form import prompts
from bot.conversation.form.asking import Asking, asking, current
from bot.conversation.form.beside import Beside, contacts_beside, keep_beside, saved_once
from bot.conversation.form.doubt import Kind
from bot.conversation.form.keeping import keeping_of
from bot.conversation.form.places import (
    NO_PLACE,
    offer_places,
    offered_again,
    offered_places,
    other_kind_of_place,
    says_what_is_proposed,
)
from bot.conversation.form.standing import is_yes_alone, revised, says_which, says_yes_and_no
from bot.conversation.reading.heard import SmallTalk, hear
from bot.conversation.talk.choice_ids import NO, WAITING, YES, FormChoice, Verb, read_form_choice
from bot.conversation.talk.effects import Effect
from bot.conversation.talk.messages import Choice
from bot.conversation.talk.state import Pending, Written
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.dossier import Dossier, Event, close_documents, forget_answer, keep_answer
from bot.conversation.values.field import Parsed, Reading, Refused, Several
from bot.conversation.values.sheet import (
    Sheet,
    is_answered,
    open_questions,
    previous_question,
    skip_question,
)
from knowledge.call.form import FieldType, Question
from knowledge.language.text import fold

#: What is answered by one option or more.
_SEVERAL = frozenset({FieldType.CHOICES, FieldType.PROGRAMMES})
#: What is answered in one's own words.
_IN_WORDS = frozenset({FieldType.SHORT_TEXT, FieldType.LONG_TEXT})


# --- what is asked


def ask_question(visit: Visit, sheet: Sheet, question: Question, lead: str | None = None, **cursor: Any) -> Turn:
    """Put `question`, whatever was asked before; `cursor`: where the person goes on from there."""
    put_anew = asking(visit, sheet, question, **cursor)
    return put(put_anew.at(pending=prompts.proposal(put_anew)), lead)


def ask_again(visit: Visit, lead: str | None = None) -> Turn:
    """Put the question that waits once more; the whole if none does."""
    if (found := current(visit)) is not None:
        return put(found.at(asked_at=visit.now, doubted=None), lead)
    cursor = visit.cursor
    sheet = visit.sheet(cursor.sheet) if cursor else None
    assert cursor is not None
    assert sheet is not None
    return go_on(visit, sheet, lead=lead) if cursor.question else keeping_of(visit, sheet).show_whole(lead)


def go_on(visit: Visit, sheet: Sheet, after: str | None = None, lead: str | None = None) -> Turn:
    """Ask what is asked next; show the whole when nothing is open."""
    keeping = keeping_of(visit, sheet)
    question = keeping.next(after)
    return ask_question(visit, sheet, question, lead) if question else keeping.show(lead)


def is_waiting(visit: Visit) -> bool:
    """Whether a form waits for what the person says next: a question of it, or the whole, read over."""
    cursor = visit.cursor
    sheet = visit.sheet(cursor.sheet) if cursor else None
    return current(visit) is not None or (sheet is not None and keeping_of(visit, sheet).is_read_over)


def put(asked: Asking, lead: str | None = None) -> Turn:
    return asked.visit.turn(prompts.ask(asked, lead), cursor=asked.cursor)


# --- what is written


def answer(visit: Visit) -> Turn | None:
    """Take what was written as the answer to the question that waits; None: it is a question to the assistant."""
    found = current(visit)
    if found is None:
        return None
    if hear(visit).asks_of_form and not found.question.takes_questions:
        return help_with_question(visit)
    if hear(visit).small_talk is SmallTalk.PAUSE:
        return ask_again(visit, visit.text("paused", is_offered=False))
    if _says_no_to_words(found):
        return skip(visit)
    asked = found.at(written=visit.incoming.message)
    if (turn := _of_what_stands(found, asked)) is not None:
        return turn
    if (place := other_kind_of_place(asked)) is not None:
        return put(asked.at(pending=place, doubted=None))
    beside = contacts_beside(asked, visit.incoming.text)
    if beside.given and not beside.text:
        return _kept_beside(asked, beside, None)
    reading = _with_part_before(asked, beside.text)
    # « Secrétariat : 03 84 … » answers, whatever its words.
    kind = Kind.ANSWER if beside.given and not hear(visit).is_asking else asked.weigh(beside.text, reading)
    match kind:
        case Kind.QUESTION:
            return None
        case Kind.DOUBT:
            return put(asked.at(doubted=visit.incoming.text))
    if (again := offered_again(asked, reading)) is not None:
        return again
    is_none = isinstance(reading, Refused) or (isinstance(reading, Parsed) and reading.is_guess)
    if is_none and _has_nothing_to_give(asked):
        return skip(visit)
    if isinstance(reading, Refused) and _declines(asked, reading):
        return help_with_question(visit) if asked.question.required else skip(visit)
    is_lost = isinstance(reading, Refused) and not reading.part and asked.question.type is not FieldType.PERSON
    if is_lost or not beside.given:
        return _take(asked, asked.read(visit.incoming.text) if is_lost else reading)
    return _kept_beside(asked, beside, reading)


def _of_what_stands(found: Asking, asked: Asking) -> Turn | None:
    """Take what is said of an answer that stands: that it is the one, which of two things it is, what changes in it."""
    heard = hear(found.visit)
    if says_what_is_proposed(found) or is_yes_alone(found):
        return _confirm(asked, YES)
    if found.cursor.doubted is not None and heard.opens_with(heard.call.hearing.agreeing):
        if says_which(found):
            return _settle_doubt(asked, prompts.ANSWER)
        if heard.is_yes:  # to « … ou une question que vous me posez ? »
            return put(found)
    if found.cursor.pending is not None and found.question.type in _IN_WORDS and says_yes_and_no(found):
        return put(found)
    standing = revised(asked)
    return _take(asked.at(pending=None, doubted=None, ticked=()), standing) if standing is not None else None


def _kept_beside(asked: Asking, beside: Beside, reading: Reading | None) -> Turn:
    """Keep what answers other questions, then take the answer to this one; None: it is put again."""
    asked, effects, told = keep_beside(asked, beside.given)
    turn = put(asked) if reading is None else _take(asked, reading)
    first, *others = turn.replies
    replies = (replace(first, text=f"{told}\n\n{first.text}"), *others)
    return Turn(turn.state, replies, tuple(saved_once([*effects, *turn.effects])))


def _says_no_to_words(asked: Asking) -> bool:
    """« Non rien », where words or documents are asked for that may be left out."""
    heard, kind = hear(asked.visit), asked.question.type
    if asked.question.required or asked.is_kept or asked.cursor.pending or asked.cursor.doubted:
        return False
    is_nothing = heard.is_no or heard.says_only(heard.call.hearing.lacking)  # « rien à dire »
    return (kind in _IN_WORDS and is_nothing) or (kind is FieldType.FILE and (heard.is_no or heard.gives_nothing))


def _declines(asked: Asking, refused: Refused) -> bool:
    """« Je préfère ne pas le dire »; « non merci », « aucune », where a name is asked for that is that of a place."""
    heard = hear(asked.visit)
    is_no_place = asked.question.type is FieldType.PLACE and asked.cursor.pending is None and heard.names_nothing
    return is_no_place or (heard.declines and not refused.is_attempt)


def _has_nothing_to_give(asked: Asking) -> bool:
    """« On n'en a pas », « personne pour l'instant », where the question may be passed over."""
    heard = hear(asked.visit)
    may_pass = not asked.question.required and not asked.cursor.pending
    is_no = heard.is_no and asked.question.type is not FieldType.YES_NO  # « non rien », to a date
    return may_pass and (heard.gives_nothing or heard.is_unknowing or is_no)


def _with_part_before(asked: Asking, text: str) -> Reading:
    """Read what was written; where it lacks what was said just before, with that."""
    reading, before = asked.read(text), asked.cursor.part
    if before is None or not isinstance(reading, Refused):
        return reading
    whole = asked.read(f"{before}, {text}")
    return whole if isinstance(whole, Parsed) else reading


def read_again(asked: Asking) -> Turn:
    """Take what was written as the answer to the question, whatever else it may be."""
    incoming = asked.visit.incoming
    asked = asked.at(written=incoming.message, pending=None, doubted=None, ticked=())
    return _take(asked, asked.read(incoming.text))


def _take(asked: Asking, reading: Reading) -> Turn:
    visit, question = asked.visit, asked.question
    match reading:
        case Refused() if asked.kept is not None and asked.is_explained:
            return keep(asked, Parsed(asked.kept.value, asked.kept.shown))
        case Refused(message, values):
            return put(asked.at(doubted=None, part=reading.part), visit.text(message, **values))
        case Parsed(is_empty=True) if question.required and keeping_of(visit, asked.sheet).insists:
            return put(asked.at(doubted=None), visit.text("request_required"))
        case Several(((code, only),)) if {each.id for each in offered_places(visit)} == _place_and_another(asked, code):
            return keep(asked, only)  # the only one on offer, named again
        case Several(candidates):
            return offer_places(asked.at(pending=None, doubted=None), candidates)
        case Parsed() if asked.cursor.ticked and question.type in _SEVERAL:  # what was ticked before is meant as well
            if asked.cursor.is_corrected:  # a whole list, in words, takes the place of the one that was refused
                return _take(asked.at(ticked=()), replace(reading, needs_confirmation=True))
            both = parsed_choices((*asked.cursor.ticked, *reading.value), asked.options)
            return _take(asked.at(ticked=()), replace(both, needs_confirmation=reading.needs_confirmation))
        case Parsed(value, shown, True, others=others):
            return put(asked.at(pending=Pending(value=value, shown=shown, others=others), doubted=None))
        case _:
            return keep(asked, reading)


def _place_and_another(asked: Asking, code: str) -> set[str]:
    return {asked.choice(Verb.PICK_PLACE, each, label="").id for each in (code, NO_PLACE)}


def keep(asked: Asking, parsed: Parsed) -> Turn:
    """Keep the answer, and go on."""
    visit, question = asked.visit.with_state(cursor=asked.cursor), asked.question
    keeping = keeping_of(visit, asked.sheet)
    if (refused := keeping.refuse(question)) is not None:
        return refused
    kept, events = keep_answer(asked.sheet, question, parsed, visit.now)
    events = _in_their_words(asked, parsed, events)
    is_elsewhere = asked.kept is not None and asked.kept.value != parsed.value
    if question.type is FieldType.PLACE and events and is_elsewhere:
        kept, more = _without_programmes(asked, kept)
        events = [*events, *more]
    effects = keeping.effects(kept, events)
    changed = visit.with_sheet(kept)
    lead = visit.text(keeping.acknowledgement(kept), shown=_short(parsed.shown))
    turn = keeping_of(changed, kept).elsewhere(question, lead) or _after(changed, asked.sheet, kept, question, lead)
    turn = _with_next_step(turn, keeping.next_step(kept))
    turn = _with_others_proposed(changed, turn, parsed, lead)
    message = asked.cursor.written
    written = Written(message=message, sheet=kept.reference, question=question.id) if message else None
    return Turn(turn.state.model_copy(update={"written": written}), turn.replies, (*effects, *turn.effects))


def _with_next_step(turn: Turn, step: Choice | None) -> Turn:
    """What can be done instead of going on stands below the question, whose own choices keep their ranks."""
    first, *others = turn.replies
    read = [read_form_choice(each.id) for each in first.choices]
    if step is None or any(each and each.verb is Verb.SEND for each in read):  # the whole is on show already
        return turn
    return replace(turn, replies=(replace(first, choices=(*first.choices, step)), *others))


def _with_others_proposed(visit: Visit, turn: Turn, parsed: Parsed, lead: str) -> Turn:
    """What was named beside the options answers the question that asks for it: it is read over, not asked again."""
    if not parsed.others:
        return turn
    found, said = current(replace(visit, state=turn.state)), ", ".join(parsed.others)
    if found is None or found.question.when is None or found.question.type not in _IN_WORDS:
        first, *others = turn.replies
        unused = visit.text("answer_unused", said=said, is_list=isinstance(parsed.value, list))
        return replace(turn, replies=(replace(first, text=f"{unused}\n\n{first.text}"), *others))
    put_anew = put(found.at(pending=Pending(value=said, shown=said)), lead)
    return Turn(put_anew.state, put_anew.replies, turn.effects)


def _in_their_words(asked: Asking, parsed: Parsed, events: list[Event]) -> list[Event]:
    """Return the events with the town's own words, where the staff asked for more than what can be picked."""
    if not asked.is_picked or not asked.is_requested:
        return events
    doubted, incoming = asked.cursor.doubted, asked.visit.incoming
    words = doubted or incoming.text.strip()
    is_button = incoming.choice is not None and doubted is None
    if is_button or not words or fold(words) == fold(parsed.shown):
        return events
    told = asked.visit.text("answer_in_words", shown=parsed.shown, words=words)
    return [replace(event, new=told) if event.question == asked.question.id else event for event in events]


def _after(visit: Visit, before: Sheet, sheet: Sheet, question: Question, lead: str) -> Turn:
    """Go on; after the change of one answer, back to the whole, unless the change asks for more."""
    cursor = visit.state.cursor
    left = visit.form_of(sheet).question(cursor.back_to) if cursor is not None and cursor.back_to else None
    if left is not None and left in open_questions(visit.form_of(sheet), sheet):
        return ask_question(visit, sheet, left, lead)
    if cursor is None or not cursor.to_summary or cursor.sheet != sheet.reference:
        return go_on(visit, sheet, after=question.id, lead=lead)
    form, keeping = visit.form_of(sheet), keeping_of(visit, sheet)
    known = open_questions(form, before)
    asked_for = [each for each in open_questions(form, sheet) if each not in known]
    if asked_for and keeping.refuse(asked_for[0]) is None:
        return ask_question(visit, sheet, asked_for[0], lead, to_summary=True)
    return keeping.show(lead)


def _without_programmes(asked: Asking, sheet: Sheet) -> tuple[Sheet, Sequence[Event]]:
    programmes = asked.form.first_of(FieldType.PROGRAMMES)
    return forget_answer(sheet, programmes.id) if programmes else (sheet, [])


# --- what the choices do


def pick_for_question(visit: Visit, choice: FormChoice) -> Turn | None:
    """Do what a choice shown with a question does; None: that question is not the one that waits."""
    found = current(visit)
    if found is None or found.sheet.reference != choice.reference:
        return None
    if choice.question not in (WAITING, found.question.id):
        return None
    match choice.verb:
        case Verb.PICK_OPTION:
            return _pick_option(found, choice.argument)
        case Verb.PICK_PLACE:
            return _pick_place(found, choice.argument)
        case Verb.CONFIRM:
            return _confirm(found, choice.argument)
        case Verb.SETTLE_DOUBT:
            return _settle_doubt(found, choice.argument)
        case Verb.FINISH:
            return done(visit)
        case Verb.SKIP:
            return skip(visit)
        case Verb.KEEP:
            return keep_as_it_is(visit)
    return None


def _pick_option(asked: Asking, option_id: str) -> Turn | None:
    option = next((option for option in asked.options if option.id == option_id), None)
    if option is None:
        return None
    incoming = asked.visit.incoming
    # Which message gave the answer: an option's number or label, where it was typed.
    in_writing = asked.at(written=None if incoming.choice else incoming.message)
    if asked.question.type not in _SEVERAL:
        return keep(in_writing, Parsed(option.id, option.label))
    if not incoming.choice:  # written: it is the whole answer
        return keep(in_writing, parsed_choices((*asked.cursor.ticked, option.id), asked.options))
    ticked = set(asked.cursor.ticked) ^ {option.id}
    return put(asked.at(ticked=tuple(each.id for each in asked.options if each.id in ticked), pending=None))


def _pick_place(asked: Asking, code: str) -> Turn | None:
    if code == NO_PLACE:
        return ask_question(asked.visit, asked.sheet, asked.question, asked.visit.text("place_again"))
    place = asked.field.library.towns.place(code)
    return keep(asked, parsed_place(place, asked.field)) if place else None


def _confirm(asked: Asking, said: str) -> Turn | None:
    pending = asked.cursor.pending
    if pending is None or said not in (YES, NO):
        return None
    if said == YES:
        return keep(asked, Parsed(pending.value, pending.shown, others=pending.others))
    again = asked.at(pending=None)
    if asked.question.type is FieldType.CHOICES:  # what was understood is there to be put right, not to be told anew
        again = again.at(ticked=tuple(pending.value), is_corrected=True)
    return put(again, asked.visit.text("confirm_again"))


def _settle_doubt(asked: Asking, said: str) -> Turn | None:
    if asked.cursor.doubted is None or said != prompts.ANSWER:
        return None
    return _take(asked, read_field(asked.cursor.doubted, asked.field))


# --- what the words do


def back(visit: Visit) -> Turn:
    """Go to the question before; undo what waits for a yes first."""
    found, cursor = current(visit), visit.cursor
    if found and (found.cursor.doubted is not None or is_confirming(found)):
        return put(found.at(doubted=None, pending=None))
    sheet = visit.sheet(cursor.sheet) if cursor else None
    assert cursor is not None
    assert sheet is not None
    before = previous_question(visit.form_of(sheet), sheet, cursor.question)
    if before is None:
        return ask_again(visit, visit.text("back_first"))
    if found is None or not found.cursor.ticked:
        return ask_question(visit, sheet, before)
    changed, effects, lead = keep_ticked(found)
    turn = ask_question(changed, keeping_sheet(changed, sheet), before, lead)
    return Turn(turn.state, turn.replies, (*effects, *turn.effects))


def keep_ticked(asked: Asking) -> tuple[Visit, Sequence[Effect], str]:
    """Keep what was ticked so far as the answer: leaving the question must not lose it; with what is said of it."""
    keeping, parsed = keeping_of(asked.visit, asked.sheet), parsed_choices(asked.cursor.ticked, asked.options)
    kept, events = keep_answer(asked.sheet, asked.question, parsed, asked.visit.now)
    changed = asked.at(ticked=(), pending=None)
    visit = asked.visit.with_sheet(kept).with_state(cursor=changed.cursor)
    return visit, keeping.effects(kept, events), visit.text("answer_kept", shown=_short(parsed.shown))


def keeping_sheet(visit: Visit, sheet: Sheet) -> Sheet:
    """Return the sheet as the visit has it now."""
    return visit.sheet(sheet.reference) or sheet


def is_confirming(asked: Asking) -> bool:
    """Whether an answer waits for a yes; programmes found in the registers are but the first thing proposed."""
    return asked.cursor.pending is not None and asked.question.type is not FieldType.PROGRAMMES


def skip(visit: Visit) -> Turn:
    """Pass over the question that waits; a required one is told to be missing."""
    asked = current(visit)
    if asked is None:
        return ask_again(visit)
    if asked.is_kept and not asked.cursor.ticked:
        return keep_as_it_is(visit)
    if is_answered(asked.sheet, asked.question):
        return _close_documents(asked)
    if asked.cursor.ticked:  # to pass over what was picked a moment ago may be a slip: it is asked
        return _ask_about_ticked(asked)
    question, keeping = asked.question, keeping_of(visit, asked.sheet)
    if question.required and keeping.insists:
        return put(asked.at(pending=None, doubted=None), visit.text("request_required"))
    if question.skipped_as and not question.required:
        return keep(asked, Parsed(None, question.skipped_as))
    skipped = skip_question(asked.sheet, question.id, visit.now)
    lead = visit.text("skipped_required" if question.required else "skipped")
    turn = _after(visit.with_sheet(skipped), asked.sheet, skipped, question, lead)
    return Turn(turn.state, turn.replies, (*keeping.effects(skipped, ()), *turn.effects))


def _ask_about_ticked(asked: Asking) -> Turn:
    ticked = parsed_choices(asked.cursor.ticked, asked.options)
    lead = asked.visit.text("skip_ticked", shown=ticked.shown)
    if asked.question.type is FieldType.PROGRAMMES:  # what waits for a yes there is worded as found in the registers
        return put(asked, lead)
    waiting = asked.at(pending=Pending(value=ticked.value, shown=ticked.shown), ticked=())
    return asked.visit.turn(prompts.confirm(waiting, lead), cursor=waiting.cursor)


def done(visit: Visit) -> Turn | None:
    """End the answer to a question that takes several; None: the one that waits does not."""
    asked = current(visit)
    if asked is None:
        return None
    if asked.cursor.ticked:
        return keep(asked, parsed_choices(asked.cursor.ticked, asked.options))
    if asked.question.type is not FieldType.FILE:
        return None
    return _close_documents(asked) if asked.sheet.documents else skip(visit)


def _close_documents(asked: Asking) -> Turn:
    """Go on behind the question that asks for documents: those that are here or on their way answer it."""
    visit, sheet = asked.visit, asked.sheet
    assert isinstance(sheet, Dossier)  # no other form has documents
    kept, events = close_documents(sheet, asked.question, visit.now)
    lead = visit.text("form_documents", names=[each.name for each in sheet.documents])
    turn = _after(visit.with_sheet(kept), sheet, kept, asked.question, lead)
    return Turn(turn.state, turn.replies, (*keeping_of(visit, sheet).effects(kept, events), *turn.effects))


def keep_as_it_is(visit: Visit) -> Turn:
    asked = current(visit)
    if asked is None or asked.kept is None or not asked.is_kept:
        return ask_again(visit)
    if asked.is_requested:  # kept as it is, on purpose: the staff are told
        confirmed = replace(visit, incoming=replace(visit.incoming, text=""))
        return keep(replace(asked, visit=confirmed), Parsed(asked.kept.value, asked.kept.shown))
    return _after(visit, asked.sheet, asked.sheet, asked.question, visit.text("answer_unchanged"))


def help_with_question(visit: Visit) -> Turn | None:
    asked = current(visit)
    return ask_again(visit, prompts.help_text(asked)) if asked else None


def refuse_no(visit: Visit) -> Turn | None:
    """« Non », « aucun » pass over what is optional and is not answered by yes or no."""
    asked = current(visit)
    if asked is None or asked.question.required or asked.question.type is FieldType.YES_NO or asked.cursor.pending:
        return None
    return skip(visit)


#: Characters of an answer that are repeated.
_REPEATED = 200


def _short(shown: str) -> str:
    return shown if len(shown) <= _REPEATED else shown[: _REPEATED - 1].rstrip() + "…"
