"""What is done to a dossier rarely, and by its owner: withdraw it, share it, hand it on, delete it."""

from bot.conversation.form.summary import name_of, show_standing, show_summary
from bot.conversation.talk.choice_ids import FROM_MENU, Verb, form_choice
from bot.conversation.talk.context import AccessKind
from bot.conversation.talk.effects import DeleteDossier, OfferAccess, SaveDossier, TellDesks, TellOthers, UseAccess
from bot.conversation.talk.exchange import Exchange, Turn
from bot.conversation.talk.messages import Reply
from bot.conversation.talk.state import Cursor
from bot.conversation.values.dossier import Dossier, Event, EventKind, moved
from bot.conversation.values.moves import Move, Status


def more(exchange: Exchange, dossier: Dossier) -> Turn:
    """Show what is done rarely."""
    choices = []
    if _owns(exchange, dossier):
        choices = [
            form_choice(dossier.reference, Verb.INVITE, label=exchange.text("do_invite")),
            form_choice(dossier.reference, Verb.TRANSFER, label=exchange.text("do_transfer")),
            form_choice(dossier.reference, Verb.WITHDRAW, label=exchange.text("do_withdraw")),
        ]
    documents = exchange.text("do_documents", count=len(dossier.documents))
    choices += [
        form_choice(dossier.reference, Verb.DOCUMENTS, label=documents),
        form_choice(dossier.reference, Verb.COPY, label=exchange.text("do_pdf")),
        form_choice(dossier.reference, Verb.SUMMARY, "", FROM_MENU, label=exchange.text("do_summary")),
    ]
    return _at_summary(exchange, dossier, exchange.say("more", *choices))


def delete(exchange: Exchange, dossier: Dossier, said: str) -> Turn:
    if dossier.status not in (Status.DRAFT, Status.WITHDRAWN):
        return show_standing(exchange, dossier, exchange.text("delete_sent"))
    if not _owns(exchange, dossier):
        return show_standing(exchange, dossier, exchange.text("not_owner"))
    name = name_of(exchange, dossier)
    if said == "yes":
        effects = (
            TellOthers(dossier.reference, exchange.say("others_deleted", name=name)),
            DeleteDossier(dossier.reference),
        )
        return exchange.turn(exchange.say("deleted", name=name), effects=effects, cursor=None)
    return _confirmed_by(exchange, dossier, Verb.DELETE, ("delete_confirm", "delete_confirm_yes"), said)


def withdraw(exchange: Exchange, dossier: Dossier, said: str) -> Turn:
    withdrawn = moved(dossier, Move.WITHDRAW, exchange.now)
    if withdrawn is None:
        return show_standing(exchange, dossier, exchange.text("withdraw_not_sent"))
    if not _owns(exchange, dossier):
        return show_standing(exchange, dossier, exchange.text("not_owner"))
    name = name_of(exchange, dossier)
    if said != "yes":
        return _confirmed_by(exchange, dossier, Verb.WITHDRAW, ("withdraw_confirm", "withdraw_confirm_yes"), said)
    withdrawn = withdrawn.model_copy(update={"requests": (), "holder": None})
    effects = (
        SaveDossier(withdrawn, (Event(EventKind.WITHDRAWN),)),
        TellDesks(exchange.say("desk_withdrawn", reference=dossier.reference, name=name), dossier.reference),
        TellOthers(dossier.reference, exchange.say("others_withdrawn", name=name)),
    )
    return exchange.turn(exchange.say("withdrawn", name=name), effects=effects, cursor=None)


def take_back(exchange: Exchange, dossier: Dossier) -> Turn:
    """Make a draft again of a dossier that was withdrawn."""
    draft = moved(dossier, Move.RESUME, exchange.now)
    if draft is None:
        return show_summary(exchange, dossier)
    turn = show_summary(exchange.with_sheet(draft), draft, exchange.text("taken_back"))
    return Turn(turn.state, turn.replies, (SaveDossier(draft, (Event(EventKind.RESUMED),)),))


def share(exchange: Exchange, dossier: Dossier, kind: AccessKind, said: str) -> Turn:
    """Give a one-time code by which a colleague joins or takes over, once it is clear who loses what."""
    if not _owns(exchange, dossier):
        return show_standing(exchange, dossier, exchange.text("not_owner"))
    is_transfer = kind is AccessKind.TRANSFER
    if said != "yes" or exchange.context.fresh is None:
        if is_transfer:
            return _confirmed_by(exchange, dossier, Verb.TRANSFER, ("transfer_confirm", "transfer_confirm_yes"), said)
        return _confirmed_by(exchange, dossier, Verb.INVITE, ("invite_confirm", "invite_confirm_yes"), said)
    code = exchange.context.fresh.code
    message = "transfer_code" if is_transfer else "invite_code"
    reply = exchange.say(message, code=code, name=name_of(exchange, dossier))
    turn = _at_summary(exchange, dossier, reply)
    return Turn(turn.state, turn.replies, (OfferAccess(dossier.reference, kind, code),))


def use_code(exchange: Exchange) -> Turn:
    """Join or take over the dossier of the code that was written."""
    access = exchange.context.access
    if access is None:
        return exchange.turn(exchange.say("code_unknown"))
    name = name_of(exchange, access.dossier)
    if access.is_member:
        return show_standing(exchange, access.dossier, exchange.text("code_own", name=name))
    is_transfer = access.kind is AccessKind.TRANSFER
    event = Event(EventKind.HANDED_OVER if is_transfer else EventKind.JOINED)
    others = exchange.say("others_taken_over" if is_transfer else "others_joined", name=name)
    effects = (
        TellOthers(access.dossier.reference, others),
        UseAccess(access.dossier.reference, access.kind, event),
    )
    lead = exchange.text("code_taken_over" if is_transfer else "code_joined", name=name)
    turn = show_summary(exchange.with_sheet(access.dossier), access.dossier, lead)
    return Turn(turn.state, turn.replies, (*effects, *turn.effects))


def _owns(exchange: Exchange, dossier: Dossier) -> bool:
    return dossier.reference in exchange.context.owned


def _confirmed_by(exchange: Exchange, dossier: Dossier, verb: Verb, messages: tuple[str, str], said: str) -> Turn:
    """Ask for a yes by the first of `messages`, the second being its label; a no goes back to the summary."""
    if said == "no":
        return show_standing(exchange, dossier, exchange.text("unchanged"))
    reply = exchange.say(
        messages[0],
        form_choice(dossier.reference, verb, "", "yes", label=exchange.text(messages[1])),
        form_choice(dossier.reference, verb, "", "no", label=exchange.text("confirm_unchanged")),
        name=name_of(exchange, dossier),
    )
    return _at_summary(exchange, dossier, reply)


def _at_summary(exchange: Exchange, dossier: Dossier, reply: Reply) -> Turn:
    return exchange.turn(reply, cursor=Cursor(sheet=dossier.reference, asked_at=exchange.now))
