"""The steps lead to the tables of the code, and back."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

import storage.migrations
from storage.database import Database
from storage.migrations import HEAD
from storage.tables import Kept


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.migrations.__file__).parent))
    return config


def test_head_is_the_last_step() -> None:
    assert ScriptDirectory.from_config(_config()).get_current_head() == HEAD


def test_the_steps_lead_to_the_tables_of_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Kept.metadata) == []


def test_the_steps_can_be_undone(database: Database) -> None:
    config = _config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
