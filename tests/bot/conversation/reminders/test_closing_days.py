"""The calendar, read back by another library than the one that wrote it, and by the letter of RFC 5545."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event

from bot.conversation.reminders.closing_days import write_calendar
from knowledge.library import Library
from tests.shipped import shipped

NOW = datetime(2020, 10, 15, 10, tzinfo=UTC)


def events(library: Library, now: datetime = NOW) -> list[Event]:
    written = write_calendar(library, library.call.facts.waves, now)
    return list(IcsCalendarStream.calendar_from_ics(written.decode()).events)


def moved(day: date) -> Library:
    """Return the shipped knowledge with another last day of the second wave."""
    library = shipped()
    facts = library.call.facts
    waves = tuple(
        wave.model_copy(update={"closes_on": day, "earlier": (wave.closes_on,)}) if wave.number == 2 else wave
        for wave in facts.waves
    )
    return replace(library, call=library.call.model_copy(update={"facts": facts.model_copy(update={"waves": waves})}))


def test_another_library_reads_the_days_and_their_alarms() -> None:
    read = events(shipped())
    assert [(event.dtstart, event.dtend) for event in read] == [
        (date(2020, 11, 6), date(2020, 11, 7)),
        (date(2021, 2, 12), date(2021, 2, 13)),
        (date(2021, 6, 25), date(2021, 6, 26)),
    ]
    assert read[1].summary == "Clôture de la vague 2 : « Au cœur des territoires »"
    assert "Nous n'avons pas trouvé l'heure limite" in (read[1].description or "")
    # Nine in the morning, so many days before.
    assert [alarm.trigger for alarm in read[1].alarm] == [timedelta(days=-days, hours=9) for days in (30, 7, 1)]


def test_an_agenda_knows_the_event_again_when_its_day_moves() -> None:
    before, after = events(shipped()), events(moved(date(2021, 3, 12)))
    assert [event.uid for event in before] == [event.uid for event in after]
    assert len({event.uid for event in before}) == 3
    assert [event.sequence for event in before] == [0, 0, 0]
    assert [event.sequence for event in after] == [0, 1, 0]


def test_the_same_call_gives_the_same_file() -> None:
    waves = shipped().call.facts.waves
    assert write_calendar(shipped(), waves, NOW) == write_calendar(shipped(), waves, NOW)


@pytest.mark.parametrize("wave", [0, 1, 2])
def test_the_letter_of_the_standard_is_kept(wave: int) -> None:
    written = write_calendar(shipped(), shipped().call.facts.waves[wave : wave + 1], NOW)
    lines = written.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in b"".join(lines), "lines end with CR LF only"
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()  # no character is cut in two by the folding
    unfolded = written.decode().replace("\r\n ", "")
    assert unfolded.startswith("BEGIN:VCALENDAR\r\n")
    assert re.search(r"^DTSTAMP:20201015T100000Z\r$", unfolded, re.MULTILINE)
    assert "METHOD:PUBLISH" in unfolded
