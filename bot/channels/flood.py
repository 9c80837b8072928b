"""A person who writes far faster than one can read: whether a message of theirs is one too many.

Nothing is given up here: what is too much is taken in like the rest, as something unread, and the conversation says so.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

#: Messages that may come at once, and how many a second from then on.
BURST, PER_SECOND = 20, 0.5
#: People remembered; who was heard of least recently is forgotten first, and may send a burst again.
PEOPLE_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A message or a press, as it counts."""

    #: Who sent it, with what it is where that has a count of its own.
    who: str
    #: When it was sent, in seconds: the channel's time, whatever delayed it; ours where the channel tells none.
    at: float
    #: What was sent together with it counts once.
    album: str | None = None


@dataclass(frozen=True, slots=True)
class _Allowance:
    #: Messages that may still come.
    left: float
    at: float
    album: str | None = None


class Flood:
    """Counts what each person sends, of one process, in memory. Only what was kept is counted, so a message that the
    database did not take is judged again as it was the first time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._people: OrderedDict[str, _Allowance] = OrderedDict()

    def sent_now(self, who: str) -> Sent:
        """Return how something that the channel does not date counts."""
        return Sent(who, self._clock())

    def is_too_much(self, sent: Sent) -> bool:
        return self._left(sent) < 1

    def count(self, sent: Sent) -> None:
        """Count what was kept and read."""
        known = self._people.get(sent.who)
        at = max(sent.at, known.at) if known else sent.at
        self._people[sent.who] = _Allowance(self._left(sent) - 1, at, sent.album)
        self._people.move_to_end(sent.who)
        if len(self._people) > PEOPLE_REMEMBERED:
            self._people.popitem(last=False)

    def _left(self, sent: Sent) -> float:
        known = self._people.get(sent.who)
        if known is None:
            return float(BURST)
        regained = max(0.0, sent.at - known.at) * PER_SECOND
        free = 1.0 if sent.album is not None and sent.album == known.album else 0.0
        return min(float(BURST), known.left + regained + free)
