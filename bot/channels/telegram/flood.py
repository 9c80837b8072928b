"""A person who writes far faster than one can read: told once, then passed over until they slow down."""

import time
from collections.abc import Callable
from enum import Enum, auto

#: Messages that may come at once, and how many a second from then on.
BURST, PER_SECOND = 20, 0.5
#: People remembered before those who have long been quiet are forgotten.
PEOPLE_REMEMBERED = 10_000


class Verdict(Enum):
    TAKE = auto()
    #: The first one too many: the person is told.
    TELL = auto()
    PASS_OVER = auto()


class Flood:
    """Of one process, in memory: what is passed over by it is no message that anybody waits for an answer to."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        #: Per person: messages that may still come, since when, and whether they were told.
        self._people: dict[str, tuple[float, float, bool]] = {}

    def judge(self, person: str) -> Verdict:
        """Count a message of this person."""
        now = self._monotonic()
        if len(self._people) > PEOPLE_REMEMBERED:
            quiet = BURST / PER_SECOND
            self._people = {name: kept for name, kept in self._people.items() if now - kept[1] < quiet}
        left, since, was_told = self._people.get(person, (float(BURST), now, False))
        left = min(float(BURST), left + (now - since) * PER_SECOND)
        if left >= 1:
            self._people[person] = (left - 1, now, was_told and left < BURST / 2)
            return Verdict.TAKE
        self._people[person] = (left, now, True)
        return Verdict.PASS_OVER if was_told else Verdict.TELL
