"""A date as people write it: the days meant, what has to be confirmed, and what is refused and why."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.fields.dates import Days, NoDate, read_days

#: A Thursday.
TODAY = date(2020, 10, 15)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12/02/2021", "2021-02-12"),
        ("12.2.21", "2021-02-12"),
        ("12-02-2021", "2021-02-12"),
        ("2021-02-12", "2021-02-12"),
        ("12 février 2021", "2021-02-12"),
        ("le vendredi 12 févr. 2021", "2021-02-12"),
        ("Vendredi 12/02/2021", "2021-02-12"),
        ("1er septembre 2021", "2021-09-01"),
        ("29 février 2024", "2024-02-29"),
    ],
)
def test_a_whole_date_needs_no_confirmation(text: str, day: str) -> None:
    assert read_days(text, TODAY) == Days(date.fromisoformat(day), date.fromisoformat(day))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("le 1er", "2020-11-01"),
        ("le 15", "2020-10-15"),
        ("le 31", "2020-10-31"),
        ("12 février", "2021-02-12"),
        ("12/02", "2021-02-12"),
        ("le 16 octobre", "2020-10-16"),
        ("29 février", "2024-02-29"),
        ("demain", "2020-10-16"),
        ("après-demain", "2020-10-17"),
        ("lundi", "2020-10-19"),
        ("lundi prochain", "2020-10-19"),
        ("jeudi", "2020-10-22"),
        ("vendredi en huit", "2020-10-23"),
        ("vendredi en quinze", "2020-10-30"),
        ("jeudi en huit", "2020-10-22"),
        ("dans quinze jours", "2020-10-29"),
        ("dans 15 jours", "2020-10-30"),
        ("dans huit jours", "2020-10-22"),
        ("dans 3 semaines", "2020-11-05"),
        ("dans deux mois", "2020-12-15"),
        ("d'ici un an", "2021-10-15"),
    ],
)
def test_what_depends_on_today_is_to_be_confirmed(text: str, day: str) -> None:
    assert read_days(text, TODAY) == Days(date.fromisoformat(day), date.fromisoformat(day), is_inferred=True)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("fin mars", "2021-03-21", "2021-03-31"),
        ("fin février 2024", "2024-02-21", "2024-02-29"),
        ("mi-janvier", "2021-01-11", "2021-01-20"),
        ("vers la mi-mai 2021", "2021-05-11", "2021-05-20"),
        ("début octobre", "2021-10-01", "2021-10-10"),
        ("fin octobre", "2020-10-21", "2020-10-31"),
        ("fin du mois", "2020-10-21", "2020-10-31"),
        ("octobre", "2020-10-01", "2020-10-31"),
        ("la semaine prochaine", "2020-10-19", "2020-10-25"),
        ("le mois prochain", "2020-11-01", "2020-11-30"),
        ("septembre 2021", "2021-09-01", "2021-09-30"),
        ("à partir de septembre 2021", "2021-09-01", "2021-09-30"),
        ("pas avant septembre 2021", "2021-09-01", "2021-09-30"),
        ("à la rentrée de septembre 2021, si les travaux sont finis", "2021-09-01", "2021-09-30"),
        ("fin mars 2022 au mieux", "2022-03-21", "2022-03-31"),
        ("09/2021", "2021-09-01", "2021-09-30"),
        ("2021-09", "2021-09-01", "2021-09-30"),
        ("septembre prochain", "2021-09-01", "2021-09-30"),
        ("fin 2021", "2021-10-01", "2021-12-31"),
        ("rentrée 2021", "2021-09-01", "2021-09-30"),
        ("T1 2021", "2021-01-01", "2021-03-31"),
        ("1er trimestre 2021", "2021-01-01", "2021-03-31"),
        ("début 2021", "2021-01-01", "2021-03-31"),
        ("du 1er septembre 2021 au 30 septembre 2021", "2021-09-01", "2021-09-30"),
        ("du 1er au 30 septembre 2021", "2021-09-01", "2021-09-30"),
        ("entre mars et mai 2021", "2021-03-01", "2021-05-31"),
        ("septembre-octobre 2021", "2021-09-01", "2021-10-31"),
    ],
)
def test_a_month_or_a_part_of_it_is_a_span_of_days(text: str, first: str, last: str) -> None:
    found = read_days(text, TODAY)
    assert isinstance(found, Days)
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("printemps", "vague"),
        ("octobre 2021 ou novembre 2021", "vague"),
        ("le 31 février 2022, je crois", "impossible"),
        ("fin d'année", "vague"),
        ("2021", "vague"),
        ("au plus vite", "vague"),
        ("14h", "hour"),
        ("à 14 h 30", "unknown"),
        ("31 février", "impossible"),
        ("30/02/2021", "impossible"),
        ("12/13/2021", "impossible"),
        ("le 32", "impossible"),
        ("mardi 12 février 2021", "weekday"),
        ("quand vous voulez", "unknown"),
        ("", "unknown"),
        ("99", "impossible"),
    ],
)
def test_what_is_no_day_is_refused_with_its_reason(text: str, reason: str) -> None:
    found = read_days(text, TODAY)
    assert isinstance(found, NoDate)
    assert found.reason == reason


def test_a_wrong_weekday_tells_the_right_one() -> None:
    assert read_days("mardi 12 février 2021", TODAY) == NoDate("weekday", date(2021, 2, 12))


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(0, 3000))
def test_every_day_is_read_back_as_it_is_written(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    for written in (f"{day:%d/%m/%Y}", f"{day.day}.{day.month}.{day.year}", day.isoformat()):
        assert read_days(written, today) == Days(day, day)


@given(st.text(max_size=40), st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_any_text_is_read_or_refused(text: str, today: date) -> None:
    found = read_days(text, today)
    assert isinstance(found, NoDate) or found.first <= found.last
