"""The outside world's faults are told in French; bugs pass unchanged. Real ones are in `test_database.py`."""

import re
import sqlite3

import psycopg
import pytest
import yaml
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError

from storage.engine.errors import WORDING, DatabaseUnavailable, told_in_french

#: Names of the same shape that are no faults: what is hashed under them.
NO_FAULTS = {"access-code", "page-code", "page-key", "page-start"}


def _sqlite(code: int) -> OperationalError:
    original = sqlite3.OperationalError("said in English")
    original.sqlite_errorcode = code
    return OperationalError("SELECT 1", {}, original)


def _postgresql(state: type[psycopg.Error]) -> OperationalError:
    return OperationalError("SELECT 1", {}, state("said in English"))


def _refused_at_once(words: str) -> OperationalError:
    """As libpq says it of a server that refuses a connection: without a state."""
    return OperationalError(
        "", {}, psycopg.OperationalError(f'connection to server at "::1", port 5432 failed: {words}')
    )


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (_sqlite(5), "verrouillée"),
        (_sqlite(5 | 2 << 8), "verrouillée"),
        (_sqlite(13), "plein"),
        (_sqlite(10 | 3 << 8), "lecture ou une écriture"),
        (_sqlite(11), "guichet restore"),
        (_postgresql(psycopg.errors.DiskFull), "plein"),
        (_postgresql(psycopg.errors.TooManyConnections), "max_connections"),
        (_postgresql(psycopg.errors.ReadOnlySqlTransaction), "lecture seule"),
        (_postgresql(psycopg.errors.AdminShutdown), "redémarre"),
        (_postgresql(psycopg.errors.InvalidPassword), "mot de passe"),
        (_postgresql(psycopg.errors.InsufficientPrivilege), "OWNER TO"),
        (_postgresql(psycopg.OperationalError), "ne répond pas"),
        (_refused_at_once('FATAL:  password authentication failed for user "guichet"'), "« password auth.* %40"),
        (_refused_at_once("FATAL:  la base de données « rien » n’existe pas\n\tligne suivante"), "n’existe pas »"),
    ],
)
def test_the_outside_world_is_told_in_french(error: DBAPIError, told: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=told), told_in_french():
        raise error


@pytest.mark.parametrize(
    "bug",
    [
        IntegrityError("INSERT", {}, psycopg.errors.UniqueViolation("twice")),
        ProgrammingError("SELEC", {}, psycopg.errors.SyntaxError("SELEC")),
        _sqlite(1),
        LookupError(),
    ],
)
def test_bugs_pass_unchanged(bug: Exception) -> None:
    with pytest.raises(type(bug)), told_in_french():
        raise bug


def test_a_conflict_is_to_be_tried_again_unless_it_came_in_the_commit() -> None:
    for during_commit in (False, True):
        with pytest.raises(DatabaseUnavailable) as caught, told_in_french(during_commit=during_commit):
            raise _postgresql(psycopg.errors.DeadlockDetected)
        assert caught.value.try_again_at_once is not during_commit


def test_only_a_server_that_breaks_in_the_commit_leaves_open_whether_it_happened() -> None:
    lost = _postgresql(psycopg.errors.AdminShutdown)
    conflict = _postgresql(psycopg.errors.DeadlockDetected)
    for error, during_commit, is_open in (
        (lost, True, True),
        (lost, False, False),
        (conflict, True, False),
        (_sqlite(13), True, False),
    ):
        with pytest.raises(DatabaseUnavailable) as caught, told_in_french(during_commit=during_commit):
            raise error
        assert caught.value.may_have_happened is is_open


def test_every_fault_is_worded_and_every_wording_serves() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in WORDING.parents[1].rglob("*.py"))
    worded = yaml.safe_load(WORDING.read_text(encoding="utf-8"))
    assert set(worded) == {name for name in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', sources) if name not in NO_FAULTS}
