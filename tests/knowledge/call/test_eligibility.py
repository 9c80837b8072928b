"""The verdict: concerned, or to be confirmed with the team; never « not eligible »."""

from collections import defaultdict
from datetime import date

import pytest
import yaml
from pydantic import ValidationError

from bot.settings import SHIPPED_CALL
from knowledge.call.criteria import Answer, Eligibility, Outcome, Winner
from knowledge.call.eligibility import Verdict, assess, lookup_record
from knowledge.places.registers import Intercommunality, Programme, Town
from tests.knowledge.places.territories import shipped_registers, shipped_towns
from tests.shipped import shipped

DURING, AFTER, TODAY = date(2020, 10, 1), date(2022, 1, 10), date(2026, 11, 23)
CONTENT = yaml.safe_load((SHIPPED_CALL / "eligibility.yaml").read_text("utf-8"))
ELIGIBILITY = Eligibility.model_validate(CONTENT)
OUTSIDE = [
    ("74012", "Annemasse"),
    ("97414", "Saint-Louis"),
    ("06088", "Nice"),
    ("75056", "Paris"),
    ("69123", "Lyon"),
    ("13055", "Marseille"),
    ("31555", "Toulouse"),
    ("33063", "Bordeaux"),
    ("33009", "Arcachon"),
    ("74173", "Megève"),
    ("29155", "Ouessant"),
]


def town(code: str) -> Town:
    found = shipped_towns().get(code)
    assert found is not None
    return found


def epci(siren: str) -> Intercommunality:
    found = shipped_towns().get_epci(siren)
    assert found is not None
    return found


def verdict(place: Town | Intercommunality, day: date = DURING) -> Verdict:
    return assess(place, ELIGIBILITY, shipped().renderer, day)


def answers(given: Verdict) -> dict[str, str]:
    return {finding.criterion: finding.answer.value for finding in given.findings}


def test_the_communes_of_both_lists_are_concerned_with_the_names_of_their_programmes() -> None:
    """Of those that have the same programmes, the first and every tenth."""
    registers = shipped_registers()
    assert len(registers.programmes) == 15_695 + 235 - 171
    alike: dict[frozenset[Programme], list[str]] = defaultdict(list)
    for code, programmes in registers.programmes.items():
        alike[frozenset(programmes)].append(code)
    assert len(alike) > 300
    for code, programmes in ((code, programmes) for programmes, codes in alike.items() for code in codes[::10]):
        given = verdict(registers.town(registers.rows[code]))
        said = {finding.criterion: finding.text for finding in given.findings}
        assert given.outcome is Outcome.CONCERNED
        for programme in programmes:
            is_own_name = programme.kind == "acv" and programme.name == registers.names[registers.rows[code]]
            assert is_own_name or programme.name in said[f"in_{programme.kind}"]


@pytest.mark.parametrize(("code", "name"), OUTSIDE)
@pytest.mark.parametrize("day", [DURING, AFTER, TODAY])
def test_a_town_outside_both_lists_is_to_be_confirmed(code: str, name: str, day: date) -> None:
    given = verdict(town(code), day)
    assert given.outcome is Outcome.TO_CONFIRM
    assert given.text.startswith(f"À confirmer avec l'équipe : {name}")
    assert answers(given)["in_acv"] == answers(given)["in_ti"] == "no"


def test_a_commune_that_only_its_epci_brings_in_is_for_the_team_and_never_told_a_bare_yes() -> None:
    registers = shipped_registers()
    for code, programmes in list(registers.programmes.items())[::20]:
        place = registers.town(registers.rows[code])
        for day in (DURING, AFTER):
            given = verdict(place, day)
            if all(programme.kind == "ti" for programme in programmes) and "retenues au deuxième" not in given.text:
                assert not given.text.startswith(("Oui ", "Oui,")), place.name
                assert "à confirmer avec l'équipe" in given.text
                assert place.epci_name in given.text
                assert given.is_for_team
    assert verdict(town("63010"), DURING).text.startswith("Arlanc (Puy-de-Dôme) : l'appel concerne son territoire")


@pytest.mark.parametrize(
    "code", ["11069", "84031", "60175", "39198", "83050", "22070", "60159", "24037", "25388", "13056", "06155", "42147"]
)
def test_a_town_retained_at_the_second_call_is_told_so_first_with_source_and_confidence(code: str) -> None:
    for day in (date(2021, 12, 21), AFTER, TODAY):
        first, *_ = verdict(town(code), day).text.split("\n")
        assert "fait partie des 20 collectivités retenues au deuxième appel" in first
        assert "Département des Côtes-d'Armor (confiance haute)" in first
        assert "cotes-darmor" in verdict(town(code), day).sources
    assert "retenue" not in verdict(town(code), date(2021, 12, 20)).text


@pytest.mark.parametrize("winner", ELIGIBILITY.first_call_winners, ids=lambda winner: winner.insee)
def test_a_town_of_the_first_call_is_told_so_first_as_surely_as_its_source(winner: Winner) -> None:
    first, *_ = verdict(town(winner.insee), TODAY).text.split("\n")
    said = "fait partie des 55 villes retenues" if winner.confidence == "high" else "a peut-être été retenue"
    assert said in first
    assert ELIGIBILITY.told_by[winner.source] in first
    assert ("confiance haute" in first) is (winner.confidence == "high")


def test_a_commune_hears_of_its_epci_and_an_epci_of_its_commune() -> None:
    seloncourt = verdict(town("25539"), TODAY).text
    assert seloncourt.startswith("**Son intercommunalité, Pays de Montbéliard Agglomération,")
    assert "L'une de ses communes, Martigues," in verdict(epci("200054807"), TODAY).text


def test_after_the_call_the_verdict_says_what_was() -> None:
    for code in ("46102", "63010", "33009", "39198"):
        said = verdict(town(code), TODAY).text
        assert "Oui" not in said
        assert " semble " not in said
        assert " n'est dans aucun" not in said
        assert " est concerné" not in said


def test_no_wording_says_not_eligible() -> None:
    texts = (SHIPPED_CALL / "eligibility.yaml").read_text("utf-8").split("concerned_when", 1)[1].lower()
    for word in ("éligible", "inéligible", "exclu", "refusé"):
        assert word not in texts


@pytest.mark.parametrize(
    ("query", "outcome"),
    [
        ("Le Port (974)", Outcome.CONCERNED),
        ("Fort-de-France", Outcome.CONCERNED),
        ("Saint-Laurent-du-Maroni", Outcome.CONCERNED),
        ("Dzaoudzi", Outcome.CONCERNED),
        ("Pointe-à-Pitre", Outcome.CONCERNED),
        ("Bastia", Outcome.CONCERNED),
        ("Ajaccio", Outcome.CONCERNED),
        ("Porto-Vecchio", Outcome.TO_CONFIRM),
        ("Corte", Outcome.TO_CONFIRM),
        ("Paris 12e", Outcome.TO_CONFIRM),
        ("Lyon 3", Outcome.TO_CONFIRM),
        ("Marseille 13e", Outcome.TO_CONFIRM),
        ("69381", Outcome.TO_CONFIRM),
    ],
)
def test_overseas_corsica_and_arrondissements(query: str, outcome: Outcome) -> None:
    assert verdict(shipped_towns().find(query)[0].town).outcome is outcome


def test_the_two_communes_of_a_project_hear_its_name() -> None:
    given = verdict(town("62510"))
    assert "« Lens – Liévin »" in given.findings[0].text
    assert "« Béthune-Bruay »" in given.findings[1].text


def test_an_epci_is_judged_by_its_communes() -> None:
    whole = verdict(epci("200071678"))
    assert whole.outcome is Outcome.CONCERNED
    assert "toutes ses communes" in whole.text
    assert "Cholet (1 commune sur 26)" in whole.findings[0].text
    part = verdict(epci("200054781"))
    assert "39 de ses 131 communes" in part.text
    assert "confirmer" in part.text
    none = verdict(epci("200067981"))
    assert none.outcome is Outcome.TO_CONFIRM


def test_a_town_that_joined_later_was_not_in_the_programme_during_the_call() -> None:
    assert "2023" not in verdict(town("74012"), DURING).findings[0].text
    assert "elle n'y figurait pas pendant l'appel" in verdict(town("74012"), TODAY).findings[0].text
    assert verdict(town("82033"), DURING).outcome is Outcome.CONCERNED  # Castelsarrasin, by its Territoire d'industrie


def test_a_winner_of_the_first_call_is_known_or_unknown_never_denied() -> None:
    assert answers(verdict(town("52121")))["ami1_laureate"] == "yes"
    assert answers(verdict(town("46102")))["ami1_laureate"] == "unknown"
    assert verdict(town("52121")).findings[-1].sources == ("gazette-moselle",)


def test_what_was_published_later_is_not_told_before() -> None:
    assert answers(verdict(town("18033"), DURING))["ami1_laureate"] == "unknown"
    assert answers(verdict(town("18033"), AFTER))["ami1_laureate"] == "yes"
    assert "Guingamp" not in verdict(town("33009"), DURING).text
    assert "Guingamp" in verdict(town("33009"), AFTER).text


def test_after_the_call_the_verdict_says_it_is_closed() -> None:
    for code in ("46102", "33009"):
        assert "clos" not in verdict(town(code), DURING).text
        assert "clos depuis le 25 juin 2021" in verdict(town(code), AFTER).text


def test_another_kind_of_applicant_is_for_the_team_to_tell() -> None:
    given = assess(town("46102"), ELIGIBILITY, shipped().renderer, DURING, applicant="other")
    finding = next(f for f in given.findings if f.criterion == "applicant_kind")
    assert finding.answer is Answer.UNKNOWN
    assert "PETR" in finding.text


def test_every_source_is_one_of_the_call_and_every_winner_a_commune() -> None:
    known = set(shipped().sources)
    used = {source for criterion in ELIGIBILITY.criteria for source in criterion.sources}
    used |= {*ELIGIBILITY.outcomes.concerned.sources, *ELIGIBILITY.outcomes.to_confirm.sources}
    used |= {winner.source for winner in ELIGIBILITY.first_call_winners}
    assert used <= known
    assert len(ELIGIBILITY.first_call_winners) == 32
    for winner in ELIGIBILITY.first_call_winners:
        assert town(winner.insee).name == winner.name


@pytest.mark.parametrize(
    "change",
    [
        {"unknown_key": 1},
        {"concerned_when": ["in_space"]},
        {"concerned_when": []},
        {"criteria": []},
        {"first_call_winners": [{"insee": "4610", "name": "Figeac", "source": "x", "known_from": "2020-01-01"}]},
    ],
)
def test_keys_and_values_are_closed(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Eligibility.model_validate(CONTENT | change)


def test_the_record_of_a_look_up() -> None:
    candidates = shipped_towns().find("Figeac")
    record = lookup_record("Figeac", candidates, verdict(candidates[0].town))
    [first] = record["candidates"]
    expected = {"insee": "46102", "name": "Figeac", "departement": "46", "region": "Occitanie", "score": 100.0}
    assert expected.items() <= first.items()
    assert first["programmes"][0] == {"kind": "acv", "name": "Figeac"}
    assert record["verdict"]["outcome"] == "concerned"
    assert [finding["answer"] for finding in record["verdict"]["findings"]] == ["yes", "yes", "yes", "unknown"]


def test_the_record_of_an_epci_has_its_siren_and_of_nothing_no_verdict() -> None:
    candidates = shipped_towns().find("agglo de Cholet", limit=1)
    [first] = lookup_record("agglo de Cholet", candidates, None)["candidates"]
    assert (first["insee"], first["siren"], first["members"]) == (None, "200071678", 26)
    assert lookup_record("xyzzy", [], None) == {"query": "xyzzy", "candidates": [], "verdict": None}
