"""Measure what a start costs: a question with all that is kept, a fit, and a fit of ten times the knowledge.

    python -m tests.benchmarks.starts
    python -m tests.benchmarks.starts --rounds 9

Each beside another program, in turn in the same run, all by their processor time: a command beside an interpreter that
imports the same libraries and does nothing; a fit beside numpy's own solution of a system of the same size, made of
noughts (it reads and counts nothing); a fit of ten times the knowledge, where that system would need 18 GB, beside the
reading of its texts. Sizes are those of whole processes at their peak, libraries included.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LIBRARIES = "import babel, click, jinja2, numpy, pydantic, rapidfuzz, threadpoolctl, yaml"
QUESTION = ("-m", "bot", "ask", "qui peut candidater ?", "--today", "2020-10-15")
COMMANDS: dict[str, Sequence[str]] = {
    "ask": QUESTION,
    "town": ("-m", "bot", "town", "Vierzon"),
    "--help": ("-m", "bot", "--help"),
}
PLAIN_SOLVE = """
import sys, numpy
texts, classes = int(sys.argv[1]), int(sys.argv[2])
likeness = numpy.eye(texts, dtype=numpy.float32)
numpy.linalg.solve(likeness, numpy.zeros((texts, classes), dtype=numpy.float32))
"""
#: Texts and entries of the shipped call, about.
SHIPPED = ("6809", "180")
FIT = """
import sys
from knowledge.matching.matcher import Matcher, Example
from tests.benchmarks.matching import NOISE, enlarge, shipped
rows, lexicon = shipped()
rows = enlarge(rows, int(sys.argv[1]))
examples = [Example(text, entry) for text, entry in rows if entry != NOISE]
groups = {entry: entry for _, entry in rows}
noise = [text for text, entry in rows if entry == NOISE]
Matcher.fit(examples, groups=groups, out_of_scope=(), noise=noise, lexicon=lexicon)
"""
READ_ONLY = """
import sys
from tests.benchmarks.matching import enlarge, shipped
enlarge(shipped()[0], int(sys.argv[1]))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor and of the wall, megabytes at the peak."""

    processor: float
    wall: float
    peak: float


def run(words: Sequence[str], cache: str) -> Cost:
    """Run a program of ours to its end. Errors: CalledProcessError."""
    started = os.times()
    environment = {**os.environ, "GUICHET_CACHE": cache, "GUICHET_DATA": cache}
    with subprocess.Popen((sys.executable, *words), env=environment, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
    return Cost(used.ru_utime + used.ru_stime, os.times().elapsed - started.elapsed, _megabytes(used))


def _megabytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / (1_000_000 if sys.platform == "darwin" else 1_000)


def least(costs: Sequence[Cost], part: Callable[[Cost], float]) -> float:
    return min(map(part, costs))


def beside(name: str, ours: Sequence[Cost], peer: str, theirs: Sequence[Cost]) -> None:
    own, other = (least(costs, lambda cost: cost.processor) for costs in (ours, theirs))
    ratio = statistics.median(a.processor / b.processor for a, b in zip(ours, theirs, strict=True))
    print(
        f"{name:<22} {own:6.2f} s of processor, {least(ours, lambda cost: cost.wall):6.2f} s, "
        f"{least(ours, lambda cost: cost.peak):4.0f} MB   {peer}: {other:5.2f} s, "
        f"{least(theirs, lambda cost: cost.peak):4.0f} MB   ratio {ratio:.1f}"
    )


def in_turn(rounds: int, cache: str, first: Sequence[str], second: Sequence[str]) -> tuple[list[Cost], list[Cost]]:
    pairs = [(run(first, cache), run(second, cache)) for _ in range(rounds)]
    return [own for own, _ in pairs], [other for _, other in pairs]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as cache:
        run(QUESTION, cache)  # fills it
        for name, words in COMMANDS.items():
            beside(f"guichet {name}", *_with("libraries alone", in_turn(rounds, cache, words, ("-c", LIBRARIES))))
    for times, peer, words in (
        (1, "numpy's solve", ("-c", PLAIN_SOLVE, *SHIPPED)),
        (10, "its texts read", ("-c", READ_ONLY, "10")),
    ):
        fits = in_turn(1, os.devnull, ("-c", FIT, str(times)), words)
        beside(f"fit, {times} times", *_with(peer, fits))


def _with(peer: str, costs: tuple[list[Cost], list[Cost]]) -> tuple[list[Cost], str, list[Cost]]:
    return costs[0], peer, costs[1]


if __name__ == "__main__":
    main()
