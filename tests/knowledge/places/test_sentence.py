"""A sentence is cut into words that know where they stand."""

import pytest

from knowledge.places.sentence import Sentence


def test_each_word_knows_its_place_and_its_capital() -> None:
    text = "Bonjour, la ville de Gue\u0301ret veut savoir."
    words = Sentence(text).tokens
    assert [text[word.start : word.end] for word in words] == [word.text for word in words]
    assert [word.folded for word in words if word.capital] == ["bonjour", "gueret"]


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("Oui. Lens peut.", ["oui", "lens"]),
        ("Oui, Lens peut.", ["oui"]),
        ("Nous :\n- Lens", ["nous", "lens"]),
        ("Lens ?\nVierzon ?", ["lens", "vierzon"]),
    ],
)
def test_the_first_word_of_a_sentence_is_known(text: str, opening: list[str]) -> None:
    assert [word.folded for word in Sentence(text).tokens if word.opens] == opening


@pytest.mark.parametrize(
    ("text", "joined"),
    [("Bar-le-Duc", True), ("Bar le Duc", True), ("d'Olonne", True), ("Lens, Vierzon", False), ("Lens (62", False)],
)
def test_a_name_does_not_go_over_a_comma(text: str, joined: bool) -> None:
    assert all(word.joined for word in Sentence(text).tokens[1:]) is joined


@pytest.mark.parametrize("text", ["Chalon/Saône", "Chalon / Saône", "Chalon s/Saône", "Chalon s/ Saône"])
def test_a_slash_stands_for_sur(text: str) -> None:
    sentence = Sentence(text)
    assert sentence.key(0, len(sentence.tokens)) == "chalonsursaone"


@pytest.mark.parametrize(
    ("text", "shouted"), [("VILLE DE FIGEAC, LOT", True), ("Ville de Figeac", False), ("ACV ?", False), ("", False)]
)
def test_a_text_in_capitals_is_known(text: str, shouted: bool) -> None:
    assert Sentence(text).is_shouted is shouted


def test_words_before_skip_the_small_ones() -> None:
    sentence = Sentence("ville de la Flèche")
    found = sentence.before(3, frozenset({"de", "la"}))
    assert found is not None
    assert found.folded == "ville"
    assert sentence.before(0, frozenset()) is None
    assert sentence.word_before(0) == ""
