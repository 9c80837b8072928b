"""How what the staff write begins: whatever looks like the mark of a note is one, and a slip is no command."""

import time

import pytest

from bot.desk.group.command import is_bare_command, nearest, read_command
from bot.desk.group.written import Kind, holds_mark, read_written
from bot.desk.orders.table import verbs

#: Longer than Telegram lets a message be.
LONG = 4_200


@pytest.mark.parametrize(
    "mark",
    [
        "//",
        " //",
        "\n//",
        "\u200e//",
        "／／",
        "⁄⁄",
        "∕∕",
        "⧸⧸",
        "⫽",
        "/\u200b/",
        "/\u0301/",
        "\u00ad//",
        "\u2066//",
        "///",
    ],
)
def test_a_mark_is_a_mark_whatever_hides_it(mark: str) -> None:
    for text in (f"{mark} Fragile.", f"{mark}Fragile."):
        written = read_written(text)
        assert (written.kind, written.text) == (Kind.NOTE, "Fragile.")


@pytest.mark.parametrize("mark", ["/ /", "\\\\\\\\", "/\n/", "＼＼", "/\\\\"])
def test_what_looks_like_a_mark_is_a_note_too(mark: str) -> None:
    assert read_written(f"{mark} Fragile.").kind is Kind.LIKE_NOTE


@pytest.mark.parametrize("text", ["Bonjour", "Voir https://www.cnam.fr//x", "et/ou", "le 3/4", "1 / 2", "file:///x"])
def test_words_are_words(text: str) -> None:
    assert read_written(text).kind is Kind.WORDS
    assert not holds_mark(text)


@pytest.mark.parametrize(
    "text", ["Bonjour\n// non", "(// non)", "- // non", "Oui // non", "Oui\n/clore", "Oui\n ／clore"]
)
def test_a_mark_further_on_is_seen(text: str) -> None:
    assert holds_mark(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fermer", "clore"),
        ("prndre", "prendre"),
        ("repndre", "repondre"),
        ("chercher", "voir"),
        ("notes", "note"),
        ("x", None),
    ],
)
def test_the_nearest_command_is_named(typed: str, meant: str | None) -> None:
    assert nearest(typed, verbs()) == meant


@pytest.mark.parametrize(
    "text", ["/Répondre 2 Bonjour", "／repondre ２ Bonjour", "/repondre\n2\u00a0Bonjour", "/REPONDRE@x: 2 Bonjour"]
)
def test_a_command_is_read_however_it_is_typed(text: str) -> None:
    command = read_command(text, is_placed=False)
    assert (command.verb, command.named, command.words) == ("repondre", "thread:2", "Bonjour")


@pytest.mark.parametrize("text", ["/ repondre Bonjour", "＼repondre Bonjour", "/2 Bonjour", "/", "/-repondre Bonjour"])
def test_what_is_no_command_has_no_verb(text: str) -> None:
    assert read_command(text, is_placed=True).verb == ""


@pytest.mark.parametrize(
    ("text", "is_bare"), [("prendre", True), ("Clore 2", True), (".note", True), ("Voir le dossier", False)]
)
def test_a_command_without_its_slash_is_seen(text: str, is_bare: bool) -> None:
    assert is_bare_command(text, verbs()) is is_bare


@pytest.mark.parametrize("unit", ["/ ", "\n ", " \n", "\u0301", "\u200b", "//", "/\u0301", "\\\\ ", "é "])
def test_a_hostile_text_is_read_at_once(unit: str) -> None:
    text = (unit * LONG)[:LONG] + "é"
    start = time.process_time()
    read_written(text)
    holds_mark(text)
    read_command(text, is_placed=True)
    assert time.process_time() - start < 0.5
