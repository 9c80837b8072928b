"""A writer: threads, each of which commits together what waits together, and reports it once it is on the disk."""

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar

from storage.engine.errors import DatabaseUnavailable

X = TypeVar("X")

#: After so many seconds a group is committed, whatever still waits.
GROUP_SECONDS = 0.02

Job = Callable[[X], Any]
_Task = tuple[Job[X], "Future[Any]"]


class Writer(Generic[X]):
    """Runs jobs one after another, those that wait in one transaction: a disk pays for one commit instead of many.

    A group in which a job raises is rolled back, and its jobs run again, each in a transaction of its own. One that was
    alone is not, but where it may well succeed then; nor is a group that may have been committed.
    """

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[X]],
        alone: Callable[[Job[X]], Any],
        settled: Callable[[], None] = lambda: None,
        threads: int = 1,
        aside: Executor | None = None,
    ) -> None:
        """`settled` is called once the futures of a group are settled; `threads`: groups that are under way at once;
        `aside`: runs what runs again, so that what has to wait for another's lock keeps nobody else from being done."""
        self._transaction = transaction
        self._alone = alone
        self._settled = settled
        self._aside = aside
        self._waiting: SimpleQueue[_Task[X] | None] = SimpleQueue()
        self._threads = [Thread(target=self._work, name="storage", daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job[X], future: "Future[Any] | None" = None) -> "Future[Any]":
        """Return the future, the one given if any is, that is settled once the job is committed."""
        future = Future() if future is None else future
        self._waiting.put((job, future))
        return future

    def close(self) -> None:
        """Wait for what was submitted."""
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (first := self._waiting.get()) is not None:
            if first[1].cancelled():
                continue
            group = [first]
            try:
                with self._transaction() as transaction:
                    results = self._run(group, transaction)
            except BaseException as error:  # whatever a job raises, the thread lives on
                if self._is_told(error, is_alone=len(group) == 1):
                    for _, future in group:
                        _settle(future, error)
                else:
                    self._run_each_alone(group)
            else:
                for (_, future), result in zip(group, results, strict=True):
                    _settle(future, None, result)
            self._settled()

    def _is_told(self, error: BaseException, *, is_alone: bool) -> bool:
        """Whether those who wait are told of it, and no job runs again."""
        if not isinstance(error, DatabaseUnavailable):
            return is_alone
        may_succeed = error.try_again_at_once or (error.is_locked and self._aside is not None)
        return error.may_have_happened or (is_alone and not may_succeed)

    def _run(self, group: list[_Task[X]], transaction: X) -> list[Any]:
        """Run the first of `group`, and add to it and run what waits behind it."""
        end = time.monotonic() + GROUP_SECONDS
        results = [group[0][0](transaction)]
        while time.monotonic() < end:
            try:
                task = self._waiting.get_nowait()
            except Empty:
                break
            if task is None:
                self._waiting.put(None)
                break
            group.append(task)
            results.append(task[0](transaction))
        return results

    def _run_each_alone(self, group: list[_Task[X]]) -> None:
        for task in group:
            if self._aside is not None:
                self._aside.submit(self._run_aside, task)
            else:
                self._run_alone(task)

    def _run_aside(self, task: _Task[X]) -> None:
        self._run_alone(task)
        self._settled()

    def _run_alone(self, task: _Task[X]) -> None:
        job, future = task
        if future.cancelled():
            return
        try:
            result = self._alone(job)
        except BaseException as error:
            _settle(future, error)
        else:
            _settle(future, None, result)


def _settle(future: "Future[Any]", error: BaseException | None, result: Any = None) -> None:
    if not future.set_running_or_notify_cancel():
        return  # nobody waits for it any more
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
