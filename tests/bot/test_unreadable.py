"""A value that no key opens is named and set aside: whatever is read, in every column, never fails whole for it.

Generated: every encrypted column of every table, one row of which is damaged in each way, before all that reads.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event, func, select, text

from bot.app import Application
from bot.base.shelf import Shelf
from bot.base.wording import texts
from bot.conversation.privacy.own_data import write_json
from bot.conversation.privacy.own_data_sheet import write_sheet
from bot.conversation.talk.messages import Incoming, Reply
from bot.conversation.talk.state import State
from bot.conversation.values.dossier import Dossier, Event, EventKind
from bot.conversation.values.moves import Status
from bot.desk import overview
from bot.desk.desk import Desk
from bot.desk.paper.documents import read_out
from bot.desk.paper.record_sheet import make_sheet
from bot.desk.paper.records import Headings, rows_of
from bot.desk.subjects import Subject, find_subject
from bot.insights.reading import read_report
from bot.search.indexing import keep_up
from bot.services.assistant import Received
from bot.services.dossiers import write_event
from bot.services.personal_data import erase_for, gather_own_data, read_own_data
from bot.services.source import DeskAddress
from bot.transport.delivery import Courier
from storage import (
    answer_drafts,
    attachments,
    conversations,
    dossiers,
    entry_texts,
    held_answers,
    inbox,
    outbox,
    pages,
    press_requests,
    question_log,
    recipients,
    staff_access,
    staff_batches,
    staff_drafts,
    staff_filters,
    staff_members,
    team_questions,
    threads,
    topics,
    uploads,
)
from storage.answer_drafts import AnswerDraft
from storage.attachments import Wanted
from storage.engine import rotation
from storage.engine.backup import backup
from storage.engine.database import Database, Transaction, open_database, sqlite_url
from storage.engine.encryption import ENCRYPTED, KeyRing, new_key
from storage.engine.tables import Kept, ThreadStatus, table
from storage.inbox import Message
from storage.outbox import Departure
from storage.pages import NewLine
from storage.press_requests import KeptRequest
from storage.staff_drafts import KeptDraft
from storage.staff_members import Account
from storage.topics import KeptTopic
from tests.rewinding import rewind, unhurried
from tests.shipped import shipped

#: A few answers to read: how long the shipped ones take is no matter here.
SMALL_CALL = Path(__file__).resolve().parents[1] / "knowledge" / "sound"
NOW = datetime(2020, 10, 15, 9, 0, tzinfo=UTC)
#: Two towns, each with all that can be kept: one of them is damaged, the other is to be read.
TOWNS = ("claire", "bruno")
REFERENCES = ("K7R-M3W-X9A", "K7R-M3W-X9C")
COLUMNS = [
    (kept.name, column.name)
    for kept in Kept.metadata.sorted_tables
    for column in kept.columns
    if isinstance(column.type, ENCRYPTED) and kept.name != "vault"  # whose key is not there is told at the start
]
#: What may have become of a token.
DAMAGES: dict[str, Callable[[str], str]] = {
    "another key": lambda token: KeyRing([new_key()]).encrypt(b"x"),
    "cut": lambda token: token[: len(token) // 2],
    "no token": lambda token: "é\u20ac not base64",
    "a bit": lambda token: token[:-9] + ("A" if token[-9] != "A" else "B") + token[-8:],
}


def _live(transaction: Transaction, name: str) -> None:
    """One town with something in every table."""
    rank = TOWNS.index(name)
    reference = REFERENCES[rank]
    person = conversations.lock(transaction, "test", name, NOW).recipient_id
    inbox.record(transaction, Message("test", f"m {person}", person, "bonjour", "d:x", NOW), NOW)
    conversations.save(transaction, person, "no state", NOW)
    conversations.set_aside(transaction, person)
    conversations.save(transaction, person, State().model_dump_json(), NOW)
    team_questions.ask(transaction, str(person), person, "Et la TVA ?", ("a",), NOW)
    question_log.keep(transaction, person, f"log {name}", ["a"], NOW, was_offered=True)
    dossier = Dossier(
        reference=reference, status=Status.SENT, created_at=NOW, updated_at=NOW, consented_at=NOW, sent_at=NOW
    )
    kept = dossiers.add(transaction, reference, "sent", dossier.model_dump_json(), person, NOW)
    dossiers.add_events(transaction, kept.id, [write_event(Event(EventKind.SENT))], person, NOW)
    thread = threads.open_for(transaction, person, kept.id, NOW)
    member = staff_members.recognise(transaction, Account("test", f"staff {name}", "Anne", "@anne"), NOW)
    threads.change(transaction, thread, ThreadStatus.HELD, member.id, NOW)
    threads.write(transaction, thread, ("Anne", member.id), "Bonjour.", NOW)
    held_answers.hold(transaction, member.id, f"thread:{thread}", person, "Bonsoir.", NOW, NOW)
    staff_access.grant(transaction, member.id, "agent", NOW)
    draft = AnswerDraft("repondre", person, "Bonjour", NOW)
    answer_drafts.keep(transaction, member.id, f"thread:{thread}", draft)
    entry_texts.keep(transaction, "antenne", "id: antenne", member.id, NOW)
    batch = staff_batches.add(
        transaction, member.id, f"key {name}", ("prendre", None, "x"), [(f"thread:{thread}", "")], NOW
    )
    assert batch is not None
    staff_batches.settle(transaction, batch, 0, "non")
    staff_filters.keep(transaction, member.id, f"Les miens, {name}", "statut=sent", NOW)
    staff_access.begin_session(transaction, member.id, f"key {name}", "Firefox", NOW, NOW + timedelta(days=1))
    request = KeptRequest(f"PRE-SSE-00{rank}", thread, "waiting", False, {"medium": "AFP"}, NOW, None)
    press_requests.add(transaction, f"press {person}", person, request)
    for key, place in (("d", {"dossier_id": kept.id}), ("t", {"thread_id": thread})):
        wanted = Wanted(f"{key} {person}", person, "test", "r", "a.pdf", "application/pdf", 3, "légende", **place)
        attachments.want(transaction, wanted, NOW)
        number = transaction.connection.execute(select(func.max(table("attachments").c.id))).scalar_one()
        attachments.keep(transaction, number, attachments.seal(transaction.keys, b"%PDF"), 4, NOW)
    staffs = Wanted(
        f"s {person}", person, "test", "r", "b.pdf", "application/pdf", 3, "", thread_id=thread, staff="Anne"
    )
    attachments.want(transaction, staffs, NOW)
    desk = recipients.register(transaction, "test", "desk", NOW)
    topics.keep(transaction, desk, f"dossier:{reference}", KeptTopic(f"topic {name}", "Titre"))
    words = {"text": "Bonjour.", "documents": []}
    draft = KeptDraft(0, f"dossier:{reference}", "repondre", None, words, None, NOW, None, 1)
    staff_drafts.add(transaction, desk, f"staff {name}", draft)
    content = Reply("Réponse.").as_json()
    lost = Departure(f"dossier:{reference}:2:to:{person}", "test", person, content, f"dossier:{reference}")
    outbox.put(transaction, [lost], NOW)
    for claimed in outbox.claim(transaction, ["test"], NOW, timedelta(), 1):
        outbox.refuse(transaction, claimed, "refused", NOW, blocked=False)
    outbox.put(transaction, [Departure(f"test:x:{person}", "test", person, content)], NOW)
    page = pages.begin(transaction, "web", f"page {name}", f"start {name}", NOW)
    assert page is not None
    pages.lay_down(transaction, page, NewLine(f"line {name}", {"text": "Bonjour."}), NOW)
    uploads.add(transaction, page, f"upload {name}", 0, b"%PDF", NOW)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Path]]:
    """A filled database, open, and a copy of it to go back to: cheaper than to open one for each case."""
    folder = tmp_path_factory.mktemp("filled")
    database = open_database(sqlite_url(folder / "guichet.sqlite3"), KeyRing([new_key()]))
    event.listen(database.engine, "checkout", unhurried)
    keep_up(database, Shelf(shipped()))
    for name in TOWNS:
        database.run_now(_live, name)
    with database.transaction() as transaction:
        for name, column in COLUMNS:
            some = f"SELECT count(*) FROM {name} WHERE {column} IS NOT NULL"
            assert transaction.connection.execute(text(some)).scalar_one() >= 2, f"{name}.{column} is to be filled"
    backup(database, folder / "filled.sqlite3")
    yield database, folder / "filled.sqlite3"
    database.close()


#: Each column in one way, in turn, and a text and bytes in every way: what a damaged token is, is the same in all.
CASES = [
    (*column, damage)
    for rank, column in enumerate(COLUMNS)
    for number, damage in enumerate(DAMAGES)
    if column in (("dossiers", "content"), ("attachment_contents", "content")) or number == rank % len(DAMAGES)
]


@pytest.fixture
def damaged(filled: tuple[Database, Path], name: str, column: str, damage: str) -> Database:
    """The filled database as it was, of which one value is damaged."""
    database, copy = filled
    rewind(database, copy)
    assert database.engine.url.database is not None
    with closing(sqlite3.connect(database.engine.url.database, isolation_level=None)) as connection:
        first = f"SELECT rowid, {column} FROM {name} WHERE {column} IS NOT NULL ORDER BY rowid LIMIT 1"
        row, token = connection.execute(first).fetchone()
        text_token = token.decode() if isinstance(token, bytes) else token
        changed = DAMAGES[damage](text_token)
        value = changed.encode() if isinstance(token, bytes) else changed
        connection.execute(f"UPDATE {name} SET {column} = ? WHERE rowid = ?", (value, row))
    return database


@pytest.mark.parametrize(("name", "column", "damage"), CASES)
def test_nothing_that_reads_fails_whole(damaged: Database, name: str, column: str) -> None:
    desk = Desk(Shelf(shipped()), (DeskAddress("test", "desk"),))
    run = damaged.run_now
    unreadable = run(desk.list_unreadable)
    assert unreadable == ([REFERENCES[0]] if (name, column) == ("dossiers", "content") else [])
    assert [each.reference for each in run(desk.list_dossiers)] == [
        each for each in reversed(REFERENCES) if each not in unreadable
    ]
    _read_as_the_staff(damaged, desk, unreadable)
    _read_as_an_operator(damaged, name, column)
    asyncio.run(_read_as_the_town(damaged, desk))
    for town in TOWNS:
        recipient = run(recipients.find, "test", town)
        assert recipient is not None
        assert run(gather_own_data, recipient).rows
        read = run(read_own_data, recipient)
        assert read is not None
        assert write_json(read(), shipped(), NOW)
        assert write_sheet(read(), shipped(), NOW).sections
        run(erase_for, recipient, shipped(), desk.addresses, NOW)


def _subject(transaction: Transaction, desk: Desk, about: str) -> Subject | None:
    return find_subject(desk, transaction, about, NOW)


def _read_as_the_staff(database: Database, desk: Desk, unreadable: list[str]) -> None:
    run = database.run_now
    for reference in REFERENCES:
        found = run(desk.find, reference)
        assert (found is None) == (reference in unreadable)
        run(_subject, desk, f"dossier:{reference}")
        if found is not None:
            assert make_sheet(*found, desk, NOW).sections
        read = read_out(database, desk, reference)
        assert read is None or list(read) is not None
    assert len(run(desk.list_threads)) == len(run(desk.list_press_requests)) == 2
    for thread in run(desk.list_threads):
        assert run(desk.list_messages, thread.id)
        assert run(_subject, desk, f"thread:{thread.id}")
    for listed in (overview.list_all, overview.list_open):
        shown = run(partial(listed, desk), NOW).text
        assert all(reference in shown for reference in REFERENCES)
    for look in (overview.list_waiting, overview.tell_figures):
        assert run(partial(look, desk), NOW).text
    rows_of(run(desk.list_dossiers), shipped(), desk.form, Headings(**texts("columns")), texts("statuses"))


def _read_as_an_operator(database: Database, name: str, column: str) -> None:
    run = database.run_now
    run(inbox.list_failed)
    assert len(run(outbox.list_undelivered)) == 2
    run(recipients.list_blocked)
    run(team_questions.list_questions)
    run(read_report, shipped().call, SMALL_CALL, NOW, 30)
    places = run(rotation.list_unreadable)
    if name not in ("attachment_contents", "uploads"):  # see there
        assert [(place.table, place.column) for place in places] == [(name, column)]
    assert [(place.table, place.column) for place in rotation.list_older(database)] == [(name, column)]


async def _read_as_the_town(database: Database, desk: Desk) -> None:
    """What the people write is answered, and each sweep ends: who fails is told by the log alone."""
    application = Application(database, Shelf(shipped()), lambda: NOW, desk)
    courier = Courier(database, {}, lambda: NOW)
    assistant = application.assistant_for(courier)
    for sweep in assistant._sweeps:
        await database.run(sweep, NOW + timedelta(minutes=1))
    for town in TOWNS:
        for rank, written in enumerate(("bonjour", "mes dossiers", REFERENCES[0], "/mesdonnees")):
            incoming = Incoming("test", f"{town} {rank}", town, written, NOW)
            assert await assistant.receive(incoming) is Received.HANDLED
    await database.run(outbox.claim, ["test"], NOW, timedelta(), 50)
    await database.run(attachments.claim, ["test"], NOW, timedelta(), 50)
