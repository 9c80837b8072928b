"""What an operator types: copies, keys, incidents, the channel for machines. Real processes on a real database."""

import json
from pathlib import Path

from PIL import Image

from tests.bot.conftest import Run

ALIVE = ("--today", "2020-10-15")
UNKNOWN = "quelle est la couleur préférée des dragons\n".encode()


def test_a_copy_puts_the_conversation_back_where_it_was(guichet: Run, tmp_path: Path) -> None:
    guichet("chat", *ALIVE, stdin=UNKNOWN)
    copied = guichet("backup", str(tmp_path / "copie"))
    assert copied.returncode == 0, copied.stderr
    assert "La clé n'y est pas" in copied.stdout.decode()
    guichet("chat", "--new", *ALIVE, stdin=b"merci\n")
    refused = guichet("restore", str(tmp_path / "copie"))
    assert refused.returncode == 1
    assert "contient déjà" in refused.stderr.decode()
    assert guichet("restore", str(tmp_path / "copie"), "--replace").returncode == 0
    assert "transmise" in guichet("chat", *ALIVE, stdin=b"oui\n").stdout.decode()


def test_what_is_no_copy_is_refused(guichet: Run, tmp_path: Path) -> None:
    (tmp_path / "photo").write_bytes(b"\x89PNG")
    for path in ("photo", "nowhere"):
        done = guichet("restore", str(tmp_path / path))
        assert done.returncode in {1, 2}
        assert done.stderr
        assert b"Traceback" not in done.stderr


def test_a_renewed_key_opens_everything_and_the_old_one_nothing(guichet: Run, tmp_path: Path) -> None:
    guichet("chat", *ALIVE, stdin=UNKNOWN)
    key_file = tmp_path / "data" / "guichet.key"
    old = key_file.read_text(encoding="ascii")
    done = guichet("renew-key")
    assert done.returncode == 0, done.stderr
    assert key_file.read_text(encoding="ascii") != old
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert "transmise" in guichet("chat", *ALIVE, stdin=b"oui\n").stdout.decode()
    wrong = guichet("chat", *ALIVE, stdin=b"oui\n", GUICHET_SECRET_KEY=old.strip())
    assert wrong.returncode == 1
    assert "ne s’ouvre pas avec la clé donnée" in wrong.stderr.decode()


def test_no_incident_is_said_so(guichet: Run) -> None:
    done = guichet("incidents")
    assert (done.returncode, done.stdout.decode()) == (0, "Aucun incident.\n")


def test_machines_speak_json_lines(guichet: Run) -> None:
    line = json.dumps({"update": "17", "from": "mairie", "text": "la date limite de la vague 1 ?"})
    done = guichet("lines", *ALIVE, stdin=f"{line}\n{line}\nnot json\n".encode())
    told = [json.loads(each) for each in done.stdout.decode().splitlines()]
    assert done.returncode == 0, done.stderr
    assert [each["ack"] for each in told if "ack" in each] == ["17", "17"]
    replies = [each for each in told if "to" in each]
    assert len(replies) == 1, "the same message twice is answered once"
    assert "6 novembre 2020" in replies[0]["text"]
    assert [each for each in told if "error" in each]


def test_a_database_that_is_none_is_refused_in_french(guichet: Run, tmp_path: Path) -> None:
    (tmp_path / "text.sqlite3").write_text("this is a letter, not a database" * 100, encoding="utf-8")
    done = guichet("chat", *ALIVE, stdin=b"oui\n", GUICHET_DATABASE_URL=f"sqlite:///{tmp_path / 'text.sqlite3'}")
    assert done.returncode == 1
    assert "n’est pas une base de données de Guichet" in done.stderr.decode()


def _asked_about(guichet: Run) -> None:
    """Let someone be unanswered, then judge an answer."""
    questions = ("des dragons, 06 12 34 56 78", "quels sont les objectifs ?", "quelles sont les dates ?")
    written = (*questions, "qui peut candidater ?", "non, pas utile")
    guichet("chat", *ALIVE, stdin="\n".join(written).encode() + b"\n")


def test_editors_are_told_what_was_asked(guichet: Run) -> None:
    _asked_about(guichet)
    done = guichet("insights", *ALIVE)
    assert done.returncode == 0, done.stderr
    told = done.stdout.decode()
    assert "« des dragons, […] »" in told
    assert "utile : 0, pas utile : 1" in told


def test_insights_as_json_for_fewer_days(guichet: Run) -> None:
    _asked_about(guichet)
    told = json.loads(guichet("insights", "--json", "--days", "7", *ALIVE).stdout)
    assert (told["since"], told["until"], told["shown"], told["opinions"]) == ("2020-10-09", "2020-10-15", 3, 1)
    later = json.loads(guichet("insights", "--json", "--days", "7", "--today", "2020-10-22").stdout)
    assert (later["shown"], later["unanswered"]) == (0, [])


def test_insights_as_a_picture(guichet: Run, tmp_path: Path) -> None:
    _asked_about(guichet)
    done = guichet("insights", *ALIVE, "--json", "--chart", str(tmp_path / "a.png"))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["shown"] == 3
    with Image.open(tmp_path / "a.png") as image:
        image.load()
        assert (image.format, image.width) == ("PNG", 1650)


def test_a_picture_without_its_library_says_how_to_install_it(guichet: Run, tmp_path: Path) -> None:
    (tmp_path / "matplotlib.py").write_text("raise ImportError", encoding="utf-8")
    done = guichet("insights", *ALIVE, "--chart", str(tmp_path / "a.png"), PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert ".[insights]" in done.stderr.decode()
    assert "CE QUI EST LE PLUS DEMANDÉ" in done.stdout.decode()


def test_a_wrong_number_of_days_is_told(guichet: Run) -> None:
    for days in ("zéro", "0", "-3", "99999999"):
        done = guichet("insights", "--days", days)
        assert done.returncode == 2
        assert "nombre de jours" in done.stderr.decode()
