"""What people on a pull channel are shown: lines, numbered, what opens them, and how far they were seen.

Numbers are given under the lock of the page's row, held until the commit: who reads up to a number has read all below
it, and none is added below later. A page that its person has left is emptied; what is laid down from then on is
shown once, then nothing is left of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, bindparam, delete, exists, func, insert, select, type_coerce, update

from storage import recipients
from storage.engine.database import Transaction
from storage.engine.errors import WrongKey
from storage.engine.tables import insert_new, table

_PAGES, _KEYS, _CODES, _LINES = map(table, ("pages", "page_keys", "page_codes", "page_lines"))
_RECIPIENTS = table("recipients")
_CONVERSATIONS = table("conversations")

#: With what each secret is hashed, as addresses are with their channel.
_START, _KEY, _CODE = "page-start", "page-key", "page-code"
#: How long what a first form carried leads to the conversation that it began: for who sends it twice, nobody else.
START_LIFE = timedelta(minutes=15)
#: How long a page that was left waits to be looked at once more, and what is not to be kept can be read.
FAREWELL = timedelta(hours=1)
#: How long a page may be without any message: its first one never came through.
EMPTY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Page:
    """A page that a key opens."""

    recipient_id: int
    #: As the channel addresses its person.
    address: str
    last_number: int
    seen_number: int
    is_left: bool
    #: It is the one that the start which it was asked for with began.
    has_start: bool = False


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to lay down. `content` is what JSON can carry."""

    key: str
    content: Any
    is_own: bool = False
    is_fleeting: bool = False
    #: The number of the line whose place it takes; None: it takes none.
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    place: int
    is_own: bool
    #: As JSON; None if no key opens it.
    content: str | None
    laid_at: datetime


# --- what opens a page


def begin(transaction: Transaction, channel: str, address: str, start: str, now: datetime) -> int | None:
    """Return the page that `start` began, made for `address` if it is new; None for one that began too long ago."""
    hashed = transaction.hash_address(_START, start)
    wanted = select(_PAGES.c.recipient_id, _PAGES.c.begun_at).where(_PAGES.c.start_hash == hashed)
    found = transaction.connection.execute(wanted).first()
    if found is None:
        recipient_id = recipients.register(transaction, channel, address, now)
        values = {"recipient_id": recipient_id, "start_hash": hashed, "begun_at": now, "last_number": 0}
        made = insert_new("pages", transaction.dialect).returning(_PAGES.c.recipient_id)
        if transaction.connection.execute(made, {**values, "seen_number": 0}).first() is not None:
            return recipient_id
        recipients.forget_if_unused(transaction, recipient_id)  # the same form, sent twice at once
        found = transaction.connection.execute(wanted).one()
    return int(found.recipient_id) if now - found.begun_at <= START_LIFE else None


def give_key(transaction: Transaction, recipient_id: int, key: str, now: datetime) -> None:
    """Let `key` open the page."""
    values = {"recipient_id": recipient_id, "key_hash": transaction.hash_address(_KEY, key), "given_at": now}
    transaction.connection.execute(insert(_KEYS).values(values))


def take_key(transaction: Transaction, key: str) -> None:
    """Let `key` open nothing any more."""
    transaction.connection.execute(delete(_KEYS).where(_KEYS.c.key_hash == transaction.hash_address(_KEY, key)))


_OPEN = (
    select(
        _PAGES.c.recipient_id,
        type_coerce(_RECIPIENTS.c.address, Text).label("address"),
        _PAGES.c.last_number,
        _PAGES.c.seen_number,
        _PAGES.c.left_at,
        _PAGES.c.start_hash,
    )
    .join(_KEYS, _KEYS.c.recipient_id == _PAGES.c.recipient_id)
    .join(_RECIPIENTS, _RECIPIENTS.c.id == _PAGES.c.recipient_id)
    .where(_KEYS.c.key_hash == bindparam("hash"))
)


def find(transaction: Transaction, key: str, start: str | None = None) -> Page | None:
    """Return the page that `key` opens, and whether `start` began it; None if it opens none."""
    row = transaction.connection.execute(_OPEN, {"hash": transaction.hash_address(_KEY, key)}).first()
    if row is None:
        return None
    try:
        address = transaction.keys.decrypt_text(row.address)
    except WrongKey:
        return None
    has_start = start is not None and row.start_hash == transaction.hash_address(_START, start)
    return Page(row.recipient_id, address, row.last_number, row.seen_number, row.left_at is not None, has_start)


def offer_code(transaction: Transaction, recipient_id: int, code: str, expires_at: datetime) -> None:
    """Keep a code that opens the page once; it takes the place of an earlier one."""
    transaction.connection.execute(delete(_CODES).where(_CODES.c.recipient_id == recipient_id))
    hashed = transaction.hash_address(_CODE, code)
    values = {"recipient_id": recipient_id, "code_hash": hashed, "expires_at": expires_at}
    transaction.connection.execute(insert(_CODES).values(values))


def use_code(transaction: Transaction, code: str, now: datetime) -> int | None:
    """Return the page that the code opens, and take the code away; None if it was used, has expired or never was."""
    hashed = transaction.hash_address(_CODE, code)
    gone = delete(_CODES).where(_CODES.c.code_hash == hashed).returning(_CODES.c.recipient_id, _CODES.c.expires_at)
    row = transaction.connection.execute(gone).first()
    return int(row.recipient_id) if row is not None and row.expires_at > now else None


# --- lines

_ADD = (
    update(_PAGES)
    .where(_PAGES.c.recipient_id == bindparam("recipient"))
    .values(last_number=_PAGES.c.last_number + bindparam("more"))
    .returning(_PAGES.c.last_number, _PAGES.c.left_at)
)
_LAY = insert(_LINES)
_LOCK = select(_PAGES.c.recipient_id).where(_PAGES.c.recipient_id == bindparam("recipient")).with_for_update()
_KNOWN = select(_LINES.c.number).where(
    _LINES.c.recipient_id == bindparam("recipient"), _LINES.c.key == bindparam("known_key")
)


def lay_down(transaction: Transaction, recipient_id: int, line: NewLine, now: datetime) -> int | None:
    """Lay a line down, once for its key, and return its number; None: there is no such page."""
    execute = transaction.connection.execute
    # SQLite has one writer at a time.
    if transaction.dialect != "sqlite" and execute(_LOCK, {"recipient": recipient_id}).first() is None:
        return None
    known = execute(_KNOWN, {"recipient": recipient_id, "known_key": line.key}).scalar()
    if known is not None:
        return int(known)
    return next(iter(lay_down_new(transaction, recipient_id, (line,), now)), None)


def lay_down_new(transaction: Transaction, recipient_id: int, lines: Sequence[NewLine], now: datetime) -> Sequence[int]:
    """Lay lines down whose keys this transaction knows to be new, and return their numbers; none: there is no page.

    On a page that its person has left, nothing is kept of what they said: their own lines are not laid.
    """
    page = transaction.connection.execute(_ADD, {"recipient": recipient_id, "more": len(lines)}).first()
    if page is None:
        return ()
    numbers = range(page.last_number - len(lines) + 1, page.last_number + 1)
    is_left = page.left_at is not None
    laid = [
        {
            "recipient_id": recipient_id,
            "number": number,
            "place": _place_of(transaction, recipient_id, line.replaces) or number,
            "key": line.key,
            "is_own": line.is_own,
            "content": line.content,
            "laid_at": now,
            "is_fleeting": line.is_fleeting or is_left,
        }
        for number, line in zip(numbers, lines, strict=True)
        if not (is_left and line.is_own)
    ]
    if laid:
        transaction.connection.execute(_LAY, laid)
    return numbers


def _place_of(transaction: Transaction, recipient_id: int, number: int | None) -> int | None:
    """Take the line of this number away, and return its place; None if it is not there."""
    if number is None:
        return None
    gone = delete(_LINES).where(_LINES.c.recipient_id == recipient_id, _LINES.c.number == number)
    place = transaction.connection.execute(gone.returning(_LINES.c.place)).scalar()
    return None if place is None else int(place)


_READ = (
    select(
        _LINES.c.number,
        _LINES.c.place,
        _LINES.c.is_own,
        type_coerce(_LINES.c.content, Text).label("content"),
        _LINES.c.laid_at,
    )
    .where(_LINES.c.recipient_id == bindparam("recipient"), _LINES.c.number > bindparam("after"))
    .order_by(_LINES.c.number)
    .limit(bindparam("at_most"))
)


_READ_LAST = (
    select(*_READ.selected_columns)
    .where(_LINES.c.recipient_id == bindparam("recipient"), _LINES.c.number < bindparam("below"))
    .order_by(_LINES.c.number.desc())
    .limit(bindparam("at_most"))
)


def read_after(transaction: Transaction, recipient_id: int, after: int, at_most: int) -> list[Line]:
    """Return the first lines above a number, by number."""
    rows = transaction.connection.execute(_READ, {"recipient": recipient_id, "after": after, "at_most": at_most})
    return [_line(transaction, row) for row in rows]


def read_last(transaction: Transaction, recipient_id: int, at_most: int, below: int) -> tuple[list[Line], bool]:
    """Return the last lines below a number, by place, and whether there are others before them."""
    sought = {"recipient": recipient_id, "below": below, "at_most": at_most + 1}
    rows = transaction.connection.execute(_READ_LAST, sought).all()
    lines = [_line(transaction, row) for row in rows[:at_most]]
    return sorted(lines, key=lambda line: line.place), len(rows) > at_most


def read_line(transaction: Transaction, recipient_id: int, number: int) -> Line | None:
    wanted = select(*_READ.selected_columns).where(_LINES.c.recipient_id == recipient_id, _LINES.c.number == number)
    row = transaction.connection.execute(wanted).first()
    return _line(transaction, row) if row else None


def _line(transaction: Transaction, row: Any) -> Line:
    try:
        content = transaction.keys.decrypt_text(row.content)
    except WrongKey:
        content = None
    return Line(row.number, row.place, row.is_own, content, row.laid_at)


def mark_seen(transaction: Transaction, recipient_id: int, number: int, now: datetime) -> None:
    """Note that the lines up to a number were shown. Of a page that was left, nothing is kept once all were."""
    least = func.min if transaction.dialect == "sqlite" else func.least
    shown = least(_PAGES.c.last_number, number)
    seen = update(_PAGES).where(_PAGES.c.recipient_id == recipient_id, _PAGES.c.seen_number < shown)
    columns = (_PAGES.c.left_at, _PAGES.c.seen_number, _PAGES.c.last_number)
    noted = transaction.connection.execute(seen.values(seen_number=shown, seen_at=now).returning(*columns)).first()
    if noted is not None and noted.left_at is not None and noted.seen_number == noted.last_number:
        transaction.leave_no_trace()
        forget(transaction, recipient_id)


# --- the end of a page


def leave(transaction: Transaction, recipient_id: int, now: datetime) -> None:
    """Note that all that is kept of the person is erased: what is still to be shown is shown once."""
    left = update(_PAGES).where(_PAGES.c.recipient_id == recipient_id, _PAGES.c.left_at.is_(None))
    transaction.connection.execute(left.values(left_at=now))


def forget_unused(transaction: Transaction, now: datetime) -> None:
    """Forget the pages that were left some time ago, those on which nobody ever wrote, and lines not to be kept."""
    has_begun = exists().where(_CONVERSATIONS.c.recipient_id == _PAGES.c.recipient_id)
    left = _PAGES.c.left_at < now - FAREWELL
    empty = _PAGES.c.left_at.is_(None) & (_PAGES.c.begun_at < now - EMPTY) & ~has_begun
    execute = transaction.connection.execute
    fleeting = delete(_LINES).where(_LINES.c.is_fleeting, _LINES.c.laid_at < now - FAREWELL)
    if execute(fleeting.returning(_LINES.c.id)).first() is not None:
        transaction.leave_no_trace()
    for recipient_id in list(execute(select(_PAGES.c.recipient_id).where(left | empty)).scalars()):
        transaction.leave_no_trace()
        forget(transaction, recipient_id)


def forget(transaction: Transaction, recipient_id: int) -> None:
    """Erase a page with all that is on it, and who it was of if nothing else is kept of them."""
    for kept in (_LINES, _CODES, _KEYS, _PAGES):
        transaction.connection.execute(delete(kept).where(kept.c.recipient_id == recipient_id))
    recipients.forget_if_unused(transaction, recipient_id)
