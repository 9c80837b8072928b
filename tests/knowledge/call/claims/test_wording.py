"""Each way of claiming too much is recognised in its siblings, and what is rightly said is left alone."""

import pytest

from knowledge.call.claims import wording


@pytest.mark.parametrize(
    "line",
    [
        "L'heure limite n'est pas publiée.",
        "Aucun interlocuteur nommé ni aucun numéro n'est publié.",
        "Les montants n'ont jamais été publiés.",
        "Nos sources ne publient aucun barème.",
        "La grille n'a pas été rendue publique.",
    ],
)
def test_nobody_knows_that_nothing_is_published(line: str) -> None:
    assert [code for code, _ in wording.faults_of_line(line)] == ["claim-unpublished"]


@pytest.mark.parametrize(
    "line",
    [
        "L'équipe peut vous transmettre le dossier.",
        "L'équipe pourra vous orienter.",
        "l'équipe vérifiera avec vous",
        "L'équipe vous répondra ici.",
        "L'équipe de l'appel peut le confirmer.",
    ],
)
def test_what_the_team_does_is_not_promised(line: str) -> None:
    assert [code for code, _ in wording.faults_of_line(line)] == ["claim-team"]


@pytest.mark.parametrize(
    "line",
    [
        "Vous pouvez le demander à l'équipe.",
        "D'après le règlement, la liste ne sera pas publiée.",
        "Le communiqué n'est pas encore paru.",
        "Qui l'équipe peut-elle joindre ?",
        "Vos dossiers seront effacés, et l'équipe en sera informée.",
    ],
)
def test_what_is_rightly_said_is_no_fault(line: str) -> None:
    assert wording.faults_of_line(line) == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Vos messages sont gardés douze mois.", "claim-retention"),
        ("Les brouillons sont effacés après 2 ans.", "claim-retention"),
        ("Pour une copie de vos données, écrivez à l'équipe.", "claim-own-work"),
        ("Demandez à l'équipe de supprimer votre brouillon.", "claim-own-work"),
        ("Écrivez à contact@exemple.fr.", "claim-contact"),
    ],
)
def test_an_answer_writes_nothing_that_the_operator_sets_or_the_assistant_does(line: str, code: str) -> None:
    assert code in [found for found, _ in wording.faults_of_answer_line(line)]


def test_a_quoted_duration_is_no_fault() -> None:
    line = "Un brouillon est gardé {{ privacy.retention.drafts_months }} mois."
    assert wording.faults_of_answer_line(line) == []


@pytest.mark.parametrize(
    "sentence", ["Nos sources ne le disent pas.", "Nous n'avons trouvé aucun nom.", "Je ne sais pas."]
)
def test_not_found_is_told_from_other_sentences(sentence: str) -> None:
    assert wording.says_untold(sentence) is not sentence.startswith("Je")
