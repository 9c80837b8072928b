"""The door to the registers: codes, and between whom to choose."""

import pytest

from knowledge.places.towns import rivals
from tests.knowledge.places.territories import shipped_towns


@pytest.mark.parametrize(
    ("code", "name"), [("46102", "Figeac"), ("2a004", "Ajaccio"), ("75111", "Paris"), ("16351", "Mosnac-Saint-Simeux")]
)
def test_a_code_gives_its_commune(code: str, name: str) -> None:
    town = shipped_towns().get(code)
    assert town is not None
    assert town.name == name


@pytest.mark.parametrize("code", ["", "00000", "99999", "figeac"])
def test_an_unknown_code_gives_none(code: str) -> None:
    assert shipped_towns().get(code) is None
    assert shipped_towns().get_epci(code) is None


def test_a_siren_gives_its_epci() -> None:
    epci = shipped_towns().get_epci("200071678")
    assert epci is not None
    assert epci.name == "Agglomération du Choletais"
    assert (epci.departement, epci.region, len(epci.members)) == ("49", "Pays de la Loire", 26)


@pytest.mark.parametrize(
    ("query", "count"), [("Figeac", 1), ("Valence (26)", 1), ("Valence", 3), ("Paris 12e", 1), ("xyzzy", 0)]
)
def test_only_namesakes_are_rivals(query: str, count: int) -> None:
    assert len(rivals(shipped_towns().find(query))) == count


def test_a_town_called_by_the_beginning_of_its_name_has_the_bearers_of_that_name_as_rivals() -> None:
    assert {c.town.name for c in rivals(shipped_towns().find("Chalon"))} >= {"Chalon-sur-Saône", "Chalon"}
