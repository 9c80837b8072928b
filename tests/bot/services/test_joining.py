"""A member of the desk and one of the staff's group become one person, by a code."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.base.shelf import Shelf
from bot.desk.desk import Desk
from bot.desk.office import entry
from bot.desk.office.roles import Role
from bot.search.indexing import keep_up
from bot.services import joining
from bot.services.staff import make_member, read_members
from storage import recipients, staff_members, threads
from storage.engine.database import Database, Transaction
from storage.staff_members import Account
from tests.bot.search.making import hand_over, make_dossier
from tests.shipped import shipped

NOW = datetime(2020, 10, 15, 9, tzinfo=UTC)
MARIE = Account("telegram", "201", "marie_p", "marie")


def _begin(transaction: Transaction) -> tuple[int, int]:
    """Let Marie be known at the desk, and beside from the group, where she has a dossier and a thread."""
    desk = Desk(Shelf(shipped()))
    at_desk = make_member(transaction, "Marie Petit", NOW)
    entry.grant(transaction, at_desk.id, Role.AGENT, None, NOW)
    in_group = staff_members.recognise(transaction, MARIE, NOW)
    owner = recipients.register(transaction, "web", "v-dole", NOW)
    hand_over(transaction, make_dossier(shipped(), "K7R-M3W-X9A", "39198", NOW), owner, NOW)
    member = read_members(transaction)[in_group.id]
    desk.take(transaction, "K7R-M3W-X9A", member, NOW)
    desk.answer(transaction, "K7R-M3W-X9A", member, "Bonjour", NOW)
    return at_desk.id, in_group.id


@pytest.fixture
def members(database: Database) -> tuple[int, int]:
    keep_up(database, Shelf(shipped()))
    return database.run_now(_begin)


def test_a_code_makes_one_person_of_two(database: Database, members: tuple[int, int]) -> None:
    at_desk, in_group = members
    code = database.run_now(joining.offer_code, at_desk, NOW)
    assert database.run_now(joining.join, f" {code.lower()} ", in_group, NOW)

    def look(transaction: Transaction) -> None:
        assert list(read_members(transaction)) == [at_desk]
        found = Desk(Shelf(shipped())).find(transaction, "K7R-M3W-X9A")
        assert found is not None
        assert found[0].holder is not None
        assert found[0].holder.id == at_desk
        assert threads.list_open(transaction)[0].holder_id == at_desk
        known = staff_members.recognise(transaction, MARIE, NOW)
        assert (known.id, known.name) == (at_desk, "Marie Petit"), "the desk's name stays"

    database.run_now(look)
    assert not database.run_now(joining.join, code, at_desk, NOW), "it serves once"


def test_a_wrong_or_old_code_joins_nobody(database: Database, members: tuple[int, int]) -> None:
    at_desk, in_group = members
    code = database.run_now(joining.offer_code, at_desk, NOW)
    assert not database.run_now(joining.join, "K7RA-M3WC-X9AE", in_group, NOW)
    assert not database.run_now(joining.join, "", in_group, NOW)
    assert not database.run_now(joining.join, code, in_group, NOW + joining.CODE_LIFE + timedelta(seconds=1))
    assert len(database.run_now(read_members)) == 2


def test_two_who_both_enter_the_desk_stay_two(database: Database, members: tuple[int, int]) -> None:
    at_desk, in_group = members
    database.run_now(entry.grant, in_group, Role.ADMIN, None, NOW)
    code = database.run_now(joining.offer_code, at_desk, NOW)
    assert not database.run_now(joining.join, code, in_group, NOW)
    assert len(database.run_now(read_members)) == 2
