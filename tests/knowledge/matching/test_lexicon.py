import pytest

from knowledge.language.text import stem, words
from knowledge.matching.lexicon import Lexicon

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


def test_a_lexicon_survives_its_facts() -> None:
    lexicon = Lexicon.of(CONTENT)
    assert Lexicon.of_facts(lexicon.facts()) == lexicon


def test_lists_and_tuples_are_both_lists() -> None:
    assert Lexicon.of({"concepts": {"vague": ("session",)}}) == Lexicon.of({"concepts": {"vague": ["session"]}})
