"""How a question of the form is put to a person: its text, its progress, its choices. Decides nothing."""

from bot.conversation.fields.fields import parsed_choices
from bot.conversation.fields.places import parsed_place, place_of
from bot.conversation.form.options import offered_options
from bot.conversation.talk.choice_ids import dossier_choice
from bot.conversation.talk.exchange import Exchange
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.talk.state import Cursor, Pending
from bot.conversation.values.dossier import Dossier, answer_of, visible_questions
from bot.conversation.values.field import Asked
from knowledge.call.form import FieldType, Option, Question
from knowledge.places.registers import ProgrammeKind

#: Cells of the progress bar.
_BAR = 10
#: Choices are not shown beside a number asked for: « 2 » would be read as the second of them.
_WITHOUT_CHOICES = frozenset({FieldType.NUMBER})


#: Questions whose answer may be proposed before anything was typed, and the message that proposes it.
_PROPOSED = {FieldType.PROGRAMMES: "programmes_found", FieldType.PLACE: "place_found"}


def asked(exchange: Exchange, question: Question) -> Asked:
    """Return the question as it stands now, with its options."""
    return Asked(question, exchange.library, exchange.now, options_of(exchange, question))


def options_of(exchange: Exchange, question: Question) -> tuple[Option, ...]:
    """Return the options as they are offered now."""
    return offered_options(question, exchange.library, exchange.now)


def proposal(exchange: Exchange, dossier: Dossier, question: Question) -> Pending | None:
    """Return the answer that is known already, for the person to confirm: the town told before, its programmes."""
    if question.type is FieldType.PLACE:
        return _town_told(exchange, question) if question.id not in dossier.answers else None
    if question.type is not FieldType.PROGRAMMES or question.id in dossier.answers:
        return None
    ids = _programmes_of_the_place(exchange, dossier, question)
    if not ids:
        return None
    parsed = parsed_choices(ids, options_of(exchange, question))
    return Pending(value=parsed.value, shown=parsed.shown)


def _programmes_of_the_place(exchange: Exchange, dossier: Dossier, question: Question) -> list[str]:
    """Return the options of `question` that the registers give for the dossier's place."""
    place = answer_of(exchange.form, dossier, FieldType.PLACE)
    found = place_of(place.value["code"], asked(exchange, question)) if place else None
    kinds: set[ProgrammeKind] = {programme.kind for programme in found.programmes} if found else set()
    return [option.id for option in options_of(exchange, question) if option.id in kinds]


def _town_told(exchange: Exchange, question: Question) -> Pending | None:
    """Return the town that the conversation remembers, unless another dossier of the person is already for it."""
    place = place_of(exchange.state.town, asked(exchange, question)) if exchange.state.town else None
    others = [answer_of(exchange.form, each, FieldType.PLACE) for each in exchange.context.dossiers]
    if place is None or any(other and other.value["code"] == exchange.state.town for other in others):
        return None
    parsed = parsed_place(place, asked(exchange, question))
    return Pending(value=parsed.value, shown=parsed.shown)


def ask(exchange: Exchange, dossier: Dossier, cursor: Cursor, lead: str | None = None) -> Reply:
    """Return the question where `cursor` is, after the words `lead`."""
    question = exchange.form.question(cursor.question or "")
    assert question is not None
    parts = [lead] if lead else []
    if cursor.doubted is not None:
        parts.append(exchange.text("doubt", ask=_text(exchange, question.ask)))
        return Reply("\n\n".join(parts), _doubt_choices(exchange, dossier, question))
    if cursor.pending is not None and question.type not in _PROPOSED:
        parts.append(exchange.text("confirm_answer", shown=cursor.pending.shown))
        return Reply("\n\n".join(parts), _confirm_choices(exchange, dossier, question))
    parts.append(_heading(exchange, dossier, question))
    if cursor.pending is not None:
        parts.append(exchange.text(_PROPOSED[question.type], shown=cursor.pending.shown))
        return Reply("\n\n".join(parts), _confirm_choices(exchange, dossier, question))
    parts.append(_question_text(exchange, dossier, question, cursor))
    choices = () if question.type in _WITHOUT_CHOICES else _choices(exchange, dossier, question, cursor)
    return Reply("\n\n".join(parts), choices)


def restate(exchange: Exchange, cursor: Cursor) -> str:
    """Return one line that says what question waits."""
    question = exchange.form.question(cursor.question or "")
    return exchange.text("dossier_waits", ask=_text(exchange, question.ask)) if question else ""


def help_text(exchange: Exchange, question: Question) -> str:
    return exchange.text("form_help", help=_text(exchange, question.help), is_required=question.required)


def _text(exchange: Exchange, template: str) -> str:
    return exchange.library.renderer.render(template, exchange.now)


def _heading(exchange: Exchange, dossier: Dossier, question: Question) -> str:
    visible = [each.id for each in visible_questions(exchange.form, dossier)]
    rank, total = visible.index(question.id) + 1, len(visible)
    filled = round(_BAR * (rank - 1) / total)
    title = exchange.form.section_of(question).title
    return exchange.text(
        "form_progress", section=title, rank=rank, total=total, bar="▰" * filled + "▱" * (_BAR - filled)
    )


def _question_text(exchange: Exchange, dossier: Dossier, question: Question, cursor: Cursor) -> str:
    lines = [f"**{_text(exchange, question.ask)}**"]
    kept = dossier.answers.get(question.id)
    requests = [request.reason for request in dossier.requests if request.question == question.id]
    lines += [exchange.text("request_reason", reason=reason) for reason in requests]
    has_documents = question.type is FieldType.FILE and bool(dossier.documents)
    if kept:
        lines.append(exchange.text("form_current", shown=kept.shown))
    if has_documents:
        lines.append(exchange.text("form_documents", names=[each.name for each in dossier.documents]))
    elif not kept and not question.required:
        lines.append(exchange.text("form_optional"))
    has_place = answer_of(exchange.form, dossier, FieldType.PLACE) is not None
    if (
        question.type is FieldType.PROGRAMMES
        and has_place
        and not _programmes_of_the_place(exchange, dossier, question)
    ):
        lines.append(exchange.text("programmes_not_found"))
    if cursor.ticked:
        ticked = parsed_choices(cursor.ticked, options_of(exchange, question))
        lines.append(exchange.text("form_ticked", shown=ticked.shown))
    return "\n".join(lines)


def _choices(exchange: Exchange, dossier: Dossier, question: Question, cursor: Cursor) -> tuple[Choice, ...]:
    options = options_of(exchange, question)
    choices = [
        dossier_choice(dossier.reference, "o", question.id, option.id, label=_label(option, cursor))
        for option in options
    ]
    has_documents = question.type is FieldType.FILE and bool(dossier.documents)
    if cursor.ticked or has_documents:
        choices.append(dossier_choice(dossier.reference, "f", question.id, label=exchange.text("form_done")))
    elif question.id in dossier.answers and dossier.answers[question.id].is_answer:
        choices.append(dossier_choice(dossier.reference, "g", question.id, label=exchange.text("form_keep")))
    elif not question.required:
        choices.append(dossier_choice(dossier.reference, "s", question.id, label=exchange.text("form_skip")))
    return tuple(choices)


def _label(option: Option, cursor: Cursor) -> str:
    return f"✓ {option.label}" if option.id in cursor.ticked else option.label


def _confirm_choices(exchange: Exchange, dossier: Dossier, question: Question) -> tuple[Choice, ...]:
    return (
        dossier_choice(dossier.reference, "k", question.id, "yes", label=exchange.text("confirm_yes")),
        dossier_choice(dossier.reference, "k", question.id, "no", label=exchange.text("confirm_no")),
    )


def _doubt_choices(exchange: Exchange, dossier: Dossier, question: Question) -> tuple[Choice, ...]:
    return (
        dossier_choice(dossier.reference, "t", question.id, "answer", label=exchange.text("doubt_answer")),
        dossier_choice(dossier.reference, "t", question.id, "question", label=exchange.text("doubt_question")),
    )
