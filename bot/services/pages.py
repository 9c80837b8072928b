"""Between a channel that pulls and the storage: what a page shows is laid down, read, and noted as seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from json import loads
from typing import Any, Protocol

from bot.base.chance import Chance
from bot.base.clock import Clock
from bot.base.shelf import Shelf
from bot.conversation.reading.codes import make_code, read_code
from bot.conversation.talk.choice_ids import Verb, read_form_choice
from bot.conversation.talk.messages import FLOOD, Incoming, Reply
from bot.services.panel import Panel, read_panel
from bot.transport.delivery import Letter
from storage import outbox, pages, recipients, uploads
from storage.engine.database import Database, Transaction
from storage.engine.listening import tell
from storage.outbox import Departure
from storage.pages import Line, NewLine, Page

#: How long a code opens a conversation on another device.
CODE_LIFE = timedelta(minutes=15)
#: Lines that a page shows at first; the earlier ones are on a page of their own.
SHOWN = 100
#: Above every number of a line.
_ABOVE_ALL = 2**31 - 1
#: What the keys of a page's letters in the outbox begin with, by which others hear of them.
TOPIC = "page"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows when it is opened."""

    lines: Sequence[Line]
    #: The number up to which it shows everything.
    last_number: int
    panel: Panel
    #: There are others before them.
    has_older: bool = False


@dataclass(frozen=True, slots=True)
class Older:
    """Lines from further up, as they stood: nothing can be done with them."""

    lines: Sequence[Line]
    has_older: bool


@dataclass(frozen=True, slots=True)
class News:
    """What an open page is told."""

    lines: Sequence[Line]
    #: None: without a new line it is as it was.
    panel: Panel | None


@dataclass(frozen=True, slots=True)
class Laid:
    """Where a letter lies."""

    recipient_id: int
    number: int


class Pages:
    """The pages of one channel."""

    def __init__(self, database: Database, shelf: Shelf, clock: Clock, channel: str) -> None:
        self._database = database
        self._shelf = shelf
        self._clock = clock
        self._channel = channel
        self._draw = Chance()

    @property
    def clock(self) -> Clock:
        return self._clock

    # --- what opens a page

    async def find(self, key: str, start: str | None) -> Page | None:
        """Return the page that `key` opens, and whether `start` began it. Errors of all: DatabaseUnavailable."""
        return await self._database.run(pages.find, key, start)

    async def begin(self, start: str, address: str, key: str) -> Page | None:
        """Return the page that `start` began, or begins now for `address`, opened by `key`; None if it is too old."""

        def begin(transaction: Transaction) -> Page | None:
            now = self._clock()
            recipient_id = pages.begin(transaction, self._channel, address, start, now)
            if recipient_id is None:
                return None
            pages.give_key(transaction, recipient_id, key, now)
            return pages.find(transaction, key)

        return await self._database.run(begin)

    async def offer_code(self, page: Page) -> str:
        """Return a new code that opens the page on another device, once."""
        code = make_code(self._draw)
        await self._database.run(pages.offer_code, page.recipient_id, code, self._clock() + CODE_LIFE)
        return code

    async def use_code(self, typed: str, key: str) -> bool:
        """Let `key` open the page that the code gives; False if it gives none."""
        code = read_code(typed)
        if code is None:
            return False

        def use(transaction: Transaction) -> bool:
            recipient_id = pages.use_code(transaction, code, self._clock())
            if recipient_id is not None:
                pages.give_key(transaction, recipient_id, key, self._clock())
            return recipient_id is not None

        return await self._database.run(use)

    async def take_key(self, key: str) -> None:
        await self._database.run(pages.take_key, key)

    # --- lines

    async def lay_down(self, letter: Letter) -> Laid | None:
        """Lay a letter down for its recipient, once for its key; None: nobody has that page."""
        line = _line(letter.key, letter.reply, is_fleeting=letter.is_fleeting)

        def lay(transaction: Transaction) -> Laid | None:
            recipient_id = recipients.find(transaction, self._channel, letter.recipient)
            if recipient_id is None:
                return None
            number = pages.lay_down(transaction, recipient_id, line, self._clock())
            tell(transaction, topic_of(recipient_id))
            return Laid(recipient_id, number) if number is not None else None

        return await self._database.run(lay)

    def keep_turn(
        self,
        transaction: Transaction,
        incoming: Incoming,
        recipient_id: int,
        replies: Sequence[Reply],
        departures: Sequence[Departure],
    ) -> Sequence[Departure]:
        """Lay down what somebody wrote or pressed and the answers to it, and return these as having left.

        They are left to the courier, as they are, where anything else of this person still waits, or is not plain.
        The inbox has just made sure, in this transaction, that the message is new, and so are its answers.
        """
        lines = [self._said(transaction, incoming, recipient_id)]
        is_plain = all(not reply.is_fleeting and reply.replaces is None for reply in replies)
        is_at_once = is_plain and not outbox.is_waiting(transaction, recipient_id)
        if is_at_once:
            lines += [_line(departure.key, reply) for reply, departure in zip(replies, departures, strict=True)]
        numbers = pages.lay_down_new(transaction, recipient_id, lines, self._clock())
        tell(transaction, topic_of(recipient_id))
        if not is_at_once or not numbers:
            return departures
        laid = zip(departures, numbers[1:], strict=True)
        return [replace(departure, external_id=str(number)) for departure, number in laid]

    def _said(self, transaction: Transaction, incoming: Incoming, recipient_id: int) -> NewLine:
        content: dict[str, Any] = {"text": incoming.text}
        if incoming.choice is not None:
            content = {"text": self._label(transaction, incoming, recipient_id)}
        if incoming.unread == FLOOD:
            content["is_unread"] = True
        if incoming.attachments:
            content["documents"] = [attachment.name for attachment in incoming.attachments]
        return NewLine(incoming.update, content, is_own=True)

    def _label(self, transaction: Transaction, incoming: Incoming, recipient_id: int) -> str:
        """Return what stood on the button that was pressed."""
        number = incoming.message or ""
        line = pages.read_line(transaction, recipient_id, int(number)) if number.isdecimal() else None
        for choice in loads(line.content).get("choices", ()) if line and line.content else ():
            if choice["id"] == incoming.choice:
                return str(choice["label"])
        picked = read_form_choice(incoming.choice or "")
        form = self._shelf.library.call.form
        for question in form.questions() if picked and form else ():
            if picked and question.id == picked.question:
                return self._shelf.library.say("do_fill", self._clock(), label=question.label)
        match picked.verb if picked else None:
            case Verb.SUMMARY:
                return self._shelf.library.say("do_summary", self._clock())
            case Verb.DOCUMENTS:
                return self._shelf.library.say("do_documents", self._clock(), count=0)
        return "…"

    async def open(self, page: Page) -> Shown:
        """Return what the page shows now. That it is shown is for `mark_seen` to note."""

        def read(transaction: Transaction) -> Shown:
            lines, has_older = pages.read_last(transaction, page.recipient_id, SHOWN, _ABOVE_ALL)
            last = max((line.number for line in lines), default=0)
            panel = read_panel(transaction, page.recipient_id, self._shelf.library, self._clock())
            return Shown(lines, last, panel, has_older)

        return await self._database.run(read)

    async def read_older(self, page: Page, below: int) -> Older:
        """Return the hundred lines below a number."""
        return Older(*await self._database.run(pages.read_last, page.recipient_id, SHOWN, below))

    async def read_after(self, page: Page, number: int) -> News:
        """Return the lines above a number, in order: all of them, or the first hundred; and what stands beside them."""

        def read(transaction: Transaction) -> News:
            lines = pages.read_after(transaction, page.recipient_id, number, SHOWN)
            if not lines:
                return News((), None)
            return News(lines, read_panel(transaction, page.recipient_id, self._shelf.library, self._clock()))

        return await self._database.run(read)

    async def read_line(self, page: Page, number: int) -> Line | None:
        return await self._database.run(pages.read_line, page.recipient_id, number)

    async def mark_seen(self, page: Page, number: int) -> None:
        await self._database.run(pages.mark_seen, page.recipient_id, number, self._clock())

    async def is_answered(self, page: Page) -> bool:
        """Whether nothing waits to be laid down for this page."""
        return not await self._database.run(outbox.is_waiting, page.recipient_id)

    async def may_have(self, page: Page, reference: str) -> bool:
        """Whether the dossier of this number is one that the person fills."""

        def look(transaction: Transaction) -> bool:
            panel = read_panel(transaction, page.recipient_id, self._shelf.library, self._clock())
            return any(each.reference == reference for each in panel.dossiers)

        return await self._database.run(look)

    # --- documents on their way

    async def keep_piece(self, page: Page, reference: str, rank: int, piece: bytes) -> None:
        await self._database.run(uploads.add, page.recipient_id, reference, rank, piece, self._clock())

    async def read_upload(self, reference: str) -> bytes | None:
        return await self._database.run(uploads.read, reference)

    async def forget_upload(self, reference: str) -> None:
        await self._database.run(uploads.forget, reference)

    async def form_key(self) -> bytes:
        """Return what forms are signed with: the same in every process on this database."""
        return await self._database.run(lambda transaction: transaction.hash_address("web", "forms"))

    async def is_there(self) -> bool:
        """Whether the database answers."""
        await self._database.run(lambda transaction: transaction.hash_address("web", "there"))
        return True


def topic_of(recipient_id: int) -> str:
    """Return by what others hear that something was laid down for somebody."""
    return f"{TOPIC}:{recipient_id}"


def tidy(transaction: Transaction, now: datetime) -> None:
    """Sweep: forget the pages that nobody uses any more, and pieces of documents that nobody asked for."""
    pages.forget_unused(transaction, now)
    uploads.forget_old(transaction, now)


def _line(key: str, reply: Reply, *, is_fleeting: bool = False) -> NewLine:
    """Return what is laid down of a message to a person."""
    replaces = int(reply.edits) if reply.edits and reply.edits.isdecimal() else None
    return NewLine(key, reply.as_json(), is_fleeting=is_fleeting, replaces=replaces)


class Keeper(Protocol):
    """Keeps both sides of a conversation, in the transaction of each turn: see `Pages`."""

    def keep_turn(
        self,
        transaction: Transaction,
        incoming: Incoming,
        recipient_id: int,
        replies: Sequence[Reply],
        departures: Sequence[Departure],
    ) -> Sequence[Departure]: ...


#: The keepers of the channels whose pages show what was said, by the channel's name.
Keepers = Mapping[str, Keeper]
