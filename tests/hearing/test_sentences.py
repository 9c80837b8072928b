"""What people write in a hurry, and what is to be read in it. What is known to fail stands in `known_failures.yaml`."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.fields.choosing import choose
from bot.conversation.fields.fields import read_field
from bot.conversation.fields.options import offered_options
from bot.conversation.reading.asked_of_town import asked_of_town
from bot.conversation.reading.heard import Heard, SmallTalk
from bot.conversation.reading.naming import read_places
from bot.conversation.reading.questions import split_questions
from bot.conversation.values.field import Asked, Parsed
from knowledge.library import Library
from tests.bot.conversation.conftest import ALIVE
from tests.listed import read_list
from tests.shipped import shipped

FOLDER = Path(__file__).parent
SENTENCES: Mapping[str, Any] = read_list(FOLDER / "sentences.yaml")
KNOWN_FAILURES = frozenset(read_list(FOLDER / "known_failures.yaml") or ())


@pytest.fixture(scope="session")
def library() -> Library:
    return shipped()


def field(library: Library, text: str, question: str) -> Any:
    assert library.call.form is not None
    found = library.call.form.question(question)
    assert found is not None
    reading = read_field(text, Asked(found, library, ALIVE, offered_options(found, library, ALIVE)))
    return reading.value if isinstance(reading, Parsed) else None


def choices(heard: Heard, question: str) -> dict[str, Any]:
    assert heard.call.form is not None
    found = heard.call.form.question(question)
    assert found is not None
    chosen = choose(heard, found.options)
    read: dict[str, Any] = {"is": [option.id for option in chosen.options]}
    return read | ({"unknown": True} if chosen.unknown else {}) | ({"asked": True} if chosen.is_restricted else {})


def person(library: Library, text: str) -> list[str] | None:
    value = field(library, text, "personne")
    return [value["name"], value["office"]] if value else None


def is_nothing_yet(library: Library, text: str) -> bool:
    assert library.call.form is not None
    needs = library.call.form.question("besoins")
    assert needs is not None
    reading = read_field(text, Asked(needs, library, ALIVE))
    return isinstance(reading, Parsed) and reading.is_empty


READINGS: Mapping[str, Callable[[Heard, Library], Any]] = {
    "yes": lambda heard, _: heard.is_yes,
    "no": lambda heard, _: heard.is_no,
    "neither": lambda heard, _: not heard.is_yes and not heard.is_no,
    "unknowing": lambda heard, _: heard.is_unknowing,
    "thanks": lambda heard, _: heard.small_talk is SmallTalk.THANKS,
    "understood": lambda heard, _: heard.small_talk is SmallTalk.UNDERSTOOD,
    "insult": lambda heard, _: heard.small_talk is SmallTalk.INSULT,
    "no_small_talk": lambda heard, _: heard.small_talk is None,
    "noise": lambda heard, _: heard.is_noise,
    "no_noise": lambda heard, _: not heard.is_noise,
    "ranks": lambda heard, _: list(heard.ranks),
    "no_ranks": lambda heard, _: None in heard.ranks,
    "partners": lambda heard, _: choices(heard, "partenaires"),
    "publics": lambda heard, _: choices(heard, "publics"),
    "waves": lambda heard, library: field(library, heard.text, "vague"),
    "persons": lambda heard, library: person(library, heard.text),
    "emails": lambda heard, library: field(library, heard.text, "courriel"),
    "nothing_yet": lambda heard, library: is_nothing_yet(library, heard.text),
    "something": lambda heard, library: not is_nothing_yet(library, heard.text),
    "asking": lambda heard, _: heard.is_asking,
    "not_asking": lambda heard, _: not heard.is_asking,
    "wishes": lambda heard, _: heard.wish.value if heard.wish else (heard.command.value if heard.command else None),
    "no_wish": lambda heard, _: heard.wish is None,
    "changes": lambda heard, _: heard.asks_to_change,
    "no_changes": lambda heard, _: not heard.asks_to_change,
    "of_the_form": lambda heard, _: heard.asks_of_form,
    "not_of_the_form": lambda heard, _: not heard.asks_of_form,
    "lacking": lambda heard, _: heard.gives_nothing,
    "not_lacking": lambda heard, _: not heard.gives_nothing,
    "words": lambda heard, _: " ".join(word.folded for word in heard.words),
    "several": lambda heard, _: max(1, len(split_questions(heard))),
    "towns": lambda heard, library: [each.town.name for each in read_places(heard.text, library).likeliest],
    "near_towns": lambda heard, library: [each.town.name for each in read_places(heard.text, library).near],
    "no_towns": lambda heard, library: read_places(heard.text, library).places == (),
    "asked_of_town": lambda heard, library: asked_of_town(heard, read_places(heard.text, library)).name,
}


def cases() -> Iterator[Any]:
    for kind, sentences in SENTENCES.items():
        for sentence in sentences:
            wanted = sentences[sentence] if isinstance(sentences, dict) else True
            is_known = f"{kind}: {sentence}" in KNOWN_FAILURES
            marks = [pytest.mark.xfail(reason="known", strict=True)] if is_known else []
            yield pytest.param(kind, sentence, wanted, id=f"{kind}-{sentence}", marks=marks)


@pytest.mark.parametrize(("kind", "sentence", "wanted"), list(cases()))
def test_a_sentence_is_read(library: Library, kind: str, sentence: str, wanted: Any) -> None:
    read = READINGS[kind](Heard(sentence, library.call), library)
    if kind == "near_towns":
        assert wanted in read
    else:
        assert read == wanted


def test_no_town_is_taken_from_a_sentence_that_names_none(library: Library) -> None:
    sentences = (FOLDER.parent / "towns" / "no_town.txt").read_text("utf-8").splitlines()
    assert [each for each in sentences if read_places(each, library).places] == []


def test_a_sentence_in_the_place_of_an_office_is_read_over(library: Library) -> None:
    assert library.call.form is not None
    asked = library.call.form.question("personne")
    assert asked is not None
    for office, is_read_over in (
        ("nous manquons de couteliers et de jeunes formés aux machines", True),
        ("cheffe du service développement économique et emploi de la ville", False),
        ("DGS", False),
    ):
        reading = read_field(f"Jean Petit, {office}", Asked(asked, library, ALIVE))
        assert isinstance(reading, Parsed)
        assert reading.needs_confirmation is is_read_over
