"""A member of the staff is one person: recognised by their accounts, whatever they are called."""

from datetime import UTC, datetime

from storage import staff_members
from storage.engine.database import Database
from storage.staff_members import Account, KeptMember

NOW = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)


def recognise(database: Database, address: str, name: str, username: str | None = None) -> KeptMember:
    return database.run_now(staff_members.recognise, Account("telegram", address, name, username), NOW)


def test_two_of_one_name_are_two(database: Database) -> None:
    first, second = recognise(database, "201", "Marie"), recognise(database, "202", "Marie")
    assert first.id != second.id
    assert recognise(database, "201", "Marie").id == first.id


def test_a_new_name_is_the_same_person(database: Database) -> None:
    before = recognise(database, "201", "Marie")
    after = recognise(database, "201", "Marie D.", "mdurand")
    assert after.id == before.id
    assert database.run_now(staff_members.find, before.id) == KeptMember(before.id, "Marie D.", "mdurand")


def test_a_name_without_an_account_is_claimed_once_by_who_bears_it(database: Database) -> None:
    named = database.run_now(staff_members.add, "Marie", NOW)
    assert recognise(database, "200", "Paul").id != named.id
    assert recognise(database, "201", "Marie").id == named.id
    assert recognise(database, "202", "Marie").id != named.id


def test_a_name_that_two_bear_is_claimed_by_nobody(database: Database) -> None:
    named = [database.run_now(staff_members.add, "Marie", NOW).id for _ in range(2)]
    assert recognise(database, "201", "Marie").id not in named


def test_a_member_is_found_by_account(database: Database) -> None:
    marie = recognise(database, "201", "Marie")
    assert database.run_now(staff_members.find_by_account, "telegram", "201") == marie
    assert database.run_now(staff_members.find_by_account, "telegram", "999") is None
    assert database.run_now(staff_members.address_of, marie.id, "telegram") == "201"
    assert database.run_now(staff_members.address_of, marie.id, "web") is None
