"""Looking towns up: time, memory and rightness, beside rapidfuzz over the same names in the same run.

python -m tests.benchmarks.towns [--slips 500]
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from rapidfuzz import fuzz, process

from knowledge.places.registers import Registers, Town, load_registers
from knowledge.places.spelling import fold
from knowledge.places.towns import load_towns
from tests.knowledge.places.territories import sentences_without_town, spellings

LETTERS = "abcdefghijklmnopqrstuvwxyz"
KNOWN = 2000  # inhabitants of the towns whose names are misspelt at random
T = TypeVar("T")
Sample = tuple[str, str]
FindCodes = Callable[[str], Sequence[str]]


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--slips", type=int, default=500, help="names misspelt at random (default: 500)")
    slips = options.parse_args().slips

    before = resident_mib()
    start = time.perf_counter()
    towns = load_towns()
    towns.find("Figeac")
    print(f"load {time.perf_counter() - start:.2f} s, registers and indexes {resident_mib() - before:.0f} MiB")

    registers = load_registers()
    written = [(query, code) for query, code in spellings() if code in registers.rows]
    random_slips = misspell(registers, slips)

    def find(query: str) -> list[str]:
        return [c.town.insee if isinstance(c.town, Town) else c.town.siren for c in towns.find(query)]

    rivals: dict[str, FindCodes] = {"guichet": find, **baselines(registers)}
    for title, samples in (("spellings", written), (f"one slip, towns of {KNOWN}+", random_slips)):
        print(f"\n{title}: {len(samples)}")
        for name, rival in rivals.items():
            print(f"  {name:28} {measure(rival, samples)}")

    sentences = sentences_without_town() + [f"La ville de {query} est-elle concernée ?" for query, _ in written]
    print(f"\nfind_in, {len(sentences)} sentences\n  {report(timed(towns.find_in, sentences)[0])}")


def baselines(registers: Registers) -> dict[str, FindCodes]:
    """rapidfuzz over the names, the largest commune of each name first."""
    order = sorted(range(len(registers.names)), key=lambda row: -registers.population[row])
    names = [registers.names[row] for row in order]
    folded = [fold(name) for name in names]
    codes = [registers.insee[row] for row in order]

    def by_default(query: str) -> list[str]:
        found = process.extractOne(query, names)
        return [codes[found[2]]] if found else []

    def by_ratio(query: str) -> list[str]:
        found = process.extractOne(fold(query), folded, scorer=fuzz.ratio)
        return [codes[found[2]]] if found else []

    return {"extractOne (WRatio)": by_default, "extractOne (folded, ratio)": by_ratio}


def misspell(registers: Registers, count: int) -> list[Sample]:
    """Names that one commune bears, each with one letter left out, added, changed or threadd."""
    chance = random.Random(2020)
    borne: dict[str, int] = {}
    for name in registers.names:
        borne[name] = borne.get(name, 0) + 1
    known = [
        row
        for row, name in enumerate(registers.names)
        if registers.population[row] >= KNOWN and borne[name] == 1 and len(name) >= 5
    ]
    return [(slip(registers.names[row].lower(), chance), registers.insee[row]) for row in chance.sample(known, count)]


def slip(name: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(name) - 1)
    return chance.choice(
        (
            name[:place] + name[place + 1 :],
            name[:place] + chance.choice(LETTERS) + name[place:],
            name[:place] + chance.choice(LETTERS) + name[place + 1 :],
            name[:place] + name[place + 1] + name[place] + name[place + 2 :],
        )
    )


def measure(find: FindCodes, samples: Sequence[Sample]) -> str:
    times, found = timed(find, [query for query, _ in samples])
    first = sum(codes[:1] == [code] for codes, (_, code) in zip(found, samples, strict=True))
    three = sum(code in codes[:3] for codes, (_, code) in zip(found, samples, strict=True))
    return f"{report(times)}  first {100 * first / len(samples):5.1f} %  in three {100 * three / len(samples):5.1f} %"


def timed(function: Callable[[str], T], texts: Sequence[str]) -> tuple[list[float], list[T]]:
    times, results = [], []
    for text in texts:
        start = time.perf_counter()
        results.append(function(text))
        times.append(time.perf_counter() - start)
    return times, results


def report(times: Sequence[float]) -> str:
    """Median and 99th percentile, in microseconds."""
    return f"p50 {1e6 * statistics.median(times):8.0f} µs  p99 {1e6 * sorted(times)[int(len(times) * 0.99)]:8.0f} µs"


def resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 2**20


if __name__ == "__main__":
    main()
