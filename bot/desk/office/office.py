"""The desk as its pages see it: each method is one transaction. It is told who asks, and asks `roles` what they may."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from bot.base.clock import Clock
from bot.desk.desk import Desk
from bot.desk.office import entry
from bot.desk.office.entry import Expired, Signed
from storage.engine.database import Database, Transaction
from storage.engine.listening import tell

P = ParamSpec("P")
T = TypeVar("T")

#: By what pages hear that something of the staff's has moved.
TOPIC = "bureau"


class Office:
    """What a room of pages is given. Errors of all: DatabaseUnavailable."""

    def __init__(self, database: Database, desk: Desk, clock: Clock, wake: Callable[[], None]) -> None:
        """`wake`: lets the courier look at once for what is to leave."""
        self._database = database
        self.desk = desk
        self.clock = clock
        self._wake = wake

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
