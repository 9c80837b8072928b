"""Every faulty base of `faulty/` lies over `sound/`, and must be told its faults, all of them and no other."""

import shutil
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.cache.memory import Memory
from knowledge.call.check import check_folder, load_call
from knowledge.call.faults import KnowledgeError
from knowledge.call.loader import PHRASES, REQUIRED

HERE = Path(__file__).parents[1]
SOUND = HERE / "sound"
FAULTY = sorted(folder for folder in (HERE / "faulty").iterdir() if folder.is_dir())
MESSAGES: dict[str, dict[str, str]] = {"welcome": {}, "apology": {}}
TODAY = date(2030, 2, 1)


def lay_over(base: Path, folder: Path) -> Path:
    shutil.copytree(SOUND, base)
    shutil.copytree(folder, base, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.txt"))
    return base


def test_the_sound_base_has_no_fault() -> None:
    assert check_folder(SOUND, TODAY, MESSAGES) == ()


def test_there_are_many_ways_to_be_faulty() -> None:
    assert len(FAULTY) >= 25


@pytest.mark.parametrize("folder", FAULTY, ids=lambda folder: folder.name)
def test_a_faulty_base_is_told_each_fault_with_its_line(folder: Path, tmp_path: Path) -> None:
    expected = (folder / "expected.txt").read_text(encoding="utf-8").splitlines()
    base, is_production = lay_over(tmp_path / "base", folder), folder.name.startswith("production-")
    told = [str(fault) for fault in check_folder(base, TODAY, MESSAGES, is_production=is_production)]
    assert len(told) == len(expected), told
    for line, start in zip(told, expected, strict=True):
        assert line.startswith(start)
        assert line.count(". ") >= 1, "a fault says what is wrong, then how to mend it"


@pytest.mark.parametrize("folder", FAULTY, ids=lambda folder: folder.name)
def test_what_is_remembered_of_an_earlier_check_changes_no_fault(folder: Path, tmp_path: Path) -> None:
    base, memory = lay_over(tmp_path / "base", folder), Memory()
    check_folder(SOUND, TODAY, MESSAGES, memory=memory)
    memory.begin()
    assert check_folder(base, TODAY, MESSAGES, memory=memory) == check_folder(base, TODAY, MESSAGES)


#: What is put for what in one file, so that another one is faulty, which stays as it was.
CHANGES = (
    ("sources.yaml", "kind: official}", "kind: official, since: 2030-03-01, quoted_as: [la vague 1]}"),
    ("call.yaml", "id: places, value: 12", "id: seats, value: 12"),
    ("phrases.jinja", "jusqu'au", "jusqu'à la fin du" + " mois" * 800),
    ("answers/presse.yaml", "answer: ", "answer: |\n  {% if waves['vague-1'].days_left <= 7 %}Bientôt, {% endif %}"),
)
#: It says nothing on one day, which only another file makes one of those that are tried.
ANSWER = """answer: |
  {% if waves['vague-1'].days_left != 7 %}La vague 1 va {{ until(waves['vague-1']) }}, {{ figures.places }} places.
  {% endif %}
"""


@pytest.mark.parametrize(("name", "before", "after"), CHANGES, ids=[name for name, _, _ in CHANGES])
def test_what_another_file_changes_is_looked_at_again(tmp_path: Path, name: str, before: str, after: str) -> None:
    base, memory = tmp_path / "base", Memory()
    shutil.copytree(SOUND, base)
    answer, changed = base / "answers" / "dates.yaml", base / name
    start, _, rest = answer.read_text("utf-8").partition("answer: |")
    answer.write_text(f"{start}{ANSWER}{rest[rest.index('sources:') :]}", "utf-8")
    assert check_folder(base, TODAY, MESSAGES, memory=memory) == ()
    changed.write_text(changed.read_text("utf-8").replace(before, after), "utf-8")
    memory.begin()
    told = check_folder(base, TODAY, MESSAGES, memory=memory)
    assert told == check_folder(base, TODAY, MESSAGES)
    assert "answers/dates.yaml" in {fault.file for fault in told}


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from([folder.name for folder in FAULTY]), min_size=2, max_size=4), st.data())
def test_what_is_remembered_serves_whatever_changes_next(names: list[str], data: st.DataObject) -> None:
    memory = Memory()
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch) / "base"
        shutil.copytree(SOUND, base)
        for name in names:
            for path in sorted((HERE / "faulty" / name).rglob("*.*")):
                below = base / path.relative_to(HERE / "faulty" / name)
                if path.name != "expected.txt" and path.is_file() and data.draw(st.booleans()):
                    below.parent.mkdir(exist_ok=True)
                    shutil.copyfile(path, below)
            memory.begin()
            assert check_folder(base, TODAY, MESSAGES, memory=memory) == check_folder(base, TODAY, MESSAGES)


@pytest.mark.parametrize("name", [*REQUIRED, PHRASES])
def test_a_missing_file_is_one_fault(name: str, tmp_path: Path) -> None:
    base = tmp_path / "base"
    shutil.copytree(SOUND, base)
    (base / name).unlink()
    told = [str(fault) for fault in check_folder(base, TODAY, MESSAGES)]
    assert f"{name}:1: ce fichier manque. Créez-le ; la base livrée avec Guichet sert d'exemple." in told


def test_what_the_operator_has_to_fill_in_is_tolerated_until_the_opening(tmp_path: Path) -> None:
    base = lay_over(tmp_path / "base", HERE / "faulty" / "production-a-completer")
    assert check_folder(base, TODAY, MESSAGES) == ()
    (fault,) = check_folder(SOUND, TODAY, MESSAGES, is_production=True)
    assert str(fault).startswith("privacy.yaml:1: rien ne dit qui répond")


def test_a_passed_review_is_a_warning_and_keeps_the_base_serving(tmp_path: Path) -> None:
    (fault, other) = check_folder(SOUND, date(2032, 1, 1), MESSAGES)
    assert fault.is_warning
    assert other.is_warning
    assert str(fault).startswith("answers/dates.yaml:11: la réponse devait être relue avant le 2031-12-01.")
    assert load_call(SOUND).facts.id == "petit-appel"


def test_a_faulty_base_is_refused_with_all_its_faults(tmp_path: Path) -> None:
    base = lay_over(tmp_path / "base", HERE / "faulty" / "plusieurs-fautes")
    with pytest.raises(KnowledgeError) as refused:
        load_call(base)
    assert len(refused.value.faults) == 4


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    (fault,) = check_folder(tmp_path / "nowhere", TODAY, MESSAGES)
    assert "n'existe pas" in fault.text
