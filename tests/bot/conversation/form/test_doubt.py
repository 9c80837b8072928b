"""While a question of the form waits: what is its answer, what is a question, what must be asked."""

import pytest

from bot.conversation.fields.fields import read_field
from bot.conversation.form.doubt import Kind, weigh
from bot.conversation.reading.asking import is_asking
from bot.conversation.values.field import Asked
from knowledge.library import Library
from tests.bot.conversation.conftest import ALIVE

ANSWER, QUESTION, DOUBT = Kind.ANSWER, Kind.QUESTION, Kind.DOUBT


@pytest.mark.parametrize(
    ("question", "text", "kind"),
    [
        ("besoins", "Soudeurs, usineurs, chaudronniers", ANSWER),
        ("besoins", "Des compétences en tension dans la plasturgie et le bois.", ANSWER),
        ("besoins", "le numérique", ANSWER),
        ("besoins", "formation", ANSWER),
        ("besoins", "bonjour", QUESTION),
        ("besoins", "où en est mon dossier", QUESTION),
        ("besoins", "c'est quoi une antenne", QUESTION),
        ("besoins", "Qui peut candidater ?", QUESTION),
        ("besoins", "Quels soudeurs nos usines trouveront-elles demain ?", DOUBT),
        ("besoins", "date limite vague 2", DOUBT),
        ("besoins", "Pourquoi former ici ? " * 20, ANSWER),
        ("questions", "Qui peut candidater ?", ANSWER),
        ("questions", "c'est quoi une antenne", ANSWER),
        ("employeurs", "Solvay", ANSWER),
        ("pieces", "délibération, étude des besoins", ANSWER),
        ("pieces", "faut-il une délibération ?", QUESTION),
        ("collectivite", "Dole", ANSWER),
        ("collectivite", "Dole ?", ANSWER),
        ("collectivite", "bonjour", QUESTION),
        ("collectivite", "c'est quoi un Territoire d'industrie ?", QUESTION),
        ("courriel", "c.martin@dole.org", ANSWER),
        ("courriel", "c.martin@dole", ANSWER),
        ("courriel", "qui lira mes données ?", QUESTION),
        ("telephone", "12345", ANSWER),
        ("ouverture", "fin mars", ANSWER),
        ("ouverture", "31 février", ANSWER),
        ("ouverture", "quelle est la date limite de la vague 2 ?", QUESTION),
        ("locaux", "oui", ANSWER),
        ("locaux", "quels locaux faut-il ?", QUESTION),
    ],
)  # fmt: skip
def test_what_a_text_is(library: Library, question: str, text: str, kind: Kind) -> None:
    assert library.call.form
    asked = library.call.form.question(question)
    assert asked
    assert weigh(text, asked, read_field(text, Asked(asked, library, ALIVE)), library) is kind


def test_after_hours_what_resembles_a_question_is_asked_about(library: Library) -> None:
    assert library.call.form
    asked = library.call.form.question("besoins")
    assert asked
    text = "les formations proposées par le Cnam"
    reading = read_field(text, Asked(asked, library, ALIVE))
    assert weigh(text, asked, reading, library) is ANSWER
    assert weigh(text, asked, reading, library, is_late=True) is DOUBT


@pytest.mark.parametrize(
    "text", ["Où l'envoyer ?", "est-ce gratuit", "Bonjour, combien ça coûte", "quelles sont les dates"]
)
def test_a_question_has_the_form_of_one(text: str) -> None:
    assert is_asking(text)


@pytest.mark.parametrize("text", ["Ouvriers qualifiés", "Quimper", "Comté", "des soudeurs"])
def test_a_statement_has_not(text: str) -> None:
    assert not is_asking(text)
