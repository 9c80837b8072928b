"""Replies as lines: what a person reads in a terminal."""

from bot.channels.plain_text import write_reply
from bot.conversation.messages import Choice, Contact, Reply


def test_choices_are_numbered_from_one() -> None:
    written = write_reply(Reply("Vouliez-vous dire :", (Choice("a", "Les dates ?"), Choice("b", "La presse ?"))))
    assert written == "Vouliez-vous dire :\n\n  1. Les dates ?\n  2. La presse ?"


def test_a_link_is_below_its_line_where_it_can_be_copied() -> None:
    written = write_reply(Reply("Source : [Le titre](https://exemple.fr/page) (Localtis).\nVérifié."))
    assert written == "Source : Le titre (Localtis).\n  https://exemple.fr/page\nVérifié."


def test_bold_is_plain_where_nothing_else_is_said() -> None:
    assert write_reply(Reply("**Attention** : clos.")) == "Attention : clos."
    assert write_reply(Reply("**Attention** : clos."), bold=r"<\1>") == "<Attention> : clos."


def test_long_lines_are_wrapped_and_lists_hang() -> None:
    written = write_reply(Reply("- un deux trois quatre cinq"), width=14)
    assert written == "- un deux\n  trois quatre\n  cinq"


def test_a_contact_is_shown_with_all_its_numbers() -> None:
    contact = Contact("Camille Martin", "contact presse", ("01 02 03 04 05",), "presse@exemple.fr")
    written = write_reply(Reply("Voici.", contact=contact))
    assert written == "Voici.\n\n  Camille Martin, contact presse\n  01 02 03 04 05\n  presse@exemple.fr"
