"""An answer of a dossier changed in words: « je me suis trompé dans le téléphone », « mettez plutôt la vague 3 ».

Which answer is meant and what becomes of it is decided here; what the message says is in `said`. A new value that is
said along is read over before it is kept.
"""

from dataclasses import replace

from bot.conversation.dossier import menu
from bot.conversation.dossier.said import CONTACTS, Said, merged, new_value, values_said
from bot.conversation.dossier.taken_out import document_in_words
from bot.conversation.dossier.texts import text_in_words
from bot.conversation.dossier.unasked import dossier_on_show
from bot.conversation.form import interview
from bot.conversation.form.asking import Asking, asking, current
from bot.conversation.form.places import offer_places
from bot.conversation.form.standing import revised
from bot.conversation.reading.heard import Heard, hear
from bot.conversation.reading.naming import code_of, read_places
from bot.conversation.talk.state import Pending
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.field import Parsed, Reading, Refused, Several
from knowledge.call.form import FieldType, Question
from knowledge.hearing.phrases import covered, phrases, split_words
from knowledge.language.text import fold

#: What is answered in one's own words: anything may be said there, so that what waits there is not left for a guess.
IN_WORDS = frozenset({FieldType.SHORT_TEXT, FieldType.LONG_TEXT, FieldType.FILE})
#: What a new value is read for where it is said along.
_READ_ALONG = frozenset(
    {FieldType.WAVE, FieldType.DATE, FieldType.PERSON, FieldType.CHOICES, FieldType.PLACE, *CONTACTS}
)
#: What is asked together with an address and a number.
_WITH_CONTACTS = frozenset({FieldType.PERSON, *CONTACTS})
#: Letters of a word that tells a person, or an office: « DGS ».
_LEAST_OF_A_NAME = 3
#: More words than this are prose.
_MOST_WORDS = 16


def change_in_words(visit: Visit) -> Turn | None:
    """Ask the answer that is named again, or show what it becomes; none is named, or several: ask which."""
    dossier, heard, waiting = menu.focus(visit), hear(visit), current(visit)
    if dossier is None or heard.command is not None or (waiting is not None and revised(waiting) is not None):
        return None
    if (turn := _document_or_text(visit, dossier)) is not None:
        return turn
    if (parts := _two_changes(heard)) is not None:
        return _first_of_two(visit, *parts)
    said = Said(visit, dossier, heard)
    if (turn := _labelled(said)) is not None:
        return turn
    if _asks_whether_it_may_change(said):
        if not said.named:
            return menu.choose_question(visit, dossier)
        return menu.change_answer(visit, dossier, said.named[0], visit.text("change_may"))
    if heard.asks_to_change or heard.finds_fault:
        return _asked_to_change(said) or _changed_along(said)
    return _changed_along(said) or _asked_anew(said)


def _document_or_text(visit: Visit, dossier: Dossier) -> Turn | None:
    """Take away a document, or change a text, whichever the message names: documents may be told in a text alone."""
    first, second = (document_in_words, text_in_words) if dossier.documents else (text_in_words, document_in_words)
    return first(visit, dossier) or second(visit, dossier)


def _asks_whether_it_may_change(said: Said) -> bool:
    """« On peut encore changer la vague ? », of one answer or of the dossier: it may, or what keeps it is told."""
    lists, heard = said.heard.call.hearing, said.heard
    if not said.says(lists.changing) or not heard.is_asking or not said.says(lists.asking_leave):
        return False
    questions = [each for each in said.questions if each.id in said.named]
    names = [name for each in questions for name in (each.label, *each.words)]
    around = (lists.changing, lists.asking_leave, lists.connectors, lists.open_questions, tuple(names))
    return len(questions) <= 1 and not heard.meaning(*map(phrases, around))


def _two_changes(heard: Heard) -> tuple[str, str] | None:
    """Return both parts of « le tél, c'est plutôt le 05 …, et ajoutez l'UIMM »; None: it asks for one change."""
    lists, words = heard.call.hearing, heard.words
    joins = phrases(lists.connectors)
    marks = phrases((*lists.adding, *lists.removing, *lists.changing, *lists.replacing))
    first = phrases((*lists.adding, *lists.removing, *lists.changing, *lists.replacing, *lists.instead))
    for place in range(1, len(words)):
        length = joins.at(words, place)
        behind = place + length
        if length and behind < len(words) and marks.at(words, behind) and first.are_in(words[:place]):
            return heard.text[: words[place - 1].end], heard.text[words[behind].start :].strip()
    return None


def _first_of_two(visit: Visit, first: str, rest: str) -> Turn | None:
    """Take one change, and say that the other is left: each is read over before it is kept."""
    turn = change_in_words(replace(visit, incoming=replace(visit.incoming, text=first)))
    if turn is None or not turn.replies:
        return turn
    reply, *others = turn.replies
    unread = visit.text("rest_unread", said=rest)
    return replace(turn, replies=(replace(reply, text=f"{unread}\n\n{reply.text}"), *others))


def _labelled(said: Said) -> Turn | None:
    """« Les besoins : il manque des soudeurs », where no question waits: the answer that the label names."""
    if current(said.visit) is not None or said.heard.is_asking:
        return None
    label, _, value = said.heard.text.partition(":")
    if not value.strip():
        return None
    lists, heard = said.heard.call.hearing, Heard(label, said.heard.call)
    marks = covered(heard.words, phrases(lists.adding), phrases(lists.instead))
    kept_words = [label[word.start : word.end] for word, is_mark in zip(heard.words, marks, strict=True) if not is_mark]
    named = said.find(Heard(" ".join(kept_words), said.heard.call))
    question = said.visit.form.question(named.options[0].id) if len(named.options) == 1 and not named.unknown else None
    if question is None or question.type not in (IN_WORDS | _READ_ALONG | {FieldType.YES_NO}):
        return None
    asked, value = asking(said.visit, said.dossier, question), value.strip()
    is_added = phrases(lists.adding).are_in(heard.words)
    if question.type in IN_WORDS and asked.kept is not None and is_added:
        value = f"{asked.kept.value} ; {value}"
    reading = asked.read(value)
    if question.type is FieldType.CHOICES and isinstance(reading, Parsed):
        reading = merged(said, asked, reading) or reading
    return _proposed(said, question, reading) if isinstance(reading, Parsed | Several) else None


def _asked_to_change(said: Said) -> Turn | None:
    visit, heard, named = said.visit, said.heard, said.named
    if len(named) == 1:
        turn = menu.change_answer(visit, said.dossier, named[0])
        if turn is None or (contact := next(iter(said.contacts.values()), None)) is None:
            return _changed_along(said) or turn
        return _changed_to(visit, turn, contact) if len(said.contacts) == 1 else turn
    if (turn := _changed_along(said)) is not None:
        return turn
    if not heard.asks_to_change:
        return None
    is_short = len(heard.meaning(phrases(heard.call.hearing.changing))) <= 1
    waiting = current(visit)
    fits = waiting is not None and not isinstance(waiting.read(visit.incoming.text), Refused)
    return menu.choose_question(visit, said.dossier) if named or is_short or not fits else None


def _changed_to(visit: Visit, asked: Turn, contact: str) -> Turn:
    """« Changez mon téléphone, c'est le 06 … »: the number said is the answer, if it is one to that question."""
    waiting = current(visit.with_state(cursor=asked.state.cursor))
    if waiting is None or not isinstance(waiting.read(contact), Parsed):
        return asked
    saying = replace(visit, incoming=replace(visit.incoming, text=contact))
    return interview.answer(saying.with_state(cursor=asked.state.cursor)) or asked


def _changed_along(said: Said) -> Turn | None:
    """Show what an answer becomes, where the message says it; None: it says no such thing."""
    waiting = current(said.visit)
    if len(said.heard.words) > _MOST_WORDS or not (said.is_marked or said.contacts) or said.heard.is_asking:
        return None
    for question in said.questions:
        is_waiting = waiting is not None and waiting.question == question
        if is_waiting or question.type not in _READ_ALONG:
            continue
        if not _may_be_meant(said, question, waiting):
            continue
        reading = new_value(said, question)
        if isinstance(reading, Refused):
            return _with_the_rest_asked(said, question)
        if reading is not None:
            return _proposed(said, question, reading)
    return None


def _asked_anew(said: Said) -> Turn | None:
    """Ask an answer again that is to go, or to be another one, where the message does not say which.

    « Enlevez le téléphone », « finalement on n'a pas de partenaires », « Claire Martin est partie ».
    """
    lists, heard = said.heard.call.hearing, said.heard
    if current(said.visit) is not None or heard.is_asking or len(heard.words) > _MOST_WORDS:
        return None
    goes = heard.opens_with(lists.removing) or (heard.opens_with(lists.instead) and said.says(lists.lacking))
    if goes and len(said.named) == 1:
        return menu.change_answer(said.visit, said.dossier, said.named[0])
    person = next((each for each in said.questions if each.type is FieldType.PERSON), None)
    if person is None or not (said.says(lists.instead) or said.says(lists.excluding)):
        return None
    kept = said.dossier.answers.get(person.id)
    names = {word.folded for word in split_words(kept.shown) if len(word.folded) >= _LEAST_OF_A_NAME} if kept else set()
    is_told = any(word.folded in names for word in heard.words) and dossier_on_show(said.visit) == said.dossier
    return menu.change_answer(said.visit, said.dossier, person.id) if is_told else None


def _may_be_meant(said: Said, question: Question, waiting: Asking | None) -> bool:
    """Whether the message may say a new answer to the question, by what it names and how it is worded."""
    is_named = list(said.named) == [question.id]
    if question.type in CONTACTS:
        if waiting is not None and waiting.question.type in _WITH_CONTACTS and question.id not in said.dossier.answers:
            return False  # said beside what is asked, it answers what is asked next
        return (
            list(said.contacts) == [question.type] and is_named and (said.is_marked or not _more_than(said, question))
        )
    if not said.is_marked or (waiting is not None and not _may_leave(said, question, waiting)):
        return False
    if question.type is FieldType.PLACE:
        return is_named or _is_put_aside(said, question)
    if question.type is FieldType.CHOICES:
        lists = said.heard.call.hearing
        return is_named or (not said.named and (said.says(lists.adding) or said.says(lists.removing)))
    return is_named


def _may_leave(said: Said, question: Question, waiting: Asking) -> bool:
    """Whether a question that waits is left for another: where it takes any words, only on words that are plain."""
    lists = said.heard.call.hearing
    is_plain = question.type is FieldType.WAVE and said.heard.opens_with((*lists.instead, *lists.changing))
    return waiting.question.type not in IN_WORDS or is_plain


def _more_than(said: Said, question: Question) -> bool:
    """Whether words beside the contact say more than which answer it is."""
    lists = said.heard.call.hearing
    around = (lists.changing, lists.instead, lists.agreeing, lists.excluding, (question.label, *question.words))
    return bool(said.bare.meaning(*map(phrases, around)))


def _is_put_aside(said: Said, question: Question) -> bool:
    """« C'est pas Dole, c'est Dole agglo », « non, le Grand Dole »: another place is meant than the one kept."""
    answer = said.dossier.answers.get(question.id)
    if answer is None:
        return False
    kept = answer.value
    # « Non rien » is not a slip for « Dontrien »: only a place that is written in full is opposed to another.
    found = read_places(said.heard.text, said.visit.library, may_slip=not said.contradicts).likeliest
    is_other = bool(found) and all(code_of(each.town) != kept["code"] for each in found)
    return is_other and (said.contradicts or fold(kept["name"]) in fold(said.heard.text))


def _asked_again(said: Said, question: Question) -> tuple[Turn | None, Asking | None]:
    """Return the turn that asks a question again, and the question as it then waits; None: it says why it cannot."""
    turn = menu.change_answer(said.visit, said.dossier, question.id)
    waiting = current(said.visit.with_state(cursor=turn.state.cursor)) if turn is not None else None
    return turn, waiting if waiting is not None and waiting.question == question else None


def _with_the_rest_asked(said: Said, question: Question) -> Turn | None:
    """« Le contact sera plutôt Paul Durand »: the person is asked again, and of this name only the office."""
    turn, waiting = _asked_again(said, question)
    if waiting is None:
        return turn
    for text in values_said(said, question):
        reading = waiting.read(text)
        if isinstance(reading, Refused) and reading.part:
            return interview.put(waiting.at(part=reading.part), said.visit.text(reading.message, **reading.values))
    return turn


def _proposed(said: Said, question: Question, reading: Reading) -> Turn | None:
    """Show what the answer becomes, to be confirmed; or say why it cannot be changed."""
    turn, waiting = _asked_again(said, question)
    if waiting is None:
        return turn
    if isinstance(reading, Several):
        return offer_places(waiting, reading.candidates)
    assert isinstance(reading, Parsed)
    if waiting.kept is not None and waiting.kept.value == reading.value:
        return turn  # « c'est plus la vague 2 », which is kept: which it is now, is asked
    pending = Pending(value=reading.value, shown=reading.shown, others=reading.others)
    return interview.put(waiting.at(pending=pending), said.visit.text("change_read", label=question.label))
