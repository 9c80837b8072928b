"""Documents that a person sends: to whom each goes, or why it is not taken. What is taken is fetched after the turn."""

from collections.abc import Sequence
from datetime import datetime

from bot.conversation.answers.answers import team_choices
from bot.conversation.form.asking import current
from bot.conversation.form.interview import ask_again, is_waiting
from bot.conversation.form.summary import documents_editable, editable_dossiers, name_of, status_name
from bot.conversation.form.waiting import restate
from bot.conversation.talk.choice_ids import Verb, form_choice
from bot.conversation.talk.document_types import LIMIT_MEGABYTES, MOST, NotTaken, Objection, Taken, judge
from bot.conversation.talk.effects import FetchAttachment
from bot.conversation.talk.messages import Reply
from bot.conversation.talk.quotas import MOST_DOCUMENTS, MOST_IN_THREAD, MOST_MEGABYTES, divide
from bot.conversation.talk.state import SentDocument
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import Document
from knowledge.library import Library


def attachments_route(visit: Visit) -> Turn | None:
    """Take every message that brings documents. Nothing is said yet of those taken: it is once they are here."""
    if not visit.incoming.attachments:
        return None
    judged = [judge(attachment) for attachment in visit.incoming.attachments]
    caption = visit.incoming.text.strip()
    taken = [SentDocument(attachment=each.attachment, caption=caption) for each in judged if isinstance(each, Taken)]
    fit, beyond = divide(taken, visit.context.tally, is_thread=visit.context.dialogue is not None)
    turn = _place(visit, fit) if fit else visit.turn()
    refused = [
        Reply(refusal(visit.library, each.name, each.why, visit.now)) for each in judged if isinstance(each, NotTaken)
    ]
    if beyond:
        refused.append(_no_room(visit, beyond))
    return Turn(turn.state, (*refused, *turn.replies), turn.effects)


def refusal(library: Library, name: str, why: Objection, now: datetime) -> str:
    """Return what the sender of a document that is not taken is told, and what they can do."""
    return library.say("document_refused", now, name=name, why=why.value, limit=LIMIT_MEGABYTES)


def _no_room(visit: Visit, documents: Sequence[SentDocument]) -> Reply:
    """Return what is said of documents that are beyond what one person may have here, and what they can do."""
    in_thread = visit.context.dialogue is not None
    return visit.say(
        "document_no_room",
        names=[each.attachment.name for each in documents],
        is_thread=in_thread and visit.context.tally.in_thread + 1 >= MOST_IN_THREAD,
        in_thread=MOST_IN_THREAD,
        documents=MOST_DOCUMENTS,
        megabytes=MOST_MEGABYTES,
    )


def _place(visit: Visit, documents: Sequence[SentDocument]) -> Turn:
    """To the staff who hold the thread; else to the dossier in hand, else to the one that the person says."""
    dialogue = visit.context.dialogue
    if dialogue is not None:
        effects = [FetchAttachment(each.attachment, each.caption, thread=dialogue.thread) for each in documents]
        return visit.turn(effects=effects)
    targets = _targets(visit)
    if not targets:
        return _no_dossier(visit, documents)
    return attach(visit, targets[0], documents) if len(targets) == 1 else _ask_which(visit, targets, documents)


def _targets(visit: Visit) -> Sequence[Dossier]:
    """Return the dossiers that documents may be meant for: the one in hand, else those that may still change."""
    if visit.library.call.form is None:
        return ()
    cursor = visit.dossier_cursor
    held = visit.context.dossier(cursor.sheet) if cursor else None
    # With none that may change, the latest is refused by name, and the person told why.
    return (held,) if held else editable_dossiers(visit) or visit.context.dossiers[:1]


def attach(visit: Visit, dossier: Dossier, documents: Sequence[SentDocument]) -> Turn:
    """Have the documents fetched for the dossier, as far as it may change and has room."""
    names = [each.attachment.name for each in documents]
    if why := documents_editable(visit, dossier):
        return _say_once(visit, documents, visit.say("document_not_now", names=names, why=why))
    room = max(MOST - len(dossier.documents), 0)
    effects = [FetchAttachment(each.attachment, each.caption, reference=dossier.reference) for each in documents[:room]]
    if len(documents) <= room:
        return visit.turn(effects=effects)
    beyond = visit.say("document_too_many", names=names[room:], limit=MOST, name=name_of(visit, dossier))
    turn = _say_once(visit, documents[room:], beyond)
    return Turn(turn.state, turn.replies, tuple(effects))


def _ask_which(visit: Visit, targets: Sequence[Dossier], documents: Sequence[SentDocument]) -> Turn:
    waiting = visit.state.documents
    album = documents[0].attachment.album
    is_asked = bool(waiting) and album is not None and waiting[-1].attachment.album == album
    waiting = (*waiting, *documents)[-MOST:]
    if is_asked:
        return visit.turn(documents=waiting)
    choices = [
        form_choice(
            each.reference,
            Verb.ATTACH,
            label=visit.text("dossier_listed", name=name_of(visit, each), status=status_name(visit, each)),
        )
        for each in targets
    ]
    choices.append(form_choice("", Verb.KEEP_NO_DOCUMENT, label=visit.text("do_keep_no_document")))
    names = [each.attachment.name for each in waiting]
    return visit.turn(visit.say("document_which", *choices, names=names), documents=waiting)


def attach_waiting(visit: Visit, dossier: Dossier) -> Turn | None:
    """Attach what waited to the dossier that the person chose; None: nothing waits any more."""
    documents = visit.state.documents
    if not documents:
        return None
    turn = attach(visit.with_state(documents=()), dossier, documents)
    names = [each.attachment.name for each in documents]
    coming = visit.say("document_coming", names=names, name=name_of(visit, dossier))
    return Turn(turn.state, turn.replies or (coming,), turn.effects)


def drop_waiting(visit: Visit) -> Turn:
    """Keep nothing of what waited."""
    return visit.turn(visit.say("document_not_kept"), documents=())


def _no_dossier(visit: Visit, documents: Sequence[SentDocument]) -> Turn:
    """Say what documents can be sent for; what was written with them can go to the team."""
    names = [each.attachment.name for each in documents]
    may_start = visit.library.call.form is not None and visit.phase != "closed"
    start = (form_choice("", Verb.START_ANOTHER, label=visit.text("town_start")),) if may_start else ()
    choices = (*start, *team_choices(visit.library, visit.now))
    reply = visit.say("document_no_dossier", *choices, names=names, may_start=may_start)
    question = documents[0].caption or visit.text("document_team_question", names=names)
    asking = visit.with_state(unanswered=question, guesses=())
    return _say_once(asking, documents, reply)


def follows_refused(visit: Visit) -> bool:
    """Whether the documents came together with one that was refused: what is to be said was said of that one."""
    albums = {each.album for each in visit.incoming.attachments} - {None}
    return visit.state.refused_album in albums


def _say_once(visit: Visit, documents: Sequence[SentDocument], reply: Reply) -> Turn:
    """Say `reply`; of what was sent together, each of the others is only named."""
    album = documents[-1].attachment.album
    if follows_refused(visit):
        names = [each.attachment.name for each in documents]
        return visit.turn(visit.say("document_neither", names=names))
    return visit.turn(reply, refused_album=album)


# --- once they are here


def acknowledge(visit: Visit, dossier: Dossier, received: Sequence[Document]) -> Reply:
    """Return what the sender is told once the documents are here; the form's question that waits is put again."""
    lead = visit.text(
        "document_received",
        names=[each.name for each in received],
        name=name_of(visit, dossier),
        is_sent=dossier.status is not Status.DRAFT,
    )
    asked = current(visit)
    if asked is not None and asked.sheet.reference == dossier.reference:
        return ask_again(visit, lead).replies[0]
    if is_waiting(visit):
        return Reply(f"{lead}\n\n{restate(visit)[0]}")
    choices = (
        form_choice(dossier.reference, Verb.DOCUMENTS, label=visit.text("do_documents", count=len(dossier.documents))),
        form_choice(dossier.reference, Verb.SUMMARY, label=visit.text("do_summary")),
    )
    return Reply(lead, choices)
