"""An answer of several parts: each with its own basis and sources, told on its own days."""

from datetime import date

from knowledge.call.claims.statements import joined, sources_on, statements_on
from knowledge.call.model import Basis
from tests.shipped import shipped

BEFORE, AFTER = date(2021, 10, 28), date(2021, 12, 21)


def told(entry: str, day: date) -> tuple[str, list[str], list[Basis]]:
    library = shipped()
    found = statements_on(library.entries[entry], library.renderer, day)
    quoted = [source.id for source in sources_on(found, library.sources, day)]
    return joined(found), quoted, [each.statement.basis for each in found]


def test_a_part_and_its_source_are_told_from_its_day_on() -> None:
    text, sources, bases = told("resultats-ami2", BEFORE)
    assert "Carpentras" not in text
    assert sources == ["communique"]
    assert bases[0] is Basis.NONE
    text, sources, bases = told("resultats-ami2", AFTER)
    assert "Carpentras" in text
    assert sources == ["cotes-darmor"]
    assert bases[0] is Basis.OFFICIAL


def test_what_no_source_tells_shows_no_source() -> None:
    for entry in shipped().call.entries:
        for statement in entry.statements:
            assert not (statement.basis is Basis.NONE and statement.sources)


def test_how_much_of_each_source_was_read_is_kept() -> None:
    assert all(source.read for source in shipped().call.sources)
