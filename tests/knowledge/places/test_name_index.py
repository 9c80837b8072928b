"""Each way to meet a name has its score, the surest the highest."""

import pytest

from knowledge.places.name_index import BEGINNING, ENDING, EXACT, LOOSE, OTHER_ARTICLE, NameIndex

NAMES = ["le havre", "bourg en bresse", "charleville mezieres", "saint denis", "vierzon", ""]


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return NameIndex([name.split() for name in NAMES], known=(0, 1, 2, 3, 4))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("le havre", {0: EXACT}),
        ("havre", {0: OTHER_ARTICLE}),
        ("bourg bresse", {1: LOOSE}),
        ("bourg en bresse", {1: EXACT}),
        ("nulle part", {}),
        ("", {}),
    ],
)
def test_same_name(index: NameIndex, asked: str, expected: dict[int, float]) -> None:
    assert index.same(asked.split()) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("charleville", {2: BEGINNING}),
        ("mezieres", {2: ENDING}),
        ("bourg", {1: BEGINNING}),
        ("saint", {}),
        ("denis", {}),
    ],
)
def test_part_of_a_name(index: NameIndex, asked: str, expected: dict[int, float]) -> None:
    assert index.part(asked.split()) == expected


def test_misspelt_cut_short_and_by_ear(index: NameIndex) -> None:
    assert index.nearly(["virezon"])[4] == pytest.approx(100 * 6 / 7)
    assert 1 in index.nearly(["bourg", "en", "bre"])
    assert 4 in index.nearly(["vierson"])
    assert index.nearly(["x" * 300]) == {}
