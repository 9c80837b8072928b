"""A deadline as people in a hurry write it: the day and hour meant, what is urgent, and what is refused and why."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.fields.deadlines import Deadline, NoDeadline, Unclear, is_urgent, read_deadline

PARIS = ZoneInfo("Europe/Paris")
#: A Thursday, at noon.
NOW = datetime(2020, 10, 15, 12, tzinfo=PARIS)
#: Some thirty years of minutes.
MOMENTS = st.integers(0, 16_000_000).map(lambda minutes: NOW + timedelta(minutes=minutes))


def found(text: str, now: datetime = NOW) -> Deadline:
    read = read_deadline(text, now)
    assert isinstance(read, Deadline), (text, read)
    return read


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("demain 18h", "2020-10-16T18:00"),
        ("vendredi midi", "2020-10-16T12:00"),
        ("vendredi midi et demi", "2020-10-16T12:30"),
        ("12/02 à 14 h 30", "2021-02-12T14:30"),
        ("2021-02-12 14:30", "2021-02-12T14:30"),
        ("le vendredi 16 octobre 2020, à 18 heures précises", "2020-10-16T18:00"),
        ("pour lundi 9h30 au plus tard", "2020-10-19T09:30"),
        ("18 heures 30", "2020-10-15T18:30"),
        ("avant 18h, heure de Paris", "2020-10-15T18:00"),
        ("d'ici 14 h", "2020-10-15T14:00"),
        ("bouclage à 18h", "2020-10-15T18:00"),
        ("à 20h ce soir", "2020-10-15T20:00"),
        ("6 heures du soir", "2020-10-15T18:00"),
        ("minuit", "2020-10-15T23:59"),
        ("dans deux heures", "2020-10-15T14:00"),
        ("d'ici 2h", "2020-10-15T14:00"),
        ("dans 1h30", "2020-10-15T13:30"),
        ("dans une demi-heure", "2020-10-15T12:30"),
        ("dans l'heure", "2020-10-15T13:00"),
        ("dans 20 minutes", "2020-10-15T12:20"),
        ("sous 48h", "2020-10-17T12:00"),
        ("48 h", "2020-10-17T12:00"),
        # An hour that has gone by is tomorrow's; a weekday is today as long as its hour is to come.
        ("9h", "2020-10-16T09:00"),
        ("jeudi 18h", "2020-10-15T18:00"),
        ("jeudi 9h", "2020-10-22T09:00"),
    ],
)
def test_a_day_and_an_hour(text: str, at: str) -> None:
    read = found(text)
    wanted = datetime.fromisoformat(at).replace(tzinfo=PARIS)
    assert (read.starts_at, read.hour, read.part) == (wanted, wanted.time(), None)


@pytest.mark.parametrize(
    ("text", "day", "part"),
    [
        ("ce soir", "2020-10-15", "evening"),
        ("c'est urgent, ce soir", "2020-10-15", "evening"),
        ("bouclage ce soir", "2020-10-15", "evening"),
        ("demain matin", "2020-10-16", "morning"),
        ("demain à la première heure", "2020-10-16", "morning"),
        ("cet après-midi", "2020-10-15", "afternoon"),
        ("demain en fin de journée", "2020-10-16", "late"),
        ("demain", "2020-10-16", None),
        ("avant vendredi", "2020-10-16", None),
        ("dans la journée", "2020-10-15", None),
    ],
)
def test_a_day_without_its_hour(text: str, day: str, part: str | None) -> None:
    read = found(text)
    assert read.days
    assert (read.days.first.isoformat(), read.hour, read.part) == (day, None, part)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("cette semaine", "2020-10-15", "2020-10-16"),
        ("fin de semaine", "2020-10-16", "2020-10-16"),
        ("ce week-end", "2020-10-17", "2020-10-18"),
        ("la semaine prochaine", "2020-10-19", "2020-10-25"),
    ],
)
def test_a_span_of_days(text: str, first: str, last: str) -> None:
    days = found(text).days
    assert days
    assert (days.first.isoformat(), days.last.isoformat()) == (first, last)


@pytest.mark.parametrize("text", ["urgent", "C'est très urgent !", "dès que possible", "au plus vite", "tout de suite"])
def test_as_soon_as_possible_has_no_day(text: str) -> None:
    assert found(text) == Deadline()


@pytest.mark.parametrize(
    "text",
    [
        "pas de délai",
        "aucun",
        "non",
        "il n'y a pas de délai",
        "pas vraiment de deadline",
        "pas urgent",
        "rien ne presse",
    ],
)
def test_there_may_be_none(text: str) -> None:
    assert read_deadline(text, NOW) == NoDeadline()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("bof", "unknown"),
        ("", "unknown"),
        # In French, « sans délai » is at once to some and whenever to others.
        ("sans délai", "unknown"),
        ("la semaine du 12", "unknown"),
        ("27h", "hour"),
        ("demain 18h75", "hour"),
        ("31 février à 18h", "impossible"),
        ("mardi 16 octobre à 18h", "weekday"),
        ("hier", "past"),
        ("12/02/2019 à 18h", "past"),
    ],
)
def test_what_is_no_deadline_is_refused_with_its_reason(text: str, reason: str) -> None:
    read = read_deadline(text, NOW)
    assert isinstance(read, Unclear)
    assert read.reason == reason


def test_what_depends_on_now_is_to_be_confirmed() -> None:
    assert found("demain 18h").is_inferred
    assert found("dans deux heures").is_inferred
    assert not found("16 octobre 2020 à 18h").is_inferred
    assert not found("urgent").is_inferred


@pytest.mark.parametrize("text", ["aujourd'hui à 9 h", "ce matin", "le 15 à 9h"])
def test_an_hour_of_today_that_has_gone_by_is_said_to_be_over(text: str) -> None:
    assert found(text).is_over


@pytest.mark.parametrize(
    "text",
    ["ce soir", "dans deux heures", "demain", "demain matin", "d'ici demain midi", "9h", "aujourd'hui à 9 h", "24 h"],
)
def test_what_is_needed_within_a_day_is_urgent(text: str) -> None:
    assert is_urgent(found(text).starts_at, NOW)


@pytest.mark.parametrize("text", ["demain 18h", "vendredi soir", "lundi 9h", "sous 48h", "la semaine prochaine"])
def test_what_is_needed_later_is_not_urgent(text: str) -> None:
    assert not is_urgent(found(text).starts_at, NOW)


def test_as_soon_as_possible_is_urgent() -> None:
    assert is_urgent(None, NOW)


def test_an_hour_is_one_hour_on_the_night_that_lacks_one() -> None:
    before = datetime(2021, 3, 28, 1, 30, tzinfo=PARIS)
    read = found("dans deux heures", before)
    assert read.starts_at == before.astimezone(UTC) + timedelta(hours=2)
    assert read.hour == time(4, 30)


@given(st.text(max_size=40), MOMENTS)
def test_any_text_is_read_or_refused(text: str, now: datetime) -> None:
    read = read_deadline(text, now)
    assert isinstance(read, Deadline | NoDeadline | Unclear)


@given(MOMENTS, st.integers(1, 3000), st.times())
def test_every_day_and_hour_is_read_back_as_it_is_written(now: datetime, ahead: int, hour: time) -> None:
    day = now.date() + timedelta(days=ahead)
    read = found(f"{day:%d/%m/%Y} à {hour.hour} h {hour.minute:02}", now)
    assert read.days
    assert (read.days.first, read.hour) == (day, time(hour.hour, hour.minute))
