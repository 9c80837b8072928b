"""Each type of field: what it understands, what it repeats, what it refuses and how it says so."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.fields.fields import FIELD_TYPES, read_field
from bot.conversation.values.field import Asked, Parsed, Refused, Several
from knowledge.call.form import CheckId, FieldType, Option, Question
from knowledge.library import Library
from tests.bot.conversation.conftest import ALIVE
from tests.shipped import shipped

OPTIONS = (
    Option(id="cnam", label="Cnam régional", words=("Cnam",)),
    Option(id="uimm", label="UIMM"),
    Option(id="chambres", label="Chambres consulaires"),
    Option(id="autres", label="D'autres partenaires"),
)


def asked(library: Library, kind: FieldType, **more: Any) -> Asked:
    question = Question(id="q", label="Q", ask="Quoi ?", help="Dites-le.", type=kind, **more)
    return Asked(question, library, ALIVE, OPTIONS)


def read(library: Library, kind: FieldType, text: str, **more: Any) -> Any:
    return read_field(text, asked(library, kind, **more))


def test_every_type_has_a_reader() -> None:
    assert set(FIELD_TYPES) == set(FieldType)


@pytest.mark.parametrize(
    ("kind", "text", "value", "shown"),
    [
        (FieldType.SHORT_TEXT, "  Laon,\n Soissons ", "Laon, Soissons", "Laon, Soissons"),
        (FieldType.LONG_TEXT, "Un.\n\nDeux.", "Un.\n\nDeux.", "Un.\n\nDeux."),
        (FieldType.CHOICE, "2", "uimm", "UIMM"),
        (FieldType.CHOICE, "l'uimm", "uimm", "UIMM"),
        (FieldType.CHOICE, "plutôt l'option 2 svp", "uimm", "UIMM"),
        (FieldType.CHOICE, "l'avant-dernière", "chambres", "Chambres consulaires"),
        (FieldType.CHOICE, "cnam regional", "cnam", "Cnam régional"),
        (FieldType.CHOICE, "chambres", "chambres", "Chambres consulaires"),
        (FieldType.CHOICE, "la deuxième", "uimm", "UIMM"),
        (FieldType.CHOICE, "le 3e", "chambres", "Chambres consulaires"),
        (FieldType.CHOICE, "la cinquième", None, None),
        (FieldType.CHOICE, "99999999999", None, None),
        (FieldType.CHOICE, "le Cnam de Bretagne", "cnam", "Cnam régional"),
        (FieldType.CHOICE, "Cnam de Bretagne", "cnam", "Cnam régional"),
        (FieldType.CHOICES, "2", ["uimm"], "UIMM"),
        (FieldType.CHOICES, "2, 1", ["cnam", "uimm"], "Cnam régional, UIMM"),
        (FieldType.CHOICES, "1 3", ["cnam", "chambres"], "Cnam régional, Chambres consulaires"),
        (FieldType.CHOICES, "UIMM et chambres", ["uimm", "chambres"], "UIMM, Chambres consulaires"),
        (FieldType.CHOICES, "1 et 9", None, None),
        (FieldType.CHOICES, "le premier plus l'uimm", ["cnam", "uimm"], "Cnam régional, UIMM"),
        (FieldType.CHOICES, "bonjour, uimm + chambres merci", ["uimm", "chambres"], "UIMM, Chambres consulaires"),
        (
            FieldType.PERSON,
            "Monsieur le maire Jean Petit",
            {"name": "Jean Petit", "office": "maire"},
            "Jean Petit, maire",
        ),
        (FieldType.PERSON, "DGS : Paul Roy", {"name": "Paul Roy", "office": "DGS"}, "Paul Roy, DGS"),
        (FieldType.PERSON, "le DGS", None, None),
        (FieldType.EMAIL, "claire martin@mairie.fr", None, None),
        (FieldType.EMAIL, "x@mairie.c", None, None),
        (FieldType.CHOICES, "UIMM, la mairie", None, None),
        (FieldType.YES_NO, "Oui, merci", "yes", "Oui"),
        (FieldType.YES_NO, "non, pas pour l'instant", "no", "Non"),
        (FieldType.YES_NO, "peut-être", None, None),
        (FieldType.NUMBER, "1 200 m²", 1200, "1 200"),
        (FieldType.NUMBER, "entre 2 et 3", None, None),
        (FieldType.NUMBER, "-3", None, None),
        (FieldType.EMAIL, "écrivez à c.martin@dole.org.", "c.martin@dole.org", "c.martin@dole.org"),
        (FieldType.EMAIL, "C.Martin@DOLE.org", "C.Martin@dole.org", "C.Martin@dole.org"),
        (FieldType.EMAIL, "c.martin@dole", None, None),
        (FieldType.EMAIL, "a@dole.org ou b@dole.org", None, None),
        (FieldType.EMAIL, "c.martin", None, None),
        (FieldType.PHONE, "03.84.79.79.79", "+33384797979", "03 84 79 79 79"),
        (FieldType.PHONE, "mon tel : 03 84 79 79 79 (poste 12)", "+33384797979;ext=12", "03 84 79 79 79, poste 12"),
        (FieldType.PHONE, "+33 (0)3 84 79 79 79", "+33384797979", "03 84 79 79 79"),
        (FieldType.PHONE, "0262 12 34 56", "+262262123456", "+262 262 12 34 56"),
        (FieldType.PHONE, "0590 82 12 34", "+590590821234", "+590 590 82 12 34"),
        (FieldType.PHONE, "0594 28 12 34", "+594594281234", "+594 594 28 12 34"),
        (FieldType.PHONE, "0596 60 12 34", "+596596601234", "+596 596 60 12 34"),
        (FieldType.PHONE, "+687 25 12 34", "+687251234", "+687 25.12.34"),
        (FieldType.PHONE, "03 84 79 79", None, None),
        (FieldType.PHONE, "je ne l'ai pas", None, None),
        (FieldType.PERSON, "Claire  Martin , DGS", {"name": "Claire Martin", "office": "DGS"}, "Claire Martin, DGS"),
        (
            FieldType.PERSON,
            "Jean-Paul Roy (maire)",
            {"name": "Jean-Paul Roy", "office": "maire"},
            "Jean-Paul Roy, maire",
        ),
        (
            FieldType.PERSON,
            "Jean-Paul Roy – maire",
            {"name": "Jean-Paul Roy", "office": "maire"},
            "Jean-Paul Roy, maire",
        ),
        (FieldType.PERSON, "Claire Martin DGS", {"name": "Claire Martin", "office": "DGS"}, "Claire Martin, DGS"),
        (
            FieldType.PERSON,
            "Mme Roy maire de Dole",
            {"name": "Mme Roy", "office": "maire de Dole"},
            "Mme Roy, maire de Dole",
        ),
        (FieldType.PERSON, "Claire Martin", None, None),
        (FieldType.PERSON, "Claire Lemaire", None, None),
        (FieldType.PERSON, "Claire Martin,", None, None),
        (FieldType.DATE, "12/02/2021", {"first": "2021-02-12", "last": "2021-02-12"}, "vendredi 12 février 2021"),
        (
            FieldType.DATE,
            "mars 2021",
            {"first": "2021-03-01", "last": "2021-03-31"},
            "du 1er mars 2021 au 31 mars 2021",
        ),
        (FieldType.FILE, "délibération, étude", "délibération, étude", "délibération, étude"),
    ],
)
def test_a_field(library: Library, kind: FieldType, text: str, value: Any, shown: str | None) -> None:
    found = read(library, kind, text)
    if value is None:
        assert isinstance(found, Refused)
        assert library.say(found.message, ALIVE, **found.values)
    else:
        assert isinstance(found, Parsed)
        assert (found.value, found.shown.replace("\u202f", " ")) == (value, shown)


@pytest.mark.parametrize("text", ["", " . ", "…"])
@pytest.mark.parametrize("kind", FieldType)
def test_nothing_is_no_answer(library: Library, kind: FieldType, text: str) -> None:
    assert isinstance(read(library, kind, text), Refused)


def test_a_text_that_is_too_long_says_by_how_much(library: Library) -> None:
    found = read(library, FieldType.LONG_TEXT, "x" * 51, max=50)
    assert found == Refused("field_too_long", {"length": 51, "limit": 50}, is_attempt=True)
    assert isinstance(read(library, FieldType.LONG_TEXT, "x" * 50, max=50), Parsed)


def test_choices_that_are_not_offered_are_named(library: Library) -> None:
    found = read(library, FieldType.CHOICES, "UIMM, la mairie")
    assert found == Refused("field_choices_unknown", {"unknown": ("mairie",)}, is_attempt=True)


def test_too_many_choices_are_refused(library: Library) -> None:
    assert read(library, FieldType.CHOICES, "1, 2, 3", max=2) == Refused(
        "field_too_many", {"limit": 2}, is_attempt=True
    )


def test_a_number_beyond_the_largest_is_refused(library: Library) -> None:
    assert read(library, FieldType.NUMBER, "21", max=20) == Refused("field_number_large", {"limit": 20})


def test_a_bare_yes_is_no_text(library: Library) -> None:
    assert read(library, FieldType.LONG_TEXT, "oui") == Refused("field_say_more")


def test_an_inferred_date_is_confirmed_and_a_past_one_refused(library: Library) -> None:
    found = read(library, FieldType.DATE, "fin mars", check=CheckId.NOT_PAST)
    assert isinstance(found, Parsed)
    assert found.needs_confirmation
    assert not read(library, FieldType.DATE, "12/02/2021").needs_confirmation
    assert read(library, FieldType.DATE, "12/02/2019", check=CheckId.NOT_PAST).message == "date_past"
    assert isinstance(read(library, FieldType.DATE, "12/02/2019"), Parsed)


def test_a_commune_is_chosen_and_its_epci_offered_beside(library: Library) -> None:
    found = read(library, FieldType.PLACE, "dole")
    assert isinstance(found, Several)
    assert [parsed.value["kind"] for _, parsed in found.candidates] == ["commune", "epci"]
    assert found.candidates[0][1].shown == "Dole (Jura)"


def test_namesakes_are_told_apart_by_their_departement(library: Library) -> None:
    shown = [parsed.shown for _, parsed in read(library, FieldType.PLACE, "Valence").candidates]
    assert "Valence (Drôme)" in shown
    assert "Valence (Tarn-et-Garonne)" in shown


@settings(max_examples=60, deadline=None)
@given(kind=st.sampled_from(FieldType), text=st.text(max_size=60))
def test_any_text_is_read_or_refused_with_words(kind: FieldType, text: str) -> None:
    found = read(shipped(), kind, text)
    if isinstance(found, Refused):
        assert shipped().say(found.message, ALIVE, **found.values)
