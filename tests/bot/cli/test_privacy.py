"""`guichet privacy`: what an operator does for who wrote to the organisation. Real processes, a real database."""

import json
from pathlib import Path

import pytest

from tests.bot.conftest import Run

pytestmark = pytest.mark.usefixtures("home")
ALIVE = ("--today", "2020-10-15")
SAID = "quelle est la couleur préférée des dragons\noui\nje veux commencer un dossier\noui\nDole\n1\n".encode()
PERSON = "terminal:local"


def test_a_copy_is_two_files_for_their_owner_only(guichet: Run, tmp_path: Path) -> None:
    guichet("chat", *ALIVE, stdin=SAID)
    done = guichet("privacy", "export", PERSON, str(tmp_path), *ALIVE)
    assert done.returncode == 0, done.stderr
    pdf, data = tmp_path / "mes-donnees-2020-10-15.pdf", tmp_path / "mes-donnees-2020-10-15.json"
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert {path.stat().st_mode & 0o777 for path in (pdf, data)} == {0o600}
    kept = json.loads(data.read_text(encoding="utf-8"))["kept"]
    assert [row["text"] for row in kept["inbox"]] == SAID.decode().splitlines()
    assert [row["question"] for row in kept["team_questions"]] == ["quelle est la couleur préférée des dragons"]
    assert kept["dossiers"][0]["content"]["answers"]["collectivite"]["shown"] == "Dole (Jura)"
    assert kept["recipients"][0]["address"] == "local"


def test_an_erasure_is_shown_confirmed_and_leaves_nothing(guichet: Run, tmp_path: Path) -> None:
    guichet("chat", *ALIVE, stdin=SAID)
    unsure = guichet("privacy", "erase", PERSON, *ALIVE)
    assert unsure.returncode == 2
    assert "ce dossier sera effacé" in unsure.stdout.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "ajoutez --yes" in unsure.stderr.decode()
    assert guichet("privacy", "export", PERSON, str(tmp_path), *ALIVE).returncode == 0
    done = guichet("privacy", "erase", PERSON, "--yes", *ALIVE)
    assert done.returncode == 0, done.stderr
    assert "Répondez vous-même" in done.stdout.decode()
    gone = guichet("privacy", "export", PERSON, str(tmp_path), *ALIVE)
    assert gone.returncode == 1
    assert "Personne ne correspond" in gone.stderr.decode()


def test_a_number_that_nobody_holds_is_told(guichet: Run) -> None:
    done = guichet("privacy", "erase", "K7R-M3W-X9A", "--yes", *ALIVE)
    assert done.returncode == 1
    assert "telegram:12345" in done.stderr.decode()
