"""How a question of a form is put to a person: its text, its progress, its choices. Decides nothing."""

from bot.conversation.fields.choices import parsed_choices
from bot.conversation.fields.places import parsed_place
from bot.conversation.form.asking import Asking
from bot.conversation.talk.choice_ids import NO, YES, Verb
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.talk.state import Pending
from bot.conversation.values.sheet import answer_of, visible_questions
from knowledge.call.form import FieldType, Option
from knowledge.places.registers import ProgrammeKind

#: Cells of the progress bar.
_BAR = 10
#: Choices are not shown beside a number asked for: « 2 » would be read as the second of them.
_WITHOUT_CHOICES = frozenset({FieldType.NUMBER})
#: Questions whose answer may be proposed before anything was typed, and the message that proposes it.
_PROPOSED = {FieldType.PROGRAMMES: "programmes_found", FieldType.PLACE: "place_found"}
#: What a doubted text is said to be.
ANSWER, QUESTION = "answer", "question"


def proposal(asking: Asking) -> Pending | None:
    """Return the answer that is known already, for the person to confirm: the town told before, its programmes."""
    if asking.kept is not None:
        return None
    if asking.question.type is FieldType.PLACE:
        return _town_told(asking)
    if asking.question.type is not FieldType.PROGRAMMES:
        return None
    ids = _programmes_of_the_place(asking)
    if not ids:
        return None
    parsed = parsed_choices(ids, asking.options)
    return Pending(value=parsed.value, shown=parsed.shown)


def _programmes_of_the_place(asking: Asking) -> list[str]:
    """Return the options of the question that the registers give for the place of the form."""
    place = answer_of(asking.form, asking.sheet, FieldType.PLACE)
    found = asking.field.library.towns.place(place.value["code"]) if place else None
    kinds: set[ProgrammeKind] = {programme.kind for programme in found.programmes} if found else set()
    return [option.id for option in asking.options if option.id in kinds]


def _town_told(asking: Asking) -> Pending | None:
    """Return the town that the conversation remembers, unless another dossier of the person is already for it."""
    visit = asking.visit
    place = asking.field.library.towns.place(visit.state.town) if visit.state.town else None
    others = [answer_of(visit.form, each, FieldType.PLACE) for each in visit.context.dossiers]
    if place is None or any(other and other.value["code"] == visit.state.town for other in others):
        return None
    parsed = parsed_place(place, asking.field)
    return Pending(value=parsed.value, shown=parsed.shown)


def ask(asking: Asking, lead: str | None = None) -> Reply:
    """Return the question, after the words `lead`."""
    visit, cursor, question = asking.visit, asking.cursor, asking.question
    parts = [lead] if lead else []
    if cursor.doubted is not None:
        parts.append(visit.text("doubt", ask=asking.text(question.ask)))
        return Reply("\n\n".join(parts), _doubt_choices(asking))
    if cursor.pending is not None and question.type not in _PROPOSED:
        parts.append(visit.text("confirm_answer", shown=cursor.pending.shown))
        return confirm(asking, "\n\n".join(parts))
    parts.append(_heading(asking))
    if cursor.pending is not None:
        parts.append(visit.text(_PROPOSED[question.type], shown=cursor.pending.shown))
        return confirm(asking, "\n\n".join(parts))
    parts.append(_question_text(asking))
    return Reply("\n\n".join(parts), () if question.type in _WITHOUT_CHOICES else _choices(asking))


def confirm(asking: Asking, text: str) -> Reply:
    """Return `text`, which asks whether what waits for a yes is right."""
    return Reply(text, _confirm_choices(asking))


def help_text(asking: Asking) -> str:
    question = asking.question
    return asking.visit.text("form_help", help=asking.text(question.help), is_required=question.required)


def _heading(asking: Asking) -> str:
    visible = [each.id for each in visible_questions(asking.form, asking.sheet)]
    rank, total = visible.index(asking.question.id) + 1, len(visible)
    filled = round(_BAR * (rank - 1) / total)
    title = asking.form.section_of(asking.question).title
    bar = "▰" * filled + "▱" * (_BAR - filled)
    return asking.visit.text("form_progress", section=title, rank=rank, total=total, bar=bar)


def _question_text(asking: Asking) -> str:
    text, question, sheet = asking.visit.text, asking.question, asking.sheet
    lines = [f"**{asking.text(question.ask)}**"]
    requests = [request.reason for request in sheet.requests if request.question == question.id]
    lines += [text("request_reason", reason=reason) for reason in requests]
    if asking.kept:
        lines.append(text("form_current", shown=asking.kept.shown))
    if _has_documents(asking):
        lines.append(text("form_documents", names=[each.name for each in sheet.documents]))
    elif not asking.kept and not question.required:
        lines.append(text("form_optional"))
    if _is_unknown_to_registers(asking):
        lines.append(text("programmes_not_found"))
    if asking.cursor.ticked:
        lines.append(text("form_ticked", shown=parsed_choices(asking.cursor.ticked, asking.options).shown))
    return "\n".join(lines)


def _has_documents(asking: Asking) -> bool:
    return asking.question.type is FieldType.FILE and bool(asking.sheet.documents)


def _is_unknown_to_registers(asking: Asking) -> bool:
    """Whether the programmes are asked for a place of which the registers tell none."""
    has_place = answer_of(asking.form, asking.sheet, FieldType.PLACE) is not None
    is_of_programmes = asking.question.type is FieldType.PROGRAMMES
    return is_of_programmes and has_place and not _programmes_of_the_place(asking)


def _choices(asking: Asking) -> tuple[Choice, ...]:
    text, question = asking.visit.text, asking.question
    choices = [asking.choice(Verb.PICK_OPTION, each.id, label=_label(asking, each)) for each in asking.options]
    if asking.cursor.ticked or _has_documents(asking):
        choices.append(asking.choice(Verb.FINISH, label=text("form_done")))
    elif asking.is_kept:
        choices.append(asking.choice(Verb.KEEP, label=text("form_keep")))
    elif not question.required:
        choices.append(asking.choice(Verb.SKIP, label=question.skipped_as or text("form_skip")))
    return tuple(choices)


def _label(asking: Asking, option: Option) -> str:
    return f"✓ {option.label}" if option.id in asking.cursor.ticked else option.label


def _confirm_choices(asking: Asking) -> tuple[Choice, ...]:
    text = asking.visit.text
    return (
        asking.choice(Verb.CONFIRM, YES, label=text("confirm_yes")),
        asking.choice(Verb.CONFIRM, NO, label=text("confirm_no")),
    )


def _doubt_choices(asking: Asking) -> tuple[Choice, ...]:
    text = asking.visit.text
    return (
        asking.choice(Verb.SETTLE_DOUBT, ANSWER, label=text("doubt_answer")),
        asking.choice(Verb.SETTLE_DOUBT, QUESTION, label=text("doubt_question")),
    )
