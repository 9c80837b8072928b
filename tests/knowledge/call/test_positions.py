"""Each part of a YAML text is found again at its line."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.call import positions
from knowledge.call.positions import Document, Unreadable, read_yaml

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
        ("a: 1\nb: \x07\n", 2, "bad-yaml-control"),
        ("a: 1\nb: x\0y\n", 2, "bad-yaml-control"),
        ('a: 1\nb: "x\\0"\n', 2, "bad-yaml-control"),
        ('a: 1\nb: "\\e[31m"\n', 2, "bad-yaml-control"),
        ("a: 1\nb: !!timestamp hier\n", 2, "bad-yaml-tag"),
        ("a: 1\nb: !!bool abc\n", 2, "bad-yaml-tag"),
        ("a: 1\nb: !!int abc\n", 2, "bad-yaml-tag"),
        ("a: 1\nb: !!float abc\n", 2, "bad-yaml-tag"),
        ("a: 1\nb: !!null abc\n", 2, "bad-yaml-tag"),
        ("a: 1\nb: !!binary '*'\n", 2, "bad-yaml-tag"),
        ("a: 1\nb: !!set {a}\n", 2, "bad-yaml-tag"),
        ("a: 1\nb: !!omap [a]\n", 2, "bad-yaml-tag"),
        ("a: 1\nb: !!pairs [a]\n", 2, "bad-yaml-tag"),
        ("a: 1\nb: !!map [a]\n", 2, "bad-yaml-tag"),
        ("a: 1\nb: !!python/object/apply:os.system [id]\n", 2, "bad-yaml-tag"),
        ("a: 1\nb: !ours x\n", 2, "bad-yaml-tag"),
        ("a: 1\nb: ! x\n", 2, "bad-yaml-tag"),
        ("a: 1\n<<: {b: 2}\n", 2, "bad-yaml-merge"),
        ("a: &a {b: 1}\nc: *a\n", 2, "bad-yaml-alias"),
        ("a: 1\nb: &b [*b]\n", 2, "bad-yaml-alias"),
        ("a: 1\nyes: 2\n", 2, "bad-yaml-key"),
        ("a: 1\n12: 2\n", 2, "bad-yaml-key"),
        ("a: 1\n2030-01-01: 2\n", 2, "bad-yaml-key"),
        ("a: 1\n~: 2\n", 2, "bad-yaml-key"),
        ("a: 1\nb: {c: {d: 1}, c: 2}\n", 2, "duplicate-key"),
        (f"a: 1\nb: {'9' * 5_000}\n", 2, "bad-yaml-number"),
        ("a: 1\nb: 0x_\n", 2, "bad-yaml-number"),
        ("a: 1\nb: 2030-01-01T00:00:00+99:99\n", 2, "bad-yaml-date"),
        ("a: 1\nb: " + "[" * 100_000, 2, "bad-yaml-deep"),
        ("a: 1\nb: " + "{a: " * 100_000, 2, "bad-yaml-deep"),
        ("a: 1\n" + "- " * 100_000, 2, "bad-yaml"),
        ("- " * 100_000, 1, "bad-yaml-deep"),
        ("? " * 100_000, 1, "bad-yaml-deep"),
        ("\n".join(" " * depth + "a:" for depth in range(1_000)), 31, "bad-yaml-deep"),
        ("".join(f"k{rank}:\n" for rank in range(60_000)), 50_000, "bad-yaml-many"),
        ("a: 1\nb: " + "x" * 60_000, 2, "bad-yaml-long"),
        ("a: 1\n---\nb: 2\n", 2, "bad-yaml"),
    ],
)
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])  # not every build of PyYAML has the first
def test_what_is_not_yaml_is_said_with_its_line(
    text: str, line: int, code: str, loader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(positions, "_Loader", getattr(yaml, loader))
    found = read_yaml(text)
    assert isinstance(found, Unreadable)
    same = {"bad-yaml-tab", code} if code == "bad-yaml-character" else {code}  # the two word tabs differently
    assert found.line == line
    assert found.code in same


@given(st.text(alphabet=st.sampled_from("ab1:-[]{}&*!|>'\"%@`?,#\n \t\0\x1b\ufeff\u2028éa<~.")))
@settings(max_examples=500, derandomize=True, deadline=None)
def test_any_text_is_read_or_told(text: str) -> None:
    assert isinstance(read_yaml(text), Document | Unreadable)
