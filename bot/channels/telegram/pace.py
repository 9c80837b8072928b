"""How fast messages may leave, as Telegram asks: https://core.telegram.org/bots/faq#broadcasting-to-users."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.channels.telegram.settings import PER_SECOND

#: One message a second to one person, of which so many may come at once.
PERSON_PER_SECOND, PERSON_BURST = 1.0, 3
#: Twenty a minute to one group.
GROUP_PER_SECOND, GROUP_BURST = 20 / 60, 20
#: Chats remembered before those that have long been quiet are forgotten.
CHATS_REMEMBERED = 10_000


@dataclass(slots=True)
class _Bucket:
    """Tokens that come back with the time."""

    tokens: float
    at: float


class Pace:
    """Of one process. Several processes share Telegram's limits: `per_second` is this one's part of the limit over all,
    and its parts of the others are in proportion."""

    def __init__(self, per_second: float = PER_SECOND, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._gap = 1 / per_second
        self._part = per_second / PER_SECOND
        self._monotonic = monotonic
        self._next_free = 0.0
        self._chats: dict[int, _Bucket] = {}

    def wait_for(self, chat: int) -> float:
        """Return 0 and count a message to `chat`, or the seconds until one may leave: others need not wait."""
        now = self._monotonic()
        per_second, burst = (PERSON_PER_SECOND, PERSON_BURST) if chat > 0 else (GROUP_PER_SECOND, GROUP_BURST)
        if len(self._chats) > CHATS_REMEMBERED:
            self._forget(now)
        per_second *= self._part
        bucket = self._chats.setdefault(chat, _Bucket(burst, now))
        bucket.tokens = min(burst, bucket.tokens + (now - bucket.at) * per_second)
        bucket.at = now
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / per_second
        bucket.tokens -= 1
        return 0.0

    async def turn(self) -> None:
        """Wait for one's turn among all that leaves."""
        now = self._monotonic()
        at = max(now, self._next_free)
        self._next_free = at + self._gap
        if at > now:
            await asyncio.sleep(at - now)

    def spare(self) -> bool:
        """Return whether something that may as well be left out can leave now, and count it: nothing waits for it."""
        now = self._monotonic()
        if self._next_free > now:
            return False
        self._next_free = now + self._gap
        return True

    def _forget(self, now: float) -> None:
        quiet = GROUP_BURST / GROUP_PER_SECOND
        self._chats = {chat: bucket for chat, bucket in self._chats.items() if now - bucket.at < quiet}
