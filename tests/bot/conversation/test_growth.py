"""However long and strange a text is, reading it takes steps that grow with its length, not faster: steps are counted,
for seconds tell of the machine. (What regular expressions cost by themselves is timed where they are.)
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from types import FrameType
from typing import Any

import pytest

from bot.conversation.talk.context import Context, Dialogue, Fresh
from bot.conversation.talk.messages import Incoming
from bot.conversation.talk.state import OfferedChoice, State
from bot.conversation.turn import QUESTION_LIMIT, take_turn
from bot.conversation.values.member import Member
from tests.dialogues.player import at
from tests.shipped import shipped

NOW = at(date(2020, 10, 15))
#: What hostile texts are made of, again and again.
PIECES = {
    "spaces": "a ", "wide spaces": "a \u2003\n", "words": "mot ", "one word": "a", "towns": "Dole ", "figures": "1",
    "telephones": "06 12 34 56 78 ", "postal codes": "39100 ", "questions": "quand ? ", "commas": "oui, ",
    "yes and no": "oui non ", "links": "[a](http://x) ", "brackets": "[(", "marks": "*_`", "accents": "e\u0301\u0301",
    "hidden": "\u200b\u200ea", "mails": "a@b.fr ", "dates": "1er mars 2021 ", "hyphens": "saint-", "codes": "K7R-",
    "apostrophes": "l'", "slashes": "/a ", "capitals": "SAINTE-", "and": "Dole et ",
}  # fmt: skip
SHORT, LONG = QUESTION_LIMIT // 4 - 10, QUESTION_LIMIT - 40
#: How much more often steps may be taken than the text is longer: sorting and the like.
SLACK = 1.35
STATES = {
    "nothing waits": (State(), Context(NOW, Fresh("K7R-M3W-X9A", "AAAA-BBBB-CCCC"))),
    "a town is awaited": (State(awaiting_town=True), Context(NOW)),
    "choices are offered": (State(offered=(OfferedChoice(id="e:x", label="Oui, transmettre"),)), Context(NOW)),
    "a member holds it": (State(), Context(NOW, dialogue=Dialogue(1, Member(id=1, name="Anne")))),
}


@contextmanager
def counted() -> Iterator[Callable[[], int]]:
    """Count the lines of Python that are run."""
    steps = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal steps
        steps += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield lambda: steps
    finally:
        sys.settrace(before)


def steps_of(state: State, context: Context, text: str) -> int:
    incoming = Incoming("test", "1", "p", text, NOW, message="1")
    take_turn(state, incoming, shipped(), context)  # what is worked out once for all is worked out
    with counted() as steps:
        take_turn(state, incoming, shipped(), context)
    return steps()


@pytest.mark.parametrize("waits", list(STATES))
@pytest.mark.parametrize("piece", list(PIECES))
def test_the_steps_grow_no_faster_than_the_text(piece: str, waits: str) -> None:
    state, context = STATES[waits]
    short, long = ((PIECES[piece] * size)[:size] for size in (SHORT, LONG))
    few, many = steps_of(state, context, short), steps_of(state, context, long)
    assert many <= few * (LONG / SHORT) * SLACK + 2_000, (few, many)
