"""What is done to a dossier rarely, and by its owner: withdraw it, share it, hand it on, delete it."""

from bot.conversation.form.summary import name_of, show_standing, show_summary
from bot.conversation.talk.choice_ids import FROM_MENU, Verb, form_choice
from bot.conversation.talk.context import AccessKind
from bot.conversation.talk.effects import DeleteDossier, OfferAccess, SaveDossier, TellDesks, TellOthers, UseAccess
from bot.conversation.talk.messages import Reply
from bot.conversation.talk.state import Cursor
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.dossier import Dossier, Event, EventKind, moved
from bot.conversation.values.moves import Move, Status


def more(visit: Visit, dossier: Dossier) -> Turn:
    """Show what is done rarely."""
    choices = []
    if _owns(visit, dossier):
        choices = [
            form_choice(dossier.reference, Verb.INVITE, label=visit.text("do_invite")),
            form_choice(dossier.reference, Verb.TRANSFER, label=visit.text("do_transfer")),
            form_choice(dossier.reference, Verb.WITHDRAW, label=visit.text("do_withdraw")),
        ]
    documents = visit.text("do_documents", count=len(dossier.documents))
    choices += [
        form_choice(dossier.reference, Verb.DOCUMENTS, label=documents),
        form_choice(dossier.reference, Verb.COPY, label=visit.text("do_pdf")),
        form_choice(dossier.reference, Verb.SUMMARY, "", FROM_MENU, label=visit.text("do_summary")),
    ]
    return _at_summary(visit, dossier, visit.say("more", *choices))


def delete(visit: Visit, dossier: Dossier, said: str) -> Turn:
    if dossier.status not in (Status.DRAFT, Status.WITHDRAWN):
        return show_standing(visit, dossier, visit.text("delete_sent"))
    if not _owns(visit, dossier):
        return show_standing(visit, dossier, visit.text("not_owner"))
    name = name_of(visit, dossier)
    if said == "yes":
        effects = (
            TellOthers(dossier.reference, visit.say("others_deleted", name=name)),
            DeleteDossier(dossier.reference),
        )
        return visit.turn(visit.say("deleted", name=name), effects=effects, cursor=None)
    return _confirmed_by(visit, dossier, Verb.DELETE, ("delete_confirm", "delete_confirm_yes"), said)


def withdraw(visit: Visit, dossier: Dossier, said: str) -> Turn:
    withdrawn = moved(dossier, Move.WITHDRAW, visit.now)
    if withdrawn is None:
        return show_standing(visit, dossier, visit.text("withdraw_not_sent"))
    if not _owns(visit, dossier):
        return show_standing(visit, dossier, visit.text("not_owner"))
    name = name_of(visit, dossier)
    if said != "yes":
        return _confirmed_by(visit, dossier, Verb.WITHDRAW, ("withdraw_confirm", "withdraw_confirm_yes"), said)
    withdrawn = withdrawn.model_copy(update={"requests": (), "holder": None})
    effects = (
        SaveDossier(withdrawn, (Event(EventKind.WITHDRAWN),)),
        TellDesks(visit.say("desk_withdrawn", reference=dossier.reference, name=name), dossier.reference),
        TellOthers(dossier.reference, visit.say("others_withdrawn", name=name)),
    )
    return visit.turn(visit.say("withdrawn", name=name), effects=effects, cursor=None)


def take_back(visit: Visit, dossier: Dossier) -> Turn:
    """Make a draft again of a dossier that was withdrawn."""
    draft = moved(dossier, Move.RESUME, visit.now)
    if draft is None:
        return show_summary(visit, dossier)
    turn = show_summary(visit.with_sheet(draft), draft, visit.text("taken_back"))
    return Turn(turn.state, turn.replies, (SaveDossier(draft, (Event(EventKind.RESUMED),)),))


def share(visit: Visit, dossier: Dossier, kind: AccessKind, said: str) -> Turn:
    """Give a one-time code by which a colleague joins or takes over, once it is clear who loses what."""
    if not _owns(visit, dossier):
        return show_standing(visit, dossier, visit.text("not_owner"))
    is_transfer = kind is AccessKind.TRANSFER
    if said != "yes" or visit.context.fresh is None:
        if is_transfer:
            return _confirmed_by(visit, dossier, Verb.TRANSFER, ("transfer_confirm", "transfer_confirm_yes"), said)
        return _confirmed_by(visit, dossier, Verb.INVITE, ("invite_confirm", "invite_confirm_yes"), said)
    code = visit.context.fresh.code
    message = "transfer_code" if is_transfer else "invite_code"
    reply = visit.say(message, code=code, name=name_of(visit, dossier))
    turn = _at_summary(visit, dossier, reply)
    return Turn(turn.state, turn.replies, (OfferAccess(dossier.reference, kind, code),))


def use_code(visit: Visit) -> Turn:
    """Join or take over the dossier of the code that was written."""
    access = visit.context.access
    if access is None:
        return visit.turn(visit.say("code_unknown"))
    name = name_of(visit, access.dossier)
    if access.is_member:
        return show_standing(visit, access.dossier, visit.text("code_own", name=name))
    is_transfer = access.kind is AccessKind.TRANSFER
    event = Event(EventKind.HANDED_OVER if is_transfer else EventKind.JOINED)
    others = visit.say("others_taken_over" if is_transfer else "others_joined", name=name)
    effects = (
        TellOthers(access.dossier.reference, others),
        UseAccess(access.dossier.reference, access.kind, event),
    )
    lead = visit.text("code_taken_over" if is_transfer else "code_joined", name=name)
    turn = show_summary(visit.with_sheet(access.dossier), access.dossier, lead)
    return Turn(turn.state, turn.replies, (*effects, *turn.effects))


def _owns(visit: Visit, dossier: Dossier) -> bool:
    return dossier.reference in visit.context.owned


def _confirmed_by(visit: Visit, dossier: Dossier, verb: Verb, messages: tuple[str, str], said: str) -> Turn:
    """Ask for a yes by the first of `messages`, the second being its label; a no goes back to the summary."""
    if said == "no":
        return show_standing(visit, dossier, visit.text("unchanged"))
    reply = visit.say(
        messages[0],
        form_choice(dossier.reference, verb, "", "yes", label=visit.text(messages[1])),
        form_choice(dossier.reference, verb, "", "no", label=visit.text("confirm_unchanged")),
        name=name_of(visit, dossier),
    )
    return _at_summary(visit, dossier, reply)


def _at_summary(visit: Visit, dossier: Dossier, reply: Reply) -> Turn:
    return visit.turn(reply, cursor=Cursor(sheet=dossier.reference, asked_at=visit.now))
