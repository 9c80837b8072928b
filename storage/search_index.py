"""By what the staff find, count and page dossiers and threads without a word of them being opened.

Of each subject there is a row in plain with what lists are sorted and counted by, and a row for each word by which it
is found: the first eight bytes of an HMAC of the word under the pepper, which lies encrypted in the vault. A facet,
such as the town or the wave, is a word that nobody can type. What words there are is not known here: they come as
arguments, folded, and a word is found as a whole or not at all.

What a thief of the database without its key learns: how many different words each subject has, which subjects share a
word, and how often each word is used; in plain, the state of each subject, who of the staff has it, and when it moved.
Who knows or guesses what is written often (towns of a region, « bonjour ») can guess which number stands for it, and no
guess can be tried out without the pepper. With the key everything is readable anyway. Stored texts stay encrypted.

What it costs (`tests/benchmarks/desk.py` measures it): some hundred rows of 16 bytes a dossier, written in the
transaction that changes it, and one decryption of the subject's texts then; a search opens nothing.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, insert, select, true, update

from storage.engine.batches import batches
from storage.engine.changes import Kind, Subject
from storage.engine.database import Transaction
from storage.engine.encryption import keyed_hash
from storage.engine.tables import insert_new_returning_id, table

_SUBJECTS, _WORDS = table("search_subjects"), table("search_words")
_DOSSIERS, _THREADS = table("dossiers"), table("threads")
#: What `Found` says, behind the two columns of its subject.
_FOUND = tuple(
    _SUBJECTS.c[name]
    for name in (
        *("of_dossier", "of_thread", "status", "holder_id", "is_press", "began_at", "updated_at"),
        "awaits_town",
    )
)
_COLUMN = {Kind.DOSSIER: _SUBJECTS.c.of_dossier, Kind.THREAD: _SUBJECTS.c.of_thread}

#: Bytes of the hash that are kept: among a million words, two alike are less likely than one in ten million.
_BYTES = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept of a subject here."""

    #: Folded words, and facets.
    words: frozenset[str]
    status: str
    is_over: bool
    awaits_town: bool
    holder_id: int | None
    is_press: bool
    is_team: bool
    began_at: datetime
    updated_at: datetime


class Tab(StrEnum):
    """How the staff divide what lies before them; `MINE` needs the member."""

    ALL = "all"
    OPEN = "open"
    TO_TAKE = "to_take"
    MINE = "mine"
    AWAITED = "awaited"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: all of it must hold. Without anything, everything is found."""

    words: frozenset[str] = frozenset()
    #: For each of these sets: one of its words at least.
    some: tuple[frozenset[str], ...] = ()
    kind: Kind | None = None
    statuses: frozenset[str] = frozenset()
    holder_id: int | None = None
    is_press: bool | None = None
    is_team: bool | None = None
    #: Changed then or before; changed then or after.
    until: datetime | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    subject: Subject
    status: str
    holder_id: int | None
    is_press: bool
    began_at: datetime
    updated_at: datetime
    #: The next word is the town's.
    awaits_town: bool

    @property
    def stands(self) -> str:
        """How it stands: something else as soon as its state, who has it, or when it last moved is."""
        return f"{self.status}.{self.holder_id or 0}.{self.updated_at.timestamp():.6f}"


# --- kept up


def renew(
    transaction: Transaction, subject: Subject, version: int, read: Callable[[Transaction, Subject], Entry | None]
) -> None:
    """Keep of a subject what `read` says of it now, nothing for None. Others who renew it wait until the end."""
    found, entry = _lock(transaction, subject), read(transaction, subject)
    if entry is None:
        _forget(transaction, _COLUMN[subject.kind] == subject.id)
        return
    values = _values(entry, version)
    if found is None:
        row = {_COLUMN[subject.kind].name: subject.id, **values}
        made = transaction.connection.execute(insert_new_returning_id("search_subjects", transaction.dialect), row)
        found = made.scalar()
        if found is None:  # another process was faster: what it has written is now to be seen
            found, entry = _lock(transaction, subject), read(transaction, subject)
            assert found is not None
            assert entry is not None
            values = _values(entry, version)
    transaction.connection.execute(update(_SUBJECTS).where(_SUBJECTS.c.id == found).values(values))
    _write_words(transaction, found, {_hash(transaction, word) for word in entry.words})


def _values(entry: Entry, version: int) -> dict[str, object]:
    names = ("status", "is_over", "awaits_town", "holder_id", "is_press", "is_team", "began_at", "updated_at")
    return {**{name: getattr(entry, name) for name in names}, "version": version}


def _lock(transaction: Transaction, subject: Subject) -> int | None:
    wanted = select(_SUBJECTS.c.id).where(_COLUMN[subject.kind] == subject.id).with_for_update()
    found = transaction.connection.execute(wanted).scalar()
    return None if found is None else int(found)


def _write_words(transaction: Transaction, subject_id: int, words: set[int]) -> None:
    execute, here = transaction.connection.execute, _WORDS.c.subject_id == subject_id
    kept = set(execute(select(_WORDS.c.word).where(here)).scalars())
    for gone in batches(sorted(kept - words)):
        execute(delete(_WORDS).where(here, _WORDS.c.word.in_(gone)))
    for new in batches(sorted(words - kept)):
        execute(insert(_WORDS), [{"word": word, "subject_id": subject_id} for word in new])


def forget_dossier(transaction: Transaction, dossier_id: int) -> None:
    _forget(transaction, _SUBJECTS.c.of_dossier == dossier_id)


def forget_threads(transaction: Transaction, ids: Collection[int]) -> None:
    """Forget threads that are being erased; the dossiers they began with are no longer found by their words."""
    began_with = select(_THREADS.c.dossier_id).where(_THREADS.c.id.in_(ids), _THREADS.c.dossier_id.is_not(None))
    for dossier_id in transaction.connection.execute(began_with).scalars().all():
        transaction.changes_dossier(dossier_id)
    _forget(transaction, _SUBJECTS.c.of_thread.in_(ids))


def _forget(transaction: Transaction, which: ColumnElement[bool]) -> None:
    gone = select(_SUBJECTS.c.id).where(which)
    transaction.connection.execute(delete(_WORDS).where(_WORDS.c.subject_id.in_(gone)))
    transaction.connection.execute(delete(_SUBJECTS).where(which))


def list_missing(transaction: Transaction, version: int, statuses: Collection[str], at_most: int) -> Sequence[Subject]:
    """Return some of the dossiers of these statuses, and of the threads, of which nothing is kept at this version."""
    found: list[Subject] = []
    for kind, rows, more in (
        (Kind.DOSSIER, _DOSSIERS, _DOSSIERS.c.status.in_(statuses)),
        (Kind.THREAD, _THREADS, true()),
    ):
        is_kept = exists().where(_COLUMN[kind] == rows.c.id, _SUBJECTS.c.version == version)
        wanted = select(rows.c.id).where(more, ~is_kept).order_by(rows.c.id).limit(at_most - len(found))
        found += [Subject(kind, each) for each in transaction.connection.execute(wanted).scalars()]
    return found


# --- looked up


def find(
    transaction: Transaction,
    sought: Sought,
    tab: Tab,
    *,
    member: int | None = None,
    latest_first: bool = False,
    untaken_first: bool = False,
    limit: int,
    offset: int = 0,
) -> Sequence[Found]:
    """Return some of what is sought, in the order in which it moved; those that moved at once, by their rows.

    `untaken_first`: what nobody has before what somebody has, and what is over last.
    """
    columns = _SUBJECTS.c
    order = (columns.updated_at.desc(), columns.id.desc()) if latest_first else (columns.updated_at, columns.id)
    if untaken_first:
        order = (columns.is_over, columns.holder_id.is_not(None), *order)
    wanted = select(*_FOUND).where(*_conditions(transaction, sought), _is_on(tab, member))
    rows = transaction.connection.execute(wanted.order_by(*order).limit(limit).offset(offset))
    return [Found(_subject(*row[:2]), *row[2:]) for row in rows]


def find_one(transaction: Transaction, subject: Subject) -> Found | None:
    row = transaction.connection.execute(select(*_FOUND).where(_COLUMN[subject.kind] == subject.id)).first()
    return Found(_subject(*row[:2]), *row[2:]) if row else None


def count_tabs(transaction: Transaction, sought: Sought, member: int | None = None) -> Mapping[Tab, int]:
    """Return how much of what is sought stands on each tab."""
    sums = [func.count().filter(_is_on(tab, member)) for tab in Tab]
    row = transaction.connection.execute(select(*sums).where(*_conditions(transaction, sought))).one()
    return dict(zip(Tab, row, strict=True))


def count_words(transaction: Transaction, words: Iterable[str], sought: Sought, tab: Tab = Tab.ALL) -> dict[str, int]:
    """Return of each of these words, facets for instance, in how much of what is sought it is found."""
    hashes = {_hash(transaction, word): word for word in words}
    wanted = (
        select(_WORDS.c.word, func.count())
        .join(_SUBJECTS, _SUBJECTS.c.id == _WORDS.c.subject_id)
        .where(_WORDS.c.word.in_(list(hashes)), *_conditions(transaction, sought), _is_on(tab, None))
        .group_by(_WORDS.c.word)
    )
    counted = {hashes[word]: int(count) for word, count in transaction.connection.execute(wanted)}
    return {word: counted.get(word, 0) for word in hashes.values()}


def words_kept(transaction: Transaction, subject: Subject, words: Iterable[str]) -> frozenset[str]:
    """Return those of `words` that are kept of a subject, and what else is kept as « ? »: for who checks it."""
    hashes = {_hash(transaction, word): word for word in words}
    wanted = select(_WORDS.c.word).join(_SUBJECTS, _SUBJECTS.c.id == _WORDS.c.subject_id)
    kept = transaction.connection.execute(wanted.where(_COLUMN[subject.kind] == subject.id)).scalars()
    return frozenset(hashes.get(each, "?") for each in kept)


def _conditions(transaction: Transaction, sought: Sought) -> list[ColumnElement[bool]]:
    columns = _SUBJECTS.c
    found: list[ColumnElement[bool]] = []
    found += [columns.id.in_(_with_any(transaction, {word})) for word in sorted(sought.words)]
    found += [columns.id.in_(_with_any(transaction, some)) for some in sought.some]
    if sought.kind is not None:
        found.append(_COLUMN[sought.kind].is_not(None))
    if sought.statuses:
        found.append(columns.status.in_(sorted(sought.statuses)))
    for column, value in (
        (columns.holder_id, sought.holder_id),
        (columns.is_press, sought.is_press),
        (columns.is_team, sought.is_team),
    ):
        if value is not None:
            found.append(column.is_(value) if isinstance(value, bool) else column == value)
    if sought.until is not None:
        found.append(columns.updated_at <= sought.until)
    if sought.since is not None:
        found.append(columns.updated_at >= sought.since)
    return found


def _with_any(transaction: Transaction, words: Collection[str]) -> Select[tuple[int]]:
    return select(_WORDS.c.subject_id).where(_WORDS.c.word.in_(sorted(_hash(transaction, word) for word in words)))


def _is_on(tab: Tab, member: int | None) -> ColumnElement[bool]:
    columns = _SUBJECTS.c
    is_open = columns.is_over.is_(False)
    match tab:
        case Tab.ALL:
            return true()
        case Tab.OPEN:
            return is_open
        case Tab.TO_TAKE:
            return and_(is_open, columns.holder_id.is_(None))
        case Tab.MINE:
            return and_(is_open, columns.holder_id == member)
        case Tab.AWAITED:
            return and_(is_open, columns.awaits_town.is_(True))
        case Tab.CLOSED:
            return columns.is_over.is_(True)


def _subject(of_dossier: int | None, of_thread: int | None) -> Subject:
    if of_dossier is not None:
        return Subject(Kind.DOSSIER, of_dossier)
    assert of_thread is not None  # it is of one or the other
    return Subject(Kind.THREAD, of_thread)


def _hash(transaction: Transaction, word: str) -> int:
    return int.from_bytes(keyed_hash(transaction.pepper, "search", word)[:_BYTES], "big", signed=True)
