"""The shipped registers, loaded once for the tests that look towns up."""

from functools import cache
from pathlib import Path

from knowledge.places.registers import Registers, load_registers
from knowledge.places.town_evidence import WordLists, load_word_lists
from knowledge.places.towns import Towns, load_towns

SAMPLES = Path(__file__).parents[2] / "towns"


@cache
def shipped_registers() -> Registers:
    return load_registers()


@cache
def shipped_towns() -> Towns:
    return load_towns()


@cache
def shipped_lists() -> WordLists:
    return load_word_lists()


def spellings() -> list[tuple[str, str]]:
    """(a place as people write it, the INSEE or SIREN code meant), from tests/towns/spellings.tsv."""
    lines = (SAMPLES / "spellings.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(row[0], row[1]) for row in rows]


def sentences_without_town() -> list[str]:
    return (SAMPLES / "no_town.txt").read_text("utf-8").splitlines()
