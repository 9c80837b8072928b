"""What Telegram is to send for a reply: its HTML, whole texts, buttons, cards."""

import pytest

from bot.channels.markup import as_plain
from bot.channels.telegram.sending.wording import (
    TEXT_LIMIT,
    Card,
    Text,
    as_html,
    keyboard_of,
    messages_of,
    split,
)
from bot.conversation.talk.folds import folded
from bot.conversation.talk.messages import Choice, Contact, Reply
from tests.fake_bot_api.formatting import length, visible_text


@pytest.mark.parametrize(
    ("written", "html", "plain"),
    [
        ("a < b & c", "a &lt; b &amp; c", "a < b & c"),
        ("**gras** et <b>pas</b>", "<b>gras</b> et &lt;b&gt;pas&lt;/b&gt;", "gras et <b>pas</b>"),
        ("- un\n- deux", "• un\n• deux", "• un\n• deux"),
        ("[ici](https://x.fr/?a=1&b=2)", '<a href="https://x.fr/?a=1&amp;b=2">ici</a>', "ici : https://x.fr/?a=1&b=2"),
        ("[x](javascript:alert)", "[x](javascript:alert)", "[x](javascript:alert)"),
        ("2 ** 3 * 4_5_6 `a` ~b~", "2 ** 3 * 4_5_6 `a` ~b~", "2 ** 3 * 4_5_6 `a` ~b~"),
        (
            '[a"b](https://x.fr/"onclick)',
            '<a href="https://x.fr/&quot;onclick">a&quot;b</a>',
            'a"b : https://x.fr/"onclick',
        ),
    ],
)
def test_light_markdown_becomes_telegrams(written: str, html: str, plain: str) -> None:
    assert as_html(written) == html
    assert as_plain(written) == plain
    visible_text(html, "HTML")


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(f"Paragraphe {number}. " + "mot " * 200 for number in range(20)),
        "x" * 10_000,
        "😀" * 5_000,
        "ligne\n" * 3_000,
    ],
)
def test_a_long_text_is_cut_and_nothing_of_it_lost(text: str) -> None:
    pieces = list(split(text))
    assert all(0 < length(piece) <= TEXT_LIMIT for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_text_is_cut_between_paragraphs_where_it_can_be() -> None:
    paragraphs = [f"{number} " + "mot " * 300 for number in range(8)]
    assert all(piece[0].isdecimal() for piece in split("\n\n".join(paragraphs)))


def test_the_buttons_stand_under_the_last_text() -> None:
    texts = messages_of(Reply("mot " * 3_000, (Choice("a", "Oui"),)))
    assert [isinstance(each, Text) and each.keyboard is not None for each in texts] == [False, False, True]


def test_labels_that_a_phone_would_cut_are_also_written_out() -> None:
    choices = (Choice("e:a", "Quelle est la date limite de la vague 2 ?"), Choice("e:b", "Non"))
    (text,) = messages_of(Reply("Vouliez-vous dire :", choices))
    assert isinstance(text, Text)
    assert "1. Quelle est la date limite de la vague 2 ?\n2. Non" in text.plain
    markup = keyboard_of(choices)
    assert markup is not None
    assert [[button.text for button in row] for row in markup.inline_keyboard] == [
        [f"1. {choices[0].label}"],
        ["2. Non"],
    ]
    assert [row[0].callback_data for row in markup.inline_keyboard] == ["e:a", "e:b"]


def test_short_choices_that_belong_together_stand_in_one_row() -> None:
    choices = (Choice("e:a", "Les dates"), Choice("f:y:b", "Oui, utile"), Choice("f:n:b", "Non", beside=True))
    markup = keyboard_of(choices)
    assert markup is not None
    assert [[button.text for button in row] for row in markup.inline_keyboard] == [["Les dates"], ["Oui, utile", "Non"]]
    alone = keyboard_of((Choice("f:n:b", "Non", beside=True),))
    assert alone is not None
    assert len(alone.inline_keyboard) == 1


def test_a_contact_with_a_number_is_a_card() -> None:
    contact = Contact("Durand, Zoé", "presse; com", ("01 02 03 04 05", "06 07 08 09 10"), "z@exemple.fr")
    text, card = messages_of(Reply("Voici.", contact=contact))
    assert isinstance(card, Card)
    assert card.phone == "01 02 03 04 05"
    assert "FN:Durand\\, Zoé\r\n" in card.vcard
    assert "TITLE:presse\\; com\r\n" in card.vcard
    assert card.vcard.count("TEL;") == 2
    assert isinstance(text, Text)
    assert text.plain == "Voici."


def test_a_contact_without_a_number_is_written() -> None:
    (text,) = messages_of(Reply("Voici.", contact=Contact("Zoé", "presse", (), "z@exemple.fr")))
    assert isinstance(text, Text)
    assert text.plain == "Voici.\n\nZoé, presse\nz@exemple.fr"


def test_what_backs_an_answer_is_a_quotation_that_opens() -> None:
    backing = "- Liste : <oui>.\n\nSource : Cnam."
    told = f"Oui : **Dole**.\n\n{folded(backing)}\n\nQui ?"
    (text,) = messages_of(Reply(told))
    assert isinstance(text, Text)
    assert text.html == (
        "Oui : <b>Dole</b>.\n\n<blockquote expandable>• Liste : &lt;oui&gt;.\n\nSource : Cnam.</blockquote>\n\nQui ?"
    )
    assert text.plain == "Oui : Dole.\n\n• Liste : <oui>.\n\nSource : Cnam.\n\nQui ?"


def test_a_quotation_that_is_cut_stays_one_in_each_piece() -> None:
    pieces = [each for each in messages_of(Reply(folded("\n".join(["une source"] * 500)))) if isinstance(each, Text)]
    assert len(pieces) > 1
    for piece in pieces:
        assert piece.html.startswith("<blockquote expandable>")
        assert piece.html.endswith("</blockquote>")
        assert length(visible_text(piece.html, "HTML")) <= TEXT_LIMIT
