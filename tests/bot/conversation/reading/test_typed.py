"""Signs that nobody sees hide nothing of what people type, and what they wrote stays as they typed it."""

import pytest

from bot.conversation.reading.codes import read_reference
from bot.conversation.reading.commands import Command, read_command
from bot.conversation.reading.typed import plain, visible

WORDS = {"dossier": ["dossier", "/dossier"], "yes": ["oui"]}


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("\u200b/dossier", "/dossier"),
        ("candi\u00addater", "candidater"),
        ("oui\u200b", "oui"),
        ("\u202eoui\u202c\ufeff", "oui"),
        ("a\u200db", "ab"),
        ("œuvre ½ ① Łódź", "œuvre ½ ① Łódź"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f", "👨\u200d👩\u200d👧 ❤\ufe0f"),
    ],
)
def test_what_shows_nothing_is_left_out(typed: str, seen: str) -> None:
    assert visible(typed) == seen


def test_marks_are_read_in_one_kind_of_slash_space_and_line() -> None:
    assert plain("\u200f／a\u00a0b\u2028⧸\u0338c é") == "/a b\n/c é"


@pytest.mark.parametrize("typed", ["\u200b/dossier", "／dossier", "/dos\u00adsier", "dossier\u200e", "ｄｏｓｓｉｅｒ"])
def test_a_command_is_read_whatever_hides_it(typed: str) -> None:
    assert read_command(typed, WORDS) is Command.DOSSIER


def test_a_number_is_read_whatever_hides_it() -> None:
    assert read_reference("\u200bK7R\u2011M3W\u2011X9A\u200b".replace("\u2011", "-")) == "K7R-M3W-X9A"
