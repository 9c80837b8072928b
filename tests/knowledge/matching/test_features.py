from collections.abc import Callable

import numpy as np
import pytest

from knowledge.matching.features import HASHED_COLUMNS, LETTERS, MEANING, Reader, Space, Vector
from knowledge.matching.lexicon import Lexicon

SHARES = {LETTERS: 0.4, MEANING: 0.5}
LEXICON = Lexicon.of({"concepts": {"politesse accueil": ["bonjour"], "échéance": ["date limite", "clôture"]}})
TEXTS = ["date limite de la vague", "où est le dossier", "qui pilote"]


def reader() -> Reader:
    return Reader(LEXICON, "fr")


def space_and_reader() -> tuple[Space, Reader]:
    read = reader()
    return Space.of([read.read(read.typed(text)) for text in TEXTS], SHARES)[0], read


def placed(space: Space, read: Reader, text: str) -> Vector:
    return space.place(read.read(read.typed(text)))


def test_a_known_text_has_the_length_of_its_shares() -> None:
    space, read = space_and_reader()
    vector = placed(space, read, TEXTS[0])
    assert float(vector.weights @ vector.weights) == pytest.approx(0.9, abs=1e-5)


def test_an_unknown_word_shortens_the_vector() -> None:
    space, read = space_and_reader()
    known, mixed = placed(space, read, "qui pilote"), placed(space, read, "qui pilote xylophone")
    assert float(mixed.weights @ mixed.weights) < float(known.weights @ known.weights)


def test_pairs_do_not_depend_on_the_order_of_words() -> None:
    read = reader()
    assert read.read(["vague", "dossier"]).counts[MEANING] == read.read(["dossier", "vague"]).counts[MEANING]


def test_two_expressions_of_a_concept_read_alike() -> None:
    read = reader()
    assert read.read(read.typed("clôture")).counts[MEANING] == read.read(read.typed("date limite")).counts[MEANING]


def test_a_greeting_recedes_where_more_is_said() -> None:
    read = reader()
    said = read.read(read.typed("qui pilote cet appel"))
    greeted = read.read(read.typed("bonjour qui pilote cet appel"))
    assert greeted.has_forms
    assert greeted.counts[LETTERS] == said.counts[LETTERS]
    assert read.read(["bonjour"]).counts[LETTERS]


def test_a_long_text_has_no_pairs() -> None:
    counts = reader().read([f"mot{number}" for number in range(100)]).counts[MEANING]
    assert not any("|" in feature for feature in counts)


def test_columns_go_from_frequent_to_rare() -> None:
    space, _ = space_and_reader()
    assert list(space.rarity) == sorted(space.rarity)


def test_hashed_columns_weigh_as_named_ones() -> None:
    space, read = space_and_reader()
    hashed, _ = Space.hashed((read.read(read.typed(text)) for text in TEXTS), SHARES)
    named_weights, hashed_weights = placed(space, read, TEXTS[1]).weights, placed(hashed, read, TEXTS[1]).weights
    assert np.sort(hashed_weights) == pytest.approx(np.sort(named_weights), abs=1e-3)
    assert len(hashed.rarity) == HASHED_COLUMNS


@pytest.mark.parametrize("make", [Space.of, Space.hashed])
def test_the_texts_of_a_fit_are_placed_as_any_other(make: Callable[..., tuple[Space, list[Vector]]]) -> None:
    read = reader()
    readings = [read.read(read.typed(text)) for text in TEXTS]
    space, vectors = make(readings, SHARES)
    for reading, vector in zip(readings, vectors, strict=True):
        again = space.place(reading)
        assert vector.columns.tolist() == again.columns.tolist()
        assert vector.weights == pytest.approx(again.weights)
