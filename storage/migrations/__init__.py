"""The history of the schema, and how a database is brought to its end. Each step lives in `versions/`."""

from enum import Enum, auto
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from storage.engine.errors import DatabaseNewer, DatabaseOlder

#: The last step that this code knows.
HEAD = "0027"
#: Any number, always the same: of several processes that start together, one migrates and the others wait.
LOCK = 7_283_645


class Older(Enum):
    """What becomes of a database of an older version when it is opened."""

    MIGRATED = auto()
    REFUSED = auto()
    #: It is only copied.
    KEPT = auto()


def migrate(engine: Engine, older: Older = Older.MIGRATED) -> None:
    """Bring the database to HEAD; an old one as `older` says. Errors: DatabaseNewer, DatabaseOlder."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = 0"))  # a migration takes as long as it takes
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        found = version(connection)
        if found != HEAD:
            _upgrade(connection, found, older)


def version(connection: Connection) -> str | None:
    """Return the step the database is at, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _upgrade(connection: Connection, found: str | None, older: Older) -> None:
    # Imported here: Alembic costs a third of a second, and nearly every start finds nothing to migrate.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise DatabaseNewer("database-newer", found=found, known=HEAD)
    if found is not None and older is Older.REFUSED:
        raise DatabaseOlder("database-older", found=found, known=HEAD)
    if found is None or older is Older.MIGRATED:
        command.upgrade(config, HEAD)
