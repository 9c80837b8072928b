import pytest

from knowledge.matching.vocabulary import Vocabulary

KNOWN = {"dossier": 9, "candidature": 5, "communique": 3, "vague": 8, "vagues": 2, "telecharger": 2, "2021": 4}


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("dossire", "dossier"),
        ("candidatrue", "candidature"),
        ("communike", "communique"),
        ("telechager", "telecharger"),
        ("dossiers", "dossiers"),
        ("dos", "dos"),
        ("2020", "2020"),
        ("boulangerie", "boulangerie"),
    ],
)
def test_a_slip_is_mended_and_another_word_is_not(typed: str, mended: str) -> None:
    assert Vocabulary(KNOWN, "fr").mend(typed) == mended


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("lenvoi", "envoi"),
        ("lanvoi", "envoi"),
        ("doutre", "outre"),
        ("qune", "qune"),
        ("jtelecharge", "telecharge"),
        ("kenvoi", "envoi"),
        ("linge", "linge"),
    ],
)
def test_a_word_is_known_behind_what_is_glued_to_it(typed: str, mended: str) -> None:
    assert Vocabulary({"envoi": 4, "outre": 2, "telecharge": 2}, "fr").mend(typed) == mended


def test_another_form_of_a_known_word_is_known() -> None:
    assert Vocabulary(KNOWN, "fr").knows("candidatures")
    assert not Vocabulary(KNOWN, "fr").knows("boulangerie")
