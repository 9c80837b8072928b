"""What a person typed is taken apart: a code, a département, an EPCI, the readings of the name."""

import pytest

from knowledge.places.place_query import MAX_LENGTH, parse_query

DEPARTEMENTS = {
    "26": frozenset({"26"}),
    "drome": frozenset({"26"}),
    "68": frozenset({"68"}),
    "hautrhin": frozenset({"68"}),
    "alsace": frozenset({"67", "68"}),
    "2A": frozenset({"2A"}),
}
NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("query", "name", "said"),
    [
        ("Valence", "valence", NONE),
        ("Valence (26)", "valence", {"26"}),
        ("Valence 26", "valence", {"26"}),
        ("Valence Drôme", "valence", {"26"}),
        ("Valence dans la Drôme", "valence", {"26"}),
        ("ville de Valence, Drôme", "valence", {"26"}),
        ("Saint-Louis Alsace Haut-Rhin", "saint louis", {"68"}),
        ("Ajaccio (2a)", "ajaccio", {"2A"}),
        ("mairie de La Rochelle", "la rochelle", NONE),
        ("Paris 12e arrondissement", "paris", NONE),
        ("Nîmes cedex 9", "nimes", NONE),
    ],
)
def test_a_reading_has_the_name_and_its_departement(query: str, name: str, said: set[str]) -> None:
    assert (tuple(name.split()), frozenset(said)) in parse_query(query, DEPARTEMENTS).readings


@pytest.mark.parametrize(
    ("query", "code"),
    [("46100", "46100"), ("46100 Figeac", "46100"), ("2a004", "2A004"), ("200071751", "200071751"), ("18 000", None)],
)
def test_a_code_is_set_apart(query: str, code: str | None) -> None:
    assert parse_query(query, DEPARTEMENTS).code == code


@pytest.mark.parametrize(
    ("query", "group"),
    [
        ("agglo de Cholet", "CA"),
        ("communauté de communes du Pays de Fayence", "CC"),
        ("CC du Pays de Fayence", "CC"),
        ("CU d'Arras", "CA"),
        ("Vitré communauté", "EPCI"),
        ("Figeac", None),
    ],
)
def test_the_kind_of_epci_is_heard(query: str, group: str | None) -> None:
    assert parse_query(query, DEPARTEMENTS).group == group


def test_an_endless_text_is_cut() -> None:
    asked = parse_query("b " * 10_000, DEPARTEMENTS)
    assert len(asked.readings[0][0]) <= MAX_LENGTH


@pytest.mark.parametrize("query", ["", "   ", "??", "()", "/"])
def test_nothing_is_no_reading(query: str) -> None:
    assert parse_query(query, DEPARTEMENTS).readings == ()
