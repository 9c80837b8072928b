"""Reminders of the closing days: asked for, listed, stopped; and what one says. Nothing is sent without being asked."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.conversation.answers.answers import where_choice
from bot.conversation.reading.commands import Command
from bot.conversation.reading.heard import hear
from bot.conversation.reminders import closing_days
from bot.conversation.talk.choice_ids import Verb, form_choice
from bot.conversation.talk.effects import PlanReminders, StopReminders
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.deadline_plan import PlannedReminder, plan, to_come
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import answer_of, missing_questions
from knowledge.call.form import FieldType
from knowledge.call.model import CallFacts, Wave
from knowledge.hearing.phrases import phrases
from knowledge.language.text import fold
from knowledge.library import Library
from knowledge.places.time_zones import MAINLAND, zone_name
from knowledge.templates.plain import Plain

#: Choice ids: `r:on:wave`, `r:on:all`, `r:on:next`, `r:which`, `r:list`, `r:off:wave`, `r:off:all`; those of the list
#: end in `:list`, and show it again.
PREFIX = "r:"
_ALL, NEXT = "all", "next"
WHICH, LIST = f"{PREFIX}which", f"{PREFIX}list"
STOP_ALL = f"{PREFIX}off:{_ALL}"
#: What begins the choice of one wave to be reminded of.
FOLLOW = f"{PREFIX}on:"
_OF_LIST = ":list"

#: « vague 2 », « wave 2 », « v2 ».
_WAVE = re.compile(r"\b(?:vague|wave|v)\s*(\d)\b")
_EVERY = re.compile(r"\b(?:toutes|tous|chaque|all)\b")


# --- asking


def ask(visit: Visit) -> Turn | None:
    """Plan the reminders of the wave that the message names, or ask which; None when none can be planned any more."""
    waves = open_waves(visit)
    if not waves:
        return None
    said = fold(visit.incoming.text)
    named = {int(number) for number in _WAVE.findall(said)}
    meant = [wave for wave in waves if wave.number in named]
    if meant or len(waves) == 1 or _EVERY.search(said):
        return _follow(visit, meant or waves)
    return which(visit)


def which(visit: Visit) -> Turn | None:
    waves = open_waves(visit)
    if not waves:
        return None
    choices = [
        Choice(f"{PREFIX}on:{wave.id}", visit.text("reminder_wave", number=wave.number, day=wave.closes_on))
        for wave in waves
    ]
    if len(waves) > 1:
        choices.append(Choice(f"{PREFIX}on:{_ALL}", visit.text("reminder_all")))
    return visit.turn(visit.say("reminder_which", *choices, days=_days_before(visit.library)))


def offer(visit: Visit, wave: str = NEXT) -> tuple[Choice, ...]:
    """Return the choice to be reminded, for under an answer; none where it is already so, or too late."""
    waves = open_waves(visit)
    followed = {each.wave for each in visit.context.reminders}
    if visit.context.fresh is None or all(each.id in followed for each in waves):
        return ()
    one = waves[0] if wave == NEXT else next((each for each in waves if each.id == wave), None)
    if one is None or one.id in followed:
        return ()
    many = wave == NEXT and len(waves) > 1
    return (Choice(WHICH if many else f"{PREFIX}on:{one.id}", visit.text("reminder_offer")),)


def pick(visit: Visit, choice: str) -> Turn | None:
    """Do what a choice about reminders does; None for one that is not, or that nobody could have been shown."""
    if not choice.startswith(PREFIX):
        return None
    if choice == WHICH:
        return which(visit) or gone(visit, "")
    if choice == LIST:
        return show(visit)
    turn = _switch(visit, choice)
    return _listed(visit, turn) if is_from_list(choice) and turn.effects else turn


def _switch(visit: Visit, choice: str) -> Turn:
    """Turn the reminders of the wave that a choice names on or off."""
    verb, _, wave = choice.removeprefix(PREFIX).removesuffix(_OF_LIST).partition(":")
    if verb == "off" and (wave == _ALL or _is_known(visit, wave)):
        return stop(visit, None if wave == _ALL else wave)
    waves = open_waves(visit)
    meant = [each for each in waves if wave in (each.id, _ALL)] or (waves[:1] if wave == NEXT else [])
    return _follow(visit, meant) if verb == "on" and meant else gone(visit, wave)


def gone(visit: Visit, wave_id: str) -> Turn:
    """Say that a wave picked is closed, or no more, and which ones are open: a reminder of them is offered."""
    wave = visit.library.call.facts.wave(wave_id)
    is_closed = wave is not None and wave.closes_on < visit.library.day(visit.now)
    current = which(visit)
    if current is None:
        is_over = visit.phase == "closed" and visit.library.call.facts.reminders is not None
        return visit.turn(visit.say("reminder_closed" if is_over else "choice_stale"))
    lead = visit.text(
        "wave_gone", number=wave.number if wave and is_closed else None, day=wave.closes_on if wave else None
    )
    (offered,) = current.replies
    return visit.turn(Reply(f"{lead}\n\n{offered.text}", offered.choices))


def _is_known(visit: Visit, wave_id: str) -> bool:
    """Whether the wave is one of the call's, or followed still."""
    is_followed = any(each.wave == wave_id for each in visit.context.reminders)
    return is_followed or visit.library.call.facts.wave(wave_id) is not None


def is_from_list(choice: str) -> bool:
    """Whether the choice stands in the list of what is planned, which then shows what it changed."""
    return choice.startswith(PREFIX) and choice.endswith(_OF_LIST)


def _listed(visit: Visit, turn: Turn) -> Turn:
    """Return the turn with the list as it then is."""
    planned = list(visit.context.reminders)
    for effect in turn.effects:
        match effect:
            case StopReminders(wave):
                planned = [each for each in planned if wave is not None and each.wave != wave]
            case PlanReminders(more):
                planned += [each for each in to_come(more, visit.now) if each not in planned]
    planned.sort(key=lambda each: each.due_at)
    shown = show(replace(visit, context=replace(visit.context, reminders=tuple(planned))))
    return Turn(turn.state, shown.replies, turn.effects)


def show(visit: Visit) -> Turn:
    """List what is planned, with what can be changed."""
    planned = visit.context.reminders
    followed = list(dict.fromkeys(each.wave for each in planned))
    waves = [wave for wave in open_waves(visit) if wave.id not in followed]
    choices = [
        Choice(f"{PREFIX}on:{wave.id}{_OF_LIST}", visit.text("reminder_add", number=wave.number, day=wave.closes_on))
        for wave in waves
    ]
    if not planned:
        return visit.turn(visit.say("reminder_none" if waves else "reminder_closed", *choices))
    if len(followed) > 1:
        for wave_id in followed:
            if (wave := visit.library.call.facts.wave(wave_id)) is not None:
                label = visit.text("reminder_remove", number=wave.number)
                choices.append(Choice(f"{PREFIX}off:{wave_id}{_OF_LIST}", label))
    choices.append(Choice(STOP_ALL + _OF_LIST, visit.text("reminder_stop")))
    times = [asdict(_shown(visit.library.call.facts, each, zone_of(visit))) for each in planned]
    return visit.turn(visit.say("reminder_list", *choices, planned=times))


def stop_route(visit: Visit) -> Turn | None:
    """« Stop les rappels », « ne me rappelez plus »: what is planned for them ends, whatever else waits."""
    heard = hear(visit)
    if visit.incoming.choice or heard.wish is not Command.STOP_REMINDERS or heard.is_asking:
        return None
    # Where none is planned, who is not to be called back is told that nobody will.
    refusing = heard.call.hearing.to_team.refusing
    is_of_calls = any(phrases(each).are_in(heard.words) for each in refusing)
    return None if is_of_calls and not visit.context.reminders else _stop_named(visit)


def stop_said(visit: Visit) -> Turn | None:
    """Stop what a message about that wishes to end; « comment les arrêter ? » is shown them. None: nothing to show."""
    heard = hear(visit)
    if visit.incoming.choice or not (heard.is_open_question or heard.is_otherwise(Command.STOP_REMINDERS)):
        return _stop_named(visit)
    return show(visit) if visit.context.reminders else None


def _stop_named(visit: Visit) -> Turn:
    """« Plus de rappel pour la vague 2 » ends those of that wave, where others are followed too."""
    followed = {each.wave for each in visit.context.reminders}
    named = {int(number) for number in _WAVE.findall(fold(visit.incoming.text))}
    waves = [wave.id for wave in visit.library.call.facts.waves if wave.number in named]
    if not waves or visit.incoming.choice:
        return stop(visit)
    leaves_out = phrases(visit.library.call.hearing.excluding).are_in(hear(visit).words)
    if len(waves) == 1 and waves[0] in followed and not leaves_out:
        return stop(visit, waves[0])
    return show(visit) if followed else stop(visit)


def stop(visit: Visit, wave: str | None = None) -> Turn:
    """Send no reminder any more, of one wave or of all."""
    left = [each for each in visit.context.reminders if wave is not None and each.wave != wave]
    choices = () if left else offer_again(visit)
    reply = visit.say("reminder_stopped", *choices, left=len(left), had=bool(visit.context.reminders))
    return visit.turn(reply, effects=(StopReminders(wave),))


def offer_again(visit: Visit) -> tuple[Choice, ...]:
    return (Choice(WHICH, visit.text("reminder_again")),) if open_waves(visit) else ()


def _follow(visit: Visit, waves: Sequence[Wave]) -> Turn:
    facts, zone = visit.library.call.facts, zone_of(visit)
    planned = [(wave, plan(facts, wave, zone)) for wave in waves]
    left = [(wave, to_come(of_wave, visit.now)) for wave, of_wave in planned]
    if not any(of_wave for _, of_wave in left):
        day = waves[0].closes_on
        days = (day - visit.library.day(visit.now)).days
        return visit.turn(visit.say("reminder_too_late", number=waves[0].number, day=day, left=days))
    numbers = [wave.number for wave, of_wave in left if of_wave]
    times = [asdict(_shown(facts, each, zone)) for _, of_wave in left for each in of_wave]
    late = [wave.number for wave, of_wave in left if not of_wave]
    # A page that is closed tells nothing: an agenda does, wherever one writes from.
    in_agenda = closing_days.offer(visit, waves[0].id if len(waves) == 1 else "all")
    reply = visit.say(
        "reminder_set",
        *in_agenda,
        Choice(STOP_ALL, visit.text("reminder_stop")),
        numbers=numbers,
        planned=times,
        late=late,
    )
    return visit.turn(
        reply, effects=(PlanReminders(tuple(each for _, of_wave in planned for each in of_wave), zone.key),)
    )


def open_waves(visit: Visit) -> list[Wave]:
    """Return the waves whose closing day is to come, the first first; none where nobody is reminded."""
    facts = visit.library.call.facts
    today = visit.library.day(visit.now)
    return [wave for wave in facts.waves if wave.closes_on >= today] if facts.reminders else []


def zone_of(visit: Visit) -> ZoneInfo:
    """Return the person's time zone: that of the town they speak for, else the mainland's."""
    code = visit.state.town or _town_of_dossier(visit)
    place = visit.library.towns.place(code) if code else None
    return ZoneInfo(zone_name(place.departement) if place else MAINLAND)


def _town_of_dossier(visit: Visit) -> str | None:
    form = visit.library.call.form
    for dossier in visit.context.dossiers:
        kept = answer_of(form, dossier, FieldType.PLACE) if form else None
        if kept is not None:
            return str(kept.value["code"])
    return None


def _days_before(library: Library) -> list[int]:
    rules = library.call.facts.reminders
    return sorted(rules.days_before, reverse=True) if rules else []


@dataclass(frozen=True, slots=True)
class ShownTime:
    """When a reminder comes, as it is told: at the call's hour, and at the person's where it is another."""

    wave: int
    day: date
    at: datetime
    local: datetime | None


def _shown(facts: CallFacts, planned: PlannedReminder, zone: ZoneInfo) -> ShownTime:
    at, local = planned.due_at.astimezone(ZoneInfo(facts.time_zone)), planned.due_at.astimezone(zone)
    wave = facts.wave(planned.wave)
    return ShownTime(wave.number if wave else 0, at.date(), at, None if at.utcoffset() == local.utcoffset() else local)


# --- reminding


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder whose time has come."""

    planned: PlannedReminder
    #: When the person asked for it.
    asked_at: datetime
    #: Whether one of the same wave has left before.
    is_first: bool


#: A dossier so far along needs no reminder of its wave.
_HANDED_OVER = frozenset(Status) - {Status.DRAFT, Status.WITHDRAWN}


def remind(due: Due, dossiers: Sequence[Dossier], library: Library, now: datetime, *, is_late: bool) -> Reply | None:
    """Return what the person is reminded of, by what they have begun; None when there is nothing to recall."""
    facts, wave = library.call.facts, library.call.facts.wave(due.planned.wave)
    if wave is None:
        return None
    if library.day(now) > wave.closes_on:
        return _missed(library, wave, now) if due.is_first else None
    live = [each for each in dossiers if each.status is not Status.WITHDRAWN and _aims_at(library, each, wave)]
    sent = next((each for each in live if each.status in _HANDED_OVER), None)
    if sent is not None and (sent.sent_at is None or sent.sent_at > due.asked_at or sent.status is Status.CLOSED):
        return None
    draft = next((each for each in live if each.status is Status.DRAFT), None)
    situation, values, choices = _situation(library, sent, draft, now)
    stop_it = Choice(STOP_ALL, library.say("reminder_stop", now))
    text = library.say(
        "reminder_due",
        now,
        number=wave.number,
        day=wave.closes_on,
        left=(wave.closes_on - library.day(now)).days,
        late=_day(facts, due.planned.due_at) if is_late else None,
        situation=situation,
        **values,
    )
    return Reply(text, (*choices, stop_it))


def _situation(
    library: Library, sent: Dossier | None, draft: Dossier | None, now: datetime
) -> tuple[str, dict[str, Plain], tuple[Choice, ...]]:
    form = library.call.form
    values: dict[str, Plain] = {"name": None, "missing": [], "minutes": 0, "count": 0, "most": 0}
    if form is None:
        return "none", values, ()
    held = sent or draft
    place = answer_of(form, held, FieldType.PLACE) if held else None
    values["name"] = place.shown if place else None
    if sent is not None:
        opened = form_choice(sent.reference, Verb.SUMMARY, label=library.say("do_open", now))
        return "sent", values, (opened, where_choice(library, now))
    if draft is None:
        values |= form.length()
        return "nothing", values, (form_choice("", Verb.START_ANOTHER, label=library.say("town_start", now)),)
    missing: list[Plain] = [question.label for question in missing_questions(form, draft)]
    values["missing"] = missing
    if missing:
        return "draft", values, (form_choice(draft.reference, Verb.RESUME, label=library.say("do_continue", now)),)
    return "ready", values, (form_choice(draft.reference, Verb.SUMMARY, label=library.say("reminder_read", now)),)


def _missed(library: Library, wave: Wave, now: datetime) -> Reply:
    """The closing day went by while nothing could be sent: it is said plainly, with what is still possible."""
    today = library.day(now)
    following = next((each for each in library.call.facts.waves if each.closes_on >= today), None)
    choices = (Choice(f"{PREFIX}on:{following.id}", library.say("reminder_offer", now)),) if following else ()
    text = library.say(
        "reminder_missed",
        now,
        number=wave.number,
        day=wave.closes_on,
        next_number=following.number if following else None,
        next_day=following.closes_on if following else None,
    )
    return Reply(text, choices)


def _aims_at(library: Library, dossier: Dossier, wave: Wave) -> bool:
    """Whether the dossier aims at the wave; one that does not say is taken for the next."""
    form = library.call.form
    kept = answer_of(form, dossier, FieldType.WAVE) if form else None
    known = {each.id for each in library.call.facts.waves}
    return kept is None or kept.value == wave.id or kept.value not in known


def _day(facts: CallFacts, at: datetime) -> date:
    return at.astimezone(ZoneInfo(facts.time_zone)).date()
