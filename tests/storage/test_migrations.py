"""The steps lead to the tables of the code, and back."""

import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, delete, event, inspect, select, text
from sqlalchemy.exc import IntegrityError

import storage.migrations
from storage import attachments, dossiers, outbox, recipients, staff_batches, staff_members, threads
from storage.attachments import Wanted
from storage.engine.database import Database, Transaction, open_database
from storage.engine.encryption import KeyRing, give_keys, new_key
from storage.engine.errors import WrongKey
from storage.engine.marks import Mark
from storage.engine.tables import Kept, table
from storage.migrations import HEAD
from storage.outbox import Departure
from storage.staff_members import Account

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


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


#: What names rows for ever: see the steps 0010 and 0027.
NAMED_BY_ID = ("recipients", "dossiers", "threads", "attachments", "thread_messages", "dossier_events", "outbox")


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_the_steps_number_rows_once_where_the_code_says_so(database: Database) -> None:
    with database.engine.connect() as connection:
        made = dict(connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all())
    once = {kept.name for kept in Kept.metadata.sorted_tables if kept.dialect_options["sqlite"]["autoincrement"]}
    assert once == {name for name, sql in made.items() if "AUTOINCREMENT" in sql}
    assert once > set(NAMED_BY_ID)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_rows_of_an_old_database_come_through_every_step(database_url: str, keys: KeyRing) -> None:
    config = _config()
    engine = create_engine(database_url)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO recipients VALUES (4, 'web', x'01', 'a', :at, NULL, NULL)",
            "INSERT INTO conversations (recipient_id, state, updated_at) VALUES (4, 's', :at)",
            "INSERT INTO dossiers VALUES (7, 'K7R-M3W-X9A', 'draft', 1, 'c', :at, :at)",
            "INSERT INTO dossier_members VALUES (1, 7, 4, 1, :at)",
            "INSERT INTO threads VALUES (9, 4, 7, 'waiting', NULL, :at, :at)",
            "INSERT INTO thread_messages VALUES (1, 9, NULL, 't', :at)",
        ):
            connection.execute(text(statement), {"at": "2026-11-25 12:00:00.000000"})
    engine.dispose()
    migrated = open_database(database_url, keys)
    with migrated.transaction() as transaction:
        execute = transaction.connection.exec_driver_sql
        assert execute("PRAGMA foreign_key_check").all() == []
        assert execute("SELECT id, address, banned_at FROM recipients").all() == [(4, "a", None)]
        assert execute("SELECT id, reference, content, warnings FROM dossiers").all() == [(7, "K7R-M3W-X9A", "c", 0)]
        assert execute("SELECT id, recipient_id, dossier_id, status FROM threads").all() == [(9, 4, 7, "waiting")]
        assert execute("SELECT thread_id, text FROM thread_messages").all() == [(9, "t")]
        assert compare_metadata(MigrationContext.configure(transaction.connection), Kept.metadata) == []
        partial = execute("SELECT name, sql FROM sqlite_master WHERE name IN ('ix_threads_open', 'ix_attachments_due')")
        assert {name: sql.partition(" WHERE ")[2] for name, sql in partial} == {
            "ix_threads_open": "status != 'closed'",
            "ix_attachments_due": "status = 'wanted'",
        }
        with pytest.raises(IntegrityError):
            execute("INSERT INTO threads SELECT 10, 4, NULL, status, NULL, opened_at, active_at FROM threads")
        execute("DELETE FROM thread_messages")
        execute("DELETE FROM threads")
        assert threads.open_for(transaction, 4, 7, NOW) == 10
    migrated.close()


def test_an_id_is_not_given_again(database: Database) -> None:
    def make(transaction: Transaction) -> list[int]:
        person = recipients.register(transaction, "web", "alice", NOW)
        dossier = dossiers.add(transaction, "K7R-M3W-X9A", "draft", "{}", person, NOW).id
        thread = threads.open_for(transaction, person, dossier, NOW)
        attachments.want(transaction, Wanted("k", person, "web", "r", "n", "m", None, "", thread_id=thread), NOW)
        threads.write(transaction, thread, None, "t", NOW)
        dossiers.add_events(transaction, dossier, [{}], person, NOW)
        outbox.put(transaction, [Departure("k", "web", person, {})], NOW)
        numbered = (select(table(name).c.id) for name in NAMED_BY_ID[3:])
        return [person, dossier, thread, *(transaction.connection.execute(each).scalar_one() for each in numbered)]

    def erase(transaction: Transaction) -> None:
        for name in reversed(NAMED_BY_ID):
            for kept in reversed(Kept.metadata.sorted_tables):
                if any(key.column.table.name == name for column in kept.c for key in column.foreign_keys):
                    transaction.connection.execute(delete(kept))
            transaction.connection.execute(delete(table(name)))

    before = database.run_now(make)
    database.run_now(erase)
    after = database.run_now(make)
    assert [new > old for new, old in zip(after, before, strict=True)] == [True] * len(NAMED_BY_ID)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_messages_events_and_letters_of_an_old_database_are_numbered_on(database_url: str, keys: KeyRing) -> None:
    """What open pages remember may be above the highest that is left."""
    config, engine = _config(), create_engine(database_url)
    give_keys(engine.dialect, keys)
    names = ("thread_messages", "dossier_events", "outbox")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0026")
        at = {"at": "2026-11-25 12:00:00.000000"}
        for statement in (
            "INSERT INTO recipients (id, channel, address_hash, address, created_at)"
            " VALUES (4, 'web', x'01', 'a', :at)",
            "INSERT INTO dossiers (id, reference, status, revision, content, created_at, updated_at, warnings)"
            " VALUES (7, 'K7R-M3W-X9A', 'draft', 1, 'c', :at, :at, 0)",
            "INSERT INTO threads (id, recipient_id, status, opened_at, active_at) VALUES (9, 4, 'waiting', :at, :at)",
            "INSERT INTO thread_messages (id, thread_id, text, written_at, is_note, source)"
            " VALUES (3, 9, 't', :at, 1, 's'), (8, 9, 'u', :at, 0, NULL)",
            "INSERT INTO dossier_events (id, dossier_id, recipient_id, content, happened_at)"
            " VALUES (5, 7, 4, 'c', :at)",
            "INSERT INTO outbox (id, key, channel, recipient_id, content, status, attempts, created_at, due_at, about,"
            " is_fleeting, is_urgent) VALUES (6, 'k', 'web', 4, 'c', 'pending', 2, :at, :at, 'thread:9', 0, 1)",
        ):
            connection.execute(text(statement), {name: at[name] for name in at if f":{name}" in statement})
        before = [connection.exec_driver_sql(f"SELECT * FROM {name}").mappings().all() for name in names]
        indexes = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
        indexed = connection.exec_driver_sql(indexes).all()
        command.upgrade(config, "0027")
        after = [connection.exec_driver_sql(f"SELECT * FROM {name}").mappings().all() for name in names]
        assert [[dict(row) for row in each] for each in after] == [[dict(row) for row in each] for each in before]
        assert connection.exec_driver_sql(indexes).all() == indexed
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        given = dict(connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence").all())
        assert [given[name] for name in names] == [1_000_008, 1_000_005, 1_000_006]
        assert not [name for name in given if name.startswith("_alembic")]
    engine.dispose()
    migrated = open_database(database_url, keys)

    def write(transaction: Transaction) -> list[int]:
        threads.write(transaction, 9, None, "v", NOW)
        return list(threads.list_written_after(transaction, Mark(500)))

    assert migrated.run_now(write) == [9]
    with migrated.transaction() as transaction, pytest.raises(IntegrityError):
        transaction.connection.execute(
            text(
                "INSERT INTO thread_messages SELECT 1, 10, staff, text, written_at, is_note,"
                " source, outbox_key, staff_id, withdrawn_at FROM thread_messages"
            )
        )
    migrated.close()


def test_a_new_database_is_numbered_from_one(database: Database) -> None:
    def make(transaction: Transaction) -> int | None:
        person = recipients.register(transaction, "web", "alice", NOW)
        threads.write(transaction, threads.open_for(transaction, person, None, NOW), None, "t", NOW)
        return transaction.connection.execute(select(table("thread_messages").c.id)).scalar()

    assert database.run_now(make) == 1


def _seal_old_holders(connection: Connection, keys: KeyRing) -> None:
    """What version 0010 kept of who holds what: names."""
    for statement, values in (
        ("INSERT INTO vault VALUES (1, :sealed)", ["ab" * 32]),
        ("INSERT INTO recipients (id, channel, address_hash, address, created_at)"
         " VALUES (4, 'web', :hash, 'a', :at)", []),
        ("INSERT INTO threads (id, recipient_id, status, holder, opened_at, active_at)"
         " VALUES (9, 4, 'held', :sealed, :at, :at)", ["Marie"]),
        ("INSERT INTO dossiers (id, reference, status, revision, content, created_at, updated_at, warnings)"
         " VALUES (7, 'K7R-M3W-X9A', 'taken', 1, :sealed, :at, :at, 0)", ['{"holder": "Marie", "é": 1}']),
        ("INSERT INTO dossiers (id, reference, status, revision, content, created_at, updated_at, warnings)"
         " VALUES (8, 'K7R-M3W-X9B', 'taken', 1, :sealed, :at, :at, 0)", ['{"holder": "Paul"}']),
        ("INSERT INTO dossiers (id, reference, status, revision, content, created_at, updated_at, warnings)"
         " VALUES (10, 'K7R-M3W-X9C', 'sent', 1, 'unreadable', :at, :at, 0)", []),
    ):  # fmt: skip
        sealed = {"sealed": keys.encrypt_text(values[0])} if values else {}
        known = {"at": "2026-11-25 12:00:00.000000", "hash": b"\x01", **sealed}
        wanted = {name: value for name, value in known.items() if f":{name}" in statement}
        connection.execute(text(statement), wanted)


def test_who_holds_what_by_name_is_recognised_by_that_name(database_url: str, keys: KeyRing) -> None:
    config, engine = _config(), create_engine(database_url.replace("postgresql:", "postgresql+psycopg:"))
    give_keys(engine.dialect, keys)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0010")
        _seal_old_holders(connection, keys)
    with pytest.raises(WrongKey):
        open_database(database_url, KeyRing([new_key()]))  # and nothing is changed under a key that is not its own
    migrated = open_database(database_url, keys)
    with migrated.transaction() as transaction:
        marie = staff_members.recognise(transaction, Account("telegram", "201", "Marie"), NOW)
        thread = threads.find(transaction, 9)
        assert thread
        assert thread.holder_id == marie.id
        contents = {
            each.reference: each.content for each in map(partial(dossiers.find_by_id, transaction), (7, 8)) if each
        }
        paul = staff_members.recognise(transaction, Account("telegram", "202", "Paul"), NOW)
        assert {reference: json.loads(content)["holder"] for reference, content in contents.items()} == {
            "K7R-M3W-X9A": {"id": marie.id, "name": "Marie"},
            "K7R-M3W-X9B": {"id": paul.id, "name": "Paul"},
        }
        assert json.loads(contents["K7R-M3W-X9A"])["é"] == 1
        unreadable = transaction.connection.exec_driver_sql("SELECT content FROM dossiers WHERE id = 10").scalar()
        assert unreadable == "unreadable"
    with migrated.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0010")
        holder = connection.execute(text("SELECT holder FROM threads")).scalar_one()
        assert keys.decrypt_text(holder) == "Marie"
        content = connection.execute(text("SELECT content FROM dossiers WHERE id = 8")).scalar_one()
        assert json.loads(keys.decrypt_text(content))["holder"] == "Paul"
    migrated.close()
    engine.dispose()


def test_what_had_moved_when_an_order_came_to_it_is_told_from_the_words_that_said_so(
    database_url: str, keys: KeyRing
) -> None:
    config, engine = _config(), create_engine(database_url.replace("postgresql:", "postgresql+psycopg:"))
    give_keys(engine.dialect, keys)
    moved = "a changé entre-temps : rien n'y est fait. Ouvrez-le pour voir où il en est."
    rows = [(1, True, ""), (2, False, moved), (3, False, "Anne l'a en charge."), (4, None, "")]
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0025")
        at = {"at": "2026-11-25 12:00:00.000000", "sealed": keys.encrypt_text("x")}
        connection.execute(text("INSERT INTO vault VALUES (1, :sealed)"), {"sealed": keys.encrypt_text("ab" * 32)})
        connection.execute(text("INSERT INTO staff_members (id, name, created_at) VALUES (1, :sealed, :at)"), at)
        columns = "id, member_id, key, verb, words, asked_at"
        connection.execute(text(f"INSERT INTO staff_batches ({columns}) VALUES (1, 1, 'k', 'v', :sealed, :at)"), at)
        columns = "id, batch_id, rank, about, is_done, why"
        item = f"INSERT INTO staff_batch_items ({columns}) VALUES (:id, 1, :id, 'a', :done, :why)"
        for number, is_done, why in rows:
            sealed = {"id": number, "done": is_done, "why": keys.encrypt_text(why) if why else ""}
            connection.execute(text(item), sealed)
    engine.dispose()
    migrated = open_database(database_url, keys)
    undone = migrated.run_now(staff_batches.list_refused, 1)
    assert [(each.why, each.has_moved) for each in undone] == [(moved, True), ("Anne l'a en charge.", False)]
    migrated.close()


def test_counts_of_an_entry_come_through_and_are_put_together_again_on_the_way_back(database: Database) -> None:
    columns = "entry, day, slot, shown, helpful, unhelpful"
    insert = f"INSERT INTO entry_counts ({columns}) VALUES ('a', '2020-10-15', :slot, 1, :slot, 0)"
    config = _config()
    with database.engine.begin() as connection:
        for slot in (0, 7):
            connection.execute(text(insert), {"slot": slot})
        config.attributes["connection"] = connection
        command.downgrade(config, "0024")
        assert connection.execute(text("SELECT entry, shown, helpful FROM entry_counts")).all() == [("a", 2, 7)]
        command.upgrade(config, "head")
        assert connection.execute(text("SELECT entry, slot, shown FROM entry_counts")).all() == [("a", 0, 2)]
