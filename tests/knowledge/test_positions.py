"""Each part of a YAML text is found again at its line."""

import pytest

from knowledge.positions import Document, Unreadable, read_yaml

TEXT = """\
id: dates
answer: |
  Première ligne.
  Deuxième ligne.
waves:
  - number: 1
    closes_on: 2030-03-01
"""


def read(text: str) -> Document:
    document = read_yaml(text)
    assert isinstance(document, Document)
    return document


@pytest.mark.parametrize(
    ("path", "line"),
    [(("id",), 1), (("answer",), 2), (("waves",), 5), (("waves", 0), 6), (("waves", 0, "closes_on"), 7)],
)
def test_a_part_is_at_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert read(TEXT).line_of(path) == line


def test_a_part_that_is_missing_is_at_the_line_of_what_should_hold_it() -> None:
    assert read(TEXT).line_of(("waves", 0, "source")) == 6


def test_a_line_within_a_block_counts_from_the_line_after_its_sign() -> None:
    document = read(TEXT)
    assert document.line_within(("answer",), 2) == 4
    assert document.line_within(("id",), 1) == 1


def test_data_is_that_of_the_text() -> None:
    assert read(TEXT).data["waves"][0]["number"] == 1


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("", 1, "empty-file"),
        ("a: 1\nb: 2\na: 3\n", 3, "duplicate-key"),
        ("a: 1\nb: 2030-13-01\n", 2, "bad-yaml-date"),
        ('a: "b\n', 2, "bad-yaml-quote"),
        ("a: [1\n", 2, "bad-yaml"),
        ("a:\n\t- b\n", 2, "bad-yaml-character"),
        ("a:\n  - b\n\t- c\n", 3, "bad-yaml-tab"),
        ("a: b: c\n", 1, "bad-yaml-colon"),
        ("a: \x07\n", 1, "bad-yaml"),
    ],
)
def test_what_is_not_yaml_is_said_with_its_line(text: str, line: int, code: str) -> None:
    found = read_yaml(text)
    assert isinstance(found, Unreadable)
    assert (found.line, found.code) == (line, code)
