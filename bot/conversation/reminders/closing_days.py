"""The closing days as a calendar that any agenda takes in (iCalendar, RFC 5545). Pure: the same call, the same file."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.conversation.reading.legible import legible, on_one_line
from bot.conversation.talk.messages import Choice, File, Reply
from bot.conversation.talk.visit import Turn, Visit
from knowledge.call.model import Wave
from knowledge.library import Library
from knowledge.templates.plain import Plain

MEDIA_TYPE = "text/calendar"
#: Choice ids: `cal:wave`, `cal:all`.
PREFIX = "cal:"
ALL = f"{PREFIX}all"


def open_waves(library: Library, now: datetime) -> list[Wave]:
    """Return the waves whose closing day is not over."""
    today = library.day(now)
    return [wave for wave in library.call.facts.waves if wave.closes_on >= today]


def write_calendar(library: Library, waves: Sequence[Wave], now: datetime) -> bytes:
    """Return the closing days of `waves` as an .ics file.

    A wave keeps its UID for ever, and its SEQUENCE counts how often its day was moved: an agenda that has the event
    already moves it instead of adding another. The events last all day, for the hour is not published.
    """
    # Here, not above: only who asks for a calendar should wait for it.
    from icalendar import Alarm, Calendar, Event

    facts = library.call.facts
    calendar = Calendar()
    calendar.add("prodid", "-//Guichet//Guichet//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", library.say("calendar_name", now))
    for wave in waves:
        event = Event()
        event.add("uid", f"{wave.id}.{facts.id}@guichet")
        event.add("sequence", len(wave.earlier))
        event.add("dtstamp", now)
        event.add("dtstart", wave.closes_on)
        event.add("dtend", wave.closes_on + timedelta(days=1))
        event.add("summary", on_one_line(library.say("calendar_title", now, number=wave.number)))
        event.add("description", legible(library.say("calendar_text", now, number=wave.number, day=wave.closes_on)))
        event.add("transp", "TRANSPARENT")  # a date to remember keeps nobody from a meeting
        event.add("categories", [library.say("calendar_name", now)])
        rules = facts.reminders
        for days in rules.days_before if rules else ():
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("trigger", timedelta(hours=rules.hour if rules else 0) - timedelta(days=days))
            alarm.add("description", library.say("calendar_alarm", now, number=wave.number, days=days))
            event.add_component(alarm)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


# --- in conversation


def offer(visit: Visit, wave: str = "all") -> tuple[Choice, ...]:
    """Return the choice to have the days in one's agenda; none where there is no day to come."""
    waves = open_waves(visit.library, visit.now)
    if wave != "all" and all(each.id != wave for each in waves):
        return ()
    return (Choice(PREFIX + wave, visit.text("calendar_offer")),) if waves else ()


def give(visit: Visit, wave: str = "all") -> Turn | None:
    """Give the file of a wave, or of all that are to come; None when none is."""
    waves = open_waves(visit.library, visit.now)
    meant = [each for each in waves if wave in (each.id, "all")]
    if not meant:
        return None
    waves_told: list[Plain] = [{"number": each.number, "closes_on": each.closes_on} for each in meant]
    name = f"{visit.library.call.facts.id}{'' if wave == 'all' else f'-{wave}'}.ics"
    file = File(name, MEDIA_TYPE, write_calendar(visit.library, meant, visit.now))
    return visit.turn(Reply(visit.text("calendar_given", waves=waves_told), files=(file,)))


def pick(visit: Visit, choice: str) -> Turn | None:
    """Do what a choice about the calendar does; None for one that is not."""
    if not choice.startswith(PREFIX):
        return None
    return give(visit, choice.removeprefix(PREFIX)) or _gone(visit, choice.removeprefix(PREFIX))


def _gone(visit: Visit, wave_id: str) -> Turn:
    """Say that the wave is closed, or no more, and offer the days to come for one's agenda."""
    choices = offer(visit)
    if not choices:
        return visit.turn(visit.say("reminder_closed" if visit.phase == "closed" else "choice_stale"))
    wave = visit.library.call.facts.wave(wave_id)
    number, day = (wave.number, wave.closes_on) if wave else (None, None)
    return visit.turn(visit.say("wave_gone", *choices, number=number, day=day))
