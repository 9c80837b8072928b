"""After any sequence of what people and staff do, the index says of each subject what its rows say, and no more."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, select

from bot.base.shelf import Shelf
from bot.conversation.talk.effects import ErasePerson
from bot.conversation.talk.state import State
from bot.conversation.values.dossier import moved
from bot.conversation.values.moves import Move
from bot.desk import thread_operations
from bot.desk.desk import Desk
from bot.search.entries import read_entry
from bot.search.indexing import index_missing, keep_up
from bot.services.dossiers import keep_dossier, read_dossier
from bot.services.personal_data import erase_person
from bot.services.source import Source
from bot.services.staff import find_members, make_member
from storage import conversations, dossiers, erasure, press_requests, recipients, search_index, team_questions, threads
from storage.dossiers import SavedMeanwhile
from storage.engine.changes import Kind, Subject
from storage.engine.database import Database, Transaction, follow_later
from storage.engine.tables import Kept, table
from storage.press_requests import KeptRequest
from tests.bot.search.making import hand_over, make_dossier
from tests.shipped import shipped

START = datetime(2020, 10, 15, 9, tzinfo=UTC)
TOWNS = ("39198", "35288", "64445")
WORDS = st.sampled_from(["Bonjour", "Des soudeurs manquent", "c'est urgent", "l'été 2021", "?", "antenne Saint-Malo"])
PLAIN = ("status", "is_over", "awaits_town", "holder_id", "is_press", "is_team", "began_at", "updated_at")
NUMBERS = st.integers(0, 3)


def _die(dies: bool) -> None:
    if dies:
        raise KeyboardInterrupt


class Walk(RuleBasedStateMachine):
    database: Database

    def __init__(self) -> None:
        super().__init__()
        with self.database.transaction() as transaction:
            for kept in reversed(Kept.metadata.sorted_tables):
                if kept.name != "vault":
                    transaction.connection.execute(delete(kept))
        self.library = shipped()
        self.shelf = Shelf(self.library)
        self.desk = Desk(self.shelf)
        keep_up(self.database, self.shelf)
        self.now, self.made = START, 0

    def _do(self, work: Callable[[Transaction], Any], *, dies: bool = False) -> Any:
        self.now += timedelta(minutes=7)
        try:
            with self.database.transaction() as transaction:
                done = work(transaction)
                _die(dies)
                return done
        except (KeyboardInterrupt, SavedMeanwhile):
            return None

    def _person(self, transaction: Transaction, number: int) -> int:
        return recipients.register(transaction, "web", f"person {number}", self.now)

    def _dossier(self, transaction: Transaction, number: int) -> dossiers.KeptDossier | None:
        kept = dossiers.list_all(transaction)
        return kept[number % len(kept)] if kept else None

    def _thread(self, transaction: Transaction, number: int) -> int | None:
        ids = (
            transaction.connection.execute(select(table("threads").c.id).order_by(table("threads").c.id))
            .scalars()
            .all()
        )
        return ids[number % len(ids)] if ids else None

    # --- the town

    @rule(person=NUMBERS, town=st.sampled_from(TOWNS), dies=st.booleans())
    def send(self, person: int, town: str, dies: bool) -> None:
        self.made += 1
        dossier = make_dossier(self.library, f"REF-{self.made}", town, self.now, email=f"p{person}@mairie.example")
        self._do(lambda t: hand_over(t, dossier, self._person(t, person), self.now), dies=dies)

    @rule(number=NUMBERS, town=st.sampled_from(TOWNS))
    def correct(self, number: int, town: str) -> None:
        def work(transaction: Transaction) -> None:
            kept = self._dossier(transaction, number)
            dossier = read_dossier(kept, self.library) if kept else None
            if dossier is not None:
                other = make_dossier(self.library, dossier.reference, town, self.now)
                changed = dossier.model_copy(update={"answers": other.answers})
                keep_dossier(transaction, changed, (), None, self.now)

        self._do(work)

    @rule(number=NUMBERS, move=st.sampled_from([Move.WITHDRAW, Move.RESUME, Move.SEND]))
    def move(self, number: int, move: Move) -> None:
        def work(transaction: Transaction) -> None:
            kept = self._dossier(transaction, number)
            dossier = read_dossier(kept, self.library) if kept else None
            done = moved(dossier, move, self.now) if dossier else None
            if done is not None:
                keep_dossier(transaction, done, (), None, self.now)

        self._do(work)

    @rule(person=NUMBERS, words=WORDS, is_team=st.booleans())
    def ask(self, person: int, words: str, is_team: bool) -> None:
        def work(transaction: Transaction) -> None:
            recipient = self._person(transaction, person)
            if is_team:
                self.made += 1
                team_questions.ask(transaction, f"ask {self.made}", recipient, words, (), self.now)
            thread = threads.open_for(transaction, recipient, None, self.now)
            threads.write(transaction, thread, None, words, self.now)

        self._do(work)

    @rule(person=NUMBERS, words=WORDS)
    def ask_press(self, person: int, words: str) -> None:
        def work(transaction: Transaction) -> None:
            recipient = self._person(transaction, person)
            thread = threads.open_for(transaction, recipient, None, self.now)
            self.made += 1
            request = KeptRequest(f"PRE-{self.made}", thread, "waiting", False, {"media": words}, self.now, None)
            press_requests.add(transaction, request.reference, recipient, request)

        self._do(work)

    @rule(person=NUMBERS, town=st.sampled_from([*TOWNS, None]))
    def say_town(self, person: int, town: str | None) -> None:
        """As the assistant does when a conversation names another town."""

        def work(transaction: Transaction) -> None:
            locked = conversations.lock(transaction, "web", f"person {person}", self.now)
            state = State(town=town).model_dump_json()
            conversations.save(transaction, locked.recipient_id, state, self.now)
            for thread in threads.list_ids(transaction, of_recipient=locked.recipient_id):
                transaction.changes_thread(thread)

        self._do(work)

    # --- the staff

    @rule(number=NUMBERS, what=st.sampled_from(["take", "release", "answer", "note", "close", "reopen"]), words=WORDS)
    def work_on_dossier(self, number: int, what: str, words: str) -> None:
        def work(transaction: Transaction) -> None:
            kept = self._dossier(transaction, number)
            if kept is None:
                return
            anne = next(iter(find_members(transaction, "Anne")), None) or make_member(transaction, "Anne", self.now)
            does = {
                "take": lambda: self.desk.take(transaction, kept.reference, anne, self.now),
                "release": lambda: self.desk.release(transaction, kept.reference, anne, self.now),
                "answer": lambda: self.desk.answer(transaction, kept.reference, anne, words, self.now),
                "note": lambda: self.desk.note(transaction, kept.reference, anne, words, self.now),
                "close": lambda: self.desk.close(transaction, kept.reference, anne, words, self.now, "retenu"),
                "reopen": lambda: self.desk.reopen(transaction, kept.reference, anne, self.now),
            }
            does[what]()

        self._do(work)

    @rule(number=NUMBERS, what=st.sampled_from(["take", "write", "note", "close", "reopen", "release"]), words=WORDS)
    def work_on_thread(self, number: int, what: str, words: str) -> None:
        def work(transaction: Transaction) -> None:
            thread = self._thread(transaction, number)
            if thread is None:
                return
            anne = next(iter(find_members(transaction, "Anne")), None) or make_member(transaction, "Anne", self.now)
            desk, now = self.desk, self.now
            does = {
                "take": lambda: desk.take_thread(transaction, thread, anne, now),
                "write": lambda: thread_operations.write(desk, transaction, thread, anne, words, now),
                "note": lambda: desk.note_in_thread(transaction, thread, anne, words, now),
                "close": lambda: thread_operations.close(desk, transaction, thread, anne, words, now),
                "reopen": lambda: thread_operations.reopen(desk, transaction, thread, anne, now),
                "release": lambda: thread_operations.release(desk, transaction, thread, anne, now),
            }
            does[what]()

        self._do(work)

    @rule(number=NUMBERS, words=WORDS)
    def rewrite(self, number: int, words: str) -> None:
        def work(transaction: Transaction) -> None:
            ids = transaction.connection.execute(select(table("thread_messages").c.id)).scalars().all()
            if ids:
                threads.rewrite(transaction, ids[number % len(ids)], words)

        self._do(work)

    # --- gone

    @rule(person=NUMBERS, dies=st.booleans())
    def erase_someone(self, person: int, dies: bool) -> None:
        def work(transaction: Transaction) -> None:
            recipient = self._person(transaction, person)
            erase_person(transaction, ErasePerson(()), Source(recipient, "erase", self.now))

        self._do(work, dies=dies)

    @rule(person=NUMBERS)
    def thin(self, person: int) -> None:
        def work(transaction: Transaction) -> None:
            old = erasure.erase_messages(transaction, self._person(transaction, person), self.now)
            erasure.erase_threads(transaction, old)

        self._do(work)

    @rule(number=NUMBERS, words=WORDS)
    def note_without_the_index(self, number: int, words: str) -> None:
        """By a program that does not know the words; what it leaves is made up for later."""
        follow, self.database.follow_changes = self.database.follow_changes, follow_later
        self._do(lambda t: (kept := self._dossier(t, number)) and self._note(t, kept, words))
        self.database.follow_changes = follow
        self._do(lambda t: index_missing(self.shelf, t, self.now))

    def _note(self, transaction: Transaction, kept: dossiers.KeptDossier, words: str) -> None:
        dossiers.add_events(transaction, kept.id, [{"kind": "note", "new": words}], None, self.now)

    @invariant()
    def the_index_says_what_is_stored(self) -> None:
        with self.database.transaction() as transaction:
            execute, rows = transaction.connection.execute, table("search_subjects")
            stored: dict[Subject, Any] = {}
            for kind, name in ((Kind.DOSSIER, "dossiers"), (Kind.THREAD, "threads")):
                for each in execute(select(table(name).c.id)).scalars().all():
                    entry = read_entry(self.library, transaction, Subject(kind, each))
                    if entry is not None:
                        stored[Subject(kind, each)] = entry
            for subject, entry in stored.items():
                assert search_index.words_kept(transaction, subject, entry.words) == entry.words
                column = rows.c.of_dossier if subject.kind is Kind.DOSSIER else rows.c.of_thread
                row = execute(select(rows).where(column == subject.id)).one()._mapping
                plain = (
                    "status",
                    "is_over",
                    "awaits_town",
                    "holder_id",
                    "is_press",
                    "is_team",
                    "began_at",
                    "updated_at",
                )
                assert {name: row[name] for name in plain} == {name: getattr(entry, name) for name in plain}
            assert len(execute(select(rows.c.id)).all()) == len(stored)
            assert not index_missing(self.shelf, transaction, self.now)


def test_the_index_is_what_is_stored(database: Database) -> None:
    machine = type("Machine", (Walk,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
