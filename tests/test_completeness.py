"""Nothing is said that nobody worded, nothing is worded that nobody says, nothing can be set that the README hides."""

import re
from pathlib import Path

import pytest

from bot.base.wording import texts
from bot.conversation.talk.message_names import MESSAGES
from bot.conversation.values.moves import Status
from bot.settings import SHIPPED_CALL
from knowledge.call.loader import read_folder
from knowledge.call.model import Basis, Read
from storage.engine.tables import OutboxStatus, ThreadStatus
from tests.listed import read_list

ROOT = Path(__file__).resolve().parent.parent
SOURCES = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "bot").rglob("*.py"))}
QUESTIONS = ROOT / "tests" / "questions"
ENTRIES = {placed.model.id: placed.model for placed in read_folder(SHIPPED_CALL).entries}


def test_every_message_is_said_somewhere() -> None:
    elsewhere = "".join(text for path, text in SOURCES.items() if path.name != "message_names.py")
    unsaid = [name for name in MESSAGES if f'"{name}"' not in elsewhere and not name.startswith("notice_")]
    assert unsaid == []


def test_every_wording_of_the_command_line_is_used() -> None:
    worded = read_list(ROOT / "bot" / "cli" / "command_line.yaml")
    code = "".join(SOURCES.values())
    # Said by a value that is named elsewhere: a programme, what became of a reply, the basis of a statement.
    kinds = {"acv", "ti", *OutboxStatus, *Basis, *Read}
    unused = [name for part in worded.values() for name in part if f'"{name}"' not in code and name not in kinds]
    assert unused == []


def test_every_wording_of_the_page_is_used() -> None:
    worded = read_list(ROOT / "bot" / "channels" / "web" / "words.yaml")
    code = "".join(SOURCES.values())
    assert [name for name in worded if f'"{name.removeprefix("enclosed_")}"' not in code] == []


def test_whatever_the_staff_have_before_them_has_a_status_in_words() -> None:
    assert {each.value for each in (*Status, *ThreadStatus)} == set(texts("statuses"))


def test_every_variable_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    variables = set(re.findall(r'"(GUICHET_[A-Z_]+)"', "".join(SOURCES.values())))
    assert variables
    assert [name for name in sorted(variables) if name not in readme] == []


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = set(re.findall(r'@command\("([a-z-]+)"\)', "".join(SOURCES.values())))
    assert commands
    assert [name for name in sorted(commands) if f"guichet {name}" not in readme] == []


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_entry_has_questions_of_its_own(entry: str) -> None:
    questions = read_list(QUESTIONS / f"{entry}.yaml")["questions"]
    assert len(questions) >= 3
    assert not set(questions) & {ENTRIES[entry].question, *ENTRIES[entry].variants}


def test_no_question_is_kept_for_an_entry_that_is_gone() -> None:
    kept = {path.stem for path in QUESTIONS.glob("*.yaml") if not path.name.startswith("_")}
    assert kept - set(ENTRIES) == set()
