"""The options of a question: those that the editor wrote, or those that the call and the clock give. Asks nothing."""

from datetime import datetime

from bot.conversation.values.field import NONE_OF_THEM, UNDECIDED
from knowledge.call.form import FieldType, Option, Question
from knowledge.call.rendering import wave_on
from knowledge.library import Library


def offered_options(question: Question, library: Library, now: datetime) -> tuple[Option, ...]:
    """Return the options that can be picked at `now`: of the waves, those still open."""
    if question.type is not FieldType.WAVE:
        return known_options(question, library, now)
    today = library.day(now)
    open_ids = {wave.id for wave in library.call.facts.waves if wave.closes_on >= today} | {UNDECIDED}
    return tuple(option for option in known_options(question, library, now) if option.id in open_ids)


def known_options(question: Question, library: Library, now: datetime) -> tuple[Option, ...]:
    """Return all the options that an answer kept may be: the closed waves are among them."""
    facts = library.call.facts
    match question.type:
        case FieldType.YES_NO:
            return (
                Option(id="yes", label=library.say("field_yes", now)),
                Option(id="no", label=library.say("field_no", now)),
            )
        case FieldType.PROGRAMMES:
            programmes = tuple(Option(id=each.id, label=each.name, formerly=each.formerly) for each in facts.programmes)
            return (*programmes, Option(id=NONE_OF_THEM, label=library.say("programmes_none", now)))
        case FieldType.WAVE:
            today = library.day(now)
            waves = tuple(
                Option(
                    id=wave.id,
                    label=library.say("wave_option", now, wave=wave_on(wave, today)),
                    formerly=wave.formerly,
                )
                for wave in facts.waves
            )
            return (*waves, Option(id=UNDECIDED, label=library.say("wave_undecided", now)))
        case _:
            return question.options
