"""A text among the answers that is changed in words: « ajoutez aux besoins que … », « remplacez X par Y ».

Which text is meant is decided here; how it then reads is in `fields/rewording`. It is shown before it is kept.
"""

from collections.abc import Iterator

from bot.conversation.dossier import menu
from bot.conversation.dossier.unasked import dossier_on_show
from bot.conversation.fields.rewording import Change, Rewording, read_rewording, reworded
from bot.conversation.form.asking import asking, current
from bot.conversation.form.interview import put
from bot.conversation.reading.heard import hear
from bot.conversation.talk.state import Pending
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.field import Parsed
from bot.conversation.values.sheet import visible_questions
from knowledge.call.form import FieldType, Question
from knowledge.hearing.phrases import phrases

_TEXTS = frozenset({FieldType.SHORT_TEXT, FieldType.LONG_TEXT, FieldType.FILE})


def text_in_words(visit: Visit, dossier: Dossier) -> Turn | None:
    """Show a text as the message has it changed; ask which, where it adds and says not to which; None: it does not."""
    found = list(_meant(visit, dossier))
    named = [each for each in found if each[1].is_named]
    meant = named or [each for each in found if each[1].change is not Change.ADD]
    if len(meant) == 1:
        return _shown(visit, dossier, *meant[0])
    return menu.choose_question(visit, dossier) if _adds_a_sentence(visit, dossier) and not named else None


def _meant(visit: Visit, dossier: Dossier) -> Iterator[tuple[Question, Rewording, str]]:
    """Give each text that the order fits, with the text that then stands."""
    heard = hear(visit)
    documents = visit.library.call.hearing.document_words
    for question in visible_questions(visit.form, dossier):
        if question.type not in _TEXTS:
            continue
        names = (question.label, *question.words, *(documents if question.type is FieldType.FILE else ()))
        rewording = read_rewording(heard, names)
        kept = dossier.answers.get(question.id)
        stands = kept.value if kept is not None and isinstance(kept.value, str) else ""
        text = reworded(stands, rewording) if rewording is not None else None
        if rewording is not None and text is not None:
            yield question, rewording, text


def _shown(visit: Visit, dossier: Dossier, question: Question, _: Rewording, text: str) -> Turn | None:
    reading = asking(visit, dossier, question).read(text)
    turn = menu.change_answer(visit, dossier, question.id)
    waiting = current(visit.with_state(cursor=turn.state.cursor)) if turn is not None else None
    if waiting is None or waiting.question != question or not isinstance(reading, Parsed):
        return turn
    pending = Pending(value=reading.value, shown=reading.shown)
    return put(waiting.at(pending=pending), visit.text("change_read", label=question.label))


def _adds_a_sentence(visit: Visit, dossier: Dossier) -> bool:
    """« Ajoutez que le textile recrute », to the whole read over."""
    heard = hear(visit)
    adding = read_rewording(heard)
    if dossier_on_show(visit) != dossier or adding is None or adding.change is not Change.ADD or heard.is_asking:
        return False
    start = heard.text.find(adding.new)
    before = heard.text[:start].rstrip()
    return before.endswith(":") or phrases(("que", "qu")).are_in([each for each in heard.words if each.end <= start])
