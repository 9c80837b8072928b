"""What a thread has done reaches the loop that waits for it."""

import asyncio
from threading import Thread

from storage.engine.waiting import Waiting


async def test_results_and_errors_are_told_together() -> None:
    waiting = Waiting()
    begun = [waiting.begin() for _ in range(3)]

    def work() -> None:
        begun[0][1].set_result("a")
        begun[1][1].set_exception(LookupError())
        begun[2][1].set_result("c")
        waiting.tell()

    Thread(target=work).start()
    results = await asyncio.gather(*(awaited for awaited, _ in begun), return_exceptions=True)
    assert (results[0], results[2]) == ("a", "c")
    assert isinstance(results[1], LookupError)


async def test_who_gave_up_waiting_takes_no_other_along() -> None:
    waiting = Waiting()
    (given_up, first), (awaited, second) = waiting.begin(), waiting.begin()
    given_up.cancel()
    first.set_result("a")
    second.set_result("b")
    waiting.tell()
    assert await awaited == "b"


def test_a_loop_that_is_gone_takes_no_other_along() -> None:
    waiting = Waiting()

    async def begin() -> None:
        waiting.begin()[1].set_result("a")

    asyncio.run(begin())

    async def wait() -> object:
        awaited, future = waiting.begin()
        future.set_result("b")
        waiting.tell()
        return await asyncio.wait_for(awaited, 60)

    assert asyncio.run(wait()) == "b"


async def test_a_result_may_be_there_before_anyone_waits() -> None:
    waiting = Waiting()
    awaited, future = waiting.begin()
    future.set_result("a")
    waiting.tell()
    await asyncio.sleep(0)
    assert await awaited == "a"
