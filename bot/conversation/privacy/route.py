"""What a person may know and do about their own data: the notice with their consents, a copy of it all, the erasure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.conversation.form.summary import name_of
from bot.conversation.form.waiting import back_to_the_form
from bot.conversation.privacy import erasure
from bot.conversation.privacy.own_data import enclosed
from bot.conversation.reading.commands import Command, read_command
from bot.conversation.reading.heard import hear
from bot.conversation.reading.picking import Picked, read_choice
from bot.conversation.talk.context import OwnData
from bot.conversation.talk.exchange import Exchange, Turn
from bot.conversation.talk.messages import Choice, Reply
from knowledge.call.privacy import stated

#: What the ids of these choices begin with.
PREFIX = "privacy:"
_NOTICE, COPY, ERASE, KEEP = "privacy:notice", "privacy:copy", "privacy:erase", "privacy:keep"

#: So many copies of their data someone is given in so long: each takes the program a second or more.
_COPIES, _SPELL = 3, timedelta(minutes=10)


def privacy_route(exchange: Exchange) -> Turn | None:
    """Take what concerns the person's data: at any moment, whoever holds the conversation, whatever is being filled."""
    words = exchange.library.call.commands
    picked = read_choice(exchange)
    if isinstance(picked, Picked):
        if not picked.choice.startswith(PREFIX):
            return None
        do = _DOES.get(picked.choice)
        return do(exchange) if do else exchange.turn(exchange.say("choice_stale"))
    wish = hear(exchange).wish if not exchange.incoming.choice else None
    match read_command(exchange.incoming.text, words) or wish:
        case Command.PRIVACY:
            return _show_notice(exchange)
        case Command.MY_DATA:
            return _give_copy(exchange)
        case Command.ERASE:
            return _with_own_data(exchange, erasure.ask)
    return None


def _with_own_data(exchange: Exchange, take: Callable[[Exchange, OwnData], Turn]) -> Turn:
    """Take the turn with all that is kept about the person, or ask for it first: most messages do without."""
    own = exchange.context.own_data
    return Turn(exchange.state, (), wants_own_data=True) if own is None else take(exchange, own)


def _show_notice(exchange: Exchange) -> Turn:
    return back_to_the_form(exchange, exchange.turn(notice(exchange)))


def notice(exchange: Exchange) -> Reply:
    """Return what is done with the data, by whom, for how long, and what one can do about it."""
    privacy = exchange.library.call.privacy
    said = stated(privacy)
    own = [each for each in exchange.context.dossiers if each.reference in exchange.context.owned]
    return exchange.say(
        "privacy_notice",
        *rights(exchange),
        **said,
        missing=[name for name, value in said.items() if value is None],
        retention=privacy.retention.model_dump(),
        consents=[
            {"name": name_of(exchange, each), "day": exchange.library.day(each.consented_at)} for each in reversed(own)
        ],
    )


def rights(exchange: Exchange) -> tuple[Choice, ...]:
    """Return what is offered beside the notice; nothing where nothing is kept."""
    if exchange.context.fresh is None:
        return ()
    return (Choice(COPY, exchange.text("do_my_data")), Choice(ERASE, exchange.text("do_erase")))


def choices(exchange: Exchange) -> tuple[Choice, ...]:
    """Return what is offered beside an answer about the data."""
    return (Choice(_NOTICE, exchange.text("do_privacy_notice")), *rights(exchange))


def _give_copy(exchange: Exchange) -> Turn:
    return _with_own_data(exchange, lambda exchange, own: back_to_the_form(exchange, _copy(exchange, own)))


def _copy(exchange: Exchange, own: OwnData) -> Turn:
    """Give the copy: it is made when the message leaves, for it takes long; so nobody has many at once."""
    lately = tuple(each for each in exchange.state.copies if exchange.now - each < _SPELL)
    if len(lately) >= _COPIES:
        return exchange.turn(_too_soon(exchange, lately))
    rows = own.rows
    text = exchange.text(
        "my_data",
        name=exchange.text("data_name"),
        messages=len(rows.get("inbox", ())) + len(rows.get("outbox", ())),
        dossiers=len(rows.get("dossiers", ())),
        threads=len(rows.get("threads", ())),
        reminders=len(rows.get("reminders", ())),
        is_shared=bool({each.reference for each in exchange.context.dossiers} - exchange.context.owned),
    )
    reply = Reply(text, (Choice(ERASE, exchange.text("do_erase")),), enclosed=enclosed(own), is_fleeting=True)
    return exchange.turn(reply, copies=(*lately, exchange.now))


def _too_soon(exchange: Exchange, lately: Sequence[datetime]) -> Reply:
    again_at = (lately[0] + _SPELL).astimezone(ZoneInfo(exchange.library.call.facts.time_zone))
    minutes = int(_SPELL.total_seconds() // 60)
    choice = Choice(ERASE, exchange.text("do_erase"))
    return exchange.say("my_data_too_soon", choice, copies=len(lately), minutes=minutes, again_at=again_at)


def _keep_all(exchange: Exchange) -> Turn:
    """To have written is enough: what was going to be erased is kept anew."""
    return back_to_the_form(exchange, exchange.turn(exchange.say("kept_on")))


def _erase_nothing(exchange: Exchange) -> Turn:
    return back_to_the_form(exchange, exchange.turn(exchange.say("erase_nothing")))


#: What each choice does.
_DOES: Mapping[str, Callable[[Exchange], Turn]] = {
    _NOTICE: _show_notice,
    COPY: _give_copy,
    ERASE: lambda exchange: _with_own_data(exchange, erasure.ask),
    erasure.YES: lambda exchange: _with_own_data(exchange, erasure.erase),
    erasure.NO: _erase_nothing,
    KEEP: _keep_all,
}
