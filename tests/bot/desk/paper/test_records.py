"""What leaves as a file: every dossier, every answer, and no formula that a spreadsheet would run."""

import csv
import json
import zipfile
from pathlib import Path

import pytest

from bot.desk.paper.records import WRITERS

COLUMNS = ["Numéro", "Besoins"]
ROWS = [
    {"Numéro": "K7R-M3W-X9A", "Besoins": '=HYPERLINK("http://x.example")'},
    {"Numéro": "AAA-AAA-AA3", "Besoins": "Des soudeurs ; « vite »\nœuvre, 100 €"},
    {"Numéro": "AAA-AAA-AA4", "Besoins": "+33 1"},
    {"Numéro": "AAA-AAA-AA7", "Besoins": "@SUM(A1)"},
    {"Numéro": "AAA-AAA-AA9", "Besoins": "-2+3"},
]


def test_a_csv_is_read_back_with_its_formulas_made_text(tmp_path: Path) -> None:
    WRITERS["csv"](ROWS, COLUMNS, tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert rows[0] == COLUMNS
    assert [row[1][0] for row in rows[1:]] == ["'", "D", "'", "'", "'"]
    assert rows[2][1] == ROWS[1]["Besoins"]


def test_a_workbook_holds_texts_only(tmp_path: Path) -> None:
    WRITERS["xlsx"](ROWS, COLUMNS, tmp_path / "x.xlsx")
    with zipfile.ZipFile(tmp_path / "x.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "œuvre, 100 €" in strings
    assert ">=HYPERLINK" in strings
    assert 'quotePrefix="1"' in styles


def test_json_keeps_the_answers_as_they_are(tmp_path: Path) -> None:
    WRITERS["json"](ROWS, COLUMNS, tmp_path / "x.json")
    assert json.loads((tmp_path / "x.json").read_text(encoding="utf-8")) == ROWS


@pytest.mark.parametrize("kind", WRITERS)
def test_no_dossier_is_a_file_too(kind: str, tmp_path: Path) -> None:
    WRITERS[kind]([], COLUMNS, tmp_path / "x")
    assert (tmp_path / "x").stat().st_size > 0
