"""A document that is to be taken away, in words: « supprimez le document X », « enlevez la deuxième pièce »."""

from collections.abc import Sequence

from bot.conversation.dossier.documents import list_documents, remove_document
from bot.conversation.fields.rewording import Change, read_rewording
from bot.conversation.form.asking import current
from bot.conversation.reading.heard import Heard, hear
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.sheet import Document
from knowledge.call.form import FieldType
from knowledge.hearing.phrases import Word, phrases, split_words

#: Letters from which on two words that begin alike are one: « délib », « deliberation.pdf ».
_ALIKE = 4
#: What is answered in one's own words: there only an order that opens the message is one.
_IN_WORDS = frozenset({FieldType.SHORT_TEXT, FieldType.LONG_TEXT})


def document_in_words(visit: Visit, dossier: Dossier) -> Turn | None:
    """Ask for a yes to take away the document that is named; show them all where it is not plain which one.

    None: no document is to go.
    """
    if _replaces(hear(visit), dossier):
        return list_documents(visit, dossier, visit.text("document_send"))
    heard, lists = hear(visit), visit.library.call.hearing
    taking, called = phrases(lists.to_text.taking_out), phrases(lists.document_words)
    waiting = current(visit)
    is_order = heard.opens_with(lists.to_text.taking_out)
    may_follow = waiting is None or waiting.question.type not in _IN_WORDS
    if not (is_order or (may_follow and taking.are_in(heard.words))) or _is_of_what_we_do(heard):
        return None
    if heard.is_asking and not is_order:  # « comment retirer une pièce ? »
        asks_how = phrases(lists.asking_leave).are_in(heard.words) and called.are_in(heard.words)
        return list_documents(visit, dossier) if asks_how and dossier.documents else None
    around = phrases((*lists.connectors, *lists.wrong_one, "dossier", "moi"))
    said = heard.meaning(taking, called, around)
    named = [each for each in dossier.documents if _is_named(each, said)] if said else []
    if not called.are_in(heard.words) and len(named) != 1:
        return None
    if not dossier.documents:
        return list_documents(visit, dossier)
    meant = named or _by_rank(heard, dossier.documents)
    if len(meant) == 1:
        return remove_document(visit, dossier, str(meant[0].id), "")
    return list_documents(visit, dossier)


def _replaces(heard: Heard, dossier: Dossier) -> bool:
    """« Remplacez la délibération par une autre »: the other one is sent, and this one taken away, by hand."""
    lists = heard.call.hearing
    rewording = read_rewording(heard)
    if rewording is None or rewording.change is not Change.REPLACE or heard.is_asking:
        return False
    called = phrases(lists.document_words)
    said = Heard(rewording.old, heard.call).meaning(called)
    return any(_is_named(each, said) for each in dossier.documents) if said else bool(dossier.documents)


def _is_of_what_we_do(heard: Heard) -> bool:
    """« Vous supprimez les documents après ? » asks what becomes of them."""
    return heard.is_asking and phrases(heard.call.hearing.asked_of_erasing).are_in(heard.words)


def _is_named(document: Document, said: Sequence[Word]) -> bool:
    name = [word.folded for word in split_words(document.name)]
    return all(any(_is_same(word.folded, other) for other in name) for word in said)


def _is_same(said: str, other: str) -> bool:
    return said == other or (len(said) >= _ALIKE and other.startswith(said)) or other[:-1] == said


def _by_rank(heard: Heard, documents: Sequence[Document]) -> Sequence[Document]:
    """« La deuxième pièce »; without a rank, the only one there is."""
    ranks = {rank for place in range(len(heard.words)) if (rank := heard.rank_at(place)[0]) is not None}
    if not ranks:
        return documents if len(documents) == 1 else ()
    rank = ranks.pop() if len(ranks) == 1 else 0
    place = rank - 1 if rank > 0 else len(documents) + rank
    return documents[place : place + 1] if rank and 0 <= place < len(documents) else ()
