"""A place is found by the ways people write it, the likeliest first."""

import pytest

from knowledge.places.registers import Intercommunality, Town
from knowledge.places.towns import Candidate
from tests.knowledge.places.territories import shipped_towns, spellings

FIRST = 0.97
IN_FIRST_THREE = 0.995


def code(candidate: Candidate) -> str:
    return candidate.town.insee if isinstance(candidate.town, Town) else candidate.town.siren


def found(query: str) -> list[str]:
    return [code(candidate) for candidate in shipped_towns().find(query)]


def test_the_spellings_are_found() -> None:
    samples = spellings()
    assert len(samples) >= 300
    assert len({query for query, _ in samples}) == len(samples)
    firsts = [query for query, expected in samples if found(query)[:1] == [expected]]
    threes = [query for query, expected in samples if expected in found(query)[:3]]
    assert len(firsts) >= FIRST * len(samples)
    assert len(threes) >= IN_FIRST_THREE * len(samples)


def test_every_commune_is_found_by_its_own_name() -> None:
    """With its département, among its namesakes there."""
    names = shipped_towns()
    for town in map(names.get, [f"{n:02d}{c:03d}" for n in (1, 22, 59, 84) for c in range(1, 600)]):
        if town is None:
            continue
        there = names.find(f"{town.name} ({town.departement})")
        assert town.insee in [code(candidate) for candidate in there], town.name


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Valence", ["26362", "82186", "16392"]),
        ("Saint-Denis", ["97411", "93066"]),
        ("Moulins", ["03190"]),
        ("Verdun", ["55545"]),
        ("Chalon", ["71076", "38066"]),  # in the programme, before the village of that name
    ],
)
def test_namesakes_come_likeliest_first(query: str, expected: list[str]) -> None:
    assert found(query)[: len(expected)] == expected


def test_a_departement_puts_the_namesake_first_and_keeps_the_others() -> None:
    [first, *others] = shipped_towns().find("Valence (82)")
    assert code(first) == "82186"
    assert first.score == 100
    assert all(other.score <= 60 for other in others)


def test_a_postal_code_gives_its_communes_the_largest_first() -> None:
    candidates = shipped_towns().find("46100")
    assert code(candidates[0]) == "46102"
    assert all("46100" in c.town.postal_codes for c in candidates if isinstance(c.town, Town))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("46102", "46102"),
        ("2A004", "2A004"),
        ("2b033", "2B033"),
        ("16351", "16233"),
        ("27676", "27058"),
        ("45287", "45307"),
    ],
)
def test_an_insee_code_gives_its_commune_even_a_former_one(query: str, expected: str) -> None:
    assert found(query)[0] == expected


@pytest.mark.parametrize(
    ("query", "name", "matched"),
    [
        ("Cherbourg-Octeville", "Cherbourg-en-Cotentin", "Cherbourg-Octeville"),
        ("Saint-Simeux", "Mosnac-Saint-Simeux", "Saint-Simeux"),
        ("Courcouronnes", "Évry-Courcouronnes", "Courcouronnes"),
        ("Lyon 3e Arrondissement", "Lyon", "Lyon"),
        ("Marseille 1er Arrondissement", "Marseille", "Marseille"),
    ],
)
def test_an_old_or_partial_name_gives_today_s_commune(query: str, name: str, matched: str) -> None:
    first = shipped_towns().find(query)[0]
    assert (first.town.name, first.matched) == (name, matched)


def test_an_epci_is_found_by_its_seat_and_the_commune_comes_after() -> None:
    first, second = shipped_towns().find("agglo de Cholet")[:2]
    assert isinstance(first.town, Intercommunality)
    assert (first.town.name, second.town.name) == ("Agglomération du Choletais", "Cholet")
    assert "49099" in [town.insee for town in first.town.members]


def test_the_kind_of_epci_that_is_said_weighs() -> None:
    agglo = shipped_towns().find("communauté d'agglomération du Pays de Laon")[0]
    other = shipped_towns().find("communauté de communes du Pays de Laon")[0]
    assert agglo.score > other.score


@pytest.mark.parametrize(
    "query", ["", " ", "?", "xyzzy", "qwrtplkj", "a" * 1000, "日本", "00000", "99999", "-", "de la"]
)
def test_what_names_nothing_finds_nothing(query: str) -> None:
    assert found(query) == []


def test_the_limit_is_kept_and_no_place_comes_twice() -> None:
    many = shipped_towns().find("Saint-Martin", limit=20)
    assert len(many) == 20
    assert len({code(candidate) for candidate in many}) == 20
    assert shipped_towns().find("Figeac", limit=0) == []


def test_scores_stay_between_0_and_100() -> None:
    for query, _ in spellings():
        assert all(0 <= candidate.score <= 100 for candidate in shipped_towns().find(query))
