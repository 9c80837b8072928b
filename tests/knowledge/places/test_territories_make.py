"""The registers are made from the package as ORIGIN.md says, and only from it."""

import json
from pathlib import Path

import pytest

from knowledge.territories import make

TODAY, AIN = {"type": "commune-actuelle"}, {"departement": "01"}
COMMUNES = [
    TODAY | AIN | {"code": "01001", "nom": "Un", "codesPostaux": ["01400"], "population": 9},
    TODAY | AIN | {"code": "01002", "nom": "Deux", "anciensCodes": ["01003", "01004"]},
    TODAY | {"code": "98701", "nom": "Loin", "collectiviteOutremer": {"code": "987"}},
    {"type": "commune-deleguee", "code": "01004", "nom": "Quatre", "chefLieu": "01002"},
    {"type": "arrondissement-municipal", "code": "01901", "commune": "01001"}
    | {"nom": "Un 1er", "codesPostaux": ["01401"]},
]


def test_the_files_hold_communes_aliases_and_epci(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "package" / "data"
    data.mkdir(parents=True)
    members = [{"code": "01002"}, {"code": "01001"}]
    for name, content in {
        "communes": COMMUNES,
        "departements": [{"code": "01", "nom": "Ain", "region": "84"}],
        "regions": [{"code": "84", "nom": "Auvergne-Rhône-Alpes"}],
        "epci": [{"code": "200000001", "type": "CA", "nom": "CA du  Pays", "membres": members}],
    }.items():
        (data / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    monkeypatch.setattr(make, "HERE", tmp_path)

    make.main(tmp_path / "package")

    assert (tmp_path / "communes.tsv").read_text("utf-8") == "01001\tUn\t01400\t9\n01002\tDeux\t\t0\n"
    assert (tmp_path / "departements.tsv").read_text("utf-8") == "01\tAin\tAuvergne-Rhône-Alpes\n"
    assert (tmp_path / "aliases.tsv").read_text("utf-8").splitlines() == [
        "01003\t\t01002\t",
        "01004\tQuatre\t01002\t",
        "01901\tUn 1er\t01001\t01401",
    ]
    expected = "200000001\tCA\tCommunauté d'agglomération du Pays\t01001 01002\n"
    assert (tmp_path / "epci.tsv").read_text("utf-8") == expected


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        ("CC du Thouarsais", "Communauté de communes du Thouarsais"),
        ("CU d'Arras", "Communauté urbaine d'Arras"),
        ("CA Carcassonne Agglo", "Carcassonne Agglo"),
        ("CC le Dourdannais en Hurepoix (CCDH)", "Le Dourdannais en Hurepoix (CCDH)"),
        ("Métropole de Lyon", "Métropole de Lyon"),
        ("CC Terre d?Emeraude Communauté", "Terre d'Emeraude Communauté"),
    ],
)
def test_the_kind_of_an_epci_is_written_out_where_its_name_needs_it(raw: str, written: str) -> None:
    assert make.epci_row({"code": "1", "type": "CC", "nom": raw, "membres": []})[2] == written
