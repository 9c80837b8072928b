"""No word that means something is dropped from an answer unsaid: it is kept, or the person is asked."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.conversation.fields.fields import read_field
from bot.conversation.fields.options import offered_options
from bot.conversation.values.field import Asked, Parsed, Reading, Refused
from tests.shipped import shipped

NOW = datetime(2020, 10, 15, 12, tzinfo=ZoneInfo("Europe/Paris"))


def read(question_id: str, text: str) -> Reading:
    library = shipped()
    question = library.call.form.question(question_id) if library.call.form else None
    assert question
    return read_field(text, Asked(question, library, NOW, offered_options(question, library, NOW)))


@pytest.mark.parametrize(
    ("question", "text", "ids"),
    [
        ("partenaires", "cci et greta", ["consulaires", "greta"]),
        ("partenaires", "cci + uimm", ["uimm", "consulaires"]),
        ("partenaires", "la région et le cnam", ["cnam-regional", "region"]),
        ("partenaires", "Cnam & UIMM", ["cnam-regional", "uimm"]),
        ("partenaires", "le greta ainsi que la cci", ["consulaires", "greta"]),
        ("partenaires", "lycée Pavie", ["lycees"]),
        ("partenaires", "chambre de commerce de la région", ["consulaires"]),
        ("publics", "adultes et jeunes", ["jeunes", "reconversion"]),
        ("publics", "apprentis et salariés", ["salaries", "alternants"]),
        ("publics", "Apprentis et alternants", ["alternants"]),
    ],
)
def test_all_the_options_named_are_kept(question: str, text: str, ids: list[str]) -> None:
    reading = read(question, text)
    assert isinstance(reading, Parsed)
    assert (reading.value, reading.needs_confirmation) == (ids, False)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("partenaires", "Cnam mais pas UIMM"),
        ("partenaires", "cci et l'AFPA"),
        ("partenaires", "Cnam, IUT"),
        ("conjointe", "oui, mais pas avant 2022"),
        ("conjointe", "oui et non"),
        ("courriel", "claire martin@mairie.fr"),
        ("courriel", "x@gmail.coù"),
        ("courriel", "c.martin@mairie.fr et p.roy@mairie.fr"),
        ("telephone", "03 84 79 79 79 après 14 h"),
        ("telephone", "03 84 79 79 79 ou 12 34 56 78 90 12"),
        ("ouverture", "01-07-98"),
        ("ouverture", "01/09/2201"),
    ],
)
def test_what_cannot_be_kept_whole_is_asked(question: str, text: str) -> None:
    reading = read(question, text)
    assert isinstance(reading, Refused) or (isinstance(reading, Parsed) and reading.needs_confirmation)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("03 84 79 79 79 ou 06 12 34 56 78", "03 84 79 79 79, 06 12 34 56 78"),
        ("03.84.79.79.79/06.12.34.56.78", "03 84 79 79 79, 06 12 34 56 78"),
        ("03 84 79 79 79 poste 12", "03 84 79 79 79, poste 12"),
        ("mon numéro : 0384797979", "03 84 79 79 79"),
        ("+33 3 84 79 79 79", "03 84 79 79 79"),
    ],
)
def test_every_number_and_extension_is_kept(text: str, shown: str) -> None:
    reading = read("telephone", text)
    assert isinstance(reading, Parsed)
    assert (reading.shown, reading.needs_confirmation) == (shown, False)


@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\u200e", "\u00ad", "\u2060"])
@pytest.mark.parametrize(("question", "text"), [("courriel", "c.martin@mairie.fr"), ("besoins", "Des soudeurs")])
def test_marks_that_cannot_be_seen_are_no_part_of_an_answer(question: str, text: str, mark: str) -> None:
    reading = read(question, f"{mark}{text[:4]}{mark}{text[4:]}{mark}")
    assert isinstance(reading, Parsed)
    assert reading.value == text


@pytest.mark.parametrize("text", ["à compléter", "À COMPLÉTER !", "je ne sais pas", "1", "x", "fini", "(à préciser)"])
def test_what_says_nothing_yet_is_kept_and_no_answer(text: str) -> None:
    reading = read("besoins", text)
    assert isinstance(reading, Parsed)
    assert (reading.value, reading.is_empty) == (text, True)


@pytest.mark.parametrize("text", ["Des soudeurs", "12 000 habitants", "Rien ne manque", "RH", "2021"])
def test_a_short_answer_is_one(text: str) -> None:
    reading = read("besoins", text)
    assert isinstance(reading, Parsed)
    assert not reading.is_empty
