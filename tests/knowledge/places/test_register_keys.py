"""EPCI, départements and postal codes are found under every name they go by."""

import pytest

from knowledge.places.register_keys import departement_names, group_names, group_words, rows_by_postal_code
from tests.knowledge.places.territories import shipped_registers
from tests.shipped import shipped


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("communaute d agglomeration du bassin de brive", "bassin brive"),
        ("metropole de lyon", "lyon"),
        ("vitre communaute", "vitre"),
        ("agglo", ""),
    ],
)
def test_only_the_words_that_tell_an_epci_from_another_stay(name: str, expected: str) -> None:
    assert group_words(name.split()) == expected.split()


def test_an_epci_goes_by_its_acronym_too() -> None:
    assert list(group_names(["Porte de l'Isère (CAPI)"])) == [
        (0, ["porte", "isere", "capi"]),
        (0, ["capi"]),
        (0, ["porte", "isere"]),
    ]


@pytest.mark.parametrize(
    ("key", "codes"),
    [
        ("26", {"26"}),
        ("drome", {"26"}),
        ("seinesaintdenis", {"93"}),
        ("reunion", {"974"}),
        ("corse", {"2A", "2B"}),
        ("202", {"2B"}),
        ("alsace", {"67", "68"}),
        ("bretagne", {"22", "29", "35", "56"}),
    ],
)
def test_a_departement_goes_by_its_number_its_name_its_region(key: str, codes: set[str]) -> None:
    assert departement_names(shipped_registers())[key] == codes


def test_every_known_departement_is_one_of_the_register() -> None:
    registers = shipped_registers()
    for codes in departement_names(registers).values():
        assert codes <= set(registers.departements)


def test_a_postal_code_gives_its_communes() -> None:
    registers = shipped_registers()
    rows = rows_by_postal_code(registers)
    assert "Figeac" in [registers.names[row] for row in rows.get("46100")]
    assert [registers.names[row] for row in rows.get("75012")] == ["Paris"]


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("quelles villes du Cantal sont concernées", {"15"}),
        ("les communes de la Haute-Loire", {"43"}),
        ("dans le val d'oise", {"95"}),
        ("et dans le 15 ?", {"15"}),
        ("celles du 2a", {"2A"}),
        ("(974)", {"974"}),
        ("ferme le 15 octobre", set()),
        ("à 15 % près", set()),
        ("nous sommes 15", set()),
        ("quelles villes en Bretagne", {"22", "29", "35", "56"}),
        ("les Pays de la Loire", {"44", "49", "53", "72", "85"}),
        ("quelles villes", set()),
    ],
)
def test_a_departement_or_a_region_is_named(sentence: str, codes: set[str]) -> None:
    assert shipped().towns.departements_in(sentence) == codes
