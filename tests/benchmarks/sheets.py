"""How long a sheet takes to print, beside an empty page that Typst compiles: python -m tests.benchmarks.sheets."""

import statistics
import time
from collections.abc import Callable

import typst

from bot.conversation.privacy.sheet import Sheet, SheetSection
from bot.printing.pdf import make_pdf

_RUNS = 10
_TEXT = "Des soudeurs et des chaudronniers : CO₂, ≥ 10 %, d’ici 2022. " * 3


def _milliseconds(work: Callable[[], object]) -> float:
    """Return the median of some runs, after one that loads the fonts."""
    work()
    taken = []
    for _ in range(_RUNS):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return 1000 * statistics.median(taken)


def _empty() -> object:
    compiler = typst.Compiler(ignore_system_fonts=True)
    return compiler.compile(b"#set document(title: [x])\n", format="pdf", pdf_standards=["ua-1"])


def main() -> None:
    print(f"an empty page: {_milliseconds(_empty):.1f} ms")
    for rows in (16, 160, 800):
        sheet = Sheet("Dole (Jura)", ["nº 1"], [SheetSection("Projet", [("Besoins", _TEXT)] * rows)])
        print(f"{rows} answers: {_milliseconds(lambda sheet=sheet: make_pdf(sheet)):.1f} ms")


if __name__ == "__main__":
    main()
