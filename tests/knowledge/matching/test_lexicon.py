from pathlib import Path
from typing import Any

import pytest

from knowledge.language.text import stem, words
from knowledge.matching.lexicon import Lexicon, LexiconFault

CONTENT = {
    "spellings": {"quoi": ["koi"], "c'est": ["c"], "vague 2": ["v2"]},
    "concepts": {
        "échéance": ["date limite", "clôture"],
        "vague": ["vague", "session"],
        "deux": ["2", "deuxième"],
        "candidater": ["candidat*"],
        "appel": ["appel"],
        "joindre": ["appeler"],
        "politesse accueil": ["bonjour"],
    },
}


def meaning(lexicon: Lexicon, text: str) -> list[str]:
    tokens = lexicon.spell_out(words(text))
    items = lexicon.conceive(tokens, [stem(token, "fr") for token in tokens])
    return [name for item in items for name in item.names]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("date limite", ["#échéance"]),
        ("dates limites", ["#échéance"]),
        ("date", ["dat"]),
        ("v2", ["#vague", "#deux"]),
        ("candidatait", ["#candidater"]),
        ("appel", ["#appel"]),
        ("appeler", ["#joindre"]),
    ],
)
def test_a_text_is_told_by_its_concepts(text: str, expected: list[str]) -> None:
    assert meaning(Lexicon.of(CONTENT), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c koi", ["c'", "est", "quoi"]),
        ("c est quoi", ["c'", "est", "quoi"]),
        ("l appel", ["l'", "appel"]),
        ("c'est", ["c'", "est"]),
        ("", []),
    ],
)
def test_hasty_spellings_are_spelled_out(text: str, expected: list[str]) -> None:
    assert Lexicon.of(CONTENT).spell_out(words(text)) == expected


def test_a_form_of_words_is_marked() -> None:
    items = Lexicon.of(CONTENT).conceive(["bonjour", "vague"], ["bonjour", "vagu"])
    assert [item.courteous for item in items] == [True, False]


def test_terms_of_a_register_do_not_take_a_word_from_the_editors() -> None:
    lexicon = Lexicon.of(CONTENT).with_terms("commune", ["Session", "Sessions", "Bar-le-Duc"])
    assert meaning(lexicon, "session") == meaning(lexicon, "sessions") == ["#vague"]
    assert meaning(lexicon, "Bar le Duc") == ["#commune"]


def test_a_lexicon_survives_its_facts() -> None:
    lexicon = Lexicon.of(CONTENT)
    assert Lexicon.of_facts(lexicon.facts()) == lexicon


def test_lists_and_tuples_are_both_lists() -> None:
    assert Lexicon.of({"concepts": {"vague": ("session",)}}) == Lexicon.of({"concepts": {"vague": ["session"]}})


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (None, "spellings"),
        ({"concept": {}}, "concept"),
        ({"concepts": ["vague"]}, "concepts"),
        ({"concepts": {"vague": "session"}}, "vague"),
        ({"spellings": {"non": [False]}}, "non"),
    ],
)
def test_a_faulty_lexicon_is_refused_with_the_place(content: Any, part: str) -> None:
    with pytest.raises(LexiconFault, match=part):
        Lexicon.of(content)


def test_an_unreadable_file_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.yaml"
    path.write_text("concepts: [", encoding="utf-8")
    with pytest.raises(LexiconFault, match=r"lexicon\.yaml"):
        Lexicon.load(path)


def test_the_shipped_lexicon_is_sound() -> None:
    folder = Path(__file__).parents[3] / "knowledge" / "calls" / "au-coeur-des-territoires-2"
    lexicon = Lexicon.load(folder / "lexicon.yaml")
    assert meaning(lexicon, "c kan la clôture de la v2") == meaning(lexicon, "c'est quand la date limite de la vague 2")
