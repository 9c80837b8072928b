"""Measure the matcher: time and memory beside rapidfuzz's WRatio, and answers on labelled question sets.

    python tests/benchmarks/matching.py                          # the shipped call, 1, 10 and 100 times as large
    python tests/benchmarks/matching.py --train a.tsv --questions b.tsv --times 1 10
    python bench.py matching:build --path tests/benchmarks …     # as a matcher for a bench of `build(train, language)`

TSV files: text, tabulation, entry; the entry `oos` marks texts that nothing answers. The larger knowledge bases
are made of the same texts with a made-up word in each, other words and another entry in each copy.
"""

import argparse
import resource
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rapidfuzz import fuzz, process

from knowledge.matching.lexicon import Lexicon
from knowledge.matching.matcher import Example, Matcher

NOISE = "oos"
SHIPPED = Path(__file__).resolve().parents[2] / "knowledge" / "calls" / "au-coeur-des-territoires-2"
MOST_TIMED = {1: 300, 10: 100, 100: 25}  # WRatio takes most of a second a question at 100 times

Rows = list[tuple[str, str]]


class Bench:
    """The matcher as benches of `build(train, language)` want it: ranked labels, one score each."""

    threshold = 0.5

    def __init__(self, train: Rows, language: str) -> None:
        entries = {label: label for _, label in train}
        examples = [Example(text, label) for text, label in train]
        self._matcher = Matcher.fit(examples, groups=entries, out_of_scope=(), language=language)

    def rank(self, text: str, count: int) -> list[tuple[str, float]]:
        """The best labels; the first has the confidence that the text belongs here at all."""
        matches, in_scope = self._matcher.scores(text)[:count], self._matcher.rank(text).in_scope
        if not matches:
            return []
        first = matches[0].confidence or 1.0
        return [(match.entry, in_scope * match.confidence / first) for match in matches]


def build(train: Rows, language: str) -> Bench:
    return Bench(train, language)


def shipped() -> tuple[Rows, Lexicon]:
    """The phrasings of the shipped call, and its lexicon."""
    from knowledge.call.check import load_call

    call = load_call(SHIPPED)
    rows = [(text, entry.id) for entry in call.entries for text in (entry.question, *entry.variants)]
    rows += [(text, NOISE) for family in call.noise.noise.values() for text in family]
    return rows, Lexicon.of(call.lexicon.model_dump())


def read(path: Path) -> Rows:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(line.split("\t")[0], line.split("\t")[1]) for line in lines if "\t" in line]


def enlarge(rows: Rows, times: int) -> Rows:
    """`times` as many texts and entries; each copy has words of its own in place of some of the original's."""
    larger = list(rows)
    for copy in range(1, times):
        for text, entry in rows:
            words = [_other(word, copy) if zlib.crc32(word.encode()) % 3 == 0 else word for word in text.split(" ")]
            larger.append((" ".join(words), entry if entry == NOISE else f"{entry}-{copy}"))
    return larger


def _other(word: str, copy: int) -> str:
    syllables = ("ba", "co", "di", "fu", "ga", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "ze", "chan", "tri")
    number = zlib.crc32(f"{word}{copy}".encode()) % 40_000
    return "".join(syllables[number >> shift & 15] for shift in (0, 4, 8, 12))


def timed(ask: Callable[[str], object], questions: Sequence[str]) -> tuple[float, float]:
    """The median and the 99th percentile, in microseconds."""
    for question in questions[:5]:
        ask(question)
    taken = []
    for question in questions:
        start = time.perf_counter_ns()
        ask(question)
        taken.append((time.perf_counter_ns() - start) / 1e3)
    taken.sort()
    return taken[len(taken) // 2], taken[min(len(taken) - 1, int(0.99 * len(taken)))]


def megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def measure(rows: Rows, lexicon: Lexicon, questions: Sequence[str]) -> None:
    examples = [Example(text, entry) for text, entry in rows if entry != NOISE]
    noise = [text for text, entry in rows if entry == NOISE]
    entries = {example.entry for example in examples}
    before, start = megabytes(), time.perf_counter()
    fitted = Matcher.fit(examples, groups={e: e for e in entries}, out_of_scope=(), noise=noise, lexicon=lexicon)
    took = time.perf_counter() - start
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "matcher.safetensors"
        fitted.save(path)
        size = path.stat().st_size / 1e6
        del fitted
        start = time.perf_counter()
        matcher = Matcher.load(path)
        load = time.perf_counter() - start
    memory = megabytes() - before
    texts = [text for text, _ in rows]
    ours = timed(matcher.rank, questions)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    theirs = timed(lambda question: process.extractOne(question, texts, scorer=fuzz.WRatio), questions)
    print(
        f"{len(texts):7d} texts {len(entries):6d} entries | p50 {ours[0]:9.0f} us  p99 {ours[1]:9.0f} us | WRatio p50"
        f" {theirs[0]:9.0f} us  p99 {theirs[1]:9.0f} us | fit {took:6.2f} s  load {load:5.2f} s |"
        f" file {size:6.1f} MB  kept {memory:6.0f} MB  peak {peak:6.0f} MB",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, help="TSV of texts and entries, instead of the shipped call")
    parser.add_argument("--lexicon", type=Path, default=SHIPPED / "lexicon.yaml")
    parser.add_argument("--questions", type=Path, help="TSV whose first column is asked, instead of the texts")
    parser.add_argument("--times", type=int, nargs="*", default=[1, 10, 100])
    options = parser.parse_args()
    rows, lexicon = (read(options.train), Lexicon.load(options.lexicon)) if options.train else shipped()
    asked = [f"{text} svp" for text, _ in rows]
    if options.questions:
        asked = [text for text, _ in read(options.questions)]
    for times in options.times:
        most = MOST_TIMED.get(times, 50)
        measure(enlarge(rows, times), lexicon, asked[:: max(1, len(asked) // most)][:most])


if __name__ == "__main__":
    main()
