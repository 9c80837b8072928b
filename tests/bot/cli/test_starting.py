"""A knowledge base of one's own, from the shipped one."""

import json
from pathlib import Path

from knowledge.call.check import load_call
from tests.bot.conftest import Run


def test_a_copy_is_sound_and_has_a_schema_of_each_kind_of_file(guichet: Run, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    done = guichet("init", str(mine))
    assert done.returncode == 0, done.stderr
    assert f"guichet check {mine}" in done.stdout.decode()
    assert load_call(mine).facts.waves
    described = {file.name.removesuffix(".schema.json") for file in (mine / ".schemas").iterdir()}
    kinds = {path.stem for path in mine.glob("*.yaml")} | {path.name for path in mine.iterdir() if path.is_dir()}
    assert described == kinds - {".schemas"}
    answer = json.loads((mine / ".schemas" / "answers.schema.json").read_text(encoding="utf-8"))
    assert {"question", "answer", "topic"} <= set(answer["required"])


def test_where_nothing_can_be_written_it_is_said(guichet: Run) -> None:
    done = guichet("init", "/dev/null/mine")
    assert done.returncode in (1, 2)
    assert "/dev/null" in done.stderr.decode()


def test_a_schema_is_written_by_its_name(guichet: Run) -> None:
    assert "answers" in guichet("schema").stdout.decode().split()
    written = guichet("schema", "answers").stdout
    assert json.loads(written)["type"] == "object"
    assert "answers" in guichet("schema", "réponses").stderr.decode()


def test_nothing_is_ever_written_over(guichet: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "call.yaml").write_text("mine", encoding="utf-8")
    assert "existe déjà" in guichet("init", str(tmp_path / "mine")).stderr.decode()
    assert (tmp_path / "mine" / "call.yaml").read_text(encoding="utf-8") == "mine"
