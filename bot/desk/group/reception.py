"""One message of the staff, taken in: kept with what it asks, or with why nothing came of it. Never lost in silence."""

import logging
from collections.abc import Callable

from bot.base.clock import Clock
from bot.base.trail import trail
from bot.conversation.talk.messages import StaffMessage
from bot.desk.group.group import Group
from storage.engine.database import Database
from storage.engine.errors import DatabaseUnavailable

_log = logging.getLogger(__name__)


class Reception:
    """Takes in what the staff write and press in their group."""

    def __init__(self, database: Database, group: Group, clock: Clock, wake: Callable[[], None]) -> None:
        self._database = database
        self._group = group
        self._clock = clock
        self._wake = wake

    async def receive(self, message: StaffMessage) -> None:
        """Take one message in. Raise DatabaseUnavailable if it could not be kept: it must not be acknowledged."""
        try:
            await self._database.run(self._group.handle, message, self._clock())
        except DatabaseUnavailable:
            raise
        except Exception as error:  # the edge: whatever an operation raises, the next message works
            where = trail(error)
            _log.error("action=staff_failed channel=%s update=%s error=%s", message.channel, message.update, where)
            await self._database.run(self._group.record_failure, message, where, self._clock())
        self._wake()
