"""Whether a text written while a question of the form waits is its answer or a question to the assistant."""

from enum import Enum, auto

from bot.conversation.reading.asking import begins_asking
from bot.conversation.reading.heard import Heard
from bot.conversation.values.field import Parsed, Reading, Refused
from knowledge.call.form import FieldType, Question
from knowledge.call.model import Basis
from knowledge.language.text import fold
from knowledge.library import Library
from knowledge.matching.matcher import Match, Outcome

#: Longer texts are prose: an answer, whatever its punctuation.
PROSE = 250
#: From this confidence on, a short text that is no question in its form may still be one.
_SURE = 0.9
#: From this confidence on, a text that has the form of a question is one.
_LIKELY = 0.8
#: Words of a text that a single entry may be meant by.
_FEW_WORDS = 6
#: One or two words are a term, which an answer may be, even where an editor lists them as a question.
_MORE_THAN_A_TERM = 3

#: What is read strictly: a text that fits is the answer.
_STRICT = frozenset(
    {
        FieldType.CHOICE,
        FieldType.CHOICES,
        FieldType.YES_NO,
        FieldType.NUMBER,
        FieldType.DATE,
        FieldType.EMAIL,
        FieldType.PHONE,
        FieldType.PROGRAMMES,
        FieldType.WAVE,
        FieldType.DEADLINE,
        FieldType.PHONE_OR_EMAIL,
    }
)


#: What is read by words of a list, which a question can hold as well: « et la vague 1, c'est quand ? ».
_LISTED = frozenset({FieldType.CHOICE, FieldType.CHOICES, FieldType.YES_NO, FieldType.PROGRAMMES, FieldType.WAVE})
#: What is answered in one's own words.
_IN_WORDS = frozenset({FieldType.SHORT_TEXT, FieldType.LONG_TEXT})


class Kind(Enum):
    ANSWER = auto()
    QUESTION = auto()
    DOUBT = auto()


def weigh(text: str, question: Question, reading: Reading, library: Library, *, is_late: bool = False) -> Kind:
    """Return what `text` is, by its form, by what the knowledge base makes of it and by the type of the field.

    `is_late`: hours went by since the form asked, so that the person may have forgotten that it did.
    """
    heard = Heard(text, library.call)
    if not question.takes_questions and question.type in _LISTED and heard.asks_in_words:
        return Kind.QUESTION
    kind = _weigh(heard, question, reading, library, is_late=is_late)
    is_remark = (
        question.type in (*_IN_WORDS, FieldType.FILE) and not question.takes_questions and heard.is_to_the_counter
    )
    return Kind.DOUBT if kind is Kind.ANSWER and is_remark else kind


def _weigh(heard: Heard, question: Question, reading: Reading, library: Library, *, is_late: bool) -> Kind:
    text, is_asking = heard.text, heard.is_asking
    if _is_answer_for_sure(text, question, reading, is_asking=is_asking):
        return Kind.ANSWER
    best, outcome = _best(text, library)
    if is_asking:
        kind = _asked(text, question, reading, best)
        return Kind.DOUBT if kind is Kind.QUESTION and question.doubts_questions else kind
    if best is None or not library.entries[best.entry].in_scope:
        return Kind.ANSWER  # what is another counter's matter is rather a word of the answer
    if isinstance(reading, Refused):
        return Kind.ANSWER if reading.is_attempt or not _is_meant(text, best, library) else Kind.QUESTION
    if question.type is FieldType.PLACE:
        return Kind.QUESTION if _is_phrasing(text, best, library) else Kind.ANSWER
    return Kind.DOUBT if is_late and outcome is Outcome.ANSWER else _said(text, best, library)


def _is_answer_for_sure(text: str, question: Question, reading: Reading, *, is_asking: bool) -> bool:
    if question.takes_questions or len(text) > PROSE:
        return True
    if not isinstance(reading, Parsed):
        return False
    if reading.is_guess:  # a question in a few words is none of the guessed answer's
        return not is_asking and len(text.split()) <= _MORE_THAN_A_TERM
    return question.type in _STRICT


def _asked(text: str, question: Question, reading: Reading, best: Match | None) -> Kind:
    if question.type in _STRICT or question.type is FieldType.PERSON:
        return Kind.QUESTION
    if question.type is FieldType.PLACE:  # « Dole ? » names a place; « c'est quoi un territoire ? » does not
        return Kind.QUESTION if isinstance(reading, Refused) or begins_asking(text) else Kind.ANSWER
    return Kind.QUESTION if best is not None and best.confidence >= _LIKELY else Kind.DOUBT


def _said(text: str, best: Match, library: Library) -> Kind:
    """A text that is no question in its form: « bonjour », « date limite vague 2 », but also « le numérique »."""
    is_service = library.entries[best.entry].basis is Basis.SERVICE
    if _is_phrasing(text, best, library):
        if is_service:
            return Kind.QUESTION
        return Kind.DOUBT if len(text.split()) >= _MORE_THAN_A_TERM else Kind.ANSWER
    return Kind.DOUBT if is_service and _is_meant(text, best, library) else Kind.ANSWER


def _is_meant(text: str, best: Match, library: Library) -> bool:
    return _is_phrasing(text, best, library) or (best.confidence >= _SURE and len(text.split()) <= _FEW_WORDS)


def _best(text: str, library: Library) -> tuple[Match | None, Outcome]:
    ranking = library.matcher.rank(text)
    return (ranking.matches[0] if ranking.matches else None), ranking.outcome


def _is_phrasing(text: str, best: Match, library: Library) -> bool:
    entry = library.entries[best.entry]
    said = fold(text).strip(" .!?")
    return any(said == fold(phrasing).strip(" .!?") for phrasing in (entry.question, *entry.variants))
