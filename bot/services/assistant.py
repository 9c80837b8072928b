"""One message is one transaction: seen before or not, the turn, its effects, its replies. And what time brings."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto
from typing import Any, Concatenate, ParamSpec

from pydantic import ValidationError

from bot.base.chance import Chance
from bot.base.clock import Clock
from bot.base.trail import trail
from bot.conversation.talk.context import Context
from bot.conversation.talk.effects import (
    CountAnswer,
    DeleteDossier,
    EndDialogue,
    EraseDocument,
    ErasePerson,
    FetchAttachment,
    LogPick,
    LogQuestion,
    OfferAccess,
    PlanReminders,
    ReopenDialogue,
    SaveDossier,
    SendPressRequest,
    StopReminders,
    TellDesks,
    TellOthers,
    UseAccess,
    WriteToThread,
)
from bot.conversation.talk.messages import AskTeam, Incoming, Reply
from bot.conversation.talk.state import State
from bot.conversation.talk.visit import Turn
from bot.services import attachments, dossiers, learning, reminders, telling, thread_effects
from bot.services.gathering import Draw, gather
from bot.services.pages import Keepers
from bot.services.personal_data import erase_person, gather_own_data
from bot.services.source import DeskAddress, Source
from storage import conversations, inbox, outbox, team_questions, threads
from storage.conversations import LockedConversation
from storage.engine.database import Database, Transaction
from storage.engine.errors import DatabaseUnavailable
from storage.outbox import Departure

P = ParamSpec("P")

_log = logging.getLogger(__name__)

#: `take_turn` with the knowledge it answers from already given.
TakeTurn = Callable[[State, Incoming, Context], Turn]
#: Something that time brings: due rows become messages in the outbox. One transaction each; it returns True when it
#: left some for the next, so that no transaction keeps the others waiting for long.
Sweep = Callable[[Transaction, datetime], bool | None]


class Received(Enum):
    """What became of a message. In every case it is kept, and the channel may acknowledge it."""

    HANDLED = auto()
    #: The turn raised: the message is recorded as failed, an apology is on its way.
    FAILED = auto()
    SEEN_BEFORE = auto()
    #: A message that is said to be changed, and is not: nothing comes of it.
    UNCHANGED = auto()


def _ask_team(transaction: Transaction, effect: AskTeam, source: Source) -> None:
    team_questions.ask(transaction, source.key, source.recipient_id, effect.question, effect.guesses, source.now)
    thread = threads.open_for(transaction, source.recipient_id, None, source.now)
    threads.write(transaction, thread, None, effect.question, source.now)


#: How each kind of effect is applied, in the turn's own transaction.
EFFECTS: Mapping[type[Any], Callable[[Transaction, Any, Source], None]] = {
    AskTeam: _ask_team,
    SaveDossier: dossiers.save_dossier,
    DeleteDossier: dossiers.delete_dossier,
    TellDesks: telling.tell_desks,
    TellOthers: telling.tell_others,
    OfferAccess: dossiers.offer_access,
    UseAccess: dossiers.use_access,
    WriteToThread: thread_effects.write_to_thread,
    EndDialogue: thread_effects.end_dialogue,
    ReopenDialogue: thread_effects.reopen_dialogue,
    PlanReminders: reminders.plan_reminders,
    StopReminders: reminders.stop_reminders,
    CountAnswer: learning.count_answer,
    LogQuestion: learning.log_question,
    LogPick: learning.log_pick,
    SendPressRequest: thread_effects.send_press_request,
    ErasePerson: erase_person,
    FetchAttachment: attachments.fetch_attachment,
    EraseDocument: attachments.erase_document,
}


@dataclass(slots=True)
class _Lane:
    """The messages of one sender that this process has in hand."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    messages: int = 0


class Assistant:
    """Takes messages in, whatever the channel. `turn` may be replaced between two messages."""

    def __init__(
        self,
        database: Database,
        turn: TakeTurn,
        clock: Clock,
        *,
        apology: Reply,
        wake: Callable[[], None] = lambda: None,
        sweeps: Sequence[Sweep] = (),
        desks: Sequence[DeskAddress] = (),
        press_desks: Sequence[DeskAddress] = (),
        keepers: Keepers | None = None,
        draw: Draw | None = None,
    ) -> None:
        """`keepers`: what lays down what people say and are answered, on the channels whose pages show it."""
        self.turn = turn
        self._database = database
        self._clock = clock
        self._apology = apology
        self._wake = wake
        self._sweeps = sweeps
        self._desks = desks
        self._press_desks = press_desks
        self._keepers = keepers or {}
        self._draw = draw or Chance()
        self._lanes: dict[tuple[str, str], _Lane] = {}

    async def receive(self, incoming: Incoming) -> Received:
        """Take one message in. When this returns, all that follows from it is on the disk.

        Raise DatabaseUnavailable if it could not be kept: the channel must not acknowledge it.
        """
        async with self._lane(incoming.channel, incoming.sender):
            try:
                received, is_due = await self._database.run_together(_and_is_due, self._handle, incoming)
            except DatabaseUnavailable:
                raise
            except Exception as error:  # the edge: whatever the turn raises, the next message works
                where = trail(error)
                _log.error("action=turn_failed channel=%s update=%s error=%s", incoming.channel, incoming.update, where)
                received, is_due = await self._database.run(_and_is_due, self._record_failure, incoming, where)
        if is_due:
            self._wake()
        return received

    async def tick(self, now: datetime) -> None:
        """Do what time brings. A sweep that raises is logged, and tried again at the next tick."""
        for sweep in self._sweeps:
            try:
                while await self._database.run(sweep, now):
                    self._wake()
            except DatabaseUnavailable:
                raise
            except Exception as error:  # the edge: one sweep must not stop the others
                _log.error("action=sweep_failed error=%s", trail(error))
        self._wake()

    @asynccontextmanager
    async def _lane(self, channel: str, sender: str) -> AsyncIterator[None]:
        """Keep the order of one sender's messages inside this process; the locked row does it between processes."""
        lane = self._lanes.setdefault((channel, sender), _Lane())
        lane.messages += 1
        try:
            async with lane.lock:
                yield
        finally:
            lane.messages -= 1
            if not lane.messages:
                del self._lanes[channel, sender]

    def _handle(self, transaction: Transaction, incoming: Incoming) -> Received:
        now = self._clock()
        conversation = conversations.lock(transaction, incoming.channel, incoming.sender, now)
        message = _message(incoming, conversation)
        is_unchanged = incoming.unread is not None and inbox.is_unchanged(transaction, message)
        if is_unchanged or not inbox.record(transaction, message, now):
            if conversation.state == "":  # who erased their data is not made anew by a message delivered again
                conversations.forget(transaction, conversation.recipient_id)
            return Received.UNCHANGED if is_unchanged else Received.SEEN_BEFORE
        context = gather(transaction, incoming, conversation, now, self._draw)
        context = replace(context, has_press_desk=bool(self._press_desks))
        state = _load(transaction, conversation)
        turn = self.turn(state, incoming, context)
        if turn.wants_own_data:
            own = gather_own_data(transaction, conversation.recipient_id)
            turn = self.turn(state, incoming, replace(context, own_data=own))
        refused_at = turn.state.refused.last_at if turn.state.refused and turn.state.refused.is_owed else None
        conversations.save(transaction, conversation.recipient_id, turn.state.model_dump_json(), now, refused_at)
        if turn.state.town != state.town:  # their threads are found by it
            for thread in threads.list_ids(transaction, of_recipient=conversation.recipient_id):
                transaction.changes_thread(thread)
        for rank, effect in enumerate(turn.effects):
            key = f"{incoming.channel}:{incoming.update}:{rank}"
            source = Source(conversation.recipient_id, key, now, self._desks, self._press_desks, incoming.channel)
            EFFECTS[type(effect)](transaction, effect, source)
        replies = _placed(transaction, turn.replies, incoming, conversation.recipient_id)
        self._reply(transaction, replies, incoming, conversation.recipient_id, now)
        return Received.HANDLED

    def _record_failure(self, transaction: Transaction, incoming: Incoming, where: str) -> Received:
        now = self._clock()
        conversation = conversations.lock(transaction, incoming.channel, incoming.sender, now)
        if not inbox.record(transaction, _message(incoming, conversation), now, error=where):
            return Received.SEEN_BEFORE
        self._reply(transaction, (self._apology,), incoming, conversation.recipient_id, now)
        return Received.FAILED

    def _reply(
        self, transaction: Transaction, replies: Sequence[Reply], incoming: Incoming, recipient_id: int, now: datetime
    ) -> None:
        departures: Sequence[Departure] = [
            telling.departure(f"{incoming.channel}:{incoming.update}:{rank}", incoming.channel, recipient_id, reply)
            for rank, reply in enumerate(replies)
        ]
        if keeper := self._keepers.get(incoming.channel):
            departures = keeper.keep_turn(transaction, incoming, recipient_id, replies, departures)
        outbox.put(transaction, departures, now)


def _and_is_due(
    transaction: Transaction, work: Callable[Concatenate[Transaction, P], Received], *args: P.args, **kwargs: P.kwargs
) -> tuple[Received, bool]:
    """Return what `work` does, and whether anything that is to leave came of it."""
    return work(transaction, *args, **kwargs), outbox.has_put(transaction)


def _message(incoming: Incoming, conversation: LockedConversation) -> inbox.Message:
    return inbox.Message(
        channel=incoming.channel,
        update=incoming.update,
        recipient_id=conversation.recipient_id,
        text=incoming.text,
        choice=incoming.choice,
        received_at=incoming.received_at,
        message=incoming.message if incoming.choice is None else None,
        content=incoming.content,
    )


def _load(transaction: Transaction, conversation: LockedConversation) -> State:
    """Return the state. One that cannot be read is set aside for a new one: no state may block a conversation."""
    if conversation.state == "":
        return State()
    try:
        if conversation.state is not None:
            return State.model_validate_json(conversation.state)
    except ValidationError:
        pass
    _log.error("action=state_unreadable recipient=%d", conversation.recipient_id)
    conversations.set_aside(transaction, conversation.recipient_id)
    return State()


def _placed(
    transaction: Transaction, replies: Sequence[Reply], incoming: Incoming, recipient_id: int
) -> Sequence[Reply]:
    """Give the replies that are to be in place the message they replace, if the person has seen nothing after it."""
    if incoming.message is None or not any(reply.in_place for reply in replies):
        return replies
    latest = outbox.find_latest(transaction, recipient_id)
    # What still waits to replace the same message is no obstacle: it leaves first, and is replaced in its turn.
    if latest is None or incoming.message not in (latest.external_id, latest.content.get("edits")):
        return replies
    return [replace(reply, edits=incoming.message) if reply.in_place else reply for reply in replies]
