import pytest

from knowledge.hearing.phrases import folded_words, split_words
from knowledge.language.text import MAX_CHARACTERS, MAX_WORDS, fold, fold_words, sentences, sound, stem, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Où télécharger le dossier ?", ["ou", "telecharger", "le", "dossier"]),
        ("L’œuvre d'Été", ["l'", "oeuvre", "d'", "ete"]),
        ("c'est quand", ["c'", "est", "quand"]),
        ("c koi", ["c", "koi"]),
        ("Y a-t-il un coût ?", ["y", "a", "il", "un", "cout"]),
        ("MERCIIIII !!!", ["merci"]),
        ("vague n°2 : 12/02/2021", ["vague", "n", "2", "12", "02", "2021"]),
        ("1000000 euros", ["1000000", "euros"]),
        ("😂👍 … ?!", []),
        ("\x00\x1b[31m", ["31m"]),
        ("", []),
    ],
)
def test_words_are_folded_and_split(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_very_long_text_is_cut() -> None:
    assert len(fold("a b " * 100_000)) <= MAX_CHARACTERS
    assert len(words("a b " * 100_000)) == MAX_WORDS


def test_a_letter_that_decomposes_to_many_does_not_pass_the_bound() -> None:
    assert len(fold("\ufdfa" * 100_000)) <= MAX_CHARACTERS


def test_a_composed_and_a_decomposed_accent_are_the_same() -> None:
    assert words("de\u0301le\u0301gue\u0301") == words("délégué")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Bonjour. Où est le dossier ? Merci", 3),
        ("Quand ferme la vague 2 et où est le dossier ?", 2),
        ("la ville et l'agglo", 1),
        ("le 12.02.2021", 1),
        ("...", 0),
    ],
)
def test_sentences_and_coordinate_questions_are_told_apart(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@pytest.mark.parametrize(
    ("hasty", "right"),
    [("communike", "communique"), ("kand", "quand"), ("fotografe", "photographe"), ("laureas", "laureats")],
)
def test_words_that_sound_alike_share_a_sound(hasty: str, right: str) -> None:
    assert sound(hasty) == sound(right)


def test_words_that_sound_different_do_not() -> None:
    assert sound("vague") != sound("ville")


def test_stems_join_the_forms_of_a_word() -> None:
    assert stem("candidatures", "fr") == stem("candidature", "fr")
    assert stem("applications", "en") == stem("application", "en")


def test_a_plus_sign_behind_a_is_said() -> None:
    assert words("a+ tout le monde") == ["a", "plus", "tout", "le", "monde"]


def test_words_folded_in_one_go_are_folded_as_one_by_one() -> None:
    written = {
        "École",
        "ŒUVRE",
        "ΣΊΣΥΦΟΣ",
        "ouiiii",
        "l’été",
        "½",
        "Ｂ",
        "e\u0301te",
        "x" * 2_000,
        "ﷺ" * 40,
        "été" * 30,
    }
    assert fold_words(written) == {fold(word) for word in written}
    assert fold_words(()) == set()


def test_the_words_of_many_texts_are_those_of_each() -> None:
    texts = ("Où est l'École ?", "a " * 1_000 + "fin", "b " * 399 + "fin", "", "École\nde_ville")
    assert folded_words(texts) == {word.folded for text in texts for word in split_words(text)}
