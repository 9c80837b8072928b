"""After « /effacer », through the program as it is run: nothing of the person is left in its files, nor in its log."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from storage.engine.encryption import new_key
from tests.end_to_end.guichet_process import ROOT
from tests.forked import Forked
from tests.shipped import cache_folder

PERSON, OTHER, DESK = "claire.martin@dole.example", "bruno@lens.example", "equipe@cnam.example"
#: A question for the staff, then a dossier, handed over.
WRITTEN = (
    *("la couleur du perroquet tricolore de monsieur Zygmunt", "oui", "rappel vague 2 svp"),
    *("je veux commencer un dossier", "oui", "Dole", "1", "oui", "non"),
    *("Claire Martinovic, directrice générale des services", "c.martinovic@dole.org", "03 84 79 79 79", "vague 1"),
    *("Il manque des soudeurs chevronnés et des usineurs. " * 40, "résumé", "envoyer", "mes données"),
)
#: Seconds that something may take on a busy machine.
PATIENCE = 60.0
#: Signs of a token that are looked for: what precedes them tells when it was made, and little else.
_TOKEN_START, _PIECE = 24, 48


class Lines:
    """`guichet lines` as a bridge runs it."""

    def __init__(self, folder: Path) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
        self.data, self.log = folder / "data", folder / "log"
        self._environment = {
            **inherited,
            "GUICHET_TODAY": "2020-10-15",
            "GUICHET_DATA": str(self.data),
            "GUICHET_CACHE": str(cache_folder()),
            "GUICHET_SECRET_KEY": new_key(),
            "GUICHET_DESKS": f"lines:{DESK}",
            # It is of the day, and lies in the outbox from whenever its pass comes: it would be taken for a trace.
            "GUICHET_DIGEST_HOUR": "off",
        }
        self._updates = 0
        self._log = self.log.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "lines"],
            env=self._environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )

    def writes(self, person: str, text: str) -> str:
        """Write, and return the first reply."""
        self._updates += 1
        return self.sends({"update": str(self._updates), "from": person, "text": text})["text"]

    def sends(self, line: dict[str, Any]) -> dict[str, Any]:
        """Send a line, and return the first reply to it, or its acknowledgement if it was seen before."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(line).encode() + b"\n")
        self._process.stdin.flush()
        return self._until(lambda said: said.get("key", "").startswith(f"lines:{line['update']}:0"))

    def again(self) -> None:
        """Send the last update again, and something of another person, whose reply comes after what it would do."""
        assert self._process.stdin
        line = {"update": str(self._updates), "from": PERSON, "text": "oui"}
        self._process.stdin.write(json.dumps(line).encode() + b"\n")
        self._process.stdin.flush()
        self._until(lambda said: said == {"ack": line["update"]})

    def _until(self, is_it: Any) -> dict[str, Any]:
        assert self._process.stdout
        while line := self._process.stdout.readline():
            said: dict[str, Any] = json.loads(line)
            assert "error" not in said, said
            if is_it(said):
                return said
        raise AssertionError(self.log.read_text(encoding="utf-8"))

    def runs(self, *arguments: str) -> None:
        """Run another command on the same data, as an operator does meanwhile."""
        assert Forked("bot.__main__:main", arguments, self._environment).wait(PATIENCE) == 0

    def end(self) -> None:
        assert self._process.stdin
        self._process.communicate(timeout=PATIENCE)
        assert self._process.returncode == 0

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._log.close()

    def raw(self) -> bytes:
        """Return every byte of the database's files."""
        return b"".join(path.read_bytes() for path in sorted(self.data.glob("guichet.sqlite3*")))

    def rows(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(f"file:{self.data / 'guichet.sqlite3'}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()

    def tokens(self) -> set[str]:
        """Return every encrypted value of every row."""
        tables = [name for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        values = [value for name in tables for row in self.rows(f"SELECT * FROM {name}") for value in row]
        return {value for value in values if isinstance(value, str) and value.startswith("g1.")}


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Lines]:
    lines = Lines(tmp_path)
    yield lines
    lines.kill()


def pieces(token: str) -> list[bytes]:
    rest = token[_TOKEN_START:]
    return [rest[start : start + _PIECE].encode() for start in range(0, len(rest) - _PIECE, _PIECE)]


def until_empty(program: Lines) -> None:
    """Wait until the farewell has left and the journal is cut."""
    end = time.monotonic() + PATIENCE
    wal = program.data / "guichet.sqlite3-wal"
    while program.rows("SELECT 1 FROM outbox WHERE is_fleeting") or wal.stat().st_size:
        assert time.monotonic() < end, "the farewell is still there, or the journal was not emptied"
        time.sleep(0.05)


def test_nothing_of_the_person_is_left(program: Lines) -> None:
    for text in ("qui peut candidater ?", "je veux commencer un dossier", "oui", "Lens", "1"):
        program.writes(OTHER, text)
    of_others = program.tokens()
    for text in WRITTEN:
        program.writes(PERSON, text)
    program.runs("echanges", "take", "1", "--as", "Anne")
    program.runs("echanges", "answer", "1", "Bonjour Zygmunt", "--as", "Anne")
    before, raw_before = program.tokens() - of_others, program.raw()
    # The desk has no conversation; the person began theirs after the other.
    of_person = "SELECT address_hash FROM recipients JOIN conversations ON recipient_id = id ORDER BY id DESC LIMIT 1"
    ((hashed,),) = program.rows(of_person)
    assert hashed in raw_before
    assert len(before) > 50
    assert all(piece in raw_before for token in list(before)[:5] for piece in pieces(token)[:1])

    assert "entre les mains de l'équipe" in program.writes(PERSON, "/effacer")
    before |= program.tokens() - of_others
    assert program.writes(PERSON, "oui").startswith("C'est effacé")
    until_empty(program)

    raw, log = program.raw(), program.log.read_bytes()
    # The staff's own: their desk, and the name of who answered.
    staff = "SELECT address FROM recipients UNION SELECT name FROM staff_members"
    of_staff = {token for (token,) in program.rows(staff)}
    left = [token for token in before - of_staff for piece in pieces(token) if piece in raw]
    assert left == []
    assert hashed not in raw
    # Ours: what the staff's messages, emptied, were about ("dossier:" and its number), and the names of the entries
    # that were given, counted by day without anybody.
    counted = " ".join(entry for (entry,) in program.rows("SELECT entry FROM entry_counts"))
    ours = {"dossier", *re.findall(r"\w{4,}", counted)}
    words = {word for text in (*WRITTEN, PERSON, "Anne", "Bonjour") for word in re.findall(r"\w{4,}", text)} - ours
    assert [word for word in words if re.search(rb"\b" + word.encode() + rb"\b", raw + log)] == []
    counts = {
        name: program.rows(f"SELECT count(*) FROM {name}")[0][0]
        for name in ("dossiers", "conversations", "threads", "thread_messages", "team_questions", "reminders")
    }
    assert counts == dict.fromkeys(counts, 0) | {"dossiers": 1, "conversations": 1}  # the other's

    program.again()  # the last « oui », delivered once more: seen before, and nobody is made of it
    assert program.rows("SELECT count(*) FROM conversations") == [(1,)]
    assert "Lens" in program.writes(OTHER, "mon dossier")
    assert "Bonjour" in program.writes(PERSON, "bonjour")
    program.end()
