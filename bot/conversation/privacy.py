"""What a person may know and do about their own data: the notice, with the dates of their consents."""

from bot.conversation.commands import Command, read_command
from bot.conversation.dossier_route import back_to_the_form
from bot.conversation.dossier_summary import name_of
from bot.conversation.exchange import Exchange, Turn
from bot.conversation.messages import Choice, Reply
from bot.conversation.picking import Picked, read_pick
from knowledge.privacy import stated

#: What the ids of these choices begin with.
PREFIX = "privacy:"
_NOTICE = "privacy:notice"


def privacy_route(exchange: Exchange) -> Turn | None:
    """Take what concerns the person's data: at any moment, whoever holds the conversation, whatever is being filled."""
    words = exchange.library.call.commands
    picked = read_pick(exchange.incoming, exchange.state.offered, words)
    if isinstance(picked, Picked):
        if picked.choice == _NOTICE:
            return back_to_the_form(exchange, exchange.turn(notice(exchange)))
        return exchange.turn(exchange.say("choice_stale")) if picked.choice.startswith(PREFIX) else None
    match read_command(exchange.incoming.text, words):
        case Command.PRIVACY:
            return back_to_the_form(exchange, exchange.turn(notice(exchange)))
    return None


def notice(exchange: Exchange) -> Reply:
    """Return what is done with the data, by whom, for how long, and what one can do about it."""
    privacy = exchange.library.call.privacy
    said = stated(privacy)
    own = [each for each in exchange.context.dossiers if each.reference in exchange.context.owned]
    return exchange.say(
        "privacy_notice",
        **said,
        missing=[name for name, value in said.items() if value is None],
        retention=privacy.retention,
        consents=[
            {"name": name_of(exchange, each), "day": exchange.library.day(each.consented_at)} for each in reversed(own)
        ],
    )


def choices(exchange: Exchange) -> tuple[Choice, ...]:
    """Return what is offered beside an answer about the data."""
    return (Choice(_NOTICE, exchange.text("do_privacy_notice")),)
