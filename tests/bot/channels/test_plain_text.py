"""Lines fit the terminal, and no word is cut."""

import pytest

from bot.channels.plain_text import columns, write_reply
from bot.conversation.talk.messages import Choice, Contact, Reply
from knowledge.language.written import as_written

TEXT = (
    "**Votre dossier préliminaire** est transmis à l'équipe de l'appel, qui vous répondra ici même dès que possible.\n"
    "- Une ligne d'une liste qui est bien plus longue que ce que quarante colonnes peuvent montrer d'un seul tenant\n"
    "Des caractères larges 日本語の文章 日本語の文章 日本語の文章 et composés : e\u0301le\u0301gance."
)
REPLY = Reply(
    TEXT,
    (Choice("a", "Un choix dont le nom ne tient pas dans une ligne de quarante colonnes"), Choice("b", "Non")),
    Contact("Amélie Zanetti", "contact presse du Conservatoire national des arts et métiers", ("01 53 01 82 77",)),
)


@pytest.mark.parametrize("width", [24, 40, 80, 96, 120])
def test_lines_fit_and_words_are_whole(width: int) -> None:
    written = write_reply(REPLY, bold="\x1b[1m\\1\x1b[0m", width=width)
    assert all(columns(line) <= width for line in written.split("\n"))
    assert written.split() == write_reply(REPLY, bold="\x1b[1m\\1\x1b[0m").split()


def test_a_word_longer_than_a_line_stands_alone() -> None:
    assert write_reply(Reply("un anticonstitutionnellement deux"), width=5).split("\n") == [
        "un",
        "anticonstitutionnellement",
        "deux",
    ]


def test_what_takes_two_columns_or_none_is_counted_so() -> None:
    assert [columns(text) for text in ("été", "e\u0301", "日本", "\x1b[1mgras\x1b[0m", "a\u200bb")] == [3, 1, 4, 4, 2]


def test_what_people_typed_is_shown_as_typed() -> None:
    written = write_reply(Reply(f"**Oui** : {as_written('le **maire** et [x](https://exemple.fr)')}"), bold=r"<\1>")
    assert written == "<Oui> : le **maire** et [x](https://exemple.fr)"
