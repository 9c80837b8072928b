"""Order, leases and outcomes, one by one; `test_inbox_and_outbox_model.py` tries their combinations."""

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select, text

from storage import outbox, recipients
from storage.engine.database import Database, Transaction
from storage.engine.tables import OutboxStatus, table
from storage.outbox import Claimed, Departure

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
LEASE = timedelta(seconds=30)


@pytest.fixture
def alice(database: Database) -> int:
    return database.run_now(recipients.register, "web", "alice", NOW)


@pytest.fixture
def bob(database: Database) -> int:
    return database.run_now(recipients.register, "web", "bob", NOW)


def _put(database: Database, recipient: int, *keys: str, channel: str = "web") -> None:
    departures = [Departure(key, channel, recipient, {"text": f"réponse {key}"}) for key in keys]
    database.run_now(outbox.put, departures, NOW)


def _claim(database: Database, now: datetime = NOW, at_most: int = 10) -> Sequence[Claimed]:
    return database.run_now(outbox.claim, ["web"], now, LEASE, at_most)


def _keys(claimed: Sequence[Claimed]) -> list[str]:
    return [row.key for row in claimed]


def test_only_the_oldest_of_each_recipient_is_taken(database: Database, alice: int, bob: int) -> None:
    _put(database, alice, "a1", "a2")
    _put(database, bob, "b1")
    first = _claim(database)
    assert _keys(first) == ["a1", "b1"]
    assert (first[0].address, first[0].content, first[0].attempts) == ("alice", '{"text": "réponse a1"}', 1)
    assert _claim(database) == []
    database.run_now(outbox.mark_sent, first[0], "id-1", NOW)
    assert _keys(_claim(database)) == ["a2"]


def _put_urgent(database: Database, recipient: int, *keys: str, about: str | None = None) -> None:
    departures = [Departure(key, "web", recipient, {"text": key}, about, is_urgent=True) for key in keys]
    database.run_now(outbox.put, departures, NOW)


def test_what_is_urgent_leaves_first_and_in_its_own_order(database: Database, alice: int, bob: int) -> None:
    _put(database, alice, "a1", "a2")
    _put_urgent(database, alice, "u1", "u2")
    _put(database, bob, "b1")
    left = []
    while claimed := _claim(database, at_most=1):
        left.append(claimed[0].key)
        database.run_now(outbox.mark_sent, claimed[0], "id", NOW)
    assert [key for key in left if key != "b1"] == ["u1", "u2", "a1", "a2"]


def test_what_is_urgent_waits_for_what_is_in_hand(database: Database, alice: int) -> None:
    _put(database, alice, "a1", "a2")
    (first,) = _claim(database)
    _put_urgent(database, alice, "u1")
    assert _claim(database) == [], "one of a lane at a time"
    database.run_now(outbox.put_off, first, NOW + LEASE, "429")
    assert _keys(_claim(database)) == ["u1"], "what is put off is in nobody's hand"
    assert _claim(database, NOW + LEASE - timedelta(seconds=1)) == []
    assert _keys(_claim(database, NOW + LEASE)) == ["u1"], "its courier died"


def test_what_is_urgent_makes_the_others_wait_with_it(database: Database, alice: int) -> None:
    _put(database, alice, "a1")
    _put_urgent(database, alice, "u1", "u2")
    (first,) = _claim(database)
    database.run_now(outbox.put_off, first, NOW + LEASE, "429")
    assert _claim(database) == []
    assert database.run_now(outbox.next_due, ["web"], NOW) == NOW + LEASE


def test_what_begins_a_topic_is_not_overtaken(database: Database, alice: int) -> None:
    about = [Departure(key, "web", alice, {"text": key}, f"dossier:{key[0]}") for key in ("a1", "b1", "b2")]
    database.run_now(outbox.put, about, NOW)
    _put_urgent(database, alice, "b3", about="dossier:b")
    left = []
    while claimed := _claim(database):
        left += _keys(claimed)
        database.run_now(outbox.mark_sent, claimed[0], "id", NOW)
    assert left == ["b1", "b3", "a1", "b2"]


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_two_couriers_at_the_very_same_time_have_one_of_a_lane(database: Database, alice: int) -> None:
    """SQLite has one writer: there the second waits for the first to end."""
    _put(database, alice, "a1")
    with database.transaction() as first:
        assert _keys(outbox.claim(first, ["web"], NOW, LEASE, 10)) == ["a1"]
        _put_urgent(database, alice, "u1")
        assert _claim(database) == []
    assert _claim(database) == []


@pytest.mark.parametrize("ahead", [timedelta(hours=2), timedelta(days=400)])
def test_what_a_wrong_clock_wrote_is_due(database: Database, alice: int, ahead: timedelta) -> None:
    departure = [Departure("a1", "web", alice, {"text": "a1"})]
    database.run_now(outbox.put, departure, NOW + ahead)
    assert _keys(_claim(database, NOW + ahead)) == ["a1"]
    assert [row.attempts for row in _claim(database)] == [2], "nor does a lease last"


def test_a_lease_that_ends_is_taken_again(database: Database, alice: int) -> None:
    _put(database, alice, "a1")
    assert _keys(_claim(database)) == ["a1"]
    assert _claim(database, NOW + LEASE - timedelta(microseconds=1)) == []
    assert [row.attempts for row in _claim(database, NOW + LEASE)] == [2]


def test_the_same_key_enters_once(database: Database, alice: int) -> None:
    _put(database, alice, "a1")
    _put(database, alice, "a1", "a2")
    first = _claim(database)[0]
    database.run_now(outbox.mark_sent, first, None, NOW)
    _put(database, alice, "a1")
    assert _keys(_claim(database)) == ["a2"]


def test_a_message_that_is_put_off_holds_up_its_own_recipient_only(database: Database, alice: int, bob: int) -> None:
    _put(database, alice, "a1", "a2")
    _put(database, bob, "b1")
    later = NOW + timedelta(minutes=5)
    database.run_now(outbox.put_off, _claim(database)[0], later, "timeout")
    _put(database, alice, "a3")
    _put(database, bob, "b2")
    assert _claim(database, NOW + timedelta(minutes=1), at_most=1)[0].key == "b1"
    assert database.run_now(outbox.next_due, ["web"], NOW + timedelta(minutes=2)) == later
    assert _keys(_claim(database, later)) == ["a1", "b1"]


def test_other_channels_are_left_to_others(database: Database, alice: int) -> None:
    _put(database, alice, "a1", channel="telegram")
    assert _claim(database) == []
    assert database.run_now(outbox.next_due, ["web"], NOW - timedelta(1)) is None


def test_who_blocked_us_is_sent_nothing_more(database: Database, alice: int, bob: int) -> None:
    _put(database, alice, "a1", "a2")
    _put(database, bob, "b1")
    blocked = _claim(database)[0]
    database.run_now(lambda transaction: outbox.refuse(transaction, blocked, "Forbidden", NOW, blocked=True))
    assert _claim(database, NOW + LEASE)[0].key == "b1"
    assert [(one.key, one.status, one.reason) for one in database.run_now(outbox.list_undelivered)] == [
        ("a2", OutboxStatus.REFUSED, "Forbidden"),
        ("a1", OutboxStatus.REFUSED, "Forbidden"),
    ]
    assert [one.address for one in database.run_now(recipients.list_blocked)] == ["alice"]


def test_who_blocked_us_leaves_nothing_that_was_not_to_be_kept(database: Database) -> None:
    """A farewell that still waits is the last that is kept of somebody: it goes, and their address with it."""

    def put(transaction: Transaction) -> None:
        gone = recipients.register(transaction, "web", "carol", NOW)
        outbox.put(transaction, [Departure(key, "web", gone, {}, is_fleeting=True) for key in ("c1", "c2")], NOW)

    database.run_now(put)
    [first] = _claim(database)
    database.run_now(lambda transaction: outbox.refuse(transaction, first, "blocked", NOW, blocked=True))
    with database.transaction() as transaction:
        assert transaction.connection.execute(select(table("outbox").c.key)).all() == []
        assert recipients.find(transaction, "web", "carol") is None


def test_what_was_refused_or_given_up_lets_the_next_go(database: Database, alice: int) -> None:
    _put(database, alice, "a1", "a2", "a3")
    first = _claim(database)[0]
    database.run_now(lambda transaction: outbox.refuse(transaction, first, "too long", NOW, blocked=False))
    second = _claim(database)[0]
    database.run_now(outbox.abandon, second, "timeout", NOW)
    assert _keys(_claim(database)) == ["a3"]
    assert database.run_now(recipients.list_blocked) == []


def test_a_courier_whose_lease_ended_only_tells_what_left(database: Database, alice: int) -> None:
    _put(database, alice, "a1")
    old = _claim(database)[0]
    new = _claim(database, NOW + LEASE)[0]
    database.run_now(outbox.put_off, old, NOW, "timeout")
    assert _claim(database, NOW + LEASE) == []
    database.run_now(outbox.mark_sent, new, "id", NOW)
    database.run_now(outbox.abandon, old, "timeout", NOW)
    assert database.run_now(outbox.list_undelivered) == []


def test_content_that_no_key_opens_is_told(database: Database, alice: int) -> None:
    _put(database, alice, "a1")
    with database.transaction() as transaction:
        transaction.connection.execute(text("UPDATE outbox SET content = 'broken'"))
    assert _claim(database)[0].content is None


def test_several_couriers_take_each_row_once_and_in_order(database: Database) -> None:
    lanes = [database.run_now(recipients.register, "web", f"person {number}", NOW) for number in range(8)]
    for rank in range(5):
        for lane in lanes:
            _put(database, lane, f"{lane}:{rank}")
    taken: list[str] = []

    def work() -> None:
        idle = 0
        while idle < 5:
            claimed = _claim(database, at_most=3)
            idle = 0 if claimed else idle + 1
            for row in claimed:
                taken.append(row.key)
                database.run_now(outbox.mark_sent, row, None, NOW)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while rest := _claim(database):
        for row in rest:
            taken.append(row.key)
            database.run_now(outbox.mark_sent, row, None, NOW)
    assert set(Counter(taken).values()) == {1}
    assert len(taken) == 40
    for lane in lanes:
        assert [key for key in taken if key.startswith(f"{lane}:")] == [f"{lane}:{rank}" for rank in range(5)]


def test_a_courier_does_not_wait_for_what_another_is_taking(
    database: Database, alice: int, bob: int, dialect: str
) -> None:
    if dialect == "sqlite":
        pytest.skip("SQLite has one writer")
    _put(database, alice, "a1")
    _put(database, bob, "b1")
    with database.transaction() as transaction:
        assert _keys(outbox.claim(transaction, ["web"], NOW, LEASE, 1)) == ["a1"]
        with database.transaction() as another:  # while the first is not committed yet
            another.connection.execute(text("SET LOCAL lock_timeout = '1s'"))
            assert _keys(outbox.claim(another, ["web"], NOW, LEASE, 1)) == ["b1"]


def test_the_latest_of_a_recipient_is_found_whatever_became_of_it(database: Database, alice: int, bob: int) -> None:
    assert database.run_now(outbox.find_latest, alice) is None
    _put(database, alice, "a1", "a2")
    _put(database, bob, "b1")
    for row in _claim(database):
        database.run_now(outbox.mark_sent, row, "id-1", NOW)
    latest = database.run_now(outbox.find_latest, alice)
    assert latest is not None
    assert (latest.content, latest.external_id) == ({"text": "réponse a2"}, None)
    of_bob = database.run_now(outbox.find_latest, bob)
    assert of_bob is not None
    assert of_bob.external_id == "id-1"


def test_only_what_no_courier_has_had_in_hand_is_rewritten(database: Database, alice: int) -> None:
    _put(database, alice, "a1", "a2")
    (claimed,) = _claim(database)
    first, second = (database.run_now(outbox.list_by_key, key)[0] for key in ("a1", "a2"))
    assert not database.run_now(outbox.rewrite, first.id, {"text": "autre"})
    assert database.run_now(outbox.rewrite, second.id, {"text": "autre"})
    database.run_now(outbox.mark_sent, claimed, "id-1", NOW)
    assert [row.content for row in _claim(database)] == ['{"text": "autre"}']


def test_the_copies_of_one_message_are_found_together(database: Database, alice: int, bob: int) -> None:
    _put(database, alice, "d:1", "d:1:to:7", "d:1:desk:0", "d:10")
    _put(database, bob, "d:1:to:8")
    assert [row.key for row in database.run_now(outbox.list_by_key, "d:1")] == ["d:1", "d:1:to:7", "d:1:to:8"]


def test_what_is_lost_is_found_without_reading_what_has_left(database: Database, alice: int) -> None:
    _put(database, alice, "thread:1:late", "thread:1:lost")
    (claimed,) = _claim(database)
    database.run_now(outbox.mark_sent, claimed, "1", NOW)
    (claimed,) = _claim(database)
    database.run_now(outbox.refuse, claimed, "Forbidden", NOW, blocked=False)
    asked = []
    with database.transaction() as transaction:
        event.listen(transaction.connection, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
        (lost,) = outbox.list_lost(transaction, "thread:", NOW - LEASE)
        assert lost.key == "thread:1:lost"
        ((statement, values),) = asked
        explain = "EXPLAIN QUERY PLAN" if transaction.dialect == "sqlite" else "EXPLAIN"
        if transaction.dialect == "postgresql":  # which reads so few rows faster than an index
            transaction.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = transaction.connection.exec_driver_sql(f"{explain} {statement}", values).all()
    assert "ix_outbox_lost" in str(plan)
