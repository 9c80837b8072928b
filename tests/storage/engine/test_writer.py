"""What waits together is committed together, and answered only then."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import pytest

from storage.engine.errors import DatabaseUnavailable
from storage.engine.writer import Writer


class Ledger:
    """A place where a transaction is a list of what its jobs wrote."""

    def __init__(self) -> None:
        self.committed: list[list[str]] = []
        self.commit_fails = self.commit_breaks = False

    @contextmanager
    def transaction(self) -> Iterator[list[str]]:
        written: list[str] = []
        yield written
        if self.commit_fails:
            raise OSError("disk full")
        self.committed.append(written)
        if self.commit_breaks:
            raise DatabaseUnavailable("postgresql-silent", may_have_happened=True)

    def alone(self, job: Callable[[list[str]], object]) -> object:
        with self.transaction() as written:
            return job(written)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def writer(ledger: Ledger) -> Iterator[Writer[list[str]]]:
    writer = Writer(ledger.transaction, ledger.alone)
    yield writer
    writer.close()


def _write(word: str) -> Callable[[list[str]], str]:
    def job(written: list[str]) -> str:
        written.append(word)
        if word == "raises":
            raise LookupError
        return word

    return job


def _hold(writer: Writer[list[str]]) -> tuple[threading.Event, "Future[object]"]:
    """Keep the writer busy until the event is set, so that what is submitted meanwhile waits."""
    running, release = threading.Event(), threading.Event()

    def job(_: list[str]) -> None:
        running.set()
        release.wait()

    held = writer.submit(job)
    running.wait()
    return release, held


def test_what_waits_is_committed_together_and_in_order(writer: Writer[list[str]], ledger: Ledger) -> None:
    release, held = _hold(writer)
    waiting = [writer.submit(_write(word)) for word in "abc"]
    release.set()
    held.result()
    assert [future.result() for future in waiting] == ["a", "b", "c"]
    assert [word for group in ledger.committed for word in group] == ["a", "b", "c"]
    assert len(ledger.committed) <= 2


def test_one_that_raises_leaves_nothing_and_takes_no_other_along(writer: Writer[list[str]], ledger: Ledger) -> None:
    release, _ = _hold(writer)
    waiting = [writer.submit(_write(word)) for word in ("a", "raises", "b")]
    release.set()
    assert (waiting[0].result(), waiting[2].result()) == ("a", "b")
    with pytest.raises(LookupError):
        waiting[1].result()
    assert [word for group in ledger.committed for word in group] == ["a", "b"]


def test_a_commit_that_fails_is_told_to_all_and_the_next_works(writer: Writer[list[str]], ledger: Ledger) -> None:
    release, held = _hold(writer)
    waiting = [writer.submit(_write(word)) for word in "ab"]
    ledger.commit_fails = True
    release.set()
    for future in (held, *waiting):
        with pytest.raises(OSError, match="disk full"):
            future.result()
    ledger.commit_fails = False
    assert writer.submit(_write("c")).result() == "c"
    assert ledger.committed == [["c"]]


def test_what_may_be_committed_is_not_done_again_unasked(writer: Writer[list[str]], ledger: Ledger) -> None:
    """Done again it would be told as seen before, and a document sent with it be dropped: who asked has to know."""
    release, held = _hold(writer)
    waiting = [writer.submit(_write(word)) for word in "ab"]
    ledger.commit_breaks = True
    release.set()
    for future in (held, *waiting):
        with pytest.raises(DatabaseUnavailable):
            future.result()
    assert [word for group in ledger.committed for word in group] == ["a", "b"]


def test_nothing_is_answered_before_the_commit(writer: Writer[list[str]], ledger: Ledger) -> None:
    seen: list[int] = []
    future = writer.submit(_write("a"))
    future.add_done_callback(lambda _: seen.append(len(ledger.committed)))
    future.result()
    writer.submit(_write("b")).result()
    assert seen == [1]


def test_what_nobody_waits_for_any_more_stops_nothing(writer: Writer[list[str]]) -> None:
    release, _ = _hold(writer)
    writer.submit(_write("a")).cancel()
    after = writer.submit(_write("b"))
    release.set()
    assert after.result() == "b"


def test_closing_waits_for_what_was_submitted(ledger: Ledger) -> None:
    writer = Writer(ledger.transaction, ledger.alone)
    waiting = [writer.submit(_write(str(number))) for number in range(50)]
    writer.close()
    assert all(future.done() for future in waiting)
