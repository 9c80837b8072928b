"""Requests to the press desk: kept once, encrypted, listed by what waits; and whose matter a thread is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from storage import dossiers, press_requests, recipients, team_questions, threads
from storage.engine.database import Database, Transaction
from storage.engine.rotation import rotate
from storage.engine.tables import PressStatus
from storage.press_requests import KeptRequest, Matter

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)


def request(reference: str, thread: int, *, is_urgent: bool = False) -> KeptRequest:
    content = {"medium": "Le Progrès", "callback": "Anne Roy, 06 12 34 56 78"}
    return KeptRequest(reference, thread, "waiting", is_urgent, content, NOW, NOW + timedelta(hours=3))


def person(transaction: Transaction, name: str) -> tuple[int, int]:
    """Return a recipient and their open thread."""
    recipient = recipients.register(transaction, "web", name, NOW)
    return recipient, threads.open_for(transaction, recipient, None, NOW)


def test_a_request_is_kept_once_and_read_back(database: Database) -> None:
    anne, thread = database.run_now(person, "anne")
    kept = request("K7R-M3W-X9A", thread)
    for _ in range(2):
        database.run_now(press_requests.add, "1:0", anne, kept)
    assert database.run_now(press_requests.list_of_recipient, anne) == [kept]


def test_the_open_ones_are_listed_those_that_wait_first_the_urgent_before(database: Database) -> None:
    anne, of_anne = database.run_now(person, "anne")
    bob, of_bob = database.run_now(person, "bob")
    database.run_now(press_requests.add, "1:0", bob, request("A", of_bob, is_urgent=True))
    database.run_now(press_requests.change, of_bob, [PressStatus.WAITING], PressStatus.ANSWERED, NOW)
    for key, reference, urgent in (("2:0", "B", False), ("3:0", "C", True)):
        database.run_now(press_requests.add, key, anne, request(reference, of_anne, is_urgent=urgent))
    assert [each.reference for each in database.run_now(press_requests.list_open)] == ["C", "B", "A"]


def test_a_status_changes_only_from_those_that_are_named(database: Database) -> None:
    anne, thread = database.run_now(person, "anne")
    kept = request("K7R-M3W-X9A", thread)
    database.run_now(press_requests.add, "1:0", anne, kept)
    database.run_now(press_requests.change, thread, [PressStatus.ANSWERED], PressStatus.CLOSED, NOW)
    assert database.run_now(press_requests.list_open) == [kept]
    for before, after in ((PressStatus.WAITING, PressStatus.ANSWERED), (PressStatus.ANSWERED, PressStatus.CLOSED)):
        database.run_now(press_requests.change, thread, [before], after, NOW)
    assert database.run_now(press_requests.list_open) == []
    assert database.run_now(press_requests.list_of_recipient, anne) == [replace(kept, status="closed")]


def test_an_thread_is_the_matter_of_the_press_the_team_or_both(database: Database) -> None:
    _, of_town = database.run_now(person, "town")
    anne, of_anne = database.run_now(person, "anne")
    bob, of_bob = database.run_now(person, "bob")
    zoe, of_zoe = database.run_now(person, "zoe")
    for number, (who, thread) in enumerate(((anne, of_anne), (bob, of_bob), (zoe, of_zoe))):
        database.run_now(press_requests.add, f"{number}:0", who, request(f"R{number}", thread))
    database.run_now(team_questions.ask, "9:0", bob, "Et la TVA ?", (), NOW)
    database.run_now(dossiers.add, "K7R-M3W-X9A", "draft", "{}", zoe, NOW)
    matters = [database.run_now(press_requests.matter_of, thread) for thread in (of_town, of_anne, of_bob, of_zoe)]
    both = Matter(is_press=True, is_team=True)
    assert matters == [Matter(is_press=False, is_team=True), Matter(is_press=True, is_team=False), both, both]


def test_somebody_with_a_request_is_concerned(database: Database) -> None:
    anne, thread = database.run_now(person, "anne")
    assert not database.run_now(dossiers.is_concerned, anne).has_press_requests
    database.run_now(press_requests.add, "1:0", anne, request("K7R-M3W-X9A", thread))
    assert database.run_now(dossiers.is_concerned, anne).has_press_requests


def test_what_was_written_is_encrypted_and_renewed(database: Database) -> None:
    anne, thread = database.run_now(person, "anne")
    database.run_now(press_requests.add, "1:0", anne, request("K7R-M3W-X9A", thread))
    with database.transaction() as transaction:
        kept = str(transaction.connection.execute(text("SELECT * FROM press_requests")).one())
    assert "Progrès" not in kept
    assert "06 12" not in kept
    # the address, the content, the pepper
    assert rotate(database).renewed == 3
