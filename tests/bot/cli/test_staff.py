"""Who enters the desk is said from the command line; the log is read there."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from bot.__main__ import main

pytestmark = pytest.mark.usefixtures("home")
LINK = re.compile(r"^http://127\.0\.0\.1:8080/bureau/entrer\?lien=([\w-]{43})$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("GUICHET_TODAY", "2020-10-15")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


def test_who_is_added_gets_a_link_a_role_and_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    code, told, _ = run(capsys, "staff", "add", "Anne Petit", "--role", "press")
    first = LINK.search(told)
    assert code == 0
    assert first
    _, told, _ = run(capsys, "staff", "link", "anne petit")
    again = LINK.search(told)
    assert again
    assert again[1] != first[1]
    assert run(capsys, "staff", "list")[1] == "nº 1  Anne Petit  presse\n"
    assert run(capsys, "staff", "role", "Anne Petit", "admin")[0] == 0
    assert run(capsys, "staff", "revoke", "1")[0] == 0
    assert run(capsys, "staff", "list")[1] == "nº 1  Anne Petit  administration (n'entre plus depuis le 2020-10-15)\n"
    assert run(capsys, "staff", "link", "1")[0] == 1
    assert run(capsys, "staff", "role", "1", "équipe")[0] == 0
    assert run(capsys, "staff", "link", "1")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("add", "Anne"), 1, "ajoutez --new"),
        (("add", "1"), 1, "guichet staff link 1"),
        (("add", "12"), 1, "Personne"),
        (("add", "telegram:7"), 1, "Personne"),
        (("add", "Bruno", "--role", "chef"), 2, "agent, press, editor, admin"),
        (("link", "Bruno"), 1, "guichet staff list"),
        (("revoke", "Bruno"), 1, "guichet staff list"),
    ],
    ids=["known", "enters", "number", "account", "role", "link", "revoke"],
)
def test_what_cannot_be_done_says_what_to_do(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, told: str
) -> None:
    run(capsys, "staff", "add", "Anne")
    ended, _, error = run(capsys, "staff", *arguments)
    assert (ended, told in error) == (code, True)


def test_the_log_is_written_as_csv_and_as_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "staff", "add", "Anne")
    head, *rows = csv.reader(io.StringIO(run(capsys, "audit")[1]))
    assert head == ["date", "numero", "nom", "action", "objet", "numero_destinataire", "nom_destinataire"]
    assert [row[3:] for row in rows] == [["role:agent", "member:1", "", ""], ["link", "member:1", "", ""]]
    lines = [json.loads(line) for line in run(capsys, "audit", "--json", "--since", "2020-10-15")[1].splitlines()]
    assert [line["action"] for line in lines] == ["role:agent", "link"]
    assert run(capsys, "audit", "--json", "--since", "2020-10-16")[1] == ""
    assert run(capsys, "audit", "--since", "hier")[0] == 2
