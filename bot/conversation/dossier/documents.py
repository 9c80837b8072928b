"""The documents attached to a dossier, as its town sees them: which there are, and taking one away."""

from bot.conversation.form.summary import documents_editable, name_of, show_documents
from bot.conversation.talk.choice_ids import Verb, form_choice
from bot.conversation.talk.document_types import LIMIT_MEGABYTES, MOST
from bot.conversation.talk.effects import Effect, EraseDocument, SaveDossier, TellDesks
from bot.conversation.talk.state import Cursor
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.dossier import Dossier, Event, EventKind
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import Document


def list_documents(visit: Visit, dossier: Dossier, lead: str | None = None) -> Turn:
    """Show the documents, each with a choice that takes it away; how to send some, where there are none."""
    why = documents_editable(visit, dossier)
    choices = [
        form_choice(
            dossier.reference, Verb.REMOVE_DOCUMENT, str(each.id), label=visit.text("do_remove", name=each.name)
        )
        for each in (() if why else dossier.documents)
    ]
    choices.append(form_choice(dossier.reference, Verb.SUMMARY, label=visit.text("do_summary")))
    reply = visit.say(
        "documents",
        *choices,
        lead=lead,
        name=name_of(visit, dossier),
        documents=show_documents(visit.library, dossier, visit.now),
        why=why,
        limit=LIMIT_MEGABYTES,
        most=MOST,
    )
    return visit.turn(reply, cursor=Cursor(sheet=dossier.reference, asked_at=visit.now))


def remove_document(visit: Visit, dossier: Dossier, number: str, said: str) -> Turn | None:
    """Take a document away, on a yes; None for one that is not there."""
    document = next((each for each in dossier.documents if str(each.id) == number), None)
    if document is None:
        return None
    if why := documents_editable(visit, dossier):
        return list_documents(visit, dossier, why)
    if said == "no":
        return list_documents(visit, dossier, visit.text("unchanged"))
    if said != "yes":
        return _confirm(visit, dossier, document)
    others = tuple(each for each in dossier.documents if each is not document)
    left = dossier.model_copy(update={"documents": others, "updated_at": visit.now})
    turn = list_documents(visit.with_sheet(left), left, visit.text("document_removed", document=document.name))
    effects: list[Effect] = [
        SaveDossier(left, (Event(EventKind.DETACHED, old=document.name),)),
        EraseDocument(document.id),
    ]
    if dossier.status is not Status.DRAFT:
        told = visit.say(
            "desk_document_removed",
            reference=dossier.reference,
            name=name_of(visit, dossier),
            document=document.name,
        )
        effects.append(TellDesks(told, dossier.reference))
    return Turn(turn.state, turn.replies, tuple(effects))


def _confirm(visit: Visit, dossier: Dossier, document: Document) -> Turn:
    number = str(document.id)
    reply = visit.say(
        "document_remove_confirm",
        form_choice(dossier.reference, Verb.REMOVE_DOCUMENT, number, "yes", label=visit.text("document_remove_yes")),
        form_choice(dossier.reference, Verb.REMOVE_DOCUMENT, number, "no", label=visit.text("confirm_unchanged")),
        document=document.name,
        is_sent=dossier.status is not Status.DRAFT,
    )
    return visit.turn(reply, cursor=Cursor(sheet=dossier.reference, asked_at=visit.now))
