"""How fast messages may leave, as Telegram asks: https://core.telegram.org/bots/faq#broadcasting-to-users."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot.channels.telegram.settings import PER_SECOND

#: One message a second to one person, of which so many may come at once.
PERSON_PER_SECOND, PERSON_BURST = 1.0, 3
#: Twenty a minute to one group; a second more, for what is under way.
GROUP_BURST, GROUP_SECONDS = 20, 61.0
#: Of these, so many are left to what somebody of the group waits for.
GROUP_KEPT = 5
#: Chats remembered before those that have long been quiet are forgotten.
CHATS_REMEMBERED = 10_000


class _Limit(Protocol):
    """What one chat may be sent."""

    def wait(self, now: float, *, is_urgent: bool) -> float:
        """Return 0 and count a message, or the seconds until one may leave."""

    def is_quiet(self, now: float) -> bool:
        """Return whether what was sent is of no importance any more."""


@dataclass(slots=True)
class _Bucket:
    """For a person: tokens that come back with the time."""

    per_second: float
    at: float
    tokens: float = PERSON_BURST

    def wait(self, now: float, *, is_urgent: bool) -> float:
        self.tokens = min(PERSON_BURST, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        if self.tokens < 1:
            return (1 - self.tokens) / self.per_second
        self.tokens -= 1
        return 0.0

    def is_quiet(self, now: float) -> bool:
        return (now - self.at) * self.per_second > PERSON_BURST


@dataclass(slots=True)
class _Window:
    """For a group: what left within the last minute."""

    usual: int
    urgent: int
    left: deque[float] = field(default_factory=deque)

    def wait(self, now: float, *, is_urgent: bool) -> float:
        while self.left and self.left[0] <= now - GROUP_SECONDS:
            self.left.popleft()
        at_most = self.urgent if is_urgent else self.usual
        if len(self.left) >= at_most:
            return self.left[len(self.left) - at_most] + GROUP_SECONDS - now
        self.left.append(now)
        return 0.0

    def is_quiet(self, now: float) -> bool:
        return not self.left or self.left[-1] <= now - GROUP_SECONDS


class Pace:
    """Of one process. Several processes share Telegram's limits: `per_second` is this one's part of the limit over all,
    and its parts of the others are in proportion."""

    def __init__(self, per_second: float = PER_SECOND, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._gap = 1 / per_second
        self._part = per_second / PER_SECOND
        self._monotonic = monotonic
        self._next_free = 0.0
        self._chats: dict[int, _Limit] = {}
        #: Chats towards which Telegram asked for silence, and until when.
        self._silent: dict[int, float] = {}

    def wait_for(self, chat: int, *, is_urgent: bool = False) -> float:
        """Return 0 and count a message to `chat`, or the seconds until one may leave: others need not wait."""
        now = self._monotonic()
        if len(self._chats) > CHATS_REMEMBERED:
            self._chats = {each: limit for each, limit in self._chats.items() if not limit.is_quiet(now)}
        if (silence := self._silent.get(chat, now) - now) > 0:
            return silence
        self._silent.pop(chat, None)
        return self._chats.setdefault(chat, self._limit_of(chat, now)).wait(now, is_urgent=is_urgent)

    def hold(self, chat: int, seconds: float) -> None:
        """Let nothing leave for `chat` for a while: Telegram asked for it."""
        self._silent[chat] = self._monotonic() + seconds

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

    def _limit_of(self, chat: int, now: float) -> _Limit:
        if chat > 0:
            return _Bucket(PERSON_PER_SECOND * self._part, now)
        urgent = max(round(GROUP_BURST * self._part), 2)
        return _Window(max(urgent - round(GROUP_KEPT * self._part), 1), urgent)
