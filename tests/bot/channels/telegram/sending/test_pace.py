"""How fast messages may leave, on a clock of the test's own."""

import asyncio

from bot.channels.telegram.sending.pace import GROUP_BURST, GROUP_KEPT, GROUP_SECONDS, PERSON_BURST, Pace


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_one_person_is_written_to_once_a_second_after_a_burst() -> None:
    clock = Clock()
    pace = Pace(monotonic=clock)
    assert [pace.wait_for(7) for _ in range(PERSON_BURST)] == [0.0] * PERSON_BURST
    assert pace.wait_for(7) == 1.0
    clock.now = 1.0
    assert pace.wait_for(7) == 0.0
    assert pace.wait_for(7) > 0


def test_a_chat_that_waits_does_not_hold_up_another() -> None:
    pace = Pace(monotonic=Clock())
    while not pace.wait_for(7):
        pass
    assert pace.wait_for(8) == 0.0


def test_a_group_gets_twenty_in_any_minute_of_which_some_are_kept_for_what_is_waited_for() -> None:
    clock = Clock()
    pace = Pace(monotonic=clock)
    left = []
    for second in range(600):
        clock.now = float(second)
        while not pace.wait_for(-7):
            left.append(clock.now)
        if second % 50 == 49:
            while not pace.wait_for(-7, is_urgent=True):
                left.append(clock.now)
    most = max(sum(start <= at < start + 60 for at in left) for start in range(600))
    assert most == GROUP_BURST
    assert len(left) >= 600 / GROUP_SECONDS * (GROUP_BURST - GROUP_KEPT), "the limit is used"


def test_what_is_waited_for_leaves_though_the_others_wait() -> None:
    pace = Pace(monotonic=Clock())
    while not (wait := pace.wait_for(-7)):
        pass
    assert wait == GROUP_SECONDS
    assert [pace.wait_for(-7, is_urgent=True) for _ in range(GROUP_KEPT + 1)] == [0.0] * GROUP_KEPT + [GROUP_SECONDS]


def test_silence_that_was_asked_for_is_kept_towards_that_chat_only() -> None:
    clock = Clock()
    pace = Pace(monotonic=clock)
    pace.hold(7, 30)
    assert (pace.wait_for(7, is_urgent=True), pace.wait_for(8)) == (30, 0)
    clock.now = 30
    assert pace.wait_for(7) == 0


async def test_all_together_leave_thirty_a_second() -> None:
    """Each turn is the next place in time: what is slept is what is missing until it."""
    pace = Pace(per_second=300)
    start = asyncio.get_running_loop().time()
    await asyncio.gather(*(pace.turn() for _ in range(61)))
    assert asyncio.get_running_loop().time() - start >= 0.19, "a slow machine only makes it longer"


def test_a_part_of_the_limits_is_a_part_of_each() -> None:
    pace = Pace(per_second=15, monotonic=Clock())
    while not (wait := pace.wait_for(7)):
        pass
    assert wait == 2.0
