"""The answers of a dossier in the words of now: what names a thing of the call is worded anew each time it is read.

A wave, an option, a programme, a town is kept by its id. Its words may change in the knowledge: a closing day moves, an
option is called otherwise or withdrawn. Whoever reads a dossier words it first.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from bot.conversation.fields.fields import says_nothing_yet
from bot.conversation.fields.options import known_options
from bot.conversation.fields.places import parsed_place
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.field import Asked
from bot.conversation.values.sheet import KeptAnswer
from knowledge.call.form import FieldType, Option, Question
from knowledge.language.text import fold
from knowledge.library import Library

#: What is answered by one option, and by several.
ONE_OPTION = frozenset({FieldType.CHOICE, FieldType.YES_NO, FieldType.WAVE})
SEVERAL_OPTIONS = frozenset({FieldType.CHOICES, FieldType.PROGRAMMES})


def in_words_of_now(dossier: Dossier, library: Library) -> Dossier:
    """Return the dossier with each answer worded as the knowledge words it now.

    An answer that is no longer among the options says so, and waits to be given anew: see `KeptAnswer.was`.
    """
    form = library.call.form
    if form is None or not dossier.answers:
        return dossier
    questions = {question.id: question for question in form.questions()}
    answers = {
        key: worded(questions[key], kept, library, dossier.updated_at) if key in questions else kept
        for key, kept in dossier.answers.items()
    }
    return dossier if answers == dossier.answers else dossier.model_copy(update={"answers": answers})


def worded(question: Question, kept: KeptAnswer, library: Library, now: datetime) -> KeptAnswer:
    """Return one answer in the words of now. An older version may have kept words where an id belongs."""
    word = _WORDS.get(question.type)
    return word(Asked(question, library, now), kept) if word else kept


def option_of(said: Any, options: tuple[Option, ...]) -> Option | None:
    """Return the option whose id, earlier id or label `said` is."""
    if not isinstance(said, str):
        return None
    for option in options:
        if said == option.id or said in option.formerly:
            return option
    words = fold(said)
    return next((option for option in options if words == fold(option.label)), None)


def _one(asked: Asked, kept: KeptAnswer) -> KeptAnswer:
    options = known_options(asked.question, asked.library, asked.now)
    said = kept.value[0] if isinstance(kept.value, list) and len(kept.value) == 1 else kept.value
    found = option_of(said, options) or _same_words(kept, options)
    return KeptAnswer(value=found.id, shown=found.label) if found else _gone(asked, kept)


def _same_words(kept: KeptAnswer, options: tuple[Option, ...]) -> Option | None:
    """Return the option that bears the very words which the person was shown: only its id was changed."""
    words = fold(kept.was or kept.shown)
    return next((option for option in options if words == fold(option.label)), None)


def _several(asked: Asked, kept: KeptAnswer) -> KeptAnswer:
    options = known_options(asked.question, asked.library, asked.now)
    said = kept.value if isinstance(kept.value, list) else [kept.value]
    found = [option_of(each, options) for each in said]
    chosen = [option for option in options if option in found]
    shown = ", ".join(option.label for option in chosen)
    if None in found or not chosen:
        return _gone(asked, kept, shown)
    return KeptAnswer(value=[option.id for option in chosen], shown=shown)


def _gone(asked: Asked, kept: KeptAnswer, left: str = "") -> KeptAnswer:
    """Return the answer as it lies, with the words of then beside those that say that it is no choice any more."""
    was = kept.was or kept.shown
    return KeptAnswer(value=kept.value, shown=asked.say("answer_gone", was=was, left=left), was=was)


def _place(asked: Asked, kept: KeptAnswer) -> KeptAnswer:
    if not isinstance(kept.value, Mapping) or "code" not in kept.value:
        return _gone(asked, kept)
    place = asked.library.towns.place(str(kept.value["code"]))
    if place is None:  # the registers know it no more: it keeps the name it had
        return kept
    parsed = parsed_place(place, asked)
    return KeptAnswer(value=parsed.value, shown=parsed.shown)


def _days(asked: Asked, kept: KeptAnswer) -> KeptAnswer:
    try:
        first, last = (date.fromisoformat(kept.value[end]) for end in ("first", "last"))
    except (TypeError, KeyError, ValueError):
        return _gone(asked, kept)
    shown = asked.say("date_day" if first == last else "date_period", first=first, last=last)
    return KeptAnswer(value=kept.value, shown=shown)


def _number(asked: Asked, kept: KeptAnswer) -> KeptAnswer:
    if not isinstance(kept.value, int):
        return _gone(asked, kept)
    return KeptAnswer(value=kept.value, shown=asked.say("field_number_shown", number=kept.value))


def _text(asked: Asked, kept: KeptAnswer) -> KeptAnswer:
    is_empty = says_nothing_yet(kept.shown, asked)
    return kept if kept.is_empty is is_empty else kept.model_copy(update={"is_empty": is_empty})


#: How each type of answer is worded; the others are what the person wrote.
_WORDS: Mapping[FieldType, Callable[[Asked, KeptAnswer], KeptAnswer]] = {
    **dict.fromkeys(ONE_OPTION, _one),
    **dict.fromkeys(SEVERAL_OPTIONS, _several),
    FieldType.PLACE: _place,
    FieldType.DATE: _days,
    FieldType.NUMBER: _number,
    FieldType.SHORT_TEXT: _text,
    FieldType.LONG_TEXT: _text,
}


def is_in_words_of_then(question: Question | None, words: str, library: Library, now: datetime) -> bool:
    """Whether `words`, an answer as a history tells it, name an option otherwise than the knowledge does now."""
    if question is None or question.type not in ONE_OPTION | SEVERAL_OPTIONS:
        return False
    labels = [option.label for option in known_options(question, library, now) if option.label in words]
    return ", ".join(labels) not in words or not labels
