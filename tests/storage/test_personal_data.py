"""Whatever is kept of a person is told to them and erased: also what is kept in a table that is added tomorrow."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from storage import (
    access_codes,
    answer_drafts,
    attachments,
    conversations,
    dossiers,
    erasure,
    held_answers,
    inbox,
    outbox,
    pages,
    personal_data,
    press_requests,
    question_log,
    recipients,
    reminders,
    search_index,
    staff_members,
    team_questions,
    threads,
    topics,
    uploads,
)
from storage.answer_drafts import AnswerDraft
from storage.attachments import Wanted
from storage.engine.changes import Kind, Subject
from storage.engine.database import Database, Transaction
from storage.engine.tables import Kept, ThreadStatus, table
from storage.inbox import Message
from storage.outbox import Departure
from storage.pages import NewLine
from storage.personal_data import BELONGS, Belonging
from storage.press_requests import KeptRequest
from storage.reminders import Plan
from storage.search_index import Entry
from storage.staff_members import Account
from storage.topics import KeptTopic

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
#: What must be borne by a table that belongs so.
BEARS = {
    Belonging.DOCUMENT: "recipient_id",
    Belonging.CONTENT: "attachment_id",
    Belonging.STAFF: "about",
    Belonging.INDEX: "of_dossier",
    Belonging.INDEXED: "subject_id",
    Belonging.PERSON: "recipient_id",
    Belonging.REPEATED: "recipient_id",
    Belonging.THREAD: "thread_id",
    Belonging.DOSSIER: "dossier_id",
}


def _leads_to_a_person(kept: Table) -> bool:
    targets = {key.column.table for key in kept.foreign_keys} - {kept}
    return kept.name in {"recipients", "dossiers", "threads"} or any(map(_leads_to_a_person, targets))


def test_every_table_with_a_way_to_a_person_is_told_and_erased() -> None:
    """A new table that fails here is to be added to `storage.personal_data.BELONGS`: it is then told and erased."""
    personal = {kept.name for kept in Kept.metadata.sorted_tables if _leads_to_a_person(kept)}
    assert personal == set(BELONGS)


@pytest.mark.parametrize("name", [name for name in BELONGS if name not in {"recipients", "dossiers"}])
def test_a_table_bears_what_it_is_found_by(name: str) -> None:
    assert BEARS[BELONGS[name]] in table(name).c


def _live(transaction: Transaction, name: str) -> int:
    """Let someone do all that leaves a row; return their dossier. Every text holds their name."""
    person = conversations.lock(transaction, "test", name, NOW).recipient_id
    pages.begin(transaction, "test", name, f"start {name}", NOW)
    pages.give_key(transaction, person, f"key {name}", NOW)
    pages.offer_code(transaction, person, f"code {name}", NOW + timedelta(minutes=15))
    pages.lay_down(transaction, person, NewLine(f"line {person}", {"text": f"line {name}"}), NOW)
    uploads.add(transaction, person, f"upload {person}", 0, name.encode(), NOW)
    old = Message("test", f"old {person}", person, f"old {name}", None, NOW)
    inbox.record(transaction, old, NOW - timedelta(days=9))
    inbox.record(transaction, Message("test", f"new {person}", person, f"new {name}", f"choice {name}", NOW), NOW)
    conversations.save(transaction, person, f'{{"unanswered": "{name}"}}', NOW)
    conversations.set_aside(transaction, person)
    team_questions.ask(transaction, str(person), person, f"question {name}", ("a",), NOW)
    question_log.keep(transaction, person, f"log {name}", ["a"], NOW, was_offered=True)
    reminders.plan(transaction, person, [Plan("vague-1", NOW.date(), 7, NOW + timedelta(days=1))], "Europe/Paris", NOW)
    reference = f"REF-{person}"
    kept = dossiers.add(transaction, reference, "sent", f'{{"place": "{name}"}}', person, NOW)
    dossiers.add_events(transaction, kept.id, [{"kind": "answered", "new": name}], person, NOW)
    access_codes.offer(transaction, kept.id, "invite", f"CODE {name}", NOW + timedelta(days=7))
    thread = threads.open_for(transaction, person, kept.id, NOW)
    threads.write(transaction, thread, None, f"help {name}", NOW)
    request = KeptRequest(f"PRESS-{person}", thread, "waiting", False, {"medium": name}, NOW, None)
    press_requests.add(transaction, f"press {person}", person, request)
    for rank, (dossier_id, thread_id) in enumerate(((kept.id, None), (None, thread))):
        key, text = f"file {person} {rank}", f"file of {name}"
        place = {"dossier_id": dossier_id, "thread_id": thread_id}
        attachments.want(transaction, Wanted(key, person, "test", text, text, "image/png", 3, text, **place), NOW)
        number = transaction.connection.execute(select(func.max(table("attachments").c.id))).scalar_one()
        attachments.keep(transaction, number, attachments.seal(transaction.keys, name.encode()), 3, NOW)
    staff_members.recognise(transaction, Account("test", name, "Anne"), NOW)
    threads.change(transaction, thread, ThreadStatus.HELD, 1, NOW)
    for about in (f"thread:{thread}", f"dossier:{reference}"):
        held_answers.hold(transaction, 1, about, person, f"held for desk {name}", NOW, NOW)
        answer_drafts.keep(transaction, 1, about, AnswerDraft("repondre", person, f"draft of the desk {name}", NOW))
    desk = recipients.register(transaction, "test", "desk", NOW)
    told = [(f"thread:{thread}", f"desk {name}"), (f"dossier:{reference}", f"desk dossier {name}")]
    departures = [
        Departure(f"{name} {rank}", "test", desk, {"text": text}, about) for rank, (about, text) in enumerate(told)
    ]
    for about, _ in told:
        topics.keep(transaction, desk, about, KeptTopic(f"{about} topic", f"desk topic of {name}"))
    entry = Entry(
        words=frozenset({name, f"desk {name}"}),
        status="sent",
        is_over=False,
        awaits_town=False,
        holder_id=None,
        is_press=False,
        is_team=True,
        began_at=NOW,
        updated_at=NOW,
    )
    for subject in (Subject(Kind.DOSSIER, kept.id), Subject(Kind.THREAD, thread)):
        search_index.renew(transaction, subject, 1, lambda *_: entry)
    outbox.put(transaction, [*departures, Departure(name, "test", person, {"text": f"reply {name}"})], NOW)
    return kept.id


def _everything(transaction: Transaction) -> dict[str, list[Any]]:
    """Return all that is kept, decrypted."""
    return {
        kept.name: list(map(tuple, transaction.connection.execute(kept.select())))
        for kept in Kept.metadata.sorted_tables
    }


def _holding(everything: dict[str, list[Any]], word: str) -> list[Any]:
    return [row for rows in everything.values() for row in rows if word in str(row)]


def _id(database: Database, name: str) -> int:
    found = database.run_now(recipients.find, "test", name)
    assert found is not None
    return found


def test_all_that_is_kept_is_told_and_nothing_of_others(database: Database) -> None:
    for name in ("claire", "bruno"):
        database.run_now(_live, name)
    told = database.run_now(personal_data.read_all, _id(database, "claire"))
    assert {name for name, rows in told.items() if not rows} == set()
    assert "bruno" not in str(told)
    everything = database.run_now(_everything)
    repeated = [name for name, belonging in BELONGS.items() if belonging is Belonging.REPEATED]
    assert all(_holding({name: everything[name]}, "claire") for name in repeated if name != "page_codes")
    kept = _holding({name: rows for name, rows in everything.items() if name not in repeated}, "claire")
    to_desk = [row for row in kept if "desk" in str(row) or b"claire" in row]
    assert sum("claire" in str(row) for rows in told.values() for row in rows) == len(kept) - len(to_desk)


def test_an_erased_person_is_in_no_row_and_the_others_are_untouched(database: Database) -> None:
    gone, stays = (database.run_now(_live, name) for name in ("claire", "bruno"))
    before = _holding(database.run_now(_everything), "bruno")
    claire = _id(database, "claire")

    def erase(transaction: Transaction) -> None:
        erasure.erase_dossier(transaction, gone, f"dossier:REF-{claire}")
        abouts = [f"thread:{each}" for each in personal_data.list_threads(transaction, claire)]
        erasure.erase_person(transaction, claire, abouts, NOW)
        recipients.forget_if_unused(transaction, claire)

    database.run_now(erase)
    # Nothing but who it was is left, for the farewell to be read; then nothing.
    (left,) = _holding(database.run_now(_everything), "claire")
    assert left[0] == claire
    assert database.run_now(pages.lay_down, claire, NewLine("farewell", {"text": "farewell"}), NOW) == 2
    database.run_now(pages.mark_seen, claire, 2, NOW)
    everything = database.run_now(_everything)
    assert _holding(everything, "claire") == []
    assert _holding(everything, "bruno") == before
    assert database.run_now(recipients.find, "test", "claire") is None
    assert [row[0] for row in everything["dossiers"]] == [stays]
    assert {(row[1], row[2] is None) for row in everything["search_subjects"]} == {(stays, True), (None, False)}
    assert {row[1] for row in everything["search_words"]} == {row[0] for row in everything["search_subjects"]}
    assert [row[1] for row in everything["attachment_contents"]] == [b"bruno", b"bruno"]
    # The id of a message that may be delivered again is known, for a while.
    again = Message("test", f"new {claire}", _id(database, "bruno"), "again", None, NOW)
    assert not database.run_now(inbox.record, again, NOW)
    database.run_now(erasure.forget_seen, NOW + timedelta(days=8))
    assert database.run_now(inbox.record, again, NOW)


def test_who_leaves_a_dossier_hands_it_to_who_joined_first(database: Database) -> None:
    dossier = database.run_now(_live, "claire")
    claire = _id(database, "claire")
    bruno, david = (database.run_now(recipients.register, "test", name, NOW) for name in ("bruno", "david"))
    for each in (bruno, david):
        database.run_now(dossiers.add_member, dossier, each, NOW)
    assert not database.run_now(erasure.leave_dossier, dossier, david).is_passed_on
    assert database.run_now(erasure.leave_dossier, dossier, claire).is_passed_on
    assert [(each.recipient_id, each.is_owner) for each in database.run_now(dossiers.list_members, dossier)] == [
        (bruno, True)
    ]
    assert database.run_now(access_codes.find, "CODE claire", NOW) is None
    database.run_now(erasure.erase_person, claire, [], NOW)
    (event,) = database.run_now(dossiers.list_events, [dossier])[dossier]
    assert event.recipient_id not in {None, claire}  # neither the staff nor anybody


def test_what_someone_erased_had_on_its_way_is_not_waited_for(database: Database) -> None:
    dossier = database.run_now(_live, "claire")
    claire = _id(database, "claire")
    bruno = database.run_now(recipients.register, "test", "bruno", NOW)
    database.run_now(dossiers.add_member, dossier, bruno, NOW)
    wanted = Wanted("late", claire, "test", "late", "late", "image/png", 3, "", dossier_id=dossier)
    database.run_now(attachments.want, wanted, NOW)
    database.run_now(erasure.leave_dossier, dossier, claire)
    database.run_now(erasure.erase_person, claire, [], NOW)
    assert database.run_now(attachments.claim, ["test"], NOW, timedelta(minutes=1), 10) == []
    with database.transaction() as transaction:  # what had come stays with the dossier
        left = transaction.connection.execute(table("attachments").select()).all()
    assert [(row.dossier_id, row.status) for row in left] == [(dossier, "kept")]


def test_what_is_fleeting_is_not_kept_and_the_address_goes_with_the_last_of_it(database: Database) -> None:
    def take_leave(transaction: Transaction, key: str) -> None:
        person = recipients.register(transaction, "test", "claire", NOW)
        outbox.put(transaction, [Departure(key, "test", person, {"text": "C'est effacé"}, is_fleeting=True)], NOW)

    for rank, finish in enumerate(_finishes()):
        database.run_now(take_leave, f"bye {rank}")
        (claimed,) = database.run_now(outbox.claim, ["test"], NOW, timedelta(seconds=30), 1)
        database.run_now(finish, claimed)
        assert database.run_now(recipients.find, "test", "claire") is None
        assert database.run_now(_everything)["outbox"] == []
        database.run_now(take_leave, f"bye {rank}")
        assert database.run_now(_everything)["outbox"] == [], "its key never enters again, nor is it read anywhere"
        assert "bye" not in str(database.run_now(_everything))


def _finishes() -> list[Callable[..., None]]:
    return [
        lambda transaction, claimed: outbox.mark_sent(transaction, claimed, "1", NOW),
        lambda transaction, claimed: outbox.refuse(transaction, claimed, "blocked", NOW, blocked=True),
        lambda transaction, claimed: outbox.abandon(transaction, claimed, "down", NOW),
    ]


def test_what_no_key_opens_does_not_keep_the_rest_from_being_told(database: Database) -> None:
    database.run_now(_live, "claire")

    def spoil(transaction: Transaction) -> None:
        transaction.connection.exec_driver_sql("UPDATE thread_messages SET text = 'no token'")

    database.run_now(spoil)
    told = database.run_now(personal_data.read_all, _id(database, "claire"))
    assert [row["text"] for row in told["thread_messages"]] == [None]
    assert [row["text"] for row in told["inbox"]] == ["old claire", "new claire"]


def test_the_staff_are_told_that_what_they_answer_to_is_gone(database: Database) -> None:
    database.run_now(_live, "claire")
    database.run_now(lambda transaction: transaction.connection.execute(table("outbox").update().values(status="sent")))
    thread = database.run_now(personal_data.list_threads, _id(database, "claire"))[0]
    database.run_now(erasure.erase_told, [f"thread:{thread}"])

    def contents(transaction: Transaction) -> list[Any]:
        kept = table("outbox")
        wanted = select(kept.c.content).where(kept.c.about == f"thread:{thread}")
        return list(transaction.connection.execute(wanted).scalars())

    (content,) = database.run_now(contents)
    assert (content["text"], content["about"]) == ("", f"thread:{thread}")
