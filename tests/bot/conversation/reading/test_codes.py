"""Numbers and codes: made of signs that are not mistaken, read however they are typed, not seen where there is none."""

import random

import pytest

from bot.conversation.reading.codes import SIGNS, make_code, make_reference, read_code, read_reference

DRAW = random.Random(1).choice


def test_no_two_signs_look_alike() -> None:
    assert not set(SIGNS) & set("0O1IL2Z5S8BUV6GQD")
    assert len(set(SIGNS)) == len(SIGNS)


@pytest.mark.parametrize("_", range(50))
def test_what_is_made_is_read_back(_: int) -> None:
    reference, code = make_reference(DRAW), make_code(DRAW)
    assert read_reference(reference) == reference
    assert read_code(code) == code
    assert read_reference(reference.replace("-", " ").lower()) == reference
    assert read_code(reference) is None
    assert read_reference(code) is None


@pytest.mark.parametrize(
    "text", ["K7R-M3W-X9A", "k7r m3w x9a", "K7RM3WX9A", "dossier K7R-M3W-X9A.", "« K7R–M3W–X9A »", "n° k7r.m3w.x9a"]
)
def test_a_number_is_read_however_it_is_typed(text: str) -> None:
    assert read_reference(text) == "K7R-M3W-X9A"


@pytest.mark.parametrize(
    "text", ["", "marchanet", "03 84 79 79 79", "K7R-M3W", "K7R-M3W-X9O", "le dossier", "NEXTMARCH"]
)
def test_other_texts_are_no_number(text: str) -> None:
    assert read_reference(text) is None


def test_a_code_may_be_announced() -> None:
    assert read_code("code : k7ra m3wc x9ae") == "K7RA-M3WC-X9AE"
