"""How fast messages may leave, on a clock of the test's own."""

import asyncio

from bot.channels.telegram.pace import GROUP_BURST, PERSON_BURST, Pace


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


def test_a_group_gets_twenty_a_minute() -> None:
    clock = Clock()
    pace = Pace(monotonic=clock)
    assert [pace.wait_for(-7) for _ in range(GROUP_BURST)] == [0.0] * GROUP_BURST
    assert round(pace.wait_for(-7), 6) == 3.0


async def test_all_together_leave_thirty_a_second() -> None:
    pace = Pace(per_second=300)
    start = asyncio.get_running_loop().time()
    await asyncio.gather(*(pace.turn() for _ in range(61)))
    assert asyncio.get_running_loop().time() - start >= 0.19


def test_a_part_of_the_limits_is_a_part_of_each() -> None:
    pace = Pace(per_second=15, monotonic=Clock())
    while not (wait := pace.wait_for(7)):
        pass
    assert wait == 2.0
