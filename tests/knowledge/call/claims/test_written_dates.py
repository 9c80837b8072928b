"""The dates that a text writes are found, each with the days it may mean."""

from datetime import date

import pytest

from knowledge.call.claims.written_dates import out_by, written_dates


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("le vendredi 6 novembre 2020", date(2020, 11, 6), date(2020, 11, 6)),
        ("le 1er février 2021", date(2021, 2, 1), date(2021, 2, 1)),
        ("fin mai 2021", date(2021, 5, 1), date(2021, 5, 31)),
        ("en février 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("à l'automne 2020", date(2020, 9, 22), date(2020, 12, 21)),
        ("pour l'hiver 2020", date(2020, 12, 22), date(2021, 3, 19)),
        ("avant 2023", date(2023, 1, 1), date(2023, 12, 31)),
    ],
)
def test_a_date_is_read_with_the_days_it_may_mean(text: str, first: date, last: date) -> None:
    (found,) = written_dates(text)
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("text", ["le 31 février 2021", "12 places", "2020", "la page 2020 du 3 mai"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert not [each for each in written_dates(text) if each.is_a_day]


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("23 juillet 2020", date(2020, 7, 23)),
        ("mars 2021", date(2021, 3, 31)),
        ("fin septembre 2019", date(2019, 9, 30)),
        ("automne 2021", date(2021, 12, 21)),
        ("octobre 2018, complétés le 9 septembre 2024", date(2024, 9, 9)),
        ("2019", date(2019, 12, 31)),
        ("début 2020", date(2020, 6, 30)),
        ("15e législature, entre 2017 et 2022", date(2022, 12, 31)),
        ("non daté", None),
    ],
)
def test_a_document_surely_exists_by_the_last_day_that_its_date_may_mean(words: str, day: date | None) -> None:
    assert out_by(words) == day
