"""What an operator types: copies, keys, incidents, the channel for machines. Real processes on a real database."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click
import pytest
from PIL import Image

from bot.__main__ import main
from bot.cli.commands import guichet as guichet_group
from storage.engine.encryption import new_key
from tests.bot.conftest import ROOT, Run
from tests.forked import Forked
from tests.shipped import cache_folder

ALIVE = ("--today", "2020-10-15")
pytestmark = pytest.mark.usefixtures("home")
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


def test_machines_speak_json_lines(guichet_forked: Run) -> None:
    line = json.dumps({"update": "17", "from": "mairie", "text": "la date limite de la vague 1 ?"})
    done = guichet_forked("lines", *ALIVE, stdin=f"{line}\n{line}\nnot json\n".encode())
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


def test_a_picture_without_its_library_says_how_to_install_it(
    guichet: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # to Python, a module that cannot be imported
    for name in [name for name in sys.modules if name.startswith("matplotlib.")]:
        monkeypatch.delitem(sys.modules, name)
    done = guichet("insights", *ALIVE, "--chart", str(tmp_path / "a.png"))
    assert done.returncode == 2
    assert f"{sys.executable} -m pip install matplotlib" in done.stderr.decode()
    assert "CE QUI EST LE PLUS DEMANDÉ" in done.stdout.decode()


def test_a_wrong_number_of_days_is_told(guichet: Run) -> None:
    for days in ("zéro", "0", "-3", "99999999"):
        done = guichet("insights", "--days", days)
        assert done.returncode == 2
        assert "nombre de jours" in done.stderr.decode()


@contextmanager
def _serving(tmp_path: Path) -> Iterator[None]:
    """Another process that serves the same data: the channel for machines, which waits for its next line."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
    told = {"GUICHET_CACHE": str(cache_folder()), "GUICHET_DATA": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)}
    reading, writing = os.pipe()
    pipes = {"stdin": subprocess.PIPE, "stdout": writing}
    with os.fdopen(reading, "rb") as output:
        process = Forked("bot.__main__:main", ("lines", *ALIVE), {**known, **told}, **pipes)
        os.close(writing)
        assert process.stdin is not None
        try:
            process.stdin.write(b'{"update": "1", "from": "mairie", "text": "bonjour"}\n')
            process.stdin.flush()
            assert b'"ack"' in output.readline()
            yield
            process.stdin.close()
            output.read()
            assert process.wait(60) == 0
        finally:
            process.kill()
            process.stdin.close()


def test_what_bears_no_other_process_is_refused_while_one_serves(guichet: Run, tmp_path: Path) -> None:
    key_file, copy = tmp_path / "data" / "guichet.key", tmp_path / "copie"
    with _serving(tmp_path):
        key = key_file.read_bytes()
        assert guichet("backup", str(copy)).returncode == 0
        for command in (("renew-key",), ("restore", str(copy), "--replace"), ("upgrade",)):
            refused = guichet(*command)
            assert refused.returncode == 1
            assert "Arrêtez-les" in refused.stderr.decode()
        assert key_file.read_bytes() == key
        over = guichet("backup", str(copy))
        assert over.returncode == 2
        assert "--replace" in over.stderr.decode()
    assert guichet("renew-key").returncode == 0
    assert key_file.read_bytes() != key


@pytest.mark.parametrize("damage", ["gone", "empty", "blank", "accents", "no-key", "folder", "readable"])
def test_a_key_file_that_is_none_is_told_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    for name in [name for name in os.environ if name.startswith("GUICHET_")]:
        monkeypatch.delenv(name)
    data = tmp_path / "data"
    monkeypatch.setenv("GUICHET_DATA", str(data))
    monkeypatch.setenv("GUICHET_CACHE", str(cache_folder()))
    file = data / "guichet.key"
    assert _exit_code("incidents") == 0
    before = {path.name for path in data.iterdir()} - {file.name}
    file.unlink()
    if damage == "folder":
        file.mkdir()
    elif damage != "gone":
        contents = {"empty": "", "blank": " \n", "accents": "clé\n", "no-key": "abc\n", "readable": new_key()}
        file.write_text(contents[damage], encoding="utf-8")
        file.chmod(0o644 if damage == "readable" else 0o600)
    held = file.read_bytes() if file.is_file() else None
    for command in ("incidents", "renew-key", "backup copie", "restore guichet.sqlite3", "dossiers list"):
        capsys.readouterr()
        assert _exit_code(*command.replace("guichet.sqlite3", str(data / "guichet.sqlite3")).split()) == 1
        told = capsys.readouterr().err
        assert "inattendue" not in told
        assert str(file) in told
        assert ("chmod 600" in told) if damage == "readable" else ("clé d’origine" in told)
    assert (file.read_bytes() if file.is_file() else None) == held
    assert {path.name for path in data.iterdir()} - {file.name} == before


def _exit_code(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(ended.value.code or 0)


def test_the_log_tells_where_it_failed_and_nothing_that_was_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    secret = "bot123:TOKEN, Claire Martin"

    @click.command("fail")
    def fail() -> None:
        raise LookupError(secret)

    monkeypatch.setitem(guichet_group.commands, "fail", fail)
    monkeypatch.setenv("GUICHET_LOG", "debug")
    assert _exit_code("fail") == 1
    assert "GUICHET_LOG=debug" in capsys.readouterr().err
    assert "LookupError" in caplog.text
    assert "test_operator.py" in caplog.text
    assert "Claire" not in caplog.text
    monkeypatch.setenv("GUICHET_LOG", "fort")
    assert _exit_code("--version") == 2
    assert "GUICHET_LOG" in capsys.readouterr().err
    monkeypatch.setenv("GUICHET_LOG", "")
    with suppress(SystemExit):
        main(["--version"])
