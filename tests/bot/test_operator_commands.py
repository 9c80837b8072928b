"""What an operator types: copies, keys, incidents, the channel for machines. Real processes on a real database."""

import json
from pathlib import Path

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
