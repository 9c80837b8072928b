"""The staff's commands, as they are typed: from a town's conversation to the files that leave."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import attachments, dossiers
from storage.attachments import Wanted
from storage.engine.database import open_database, sqlite_url
from storage.engine.encryption import load_keys
from tests.bot.conftest import Run
from tests.dialogues.player import REFERENCE

pytestmark = pytest.mark.usefixtures("home")
#: One after the other: each process has a clock of its own, which starts at its hour.
AT = datetime(2020, 10, 15, 8, tzinfo=UTC)
DAY, LATER, LAST = "2020-10-15T09:00", "2020-10-15T10:00", "2020-10-15T11:00"
WAY = """je veux commencer un dossier
oui
Dole
1
oui
non
Claire Martin, DGS
c.martin@dole.org
passer
1
=Des soudeurs.
résumé
envoyer
"""


@pytest.fixture
def sent(guichet: Run) -> str:
    said = guichet("chat", "--today", DAY, stdin=WAY.encode()).stdout.decode()
    (reference,) = set(REFERENCE.findall(said))
    return str(reference)


def test_the_staff_follow_a_dossier_to_its_end(guichet_forked: Run, guichet: Run, sent: str, tmp_path: Path) -> None:
    """What one process keeps another reads: who takes, and who is refused, are processes of their own."""

    def run(*arguments: str, program: Run = guichet) -> str:
        done = program("dossiers", *arguments, "--today", LATER)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    assert f"{sent}  2020-10-15  transmis  Dole (Jura)" in run("list")
    run("take", sent.lower().replace("-", " "), "--as", "Anne", program=guichet_forked)
    refused = guichet_forked("dossiers", "take", sent, "--as", "Bob", "--today", LATER)
    assert refused.returncode == 1
    assert "Anne l'a en charge" in refused.stderr.decode()
    run("note", sent, "À voir.", "--as", "Bob")
    shown = run("show", sent)
    for expected in (
        "Dole (Jura)",
        "c.martin@dole.org",
        "pris en charge par Anne",
        "note interne de Bob : À voir.",
        "pas un dépôt",
    ):
        assert expected in shown
    run("pdf", sent, str(tmp_path / "x.pdf"))
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")
    run("export", str(tmp_path / "x.csv"))
    assert "'=Des soudeurs." in (tmp_path / "x.csv").read_text(encoding="utf-8-sig")
    told = guichet("chat", "--today", LAST, stdin=b"mon dossier\n").stdout.decode()
    assert "Anne, de l'équipe, a pris en charge votre dossier" in told
    assert "À voir." not in told


def test_the_documents_of_a_dossier_are_written_out(guichet: Run, sent: str, tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "out"
    attach(data, sent, "délibération.pdf", "délibération.pdf", "=1+1.csv")
    for _ in range(2):  # what is there already is not written over
        done = guichet("dossiers", "attachments", sent, str(folder), "--today", LATER)
        assert "3 document(s)" in done.stdout.decode(), done.stderr.decode()
    names = ["01 délibération.pdf", "01-1 délibération.pdf", "02 délibération.pdf", "02-1 délibération.pdf"]
    assert sorted(path.name for path in folder.iterdir()) == [*names, "03 =1+1.csv", "03-1 =1+1.csv"]
    assert (folder / "02 délibération.pdf").read_bytes() == b"%PDF 1"
    assert (folder / "02 délibération.pdf").stat().st_mode & 0o777 == 0o600
    shown = guichet("dossiers", "show", sent, "--today", LATER).stdout.decode()
    assert "délibération.pdf (1\N{NO-BREAK SPACE}ko, 15 octobre 2020) : Signée" in shown
    guichet("dossiers", "export", str(tmp_path / "x.csv"), "--today", LATER)
    assert "délibération.pdf (1" in (tmp_path / "x.csv").read_text(encoding="utf-8-sig")


def attach(data: Path, reference: str, *names: str) -> None:
    """Keep documents of the dossier, as if they had been sent."""
    database = open_database(sqlite_url(data / "guichet.sqlite3"), load_keys(None, data))
    kept = database.run_now(dossiers.find, reference)
    assert kept is not None
    for number, name in enumerate(names):
        wanted = Wanted(str(number), 1, "web", "f", name, "application/pdf", 9, "Signée", dossier_id=kept.id)
        database.run_now(attachments.want, wanted, AT)
        sealed = attachments.seal(database.keys, b"%PDF " + str(number).encode())
        database.run_now(attachments.keep, number + 1, sealed, 6, AT)
    database.close()


def test_a_question_to_the_team_is_answered(guichet: Run) -> None:
    question = b"de quelle couleur est la coupole de la lune ?\noui\n"
    guichet("chat", "--today", DAY, stdin=question)
    assert "nº 1" in guichet("echanges", "list", "--today", DAY).stdout.decode()
    assert "coupole de la lune" in guichet("echanges", "show", "1", "--today", DAY).stdout.decode()
    assert guichet("echanges", "answer", "1", "Personne.", "--as", "Anne", "--today", LATER).returncode == 1
    assert guichet("echanges", "take", "1", "--as", "Anne", "--today", LATER).returncode == 0
    assert guichet("echanges", "answer", "1", "Personne.", "--as", "Anne", "--today", LATER).returncode == 0
    said = guichet("chat", "--today", LAST, stdin=b"Merci, et pourquoi ?\n").stdout.decode()
    assert "Personne." in said
    assert said.rstrip().endswith("Terminer l'échange"), "the assistant is silent while Anne holds the thread"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("show", "AAA-AAA-AA3"), "Aucun dossier transmis"),
        (("show", "n'importe"), "n'est pas un numéro de dossier"),
        (("export", "x.odt"), "Le format « odt » n'existe pas"),
        (("export", "/nulle/part/x.csv"), "ne peut pas être écrit"),
        (("take", "AAA-AAA-AA3"), "--as"),
    ],
)
def test_what_cannot_be_done_is_told_in_french(guichet: Run, arguments: tuple[str, ...], told: str) -> None:
    done = guichet("dossiers", *arguments)
    assert done.returncode in (1, 2)
    assert told in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_a_request_to_the_press_is_listed_and_answered(guichet: Run) -> None:
    assert "Aucune demande" in guichet("presse", "list", "--today", DAY).stdout.decode()
    way = "presse\noui\nAFP\nUne citation.\nce soir\noui\n0612345678\noui\n"
    said = guichet("chat", "--today", DAY, stdin=way.encode()).stdout.decode()
    (reference,) = set(REFERENCE.findall(said))
    listed = guichet("presse", "list", "--today", DAY).stdout.decode()
    assert f"{reference}  2020-10-15  à traiter, URGENT  (échange nº 1)" in listed
    assert "Coordonnées : 06 12 34 56 78" in listed
    assert guichet("echanges", "take", "1", "--as", "Zoé", "--today", LATER).returncode == 0
    assert guichet("echanges", "answer", "1", "Je vous appelle.", "--as", "Zoé", "--today", LATER).returncode == 0
    assert "répondue" in guichet("presse", "list", "--today", LATER).stdout.decode()
    assert "Je vous appelle." in guichet("chat", "--today", LAST, stdin=b"").stdout.decode()


def test_what_a_colleague_has_is_taken_over_handed_and_opened_again(guichet: Run, sent: str) -> None:
    """A dossier, then a thread: each by the same words."""
    question = b"de quelle couleur est la coupole de la lune ?\noui\n"
    guichet("chat", "--today", DAY, stdin=question)
    minute = iter(range(60))
    for group, number in (("dossiers", sent), ("echanges", "1")):

        def run(*words: str, group: str = group, number: str = number) -> tuple[int, str]:
            command, *others = words
            done = guichet(group, command, number, *others, "--today", f"2020-10-15T10:{next(minute):02}")
            return done.returncode, (done.stdout + done.stderr).decode()

        assert run("take", "--as", "Anne")[0] == 0
        code, said = run("take", "--as", "Bob")
        assert (code, "Anne l'a en charge" in said, "--over" in said) == (1, True, True), said
        assert run("take", "--as", "Bob", "--over", "Anne est absente.")[0] == 0
        code, said = run("hand", "--as", "Bob", "--to", "Personne")
        assert (code, "Personne" in said) == (1, True), said
        assert run("hand", "--as", "Bob", "--to", "Anne")[0] == 0
        decided = ("--decision", "retenu") if group == "dossiers" else ()
        assert run("close", "Réglé par téléphone.", *decided, "--as", "Bob")[0] == 1
        if decided:
            code, said = run("close", "Réglé par téléphone.", "--as", "Anne")
            assert (code, "non retenu (non-retenu)" in said) == (1, True), said
        assert run("close", "Réglé par téléphone.", *decided, "--as", "Anne")[0] == 0
        assert run("close", "Encore.", *decided, "--as", "Anne")[0] == 1
        assert run("reopen", "--as", "Anne")[0] == 0
    logged = guichet("audit", "--today", DAY).stdout.decode().splitlines()
    for group in ("dossiers", "echanges"):
        (handed,) = [line for line in logged if f"guichet {group} hand" in line]
        assert ",Bob," in handed
        assert handed.endswith(",Anne")
    said = guichet("chat", "--today", "2020-10-16", stdin=b"").stdout.decode()
    for told in ("Anne", "Bob", "Réglé par téléphone."):
        assert told in said
    assert "Anne est absente." not in said, "why a colleague is replaced, no town reads"
