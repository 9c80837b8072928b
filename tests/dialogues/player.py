"""Plays a dialogue through the real assistant on a real SQLite database; time and chance are its own.

A dialogue is a YAML list of steps:
  user: a text that is written          press: the label of a choice of the last message, pressed as a button
  edit: what the last text written is changed to; [old, new]: another one than the last
  in-place: whether the last reply took the place of the message whose button was pressed
  bot: what the last replies must hold (a text, or /a regular expression/; a list for several)
  not: what they must not hold          silent: the assistant must have said nothing
  file: the name of a document that came with the last replies
  document: a document that is sent: its name, or {name, caption, type, size, content, fetch: late or gone}; a list of
    them is an album
  back: the channel gives again what it did not
  as: who writes from now on            wait: 3 days, 2 hours
  staff: [operation, arguments…]        refused: what the staff must have been told by an operation that changed nothing
  desk: what the desk must have been told since the last `desk`; press_desk: the same, of the press desk, which there
    is where the dialogue says `has_press_desk`; desk_silent: the ordinary desk must have been told nothing
  crash: now, or before-send (of the next message: what follows from it is kept, but not sent when the program dies)
`{reference}` and `{code}` stand for the last number and the last code that were said.
"""

import asyncio
import random
import re
import sqlite3
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot.base.shelf import Shelf
from bot.conversation.privacy.own_data import DATA, SHEET
from bot.conversation.talk.messages import ATTACHMENT, EDITED, Attachment, Incoming, Reply
from bot.conversation.turn import take_turn
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.member import Member
from bot.desk import passing, thread_operations
from bot.desk.desk import Desk, Told
from bot.desk.group import drafts
from bot.documents.arrival import Arrivals
from bot.documents.enclosures import Enclosures
from bot.documents.fetching import Fetched, Fetching
from bot.jobs.expiring import expire_conversations, expire_dossiers
from bot.jobs.reminding import send_due
from bot.jobs.silence import give_back_silent, remind_of_waiting
from bot.jobs.wave_moves import follow_moved_days
from bot.search.indexing import keep_up
from bot.services.assistant import Assistant, Received
from bot.services.dossiers import read_dossier
from bot.services.source import DeskAddress
from bot.services.staff import find_members, make_member
from bot.transport.delivery import GIVE_UP_ATTEMPTS, Courier, Letter, Refused, Retry, Sent
from knowledge.library import Library
from storage import dossiers
from storage.engine.database import Database, Transaction
from storage.engine.encryption import KeyRing
from tests.databases import open_new
from tests.rewinding import rewind

T = TypeVar("T")

CHANNEL = "test"
DESK = DeskAddress(CHANNEL, "desk")
PRESS_DESK = DeskAddress(CHANNEL, "press")
REFERENCE = re.compile(r"(?<![\w-])[A-Z0-9]{3}-[A-Z0-9]{3}-[A-Z0-9]{3}(?![\w-])")
CODE = re.compile(r"(?<![\w-])[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}(?![\w-])")
PDF = b"%PDF-1.4 un document"
UNITS = {"day": "days", "days": "days", "hour": "hours", "hours": "hours"}


#: Operations on whole threads and those that pass a dossier on, which live beside `Desk`.
BESIDE: dict[str, Callable[[Desk], Callable[..., Told]]] = {
    "take_over": lambda desk: partial(passing.take_over, desk),
    "take_thread_over": lambda desk: partial(thread_operations.take_over, desk),
    "write": lambda desk: partial(thread_operations.write, desk),
    "give_back_thread": lambda desk: partial(thread_operations.release, desk),
    "close_thread": lambda desk: partial(thread_operations.close, desk),
    "reopen_thread": lambda desk: partial(thread_operations.reopen, desk),
}


class Player:
    """One database, the people who write to it, and what each was told."""

    def __init__(
        self,
        library: Library,
        folder: Path,
        keys: KeyRing,
        *,
        now: datetime,
        has_press_desk: bool = False,
    ) -> None:
        self.library, self.keys, self.now = library, keys, now
        self.press_desks = (PRESS_DESK,) if has_press_desk else ()
        self.path = folder / "guichet.sqlite3"
        self.person = "clerk"
        self.told: dict[str, list[Reply]] = {}
        #: Per person, the messages of the bot in their chat, by id; and what they wrote, by text.
        self.shown: dict[str, dict[str, Reply]] = {}
        self.written: dict[str, str] = {}
        self.messages = 0
        self.last: list[Reply] = []
        self.staff_told: Told | None = None
        self.values: dict[str, str] = {}
        self.updates = 0
        #: What the channel gives for each document that was sent.
        self.given: dict[str, Fetched | Retry | Refused] = {}
        self._crash_before_send = False
        self._runner = asyncio.Runner()
        self.chance = random.Random(20201015)
        self._open()

    def close(self) -> None:
        self._runner.close()
        self._close()

    def _close(self) -> None:
        self._looking.close()
        self.database.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what comes of `work`, done in the one loop of the player."""
        return self._runner.run(work)

    # --- what can be done

    def says(
        self, text: str, choice: str | None = None, *, message: str | None = None, unread: str | None = None
    ) -> list[Reply]:
        """Write as the present person; return what they are told. `message`: the one pressed or changed."""
        if message is None and choice is None:
            message = self.written[text] = self._new_message()
        self._receive(text, choice, unread, message)
        if self._crash_before_send:
            self._crash_before_send = False
            self.crash()
        return self.deliver()

    def _receive(
        self, text: str, choice: str | None, unread: str | None, message: str | None, *attachments: Attachment
    ) -> None:
        self.updates += 1
        update = str(self.updates)
        incoming = Incoming(CHANNEL, update, self.person, text, self.now, choice, unread, message, attachments)
        assert self._runner.run(self.assistant.receive(incoming)) is Received.HANDLED, text

    def attachment(
        self, name: str, content: bytes = PDF, *, kind: str = "", size: int | None = None, album: str | None = None
    ) -> Attachment:
        """Return a document that the channel has to give."""
        reference = f"file-{len(self.given)}"
        self.given[reference] = Fetched(content)
        return Attachment(reference, name, kind, len(content) if size is None else size, album)

    def sends(self, *attachments: Attachment, caption: str = "") -> list[Reply]:
        """Send documents, each in a message of its own, before any is fetched; return what the person is told."""
        for attachment in attachments:
            self._receive(caption, None, None, self._new_message(), attachment)
        return self.deliver()

    def documents(self, *replies: Reply, kinds: tuple[str, ...] = (ATTACHMENT,)) -> list[tuple[str, bytes]]:
        """Return the name and the bytes of each document, of those that were sent here, that goes with the replies."""
        enclosures = Enclosures(self.database, self.desk, lambda: self.now)
        names = [name for reply in replies for name in reply.enclosed if name.partition(":")[0] in kinds]
        files = [self._runner.run(enclosures.open(name)) for name in names]
        return [(file.name, file.content) for file in files if file]

    async def let_go(self, reference: str) -> None:
        """It stays in `given`: the tests look at it."""

    async def fetch(self, reference: str) -> Fetched | Retry | Refused:
        return self.given[reference]

    def deliver(self) -> list[Reply]:
        """Fetch and send all that is due; return what the present person is told."""
        before = len(self.told.get(self.person, []))
        self._fetch()
        if self._is_there("outbox", "pending"):
            self._runner.run(self.courier.drain())
        self.last = self.told.get(self.person, [])[before:]
        for reply in [reply for replies in self.told.values() for reply in replies]:
            for name, pattern in (("reference", REFERENCE), ("code", CODE)):
                if found := pattern.findall(reply.text):
                    self.values[name] = found[-1]
        return self.last

    def _fetch(self) -> None:
        if self._is_there("attachments", "wanted"):
            self._runner.run(self.fetching.drain())

    def _is_there(self, table: str, status: str) -> bool:
        """Whether a row waits: to look costs a hundredth of what it costs to have nothing taken in hand."""
        wanted = f"SELECT EXISTS(SELECT 1 FROM {table} WHERE status = ?)"
        return bool(self._looking.execute(wanted, [status]).fetchone()[0])

    def deliver_to(self, person: str) -> str:
        """Send all that is due; return what this person was told since the last time."""
        self._runner.run(self.courier.drain())
        return "\n".join(_whole(reply) for reply in self.told.pop(person, []))

    def press(self, label: str) -> list[Reply]:
        """Press the choice of this label, of the latest message that has it."""
        for message, reply in reversed(self.shown.get(self.person, {}).items()):
            for choice in reply.choices:
                if choice.label == label:
                    return self.says("", choice.id, message=message)
        raise AssertionError(f"no such choice was shown: {label}")

    def edit(self, old: str, new: str) -> list[Reply]:
        """Change a text that was written."""
        self.written[new] = self.written[old]
        return self.says(new, message=self.written[old], unread=EDITED)

    def staff(self, operation: str, *arguments: Any) -> Told:
        """Do an operation of the desk, as `Desk` names it; the second argument is the name of who does it."""
        subject, name, *words = arguments

        def work(transaction: Transaction) -> Told:
            does = getattr(self.desk, operation, None) or BESIDE[operation](self.desk)
            if operation == "close":
                does = partial(does, decision="retenu")
            told: Told = does(transaction, subject, self.member(transaction, name), *words, self.now)
            return told

        self.staff_told = self.database.run_now(work)
        assert self.staff_told is not None
        return self.staff_told

    def member(self, transaction: Transaction, name: str) -> Member:
        """Return the one member of the staff of this name, made if there is none."""
        found = find_members(transaction, name)
        return found[0] if found else make_member(transaction, name, self.now)

    def wait(self, time: timedelta) -> None:
        """Let time pass, in which what could not be fetched is tried again and again."""
        end = self.now + time
        for left in reversed(range(GIVE_UP_ATTEMPTS)):
            self.now = end - time * left / GIVE_UP_ATTEMPTS
            self._fetch()
        self._runner.run(self.assistant.tick(self.now))

    def crash(self) -> None:
        """Die and start again: nothing is left but the file."""
        self._close()
        self._open()

    def rewind(self, path: Path) -> None:
        """Put the database back to what is in `path`, a copy of it, and forget what was told."""
        rewind(self.database, path)
        for memory in (self.told, self.shown, self.written, self.values, self.given):
            memory.clear()
        self.person, self.last, self.staff_told = "clerk", [], None

    def follow(self, other: "Player", path: Path) -> None:
        """Go on from where `other` is, whose database is copied in `path`."""
        self.rewind(path)
        self.updates, self.messages = other.updates, other.messages
        self.chance.setstate(other.chance.getstate())

    def dossiers(self) -> list[Dossier]:
        kept = self.database.run_now(dossiers.list_all)
        return [dossier for each in kept if (dossier := read_dossier(each, None)) is not None]

    def _open(self) -> None:
        self.database: Database = open_new(self.path, self.keys)
        self._looking = sqlite3.connect(self.path)
        clock = lambda: self.now  # noqa: E731
        library = self.library
        shelf = Shelf(library)
        keep_up(self.database, shelf)
        self.desk = Desk(shelf, (DESK,), self.press_desks)
        self.courier = Courier(self.database, {CHANNEL: self}, clock)
        self.fetching = Fetching(self.database, {CHANNEL: self}, Arrivals(self.desk), clock, jitter=lambda: 1.0)
        self.assistant = Assistant(
            self.database,
            lambda state, incoming, context: take_turn(state, incoming, library, context),
            clock,
            apology=Reply("INCIDENT"),
            sweeps=(
                partial(give_back_silent, self.desk),
                partial(remind_of_waiting, self.desk),
                partial(drafts.expire, self.desk),
                partial(follow_moved_days, lambda: self.library),
                partial(send_due, lambda: self.library),
                partial(expire_dossiers, self.desk),
                partial(expire_conversations, lambda: self.library),
            ),
            desks=(DESK,),
            press_desks=self.press_desks,
            draw=self.chance.choice,
        )

    async def send(self, letter: Letter) -> Sent:
        self.told.setdefault(letter.recipient, []).append(letter.reply)
        message = letter.reply.edits or self._new_message()
        self.shown.setdefault(letter.recipient, {})[message] = letter.reply
        return Sent(message)

    def _new_message(self) -> str:
        self.messages += 1
        return str(self.messages)

    # --- dialogues

    def play(self, steps: list[Mapping[str, Any]]) -> None:
        for number, step in enumerate(steps, start=1):
            ((name, value),) = step.items()
            try:
                getattr(self, f"_{name.replace('-', '_')}")(self._filled(value))
            except AssertionError as error:
                said = "\n---\n".join(reply.text for reply in self.last)
                raise AssertionError(f"step {number}, {name}: {value!r}: {error}\nlast said:\n{said}") from error

    def _filled(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._filled(each) for each in value]
        if isinstance(value, str):
            for name, known in self.values.items():
                value = value.replace("{" + name + "}", known)
        return value

    def _user(self, text: str) -> None:
        self.says(text)

    def _press(self, label: str) -> None:
        self.press(label)

    def _edit(self, change: str | list[str]) -> None:
        old, new = change if isinstance(change, list) else (next(reversed(self.written)), change)
        self.edit(old, new)

    def _in_place(self, expected: bool) -> None:
        assert bool(self.last[0].edits) == expected, "in place" if self.last[0].edits else "not in place"

    def _bot(self, wanted: Any) -> None:
        said = "\n".join(_whole(reply) for reply in self.last)
        for each in wanted if isinstance(wanted, list) else [wanted]:
            assert _holds(said, each), f"« {each} » was not said"

    def _not(self, unwanted: Any) -> None:
        said = "\n".join(_whole(reply) for reply in self.last)
        for each in unwanted if isinstance(unwanted, list) else [unwanted]:
            assert not _holds(said, each), f"« {each} » was said"

    def _file(self, name: str) -> None:
        names = [file.name for reply in self.last for file in reply.files]
        names += [name for name, _ in self.documents(*self.last, kinds=(SHEET, DATA))]
        assert name in names, f"no such file was sent, but {names}"

    def _document(self, sent: Any) -> None:
        album = str(self.updates) if isinstance(sent, list) else None
        told = [{"name": each} if isinstance(each, str) else each for each in (sent if album else [sent])]
        attachments = []
        for each in told:
            content = each["content"].encode() if "content" in each else PDF
            kind, size = each.get("type", ""), each.get("size")
            attachments.append(self.attachment(each["name"], content, kind=kind, size=size, album=album))
            match each.get("fetch"):
                case "late":
                    self.given[attachments[-1].reference] = Retry("outage")
                case "gone":
                    self.given[attachments[-1].reference] = Refused("no such file")
        self.sends(*attachments, caption=told[0].get("caption", ""))

    def _back(self, _: bool) -> None:
        """The channel gives everything again."""
        self.given = {each: Fetched(PDF) if isinstance(it, Retry) else it for each, it in self.given.items()}

    def _silent(self, _: bool) -> None:
        assert not self.last, "the assistant spoke"

    def _as(self, person: str) -> None:
        self.person = person
        self.deliver()
        self.last = self.told.get(person, [])[-1:]

    def _wait(self, time: str) -> None:
        count, unit = time.split()
        self.wait(timedelta(**{UNITS[unit]: int(count)}))
        self.deliver()

    def _crash(self, when: str) -> None:
        if when == "before-send":
            self._crash_before_send = True
        else:
            self.crash()

    def _staff(self, call: list[Any]) -> None:
        told = self.staff(*call)
        assert told.is_done, told.text
        self.deliver()

    def _refused(self, call: Mapping[str, Any]) -> None:
        told = self.staff(*self._filled(call["staff"]))
        assert not told.is_done, told.text
        assert call["told"] in told.text, told.text

    def _desk(self, wanted: str) -> None:
        self._was_told(DESK, wanted)

    def _press_desk(self, wanted: Any) -> None:
        self._was_told(PRESS_DESK, wanted)

    def _desk_silent(self, _: bool) -> None:
        self.deliver()
        assert not self.told.get(DESK.address), [reply.text for reply in self.told[DESK.address]]

    def _was_told(self, desk: DeskAddress, wanted: Any) -> None:
        self.deliver()
        told = self.told.pop(desk.address, [])
        assert any(
            all(_holds(reply.text, each) for each in (wanted if isinstance(wanted, list) else [wanted]))
            for reply in told
        ), [reply.text for reply in told]


def _whole(reply: Reply) -> str:
    return "\n".join([reply.text, *(choice.label for choice in reply.choices)])


def _holds(said: str, wanted: str) -> bool:
    plain = said.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    if wanted.startswith("/") and wanted.endswith("/"):
        return re.search(wanted[1:-1], plain) is not None
    return wanted in plain


def at(day: date) -> datetime:
    """Return ten in the morning (UTC) of a day."""
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
