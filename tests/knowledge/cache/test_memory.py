"""The same work on the same things is done once, from one round to the next."""

from knowledge.cache.memory import Memory


def test_the_same_work_on_the_same_things_is_done_once() -> None:
    memory, done = Memory(), list[str]()

    def work(what: str, name: str, *things: object) -> None:
        memory.of(name, things, lambda: done.append(what))

    one, other = ["a thing"], ["a thing"]
    memory.begin()
    work("first", "length", one)
    work("again", "length", one)
    work("of another that is alike", "length", other)
    work("of another name", "size", one)
    assert done == ["first", "of another that is alike", "of another name"]
    memory.begin()
    work("in the next round", "length", one)
    assert len(done) == 3
    memory.begin()
    work("of a round before the last", "size", one)
    assert len(done) == 4


def test_nothing_that_nobody_asked_for_in_a_round_is_kept() -> None:
    memory, gone = Memory(), list[int]()

    class Thing:
        def __del__(self) -> None:
            gone.append(1)

    memory.begin()
    memory.of("of", (Thing(),), lambda: None)
    memory.begin()
    assert not gone
    memory.begin()
    assert gone == [1]
