"""Any sequence of messages, crashes, claims and outcomes leaves inbox and outbox as a simple model says."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import delete, select

from storage import conversations, inbox, outbox, recipients
from storage.engine.database import Database, Transaction
from storage.engine.tables import Kept, table
from storage.inbox import Message
from storage.outbox import Claimed, Departure

START = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
LEASE = timedelta(seconds=30)
SENDERS = st.sampled_from(["alice", "bob", "chloé"])


@dataclass(slots=True)
class Row:
    """What the model knows of a message on its way out."""

    key: str
    recipient: str
    due: datetime
    status: str = "pending"
    attempts: int = 0


@dataclass(slots=True)
class Model:
    """Inbox and outbox as anybody would explain them."""

    seen: set[str] = field(default_factory=set)
    turns: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)

    def heads(self, now: datetime) -> list[Row]:
        """Return what may be taken: of each recipient the oldest unsent, if it is due; the longest due first."""
        first: dict[str, Row] = {}
        for row in self.rows:
            if row.status == "pending":
                first.setdefault(row.recipient, row)
        due = [row for row in first.values() if row.due <= now]
        return sorted(due, key=lambda row: (row.due, self.rows.index(row)))

    def find(self, key: str) -> Row:
        return next(row for row in self.rows if row.key == key)


class InboxAndOutbox(RuleBasedStateMachine):
    """Does the same to the database and to the model."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        with self.database.transaction() as transaction:
            for kept in reversed(Kept.metadata.sorted_tables):
                if kept.name != "vault":
                    transaction.connection.execute(delete(kept))
        self.model = Model()
        self.now = START
        self.claims: list[Claimed] = []

    @rule(sender=SENDERS, update=st.integers(0, 8), replies=st.integers(0, 3), crash=st.booleans())
    def receive(self, sender: str, update: int, replies: int, crash: bool) -> None:
        key = str(update)
        try:
            fresh = self.database.run_now(self._receive, sender, key, replies, crash)
        except KeyboardInterrupt:
            return  # nothing of it may be kept
        assert fresh == (key not in self.model.seen)
        self.model.blocked.discard(sender)
        if fresh:
            self.model.seen.add(key)
            self.model.turns[sender] = self.model.turns.get(sender, 0) + 1
            self.model.rows += [Row(f"{key}:{rank}", sender, self.now) for rank in range(replies)]

    def _receive(self, transaction: Transaction, sender: str, key: str, replies: int, crash: bool) -> bool:
        conversation = conversations.lock(transaction, "web", sender, self.now)
        lane = conversation.recipient_id
        fresh = inbox.record(transaction, Message("web", key, lane, "bonjour", None, self.now), self.now)
        if fresh:
            conversations.save(transaction, lane, str(int(conversation.state or 0) + 1), self.now)
            departures = [Departure(f"{key}:{rank}", "web", lane, {}) for rank in range(replies)]
            outbox.put(transaction, departures, self.now)
        if crash:
            raise KeyboardInterrupt
        return fresh

    @rule(seconds=st.sampled_from([1, 10, 31, 400]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(at_most=st.integers(1, 4))
    def claim(self, at_most: int) -> None:
        expected = self.model.heads(self.now)[:at_most]
        claimed = self.database.run_now(outbox.claim, ["web"], self.now, LEASE, at_most)
        for row in expected:
            row.due = self.now + LEASE
            row.attempts += 1
        found = {(row.key, row.address, row.attempts) for row in claimed}
        assert found == {(row.key, row.recipient, row.attempts) for row in expected}
        self.claims += claimed

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), what=st.sampled_from(["sent", "put off", "refused", "blocked", "abandoned", "died"]))
    def outcome(self, data: Any, what: str) -> None:
        claimed = self.claims.pop(data.draw(st.integers(0, len(self.claims) - 1)))
        row = self.model.find(claimed.key)
        with self.database.transaction() as transaction:
            self._tell(transaction, claimed, what)
        if what == "sent":
            row.status = "sent"
        elif what == "put off" and (row.status, row.attempts) == ("pending", claimed.attempts):
            until = self.now + timedelta(minutes=5)
            row.due = until
            for other in self.model.rows[self.model.rows.index(row) + 1 :]:
                if other.recipient == row.recipient and other.status == "pending":
                    other.due = max(other.due, until)
        elif what in ("refused", "blocked", "abandoned") and row.status == "pending":
            row.status = "abandoned" if what == "abandoned" else "refused"
        if what == "blocked":
            self.model.blocked.add(row.recipient)
            for other in self.model.rows:
                if other.recipient == row.recipient and other.status == "pending":
                    other.status = "refused"

    def _tell(self, transaction: Transaction, claimed: Claimed, what: str) -> None:
        match what:
            case "sent":
                outbox.mark_sent(transaction, claimed, "id", self.now)
            case "put off":
                outbox.put_off(transaction, claimed, self.now + timedelta(minutes=5), "timeout")
            case "refused" | "blocked":
                outbox.refuse(transaction, claimed, "no", self.now, blocked=what == "blocked")
            case "abandoned":
                outbox.abandon(transaction, claimed, "too long", self.now)

    @invariant()
    def both_are_the_same(self) -> None:
        columns = table("outbox").c
        with self.database.transaction() as transaction:
            execute = transaction.connection.execute
            rows = execute(select(columns.key, columns.status, columns.attempts, columns.due_at).order_by(columns.id))
            found = [tuple(row) for row in rows]
            seen = set(execute(select(table("inbox").c.update_id)).scalars())
            blocked = {one.address for one in recipients.list_blocked(transaction)}
            # Last: to lock a conversation is to have heard of its sender, who is then no longer blocked.
            locked = {name: conversations.lock(transaction, "web", name, self.now) for name in self.model.turns}
            turns = {name: int(conversation.state or 0) for name, conversation in locked.items()}
            transaction.connection.rollback()
        assert found == [(row.key, row.status, row.attempts, row.due) for row in self.model.rows]
        assert (seen, turns, blocked) == (self.model.seen, self.model.turns, self.model.blocked)


def test_inbox_and_outbox_are_as_the_model_says(database: Database) -> None:
    machine = type("Machine", (InboxAndOutbox,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
