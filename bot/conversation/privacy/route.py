"""What a person may know and do about their own data: the notice with their consents, a copy of it all, the erasure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.conversation.form.summary import name_of
from bot.conversation.form.waiting import back_to_the_form
from bot.conversation.privacy import erasure
from bot.conversation.privacy.own_data import enclosed
from bot.conversation.reading.commands import Command
from bot.conversation.reading.heard import hear
from bot.conversation.reading.picking import Picked, read_choice
from bot.conversation.talk.context import OwnData
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.talk.visit import Turn, Visit
from knowledge.call.privacy import stated

#: What the ids of these choices begin with.
PREFIX = "privacy:"
_NOTICE, COPY, ERASE, KEEP = "privacy:notice", "privacy:copy", "privacy:erase", "privacy:keep"

#: So many copies of their data someone is given in so long: each takes the program a second or more.
_COPIES, _SPELL = 3, timedelta(minutes=10)


def privacy_route(visit: Visit) -> Turn | None:
    """Take what concerns the person's data: at any moment, whoever holds the conversation, whatever is being filled."""
    picked = read_choice(visit)
    if isinstance(picked, Picked):
        if not picked.choice.startswith(PREFIX):
            return None
        do = _DOES.get(picked.choice)
        return do(visit) if do else visit.turn(visit.say("choice_stale"))
    wish = hear(visit).wish if not visit.incoming.choice else None
    match hear(visit).command or wish:
        case Command.PRIVACY:
            return _show_notice(visit)
        case Command.MY_DATA:
            return _give_copy(visit)
        case Command.ERASE:
            return _with_own_data(visit, erasure.ask)
    return None


def _with_own_data(visit: Visit, take: Callable[[Visit, OwnData], Turn]) -> Turn:
    """Take the turn with all that is kept about the person, or ask for it first: most messages do without."""
    own = visit.context.own_data
    return Turn(visit.state, (), wants_own_data=True) if own is None else take(visit, own)


def _show_notice(visit: Visit) -> Turn:
    return back_to_the_form(visit, visit.turn(notice(visit)))


def notice(visit: Visit) -> Reply:
    """Return what is done with the data, by whom, for how long, and what one can do about it."""
    privacy = visit.library.call.privacy
    said = stated(privacy)
    own = [each for each in visit.context.dossiers if each.reference in visit.context.owned]
    return visit.say(
        "privacy_notice",
        *rights(visit),
        **said,
        missing=[name for name, value in said.items() if value is None],
        retention=privacy.retention.model_dump(),
        consents=[
            {"name": name_of(visit, each), "day": visit.library.day(each.consented_at)} for each in reversed(own)
        ],
    )


def rights(visit: Visit) -> tuple[Choice, ...]:
    """Return what is offered beside the notice; nothing where nothing is kept."""
    if visit.context.fresh is None:
        return ()
    return (Choice(COPY, visit.text("do_my_data")), Choice(ERASE, visit.text("do_erase")))


def choices(visit: Visit) -> tuple[Choice, ...]:
    """Return what is offered beside an answer about the data."""
    return (Choice(_NOTICE, visit.text("do_privacy_notice")), *rights(visit))


def _give_copy(visit: Visit) -> Turn:
    return _with_own_data(visit, lambda visit, own: back_to_the_form(visit, _copy(visit, own)))


def _copy(visit: Visit, own: OwnData) -> Turn:
    """Give the copy: it is made when the message leaves, for it takes long; so nobody has many at once."""
    lately = tuple(each for each in visit.state.copies if visit.now - each < _SPELL)
    if len(lately) >= _COPIES:
        return visit.turn(_too_soon(visit, lately))
    rows = own.rows
    text = visit.text(
        "my_data",
        name=visit.text("data_name"),
        messages=len(rows.get("inbox", ())) + len(rows.get("outbox", ())),
        dossiers=len(rows.get("dossiers", ())),
        threads=len(rows.get("threads", ())),
        reminders=len(rows.get("reminders", ())),
        is_shared=bool({each.reference for each in visit.context.dossiers} - visit.context.owned),
    )
    reply = Reply(text, (Choice(ERASE, visit.text("do_erase")),), enclosed=enclosed(own), is_fleeting=True)
    return visit.turn(reply, copies=(*lately, visit.now))


def _too_soon(visit: Visit, lately: Sequence[datetime]) -> Reply:
    again_at = (lately[0] + _SPELL).astimezone(ZoneInfo(visit.library.call.facts.time_zone))
    minutes = int(_SPELL.total_seconds() // 60)
    choice = Choice(ERASE, visit.text("do_erase"))
    return visit.say("my_data_too_soon", choice, copies=len(lately), minutes=minutes, again_at=again_at)


def _keep_all(visit: Visit) -> Turn:
    """To have written is enough: what was going to be erased is kept anew."""
    return back_to_the_form(visit, visit.turn(visit.say("kept_on")))


def _erase_nothing(visit: Visit) -> Turn:
    return back_to_the_form(visit, visit.turn(visit.say("erase_nothing")))


#: What each choice does.
_DOES: Mapping[str, Callable[[Visit], Turn]] = {
    _NOTICE: _show_notice,
    COPY: _give_copy,
    ERASE: lambda visit: _with_own_data(visit, erasure.ask),
    erasure.YES: lambda visit: _with_own_data(visit, erasure.erase),
    erasure.NO: _erase_nothing,
    KEEP: _keep_all,
}
