"""The desk as its pages see it: each method is one transaction. It is told who asks, and asks `roles` what they may."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Concatenate, ParamSpec, TypeVar

from bot.base.clock import Clock
from bot.desk.desk import Desk, Told
from bot.desk.office import answering, entry, together
from bot.desk.office.acting import Asked, NothingDone, act
from bot.desk.office.answering import Held, Written
from bot.desk.office.entry import Expired, Signed
from bot.desk.office.together import Wanted
from bot.desk.orders.seen import Overtaken
from storage.engine.database import Database, Transaction
from storage.engine.errors import DatabaseUnavailable
from storage.engine.listening import tell
from storage.held_answers import HeldAnswer

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

#: How long an answer is held unless it is set otherwise.
DELAY = timedelta(seconds=10)
#: By what pages hear that something of the staff's has moved.
TOPIC = "bureau"


class Office:
    """What a room of pages is given. Errors of all: DatabaseUnavailable."""

    def __init__(
        self, database: Database, desk: Desk, clock: Clock, wake: Callable[[], None], delay: timedelta = DELAY
    ) -> None:
        """`wake`: lets the courier look at once for what is to leave; `delay`: how long an answer is held."""
        self._database = database
        self.desk = desk
        self.clock = clock
        self._wake = wake
        self._delay = delay
        self._doing: set[asyncio.Task[None]] = set()

    async def read(self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` in a transaction."""
        return await self._database.run(work, *args, **kwargs)

    async def write(self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` in a transaction; who else is at a desk hears that something moved, and the courier looks."""

        def working(transaction: Transaction) -> T:
            done = work(transaction, *args, **kwargs)
            tell(transaction, TOPIC)
            return done

        done = await self._database.run(working)
        self._wake()
        return done

    async def form_key(self) -> bytes:
        """Return what forms are signed with: the same in every process on this database."""
        return await self._database.run(lambda transaction: transaction.hash_address("bureau", "forms"))

    async def enter(self, token: str, key: str, device: str) -> bool:
        return await self._database.run(entry.enter, token, key, device, self.clock())

    async def recognise(self, key: str) -> Signed | Expired | None:
        return await self._database.run(entry.recognise, key, self.clock())

    # --- what is done

    async def act(self, signed: Signed, asked: Asked) -> Told | Overtaken:
        """Do what is asked for; what cannot be done changes nothing. Errors: NotAllowed too."""
        try:
            return await self.write(act, self.desk, signed, asked, self.clock())
        except NothingDone as nothing:
            return nothing.why if isinstance(nothing.why, Overtaken) else nothing.told

    async def answer(self, signed: Signed, written: Written) -> Held | Overtaken | Told:
        """Hold an answer until it leaves. Errors: NotAllowed too."""
        try:
            held = await self.write(answering.hold, self.desk, signed, written, self._delay, self.clock())
        except NothingDone as nothing:
            return nothing.why if isinstance(nothing.why, Overtaken) else nothing.told
        if isinstance(held, Held):
            asyncio.get_running_loop().call_later(self._delay.total_seconds(), self._do_soon, self.send_due)
        return held

    async def put_away(self, signed: Signed, answer_id: int) -> HeldAnswer | None:
        return await self.write(answering.put_away, signed, answer_id, self.clock())

    async def order(self, signed: Signed, wanted: Wanted, key: str, confirmed: str) -> int | Told:
        """Keep an order for many rows, which is begun at once. Errors: NotAllowed too."""
        made = await self.write(together.order, signed, wanted, key, confirmed, self.clock())
        if isinstance(made, int):
            self._do_soon(self.proceed)
        return made

    async def proceed(self) -> None:
        """Settle the rows of the orders that wait; the sweep goes on with what a kill left."""
        while await self.write(lambda transaction: together.proceed(self.desk, transaction, self.clock())):
            pass

    async def send_due(self) -> None:
        """Let the answers leave whose time has come."""
        await self.write(lambda transaction: answering.send_due(self.desk, transaction, self.clock()))

    def _do_soon(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do without waiting what a sweep does in any case."""
        doing = asyncio.create_task(self._try(work))
        self._doing.add(doing)
        doing.add_done_callback(self._doing.discard)

    async def _try(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except DatabaseUnavailable as error:
            _log.warning("action=answers_wait %s", error)
