"""The index kept up: with each change in its own transaction, and what it does not know yet little by little."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from bot.base.shelf import Shelf
from bot.search.entries import HANDED_OVER, VERSION, read_entry
from storage import search_index, threads
from storage.engine.changes import Kind, Subject
from storage.engine.database import Database, Transaction

#: Subjects that one transaction adds.
AT_ONCE = 50


def keep_up(database: Database, shelf: Shelf) -> None:
    """Let each transaction on this database bring the index up to date with what it changes."""
    database.follow_changes = partial(_follow, shelf)


def _follow(shelf: Shelf, transaction: Transaction, changed: Collection[Subject]) -> None:
    # Always in this order, or two who change the same subjects could wait for each other.
    for subject in sorted(_with_others(transaction, changed)):
        search_index.renew(transaction, subject, VERSION, partial(read_entry, shelf.library))


def _with_others(transaction: Transaction, changed: Collection[Subject]) -> set[Subject]:
    """Return also what is found by words of what changed: a dossier and the threads that began with it."""
    found = set(changed)
    for subject in changed:
        if subject.kind is Kind.DOSSIER:
            ids = threads.list_ids(transaction, of_dossier=subject.id)
            found.update(Subject(Kind.THREAD, each) for each in ids)
        else:
            thread = threads.find(transaction, subject.id)
            if thread is not None and thread.dossier_id is not None:
                found.add(Subject(Kind.DOSSIER, thread.dossier_id))
    return found


def index_missing(shelf: Shelf, transaction: Transaction, _: datetime) -> bool:
    """Add some of what the index does not know; return whether there may be more."""
    statuses = [status.value for status in HANDED_OVER]
    missing = search_index.list_missing(transaction, VERSION, statuses, AT_ONCE)
    for subject in missing:
        search_index.renew(transaction, subject, VERSION, partial(read_entry, shelf.library))
    return len(missing) == AT_ONCE
