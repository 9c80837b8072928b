"""Names that differ only in accents, capitals, hyphens, abbreviations or articles are one."""

import pytest

from knowledge.places.spelling import core, fold, loose, sound, without_leaders, words, words_of_names


@pytest.mark.parametrize(
    ("written", "folded"),
    [("Épinal", "epinal"), ("CŒUR", "coeur"), ("Sète", "sete"), ("Se\u0300te", "sete"), ("L'Haÿ", "l'hay")],
)
def test_accents_ligatures_and_capitals_fall(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("St-Dié", "saint die"),
        ("Ste Menehould", "sainte menehould"),
        ("Chalon/Saône", "chalon sur saone"),
        ("Chalon s/Saône", "chalon sur saone"),
        ("Chalon s/ Saône", "chalon sur saone"),
        ("Villeneuve-d'Ascq", "villeneuve d ascq"),
        ("Mt-de-Marsan", "mont de marsan"),
        ("Ch.-Thierry", "chateau thierry"),
        ("", ""),
    ],
)
def test_abbreviations_are_written_out(written: str, expected: str) -> None:
    assert words(written) == expected.split()


def test_the_register_is_read_as_single_names_are() -> None:
    names = ["L'Haÿ-les-Roses", "Saint-Dié-des-Vosges", "Y", "Œuilly", "Saint-Louis (Réunion)"]
    assert words_of_names(names) == [words(name) for name in names]


def test_the_article_is_not_part_of_the_key() -> None:
    assert core(["le", "havre"]) == core(["havre"]) == "havre"
    assert core(["le"]) == "le"


def test_small_words_fall_from_the_loose_key() -> None:
    assert loose(["bourg", "en", "bresse"]) == loose(["bourg", "bresse"])


def test_a_name_is_never_emptied_of_its_leaders() -> None:
    assert without_leaders(["les"]) == ["les"]
    assert without_leaders(["de", "la", "fleche"]) == ["fleche"]


@pytest.mark.parametrize(
    ("one", "other"), [("orillac", "aurillac"), ("kimper", "quimper"), ("montelimart", "montelimar")]
)
def test_names_that_sound_alike_share_a_sound(one: str, other: str) -> None:
    assert sound(one) == sound(other)
