"""The shipped registers hold what ORIGIN.md says."""

import re
import unicodedata
from pathlib import Path

import pytest

import knowledge
from knowledge.places.registers import Programme, departement_of, project_communes, read_programme
from tests.knowledge.places.territories import shipped_registers
from tests.shipped import shipped

FOLDER = Path(knowledge.__file__).parent / "territories"


def test_counts() -> None:
    registers = shipped_registers()
    assert len(registers.insee) == len(set(registers.insee)) == 34_965
    assert len(registers.sirens) == len(set(registers.sirens)) == 1_254
    assert len(registers.departements) == 101
    assert len({region for _, region in registers.departements.values()}) == 18


def test_the_222_projects_of_action_coeur_de_ville() -> None:
    acv = read_programme("acv")
    communes = [code for project in acv["projects"].values() for code in project]
    assert len(acv["projects"]) == 222
    assert len(communes) == len(set(communes)) == 235
    assert len([project for project in acv["projects"].values() if len(project) == 2]) == 13
    assert len(acv["later"]) == 11
    assert not set(acv["later"]) & set(communes)


def test_names_beside_the_codes_of_action_coeur_de_ville_are_those_of_the_register() -> None:
    registers = shipped_registers()
    acv = read_programme("acv")
    named = {code: name for project in acv["projects"].values() for code, name in project.items()} | acv["later"]
    assert {code: registers.names[registers.rows[code]] for code in named} == named


def test_the_148_territories_and_their_communes() -> None:
    registers = shipped_registers()
    members = dict(zip(registers.sirens, registers.epci_members, strict=True))
    ti = read_programme("ti")
    territories = [project_communes(project, members) for project in ti["projects"].values()]
    codes = frozenset().union(*territories)
    assert len(territories) == 148
    assert sum(map(len, territories)) == len(codes) == 15_695  # no commune is in two
    # The list of 2020 has 15,697 codes: three have changed, two of their communes were there already.
    former = ti["former_codes"]
    assert len(former) == 3
    assert not set(former) & set(registers.insee)
    assert set(former.values()) <= codes
    alone = [code for code in former.values() if code == "27058"]
    assert len(codes) - len(alone) + len(former) == 15_697


def test_every_code_of_the_programmes_is_a_commune_of_today() -> None:
    registers = shipped_registers()
    assert set(registers.programmes) <= set(registers.insee)
    assert len([1 for found in registers.programmes.values() if found[0].kind == "acv"]) == 235
    assert len([1 for found in registers.programmes.values() if len(found) == 2]) == 171


def test_every_alias_leads_to_a_commune() -> None:
    registers = shipped_registers()
    known = set(registers.insee)
    assert [alias for alias in registers.aliases if alias.insee not in known] == []


def test_every_member_of_an_epci_is_a_commune_and_knows_it() -> None:
    registers = shipped_registers()
    for number, codes in enumerate(registers.epci_members):
        for code in codes.split():
            assert registers.epci_of[registers.rows[code]] == number


@pytest.mark.parametrize(
    ("code", "name", "departement", "region", "programmes"),
    [
        ("46102", "Figeac", "Lot", "Occitanie", (("acv", "Figeac"), ("ti", "Aurillac - Figeac - Rodez"))),
        ("62510", "Liévin", "Pas-de-Calais", "Hauts-de-France", (("acv", "Lens – Liévin"), ("ti", "Béthune-Bruay"))),
        ("13056", "Martigues", "Bouches-du-Rhône", "Provence-Alpes-Côte d'Azur", (("ti", "Aix-Marseille-Provence"),)),
        ("22070", "Guingamp", "Côtes-d'Armor", "Bretagne", ()),
        ("2B033", "Bastia", "Haute-Corse", "Corse", (("acv", "Bastia"), ("ti", "Bastia"))),
        ("97407", "Le Port", "La Réunion", "La Réunion", (("acv", "Le Port"), ("ti", "Le Port"))),
        ("97608", "Dzaoudzi", "Mayotte", "Mayotte", (("acv", "Dzaoudzi – Pamandzi"),)),
        ("78517", "Rambouillet", "Yvelines", "Île-de-France", (("acv", "Rambouillet"),)),
        ("06033", "Carros", "Alpes-Maritimes", "Provence-Alpes-Côte d'Azur", (("ti", "Carros"),)),
        ("06088", "Nice", "Alpes-Maritimes", "Provence-Alpes-Côte d'Azur", ()),
    ],
)
def test_spot_checks(
    code: str, name: str, departement: str, region: str, programmes: tuple[tuple[str, str], ...]
) -> None:
    registers = shipped_registers()
    town = registers.town(registers.rows[code])
    assert (town.name, town.departement_name, town.region) == (name, departement, region)
    assert town.programmes == tuple(Programme(kind, label) for kind, label in programmes)  # type: ignore[arg-type]


def test_an_epci_takes_the_programmes_of_its_communes() -> None:
    registers = shipped_registers()
    grand_paris = registers.intercommunality(registers.sirens.index("200054781"))
    assert len(grand_paris.members) == 131
    assert {programme.kind for programme in grand_paris.programmes} == {"ti"}
    assert len([town for town in grand_paris.members if town.programmes]) == 39


@pytest.mark.parametrize(("code", "departement"), [("46102", "46"), ("2A004", "2A"), ("97411", "974"), ("01001", "01")])
def test_departement_of_a_code(code: str, departement: str) -> None:
    assert departement_of(code) == departement


@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*.tsv")) + sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.name
)
def test_no_character_of_a_register_is_damaged(path: Path) -> None:
    """« ? » within a name, U+FFFD, UTF-8 read as Latin-1 (« Ã© »), doubled or strange apostrophes, odd spaces."""
    damage = re.compile(r"[?\ufffdÃÂ\x00-\x08\x0b-\x1f\x7f-\xa0\u2000-\u200f\u2028-\u202f\ufeff´`‘’ʼ]|''|\w\"\w")
    lines = path.read_text("utf-8").splitlines()
    data = [line.split("  # ")[0] for line in lines if not line.lstrip().startswith("#")]
    assert [line[:60] for line in data if damage.search(line)] == []


def test_every_name_of_a_register_is_composed_and_trimmed() -> None:
    for path in FOLDER.glob("*.tsv"):
        for line in path.read_text("utf-8").splitlines():
            for cell in line.split("\t"):
                assert cell == unicodedata.normalize("NFC", " ".join(cell.split())), cell


def test_what_the_lists_have_in_one() -> None:
    found = shipped().towns.in_departement("15")
    assert (found.name, [town.name for town in found.towns]) == ("Cantal", ["Arpajon-sur-Cère", "Aurillac"])
    assert found.territories == ("Aurillac - Figeac - Rodez",)
    assert "Cère et Goul en Carladès" in [group.name for group in found.groups]
    # Each of them has a commune of it there.
    assert all(any(town.departement == "15" for town in group.members) for group in found.groups)


def test_every_departement_can_be_told() -> None:
    towns = shipped().towns
    for code, (name, _) in towns.departements.items():
        found = towns.in_departement(code)
        assert found.name == name
        assert {town.departement for town in found.towns} <= {code}
        assert bool(found.territories) >= bool(found.groups)
