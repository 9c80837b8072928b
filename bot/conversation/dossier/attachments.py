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
from bot.conversation.talk.exchange import Exchange, Turn
from bot.conversation.talk.messages import Reply
from bot.conversation.talk.quotas import MOST_DOCUMENTS, MOST_IN_EXCHANGE, MOST_MEGABYTES, divide
from bot.conversation.talk.state import SentDocument
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import Document
from knowledge.library import Library


def attachments_route(exchange: Exchange) -> Turn | None:
    """Take every message that brings documents. Nothing is said yet of those taken: it is once they are here."""
    if not exchange.incoming.attachments:
        return None
    judged = [judge(attachment) for attachment in exchange.incoming.attachments]
    caption = exchange.incoming.text.strip()
    taken = [SentDocument(attachment=each.attachment, caption=caption) for each in judged if isinstance(each, Taken)]
    fit, beyond = divide(taken, exchange.context.tally, is_exchange=exchange.context.dialogue is not None)
    turn = _place(exchange, fit) if fit else exchange.turn()
    refused = [
        Reply(refusal(exchange.library, each.name, each.why, exchange.now))
        for each in judged
        if isinstance(each, NotTaken)
    ]
    if beyond:
        refused.append(_no_room(exchange, beyond))
    return Turn(turn.state, (*refused, *turn.replies), turn.effects)


def refusal(library: Library, name: str, why: Objection, now: datetime) -> str:
    """Return what the sender of a document that is not taken is told, and what they can do."""
    return library.say("document_refused", now, name=name, why=why.value, limit=LIMIT_MEGABYTES)


def _no_room(exchange: Exchange, documents: Sequence[SentDocument]) -> Reply:
    """Return what is said of documents that are beyond what one person may have here, and what they can do."""
    in_exchange = exchange.context.dialogue is not None
    return exchange.say(
        "document_no_room",
        names=[each.attachment.name for each in documents],
        is_exchange=in_exchange and exchange.context.tally.in_exchange + 1 >= MOST_IN_EXCHANGE,
        in_exchange=MOST_IN_EXCHANGE,
        documents=MOST_DOCUMENTS,
        megabytes=MOST_MEGABYTES,
    )


def _place(exchange: Exchange, documents: Sequence[SentDocument]) -> Turn:
    """To the staff who hold the exchange; else to the dossier in hand, else to the one that the person says."""
    dialogue = exchange.context.dialogue
    if dialogue is not None:
        effects = [FetchAttachment(each.attachment, each.caption, thread=dialogue.thread) for each in documents]
        return exchange.turn(effects=effects)
    targets = _targets(exchange)
    if not targets:
        return _no_dossier(exchange, documents)
    return attach(exchange, targets[0], documents) if len(targets) == 1 else _ask_which(exchange, targets, documents)


def _targets(exchange: Exchange) -> Sequence[Dossier]:
    """Return the dossiers that documents may be meant for: the one in hand, else those that may still change."""
    if exchange.library.call.form is None:
        return ()
    cursor = exchange.dossier_cursor
    held = exchange.context.dossier(cursor.sheet) if cursor else None
    # With none that may change, the latest is refused by name, and the person told why.
    return (held,) if held else editable_dossiers(exchange) or exchange.context.dossiers[:1]


def attach(exchange: Exchange, dossier: Dossier, documents: Sequence[SentDocument]) -> Turn:
    """Have the documents fetched for the dossier, as far as it may change and has room."""
    names = [each.attachment.name for each in documents]
    if why := documents_editable(exchange, dossier):
        return _say_once(exchange, documents, exchange.say("document_not_now", names=names, why=why))
    room = max(MOST - len(dossier.documents), 0)
    effects = [FetchAttachment(each.attachment, each.caption, reference=dossier.reference) for each in documents[:room]]
    if len(documents) <= room:
        return exchange.turn(effects=effects)
    beyond = exchange.say("document_too_many", names=names[room:], limit=MOST, name=name_of(exchange, dossier))
    turn = _say_once(exchange, documents[room:], beyond)
    return Turn(turn.state, turn.replies, tuple(effects))


def _ask_which(exchange: Exchange, targets: Sequence[Dossier], documents: Sequence[SentDocument]) -> Turn:
    waiting = exchange.state.documents
    album = documents[0].attachment.album
    is_asked = bool(waiting) and album is not None and waiting[-1].attachment.album == album
    waiting = (*waiting, *documents)[-MOST:]
    if is_asked:
        return exchange.turn(documents=waiting)
    choices = [
        form_choice(
            each.reference,
            Verb.ATTACH,
            label=exchange.text("dossier_listed", name=name_of(exchange, each), status=status_name(exchange, each)),
        )
        for each in targets
    ]
    choices.append(form_choice("", Verb.KEEP_NO_DOCUMENT, label=exchange.text("do_keep_no_document")))
    names = [each.attachment.name for each in waiting]
    return exchange.turn(exchange.say("document_which", *choices, names=names), documents=waiting)


def attach_waiting(exchange: Exchange, dossier: Dossier) -> Turn | None:
    """Attach what waited to the dossier that the person chose; None: nothing waits any more."""
    documents = exchange.state.documents
    if not documents:
        return None
    turn = attach(exchange.with_state(documents=()), dossier, documents)
    names = [each.attachment.name for each in documents]
    coming = exchange.say("document_coming", names=names, name=name_of(exchange, dossier))
    return Turn(turn.state, turn.replies or (coming,), turn.effects)


def drop_waiting(exchange: Exchange) -> Turn:
    """Keep nothing of what waited."""
    return exchange.turn(exchange.say("document_not_kept"), documents=())


def _no_dossier(exchange: Exchange, documents: Sequence[SentDocument]) -> Turn:
    """Say what documents can be sent for; what was written with them can go to the team."""
    names = [each.attachment.name for each in documents]
    may_start = exchange.library.call.form is not None and exchange.phase != "closed"
    start = (form_choice("", Verb.START_ANOTHER, label=exchange.text("town_start")),) if may_start else ()
    choices = (*start, *team_choices(exchange.library, exchange.now))
    reply = exchange.say("document_no_dossier", *choices, names=names, may_start=may_start)
    question = documents[0].caption or exchange.text("document_team_question", names=names)
    asking = exchange.with_state(unanswered=question, guesses=())
    return _say_once(asking, documents, reply)


def follows_refused(exchange: Exchange) -> bool:
    """Whether the documents came together with one that was refused: what is to be said was said of that one."""
    albums = {each.album for each in exchange.incoming.attachments} - {None}
    return exchange.state.refused_album in albums


def _say_once(exchange: Exchange, documents: Sequence[SentDocument], reply: Reply) -> Turn:
    """Say `reply`; of what was sent together, each of the others is only named."""
    album = documents[-1].attachment.album
    if follows_refused(exchange):
        names = [each.attachment.name for each in documents]
        return exchange.turn(exchange.say("document_neither", names=names))
    return exchange.turn(reply, refused_album=album)


# --- once they are here


def acknowledge(exchange: Exchange, dossier: Dossier, received: Sequence[Document]) -> Reply:
    """Return what the sender is told once the documents are here; the form's question that waits is put again."""
    lead = exchange.text(
        "document_received",
        names=[each.name for each in received],
        name=name_of(exchange, dossier),
        is_sent=dossier.status is not Status.DRAFT,
    )
    asked = current(exchange)
    if asked is not None and asked.sheet.reference == dossier.reference:
        return ask_again(exchange, lead).replies[0]
    if is_waiting(exchange):
        return Reply(f"{lead}\n\n{restate(exchange)[0]}")
    choices = (
        form_choice(
            dossier.reference, Verb.DOCUMENTS, label=exchange.text("do_documents", count=len(dossier.documents))
        ),
        form_choice(dossier.reference, Verb.SUMMARY, label=exchange.text("do_summary")),
    )
    return Reply(lead, choices)
