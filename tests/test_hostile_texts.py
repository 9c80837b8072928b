"""No text that a person can send takes time by the square of its length: each pattern of the house meets bad ones."""

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bot
import knowledge
import storage
from bot.channels.telegram.sending.wording import as_html, split
from bot.conversation.reading.gaps import LONGEST, cut_gaps

ROOT = Path(__file__).parents[1]
#: The length of the longest text of Telegram.
LONG = 4_096
#: Below it a pattern is quick enough, however its time grows.
QUICK = 0.004
#: From a quarter of the length to all of it: four times the time when it is linear, sixteen when it is squared.
STEEPEST = 9
TRIALS = 6
SIGNS = [
    *" \t\n1a@.([*-,/:'é_#",
    "a ",
    "1 ",
    "a@",
    "[a",
    "a.",
    "1.",
    "1(",
    "](",
    "[a](b",
    "a' ",
    " a",
    " a a,",
    "**",
    "\n- ",
    "10:",
]
ENDS = ["", "!", "@", "]"]


def modules() -> Iterator[Any]:
    for room in (bot, knowledge, storage):
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not found.name.endswith(("__main__", ".env")) and ".versions." not in found.name:
                yield importlib.import_module(found.name)


def compiled(value: Any, depth: int = 3) -> Iterator[re.Pattern[Any]]:
    """Yield the patterns that stand in `value`, a module's: by themselves, in tables, in tables of tables."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from compiled(item, depth - 1)
    elif depth and isinstance(value, dict):
        yield from compiled([*value.keys(), *value.values()], depth - 1)


def in_line() -> Iterator[re.Pattern[str]]:
    """Yield the patterns that are written where they are used."""
    for path in (path for room in ("bot", "knowledge", "storage") for path in (ROOT / room).rglob("*.py")):
        source = path.read_text("utf-8")
        if "\nimport re\n" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.Call(ast.Attribute(ast.Name("re")), [ast.Constant(str(pattern)), *_]):
                    yield re.compile(pattern)


PATTERNS = {
    each.pattern: each
    for each in (
        *(each for module in modules() for value in vars(module).values() for each in compiled(value)),
        *in_line(),
    )
    if isinstance(each.pattern, str)
}


def words_of(pattern: str) -> list[str]:
    """Return what the pattern itself looks for: its own words are what it stumbles over."""
    words = re.findall(r"[a-zéè]{2,}", pattern)
    return [part for word in dict.fromkeys(words[:12]) for part in (word, f"{word} ", f" {word}")]


def growth(pattern: re.Pattern[str], text: str, taken: float, quarter: str) -> float:
    """Return how many times longer the text takes than a quarter of it: the least of several trials, for what else the
    machine does can only make one of them look steeper. `taken`: seconds, as the text took once."""
    least = taken / seconds(pattern, quarter)
    for _ in range(TRIALS):
        if least < STEEPEST:
            break
        least = min(least, seconds(pattern, text) / seconds(pattern, quarter))
    return least


def seconds(pattern: re.Pattern[str], text: str, *, trials: int = 2) -> float:
    best = 60.0
    for _ in range(trials):
        start = time.process_time()
        for _ in pattern.finditer(text):
            pass
        best = min(best, time.process_time() - start)
    return best


def test_there_are_patterns_of_every_room() -> None:
    assert len(PATTERNS) > 80


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=lambda each: each.pattern[:40])
def test_a_pattern_reads_a_text_in_the_time_of_its_length(pattern: re.Pattern[str]) -> None:
    for sign in [*SIGNS, *words_of(pattern.pattern)]:
        for end in ENDS:
            text = cut_gaps(sign * (LONG // len(sign)) + end)
            if (taken := seconds(pattern, text, trials=1)) > QUICK:  # what is quick at once need not be tried again
                quarter = cut_gaps(sign * (LONG // 4 // len(sign)) + end)
                assert growth(pattern, text, taken, quarter) < STEEPEST, f"{sign!r} … {end!r}"


@pytest.mark.parametrize("sign", ["mot [a ", "[a](", "[a](https://a ", "**a ", "- ", "a", "\n", "😀", "[", "](", "* "])
def test_what_is_sent_is_cut_in_the_time_of_its_length(sign: str) -> None:
    short, long = (sign * (length // len(sign)) for length in (40_000, 160_000))
    assert len(list(split(long))) < len(long) // 1_000
    # As above; a text that is cut within a fifth of a second is no matter.
    assert any(cutting(long) < max(STEEPEST * cutting(short), 0.2) for _ in range(TRIALS))


def cutting(text: str) -> float:
    start = time.process_time()
    for piece in split(text):
        as_html(piece)
    return time.process_time() - start


def test_a_gap_is_cut_and_nothing_else() -> None:
    assert cut_gaps("a" + "\t" * 32_000 + "b") == "a" + "\t" * LONGEST + "b"
    assert cut_gaps(" a  b\n\n c ") == " a  b\n\n c "
