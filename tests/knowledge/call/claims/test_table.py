"""The table of an audit: sentence, sources, basis, the days on which it is told."""

from datetime import date

from knowledge.call.claims.table import Row, audit
from knowledge.call.template_check import days_to_try
from tests.shipped import shipped


def rows(entry: str) -> dict[str, Row]:
    library = shipped()
    found = audit(library.entries[entry], library.renderer, days_to_try(library.call.facts), library.sources)
    return {row.sentence: row for row in found}


def test_a_sentence_stands_once_with_its_days_and_source() -> None:
    found = rows("encore-ouvert")
    closed = next(row for sentence, row in found.items() if sentence.startswith("Non : l'appel est clos"))
    assert closed.told == [(date(2021, 6, 26), None)]
    assert [source.id for source in closed.sources] == ["communique"]
    before = next(row for sentence, row in found.items() if sentence.startswith("Non, l'appel n'est pas encore ouvert"))
    assert before.told == [(None, date(2020, 7, 19))]


def test_a_countdown_is_one_sentence_whatever_the_number() -> None:
    counted = [row for sentence, row in rows("vague-3-date-limite").items() if "il reste" in sentence]
    assert len(counted) <= 2  # « 1 jour », and « … jours »


def test_a_sentence_of_all_days_is_told_always() -> None:
    assert [row.told for row in rows("le-cnam").values()] == [[(None, None)]] * 3
