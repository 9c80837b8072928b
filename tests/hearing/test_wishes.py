"""What people wish to do, in words that `wishes.yaml` does not hold: how often it is known, and how often it is not."""

from collections import Counter
from pathlib import Path

import pytest

from bot.conversation.reading.commands import Command
from bot.conversation.wished import SURE
from knowledge.library import Library
from tests.shipped import shipped

#: Command, or "-" for none, and sentence.
SAID = [
    tuple(line.split("\t"))
    for line in (Path(__file__).with_name("wishes.tsv")).read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped()


def test_every_wish_is_for_a_command(library: Library) -> None:
    assert set(library.call.wishes.wishes) <= set(Command)
    assert set(library.call.wishes.verbs) <= set(library.call.wishes.wishes)


def test_what_was_never_read_is_known_by_its_likeness(library: Library) -> None:
    counted: Counter[str] = Counter()
    for wanted, text in SAID:
        found = library.likeliest_wish(text)
        is_sure = found is not None and found.confidence >= SURE
        if wanted == "-":
            counted["taken for a wish" if is_sure else "left alone"] += 1
        elif found is not None and is_sure:
            counted["right" if found.entry == wanted else "wrong"] += 1
        else:
            counted["not known"] += 1
    wishes = counted["right"] + counted["wrong"] + counted["not known"]
    assert counted["right"] >= 0.8 * wishes, counted
    assert counted["wrong"] <= 0.03 * wishes, counted
    assert counted["taken for a wish"] <= 0.05 * (counted["taken for a wish"] + counted["left alone"]), counted


def test_no_sentence_of_the_measure_is_an_example(library: Library) -> None:
    examples = {text.lower() for texts in library.call.wishes.wishes.values() for text in texts}
    assert examples.isdisjoint(text.lower() for _, text in SAID)


def test_a_call_without_wishes_knows_none(library: Library) -> None:
    bare = library.call.model_copy(update={"wishes": type(library.call.wishes)()})
    assert Library(bare, library.renderer, library.matcher).likeliest_wish("je m'arrête là pour ce soir") is None
