"""The shipped call and the sound base load; what was read is what was written."""

import shutil
from pathlib import Path

import pytest
from pydantic import ValidationError

from knowledge.call.loader import read_folder

SOUND = Path(__file__).parents[1] / "sound"


def test_all_files_become_one_frozen_call() -> None:
    call = read_folder(SOUND).assemble()
    assert [entry.id for entry in call.entries] == ["dates", "presse"]
    assert call.facts.waves[1].number == 2
    assert call.commands["help"] == ("aide",)
    with pytest.raises(ValidationError):
        call.facts = call.facts  # type: ignore[misc]  # frozen: that it is refused is the point


def test_answers_may_stand_in_folders_of_their_own(tmp_path: Path) -> None:
    shutil.copytree(SOUND, tmp_path / "base")
    (tmp_path / "base/answers/zone").mkdir()
    (tmp_path / "base/answers/dates.yaml").rename(tmp_path / "base/answers/zone/dates.yaml")
    draft = read_folder(tmp_path / "base")
    assert draft.faults == []
    assert {placed.file for placed in draft.entries} == {"answers/presse.yaml", "answers/zone/dates.yaml"}


def test_what_can_be_read_is_read_beside_a_faulty_file(tmp_path: Path) -> None:
    shutil.copytree(SOUND, tmp_path / "base")
    (tmp_path / "base/answers/dates.yaml").write_text("id: [", encoding="utf-8")
    draft = read_folder(tmp_path / "base")
    assert draft.has_unread_answers
    assert [placed.model.id for placed in draft.entries] == ["presse"]
