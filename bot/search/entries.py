"""What the index says of a dossier or a thread, read from the rows as they stand in the transaction."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import ValidationError

from bot.conversation.talk.state import State
from bot.conversation.values.about import About, about_dossier, about_thread
from bot.conversation.values.dossier import Dossier, EventKind, answers_sent
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import answer_of
from bot.search.terms import all_words_of, email_terms, facet, phone_terms, place_terms, words_of
from bot.services.dossiers import read_dossier, read_events
from knowledge.call.form import FieldType
from knowledge.library import Library
from knowledge.places.registers import Intercommunality, Town
from storage import conversations, dossiers, press_requests, threads
from storage.dossiers import KeptDossier
from storage.engine.changes import Kind, Subject
from storage.engine.database import Transaction
from storage.engine.tables import ThreadStatus
from storage.search_index import Entry
from storage.threads import KeptThread

#: To be raised where the words of what is kept change: the entries are then made anew.
VERSION = 4
#: What is in the staff's hands, or was.
HANDED_OVER = frozenset(Status) - {Status.DRAFT}
OVER = frozenset({Status.CLOSED, Status.WITHDRAWN})
#: Events whose words the staff or the town wrote to each other.
_SAID = frozenset({EventKind.ASKED, EventKind.MESSAGE, EventKind.NOTE, EventKind.CLOSED})


def read_entry(library: Library, transaction: Transaction, subject: Subject) -> Entry | None:
    """Return what the index says of a subject; None for a draft, or what is no more."""
    if subject.kind is Kind.DOSSIER:
        kept = dossiers.find_by_id(transaction, subject.id)
        return _of_dossier(library, transaction, kept) if kept else None
    thread = threads.find(transaction, subject.id)
    return _of_thread(library, transaction, thread) if thread else None


def about_of(transaction: Transaction, subject: Subject) -> About | None:
    """Return how messages and pages call a subject; None if it is no more."""
    if subject.kind is Kind.THREAD:
        return about_thread(subject.id)
    kept = dossiers.find_by_id(transaction, subject.id)
    return about_dossier(kept.reference) if kept else None


def _of_dossier(library: Library, transaction: Transaction, kept: KeptDossier) -> Entry | None:
    facts = dossiers.plain_facts_of(transaction, kept.id)
    if facts is None or facts.status not in HANDED_OVER:
        return None
    dossier = read_dossier(kept, library)
    events = read_events(dossiers.list_events(transaction, [kept.id])[kept.id])
    said = [each.event.new for each in events if each.event.kind in _SAID and each.event.new]
    for thread_id in threads.list_ids(transaction, of_dossier=kept.id):
        said += [message.text for message in threads.list_messages(transaction, thread_id)]
    found_by = {facet("reference", kept.reference), *words_of(kept.reference), *all_words_of(said)}
    return Entry(
        words=frozenset(found_by.union(_words_of_dossier(library, dossier) if dossier else ())),
        status=facts.status,
        is_over=facts.status in OVER,
        awaits_town=facts.status == Status.ASKED,
        holder_id=(dossier.holder.id or None) if dossier and dossier.holder else None,
        is_press=False,
        is_team=True,
        began_at=(dossier and dossier.sent_at) or facts.created_at,
        updated_at=dossier.updated_at if dossier else facts.updated_at,
    )


def _words_of_dossier(library: Library, dossier: Dossier) -> Iterator[str]:
    """Yield by what the answers are found."""
    form = library.call.form
    if form is None:
        return
    answers = answers_sent(form, dossier)
    for question in form.questions():
        answer = answers.get(question.id)
        if answer is None:
            continue
        yield from words_of(answer.shown)
        if question.type is FieldType.EMAIL:
            yield from email_terms(answer.shown)
        elif question.type is FieldType.PHONE:
            yield from phone_terms(str(answer.value))
    wave = answer_of(form, dossier, FieldType.WAVE)
    if wave is not None:
        yield facet("wave", str(wave.value))
    if dossier.decision is not None:
        decision = library.call.decision(dossier.decision)
        yield facet("decision", decision.id if decision else dossier.decision)
    place = place_of_dossier(library, dossier)
    if place is not None:
        yield from place_terms(place)


def place_of_dossier(library: Library, dossier: Dossier) -> Town | Intercommunality | None:
    """Return the town that a dossier is of, as the registers know it; None: it has not said, or they do not."""
    form = library.call.form
    answer = answer_of(form, dossier, FieldType.PLACE) if form else None
    code = answer.value.get("code") if answer is not None and isinstance(answer.value, dict) else None
    return library.towns.place(code) if code else None


def places_sent_by(
    library: Library, transaction: Transaction, recipient_ids: Sequence[int]
) -> Mapping[int, Town | Intercommunality]:
    """Return the town for which each person handed dossiers over; who did so for none, or for several, is missing."""
    found = {}
    for recipient, kept in dossiers.list_of_recipients(transaction, recipient_ids).items():
        read = [read_dossier(each, None) for each in kept]  # as it was kept: its town is read, not its words
        places = [place_of_dossier(library, each) for each in read if each is not None and each.sent_at is not None]
        known = {each for each in places if each is not None}
        if len(known) == 1:
            found[recipient] = known.pop()
    return found


def town_code_of(transaction: Transaction, recipient_id: int) -> str | None:
    """Return the code of the town that a person speaks for, as far as their conversation knows it."""
    return town_codes_of(transaction, [recipient_id]).get(recipient_id)


def town_codes_of(transaction: Transaction, recipient_ids: Sequence[int]) -> Mapping[int, str]:
    """`town_code_of` for several: who speaks for no town that is known is missing."""
    kept = conversations.read_all(transaction, recipient_ids)
    found = {recipient: _town_in(state) for recipient, state in kept.items()}
    return {recipient: code for recipient, code in found.items() if code is not None}


def _town_in(state: str) -> str | None:
    try:
        return State.model_validate_json(state).town if state else None
    except ValidationError:
        return None  # set aside when they next write


def _of_thread(library: Library, transaction: Transaction, thread: KeptThread) -> Entry:
    messages = threads.list_messages(transaction, thread.id)
    matter = press_requests.matter_of(transaction, thread.id)
    spoken = [message for message in messages if not message.is_note]
    is_over = thread.status == ThreadStatus.CLOSED
    words = all_words_of([message.text for message in messages]) | frozenset(_facets(library, transaction, thread))
    return Entry(
        words=words,
        status=thread.status,
        is_over=is_over,
        awaits_town=not is_over and bool(spoken) and spoken[-1].staff is not None,
        holder_id=thread.holder_id,
        is_press=matter.is_press,
        is_team=matter.is_team,
        began_at=thread.opened_at,
        updated_at=thread.active_at,
    )


def _facets(library: Library, transaction: Transaction, thread: KeptThread) -> Iterator[str]:
    yield from words_of(str(thread.id))
    for request in press_requests.list_of_thread(transaction, thread.id):
        yield facet("reference", request.reference)
        yield from words_of(" ".join((request.reference, *map(str, request.content.values()))))
        for answer in request.content.values():
            yield from email_terms(str(answer))
    # Who answers the press finds nothing by what a dossier says: the dossier itself is found by it.
    dossier_id = None if press_requests.matter_of(transaction, thread.id).is_press else thread.dossier_id
    kept = dossiers.find_by_id(transaction, dossier_id) if dossier_id is not None else None
    dossier = read_dossier(kept, library) if kept else None
    if dossier is not None and dossier.sent_at is not None:
        yield facet("reference", dossier.reference)
        yield from _words_of_dossier(library, dossier)
        return
    code = town_code_of(transaction, thread.recipient_id)
    place = library.towns.place(code) if code else None
    if place is None and not press_requests.matter_of(transaction, thread.id).is_press:
        place = places_sent_by(library, transaction, [thread.recipient_id]).get(thread.recipient_id)
    if place is not None:
        yield from place_terms(place)
