"""The nearest names are found as a measure of all of them would find them."""

import random

import pytest
from rapidfuzz.distance import OSA

from knowledge.places.ngrams import NearestNames, allowed_slips
from knowledge.places.spelling import core, words_of_names
from tests.knowledge.places.territories import shipped_registers

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def slip(key: str, chance: random.Random) -> str:
    """One letter left out, added, changed, or threadd with the next."""
    place = chance.randrange(len(key) - 1)
    kind = chance.randrange(4)
    if kind == 0:
        return key[:place] + key[place + 1 :]
    if kind == 1:
        return key[:place] + chance.choice(LETTERS) + key[place:]
    if kind == 2:
        return key[:place] + chance.choice(LETTERS) + key[place + 1 :]
    return key[:place] + key[place + 1] + key[place] + key[place + 2 :]


def test_one_slip_in_any_name_is_found_again() -> None:
    keys = sorted({core(name) for name in words_of_names(shipped_registers().names)})
    index = NearestNames(keys)
    chance = random.Random(7)
    sample = [key for key in chance.sample(keys, 600) if len(key) >= 6]
    missed = []
    for key in sample:
        wrong = slip(key, chance)
        found = {keys[number] for number, _ in index.nearest(wrong, limit=48)}
        if key not in found:
            missed.append((wrong, key))
    assert len(missed) <= len(sample) * 0.005, missed


@pytest.mark.parametrize(("length", "slips"), [(1, 0), (3, 0), (4, 1), (6, 2), (11, 2), (12, 3)])
def test_a_short_name_allows_fewer_slips(length: int, slips: int) -> None:
    assert allowed_slips(length) == slips


def test_likeness_falls_with_distance() -> None:
    index = NearestNames(["figeac", "vierzon", "gueret"])
    assert index.nearest("figeac") == [(0, 1.0)]
    [(number, likeness)] = index.nearest("figaec")
    assert number == 0
    assert likeness == pytest.approx(1 - OSA.distance("figaec", "figeac") / 6)
    assert index.nearest("zzzzzz") == []
    assert NearestNames(["eu"]).nearest("eu") == []  # too short to be misspelt


def test_any_text_can_be_asked() -> None:
    index = NearestNames(["figeac"])
    for text in ("", "\n", "日本語", "a" * 500, "é"):
        assert index.nearest(text) == []
