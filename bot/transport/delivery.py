"""The courier: takes due rows from the outbox, sends them, writes down what became of each. Knows no channel."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from json import loads
from typing import Protocol

from bot.base.clock import Clock
from bot.base.trail import trail
from bot.conversation.talk.messages import File, Reply
from storage import outbox, recipients
from storage.engine.database import Database, Transaction
from storage.engine.errors import DatabaseUnavailable
from storage.outbox import Claimed, Departure

_log = logging.getLogger(__name__)

#: How long a courier has a row in hand before another may take it: what a kill in mid-send costs in delay.
LEASE = timedelta(seconds=30)
#: A send gets this share of its lease, so that it is never still running when another courier takes the row.
SEND_SHARE_OF_LEASE = 0.8
#: How often the outbox is looked at when nothing wakes the courier: rows of other processes, or of the clock.
POLL = timedelta(seconds=1)
#: Rows in hand at once, each of another lane.
IN_HAND = 32
#: Under load, the rows that fall due within this time are claimed together.
CLAIM_GAP = timedelta(milliseconds=10)
#: Back-off: the first wait, doubled at each attempt, and the longest, also for what a channel asks: `storage.outbox`.
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = outbox.LONGEST_WAIT
#: A message that could not leave for so long is given up, and shown to the staff; not before so many attempts: it may
#: be the program that was away, or the clock that is wrong.
GIVE_UP_AFTER = timedelta(days=3)
GIVE_UP_ATTEMPTS = 20
#: The reason of a `Retry` by which only the channel's own limits hold a message back.
PACE = "pace"
#: How long a stop waits for what is in hand; what is not done then is done after its lease, by whoever runs.
STOP_GRACE = timedelta(seconds=8)
#: How often an outage of the database is looked at again.
OUTAGE_WAIT = timedelta(milliseconds=500)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message on its way out."""

    #: The same for every attempt at this message: a channel that can refuse repeats is given this.
    key: str
    #: As the channel addresses them.
    recipient: str
    reply: Reply
    #: Somebody of the staff waits for it.
    is_urgent: bool = False
    #: Not to be kept once it was read.
    is_fleeting: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """It left."""

    #: The channel's own id of it.
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """It may leave later."""

    reason: str
    #: What the channel asked to wait; None: as the back-off says.
    after: timedelta | None = None
    #: The whole channel has to wait, not only this recipient.
    whole_channel: bool = False
    #: It is worth to be tried for as long as it takes: somebody has to mend something first.
    is_lasting: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never leave."""

    reason: str
    #: The recipient wants nothing from us any more.
    blocked: bool = False


Outcome = Sent | Retry | Refused


#: Returns what is said in the place of a message that will never leave, to the same recipient.
StandIn = Callable[[Claimed], Reply]
#: What the key of that begins with the lost one's, and ends with: it is not replaced in its turn.
_LOST = ":lost"

#: Returns what a `Reply.enclosed` names; None: it is no more.
OpenEnclosed = Callable[[str], Awaitable[File | None]]


class Sender(Protocol):
    """What a channel gives the courier. What it raises counts as `Retry`."""

    async def send(self, letter: Letter) -> Outcome: ...


def next_attempt(attempts: int, now: datetime, jitter: float) -> datetime:
    """Return when to try again after `attempts` (≥ 1) failures: half the wait to all of it, by `jitter` in [0, 1]."""
    doublings = min(attempts - 1, 20)
    wait = min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
    return now + wait * (0.5 + jitter / 2)


def is_hopeless(attempts: int, created_at: datetime, now: datetime, give_up_after: timedelta) -> bool:
    """Whether something was tried for long enough, and often enough."""
    return attempts >= GIVE_UP_ATTEMPTS and now - created_at >= give_up_after


class Courier:
    """Delivers what is in the outbox for the channels it was given senders for, side by side over the recipients."""

    def __init__(
        self,
        database: Database,
        senders: Mapping[str, Sender],
        clock: Clock,
        *,
        lease: timedelta = LEASE,
        poll: timedelta = POLL,
        in_hand: int = IN_HAND,
        jitter: Callable[[], float] = random.random,
        open_enclosed: OpenEnclosed | None = None,
        leave_enclosed: Collection[str] = (),
        stand_in: StandIn | None = None,
    ) -> None:
        """`leave_enclosed`: the channels on which what a message encloses is made when somebody opens it."""
        self._database = database
        self._stand_in = stand_in
        self._open_enclosed = open_enclosed
        self._leave_enclosed = leave_enclosed
        self._senders = senders
        self._clock = clock
        self._lease = lease
        self._poll = poll
        self._most = in_hand
        self._jitter = jitter
        self._wake = asyncio.Event()
        self._in_hand: set[asyncio.Task[Outcome | None]] = set()
        self._rows_in_hand: set[int] = set()
        #: Rows claimed anew while they were still in hand.
        self._claimed_in_hand: dict[int, Claimed] = {}
        #: Channels that asked for silence, until when.
        self._silent: dict[str, datetime] = {}
        self._outage = False
        #: When the next row falls due, as last seen; None: nothing waits.
        self._next_due: datetime | None = None

    def wake(self) -> None:
        """Say that something may be due. To be called in the event loop."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set, then finish what is in hand."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._wake.clear()
                pause = await self._take_what_is_due()
                waking = asyncio.create_task(self._wake.wait())
                await asyncio.wait(
                    {waking, stopping}, timeout=pause.total_seconds(), return_when=asyncio.FIRST_COMPLETED
                )
                waking.cancel()
                if self._in_hand and not stop.is_set():
                    await asyncio.sleep(CLAIM_GAP.total_seconds())
        finally:
            stopping.cancel()
            await self._finish_what_is_in_hand()

    async def _finish_what_is_in_hand(self) -> None:
        if self._in_hand:
            _, left = await asyncio.wait(self._in_hand, timeout=STOP_GRACE.total_seconds())
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def drain(self, patience: timedelta = timedelta()) -> None:
        """Deliver until nothing falls due within `patience`: what is put off for later stays in the outbox."""
        until = self._clock() + patience
        while True:
            self._wake.clear()
            await self._take_what_is_due()
            if self._in_hand:
                await asyncio.wait(self._in_hand, return_when=asyncio.FIRST_COMPLETED)
            elif self._wake.is_set():
                continue  # something was put down, and perhaps freed its lane, after the outbox was read
            elif self._next_due is None or self._next_due > until:
                return
            else:
                await asyncio.sleep(max(self._next_due - self._clock(), timedelta()).total_seconds())

    async def _take_what_is_due(self) -> timedelta:
        """Claim rows and start sending them. Return how long to wait before looking again, if nothing wakes us."""
        free = self._most - len(self._in_hand)
        now = self._clock()
        channels = [name for name in self._senders if not now < self._silent.get(name, now) <= now + LONGEST_WAIT]
        self._next_due = None
        if free <= 0 or not channels:
            return self._poll
        try:
            claimed, next_due = await self._database.run_together(_claim, channels, now, self._lease, free)
        except DatabaseUnavailable as error:
            self._note_outage(error)
            return OUTAGE_WAIT
        self._note_recovery()
        self._next_due = next_due
        for row in claimed:
            if row.id in self._rows_in_hand:
                # It was put off and fell due again in the very commit that claimed it, or its lease ended under our
                # own hands, in an outage: what becomes of it is known when it is put down.
                self._claimed_in_hand[row.id] = row
            else:
                self._take_in_hand(row)
        if next_due is None:
            return self._poll
        return min(self._poll, max(next_due - self._clock(), timedelta()))

    def _take_in_hand(self, row: Claimed) -> None:
        self._rows_in_hand.add(row.id)
        task = asyncio.create_task(self._deliver(row))
        self._in_hand.add(task)
        task.add_done_callback(partial(self._put_down, row.id))

    def _put_down(self, row_id: int, task: "asyncio.Task[Outcome | None]") -> None:
        self._in_hand.discard(task)
        self._rows_in_hand.discard(row_id)
        row = self._claimed_in_hand.pop(row_id, None)
        # Else nobody would send it before the end of a lease that is our own.
        if row is not None and not task.cancelled() and isinstance(task.result(), Retry):
            self._take_in_hand(row)
        self._wake.set()

    async def _deliver(self, row: Claimed) -> Outcome | None:
        """Send the row and write down what became of it, which is returned."""
        outcome = await self._send(row)
        if isinstance(outcome, Retry) and outcome.whole_channel:
            self._silent[row.channel] = self._again_at(row, outcome)
        while True:
            try:
                await self._database.run_together(self._write_down, row, outcome)
            except DatabaseUnavailable as error:
                # It was sent: as long as this process lives, it can still keep it from being sent again.
                self._note_outage(error)
                await asyncio.sleep(OUTAGE_WAIT.total_seconds())
            except Exception as error:  # the edge: a row that cannot be written down must not stop the others
                _log.error("action=write_down_failed key=%s error=%s", row.key, trail(error))
                return outcome
            else:
                return outcome

    async def _send(self, row: Claimed) -> Outcome | None:
        """Return what became of it, None for a row that cannot be read."""
        if row.address is None or row.content is None:
            return None
        try:
            reply = Reply.from_json(loads(row.content))
            letter = Letter(row.key, row.address, reply, row.is_urgent, row.is_fleeting)
        except Exception as error:  # whatever is wrong with it, it must not hold up its lane
            _log.error("action=content_unreadable key=%s error=%s", row.key, trail(error))
            return None
        try:
            async with asyncio.timeout(self._lease.total_seconds() * SEND_SHARE_OF_LEASE):
                if letter.reply.replaces is not None:
                    place = await self._database.run(outbox.find_place, letter.reply.replaces)
                    if place.in_hand_until is not None and place.in_hand_until > self._clock():
                        return Retry("in hand", place.in_hand_until - self._clock())
                    letter = replace(letter, reply=replace(letter.reply, edits=place.external_id))
                if letter.reply.enclosed and self._open_enclosed and row.channel not in self._leave_enclosed:
                    letter = replace(letter, reply=await _with_enclosed(letter.reply, self._open_enclosed))
                return await self._senders[row.channel].send(letter)
        except TimeoutError:
            return Retry(reason="timeout")
        except Exception as error:  # the edge: whatever a channel raises, the message stays and the others go on
            _log.warning("action=send_raised key=%s error=%s", row.key, trail(error))
            return Retry(reason=type(error).__name__)

    def _write_down(self, transaction: Transaction, row: Claimed, outcome: Outcome | None) -> None:
        now = self._clock()
        match outcome:
            case Sent(external_id):
                outbox.mark_sent(transaction, row, external_id, now)
            case Retry(reason, is_lasting=False) if is_hopeless(row.attempts, row.created_at, now, GIVE_UP_AFTER):
                outbox.abandon(transaction, row, reason, now)
                self._replace(transaction, row, now)
            case Retry():
                outbox.put_off(transaction, row, self._again_at(row, outcome), outcome.reason)
            case Refused(reason, blocked):
                outbox.refuse(transaction, row, reason, now, blocked=blocked)
                if not blocked:
                    self._replace(transaction, row, now)
            case None:
                outbox.abandon(transaction, row, "unreadable", now)
                self._replace(transaction, row, now)
        if not isinstance(outcome, Sent):
            _log.info("action=not_sent key=%s attempt=%d outcome=%s", row.key, row.attempts, outcome)

    def _replace(self, transaction: Transaction, row: Claimed, now: datetime) -> None:
        """Tell the recipient that something for them was lost: nobody is left to wait for it."""
        if self._stand_in is None or row.address is None or row.key.endswith(_LOST) or _retracts(row):
            return
        reply, key = self._stand_in(row), f"{row.key}{_LOST}"
        lane = (row.channel, row.recipient_id)
        if row.is_fleeting:  # the row went, and with it perhaps the last that was kept of the recipient
            lane = (row.channel, recipients.register(transaction, row.channel, row.address, now))
        departure = Departure(key, *lane, reply.as_json(), reply.about, row.is_fleeting, row.is_urgent)
        outbox.put(transaction, [departure], now)

    def _again_at(self, row: Claimed, outcome: Retry) -> datetime:
        now = self._clock()
        if outcome.after is None:
            return next_attempt(row.attempts, now, self._jitter())
        return now + min(outcome.after, LONGEST_WAIT)

    def _note_outage(self, error: DatabaseUnavailable) -> None:
        if not self._outage:
            self._outage = True
            _log.error("action=database_unavailable %s", error)

    def _note_recovery(self) -> None:
        if self._outage:
            self._outage = False
            _log.warning("action=database_back")


async def _with_enclosed(reply: Reply, open_enclosed: OpenEnclosed) -> Reply:
    """Return `reply` with what it encloses as files; what is gone meanwhile is left out."""
    opened = [await open_enclosed(name) for name in reply.enclosed]
    return replace(reply, files=(*reply.files, *(file for file in opened if file is not None)), enclosed=())


def _claim(
    transaction: Transaction, channels: list[str], now: datetime, lease: timedelta, at_most: int
) -> tuple[list[Claimed], datetime | None]:
    claimed = list(outbox.claim(transaction, channels, now, lease, at_most))
    return claimed, None if claimed else outbox.next_due(transaction, channels, now)


def _retracts(row: Claimed) -> bool:
    """Whether it was to take something back: there is nothing that its recipient waits for."""
    try:
        return bool(loads(row.content or "{}").get("retracts"))
    except (ValueError, AttributeError):
        return False
