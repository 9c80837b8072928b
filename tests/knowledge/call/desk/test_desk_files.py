"""The decisions and the templates of replies of a call are checked with its other files."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from knowledge.call.check import check_folder
from knowledge.call.desk.filling import fill_reply
from knowledge.call.desk.replies import PLACES, ReplyTemplate
from tests.shipped import shipped

SOUND = Path(__file__).parents[2] / "sound"


@pytest.fixture
def faults(tmp_path: Path) -> Callable[[str, str], list[str]]:
    folder = tmp_path / "call"
    shutil.copytree(SOUND, folder)

    def check(name: str, content: str) -> list[str]:
        (folder / name).write_text(content, encoding="utf-8")
        return [
            f"{each.line}: {each.text}" for each in check_folder(folder, date(2020, 10, 15), {}) if each.file == name
        ]

    return check


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("decisions.yaml", "decisions: []", "1: "),
        ("decisions.yaml", "decisions:\n  - {id: a, label: A}\n  - {id: a, label: B}", "3: "),
        ("decisions.yaml", "decisions:\n  - {id: Retenu !, label: A}", "2: "),
        ("decisions.yaml", "decisions:\n  - {id: a, label: A, couleur: bleu}", "2: "),
        ("decisions.yaml", "decisions:\n  - {id: a, label: A}\n  - {id: b, label: B, formerly: [a]}", "3: "),
        ("replies.yaml", "replies:\n  - {id: a, label: A, text: 'Bonjour {{ towm }}'}", "2: "),
        ("replies.yaml", "replies:\n  - {id: a, label: A, text: 'Bonjour {{ town'}", "2: "),
        ("replies.yaml", "replies:\n  - {id: a, label: A, text: 'La vague ferme le 1er mars 2030.'}", "2: "),
        ("replies.yaml", 'replies:\n  - {id: a, label: A, text: "Votre ville n\'est pas éligible."}', "2: "),
    ],
)
def test_each_fault_is_told_where_it_is(
    faults: Callable[[str, str], list[str]], name: str, content: str, told: str
) -> None:
    found = faults(name, content)
    assert found, content
    assert found[0].startswith(told), found


def test_a_call_may_have_neither(tmp_path: Path) -> None:
    folder = tmp_path / "call"
    shutil.copytree(SOUND, folder)
    assert not {"decisions.yaml", "replies.yaml"} & {path.name for path in folder.iterdir()}
    assert {each.file for each in check_folder(folder, date(2020, 10, 15), {})} <= {"messages.yaml"}


def test_every_gap_is_named_once_and_what_is_asked_for_may_be_left_out() -> None:
    now = datetime(2020, 10, 15, tzinfo=UTC)
    text = "{% if has.person %}{{ person }}, {% endif %}{{ town }} et {{ town }}, nº {{ reference }}"
    template = ReplyTemplate(id="a", label="A", text=text)
    filled = fill_reply(shipped().renderer, template, {"reference": "K7R"}, now)
    assert (filled.text, filled.missing) == ("… et …, nº K7R", ("town",))
    whole = fill_reply(shipped().renderer, template, PLACES, now)
    assert (whole.missing, "Claire Martin, Dole (Jura)" in whole.text) == ((), True)
