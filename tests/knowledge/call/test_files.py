"""Whatever lies in the folder of a knowledge base, reading it ends, and what is wrong is told with its file."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge.call.check import check_folder
from knowledge.call.files import LARGEST, MOST, FileFault, list_files, read_text
from knowledge.call.loader import MOST_CHARACTERS, MOST_PHRASINGS
from knowledge.library import open_library

SOUND = Path(__file__).parents[1] / "sound"
MESSAGES: dict[str, dict[str, str]] = {"welcome": {}, "apology": {}}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    shutil.copytree(SOUND, tmp_path / "base")
    return tmp_path / "base"


def told(base: Path) -> list[str]:
    return [str(fault) for fault in check_folder(base, date(2030, 2, 1), MESSAGES)]


def only(base: Path, start: str) -> None:
    assert [line for line in told(base) if line.startswith(start)], told(base)


@pytest.mark.parametrize("name", ["answers/autre.yaml", "lexicon.yaml", "call.yaml", "phrases.jinja"])
def test_a_pipe_is_refused_and_not_waited_for(base: Path, name: str) -> None:
    (base / name).unlink(missing_ok=True)
    os.mkfifo(base / name)
    only(base, f"{name}:1: ce n'est pas un fichier ordinaire")


@pytest.mark.parametrize("name", ["answers/autre.yaml", "lexicon.yaml", "call.yaml", "phrases.jinja"])
@pytest.mark.parametrize("target", ["/dev/zero", "/dev/stdin", "/etc/passwd", "../outside.yaml"])
def test_a_link_out_of_the_folder_is_refused(base: Path, name: str, target: str) -> None:
    (base.parent / "outside.yaml").write_text("id: dehors", encoding="utf-8")
    (base / name).unlink(missing_ok=True)
    # Seen from `answers`, the same file is one folder further.
    (base / name).symlink_to(target if target.startswith("/") else "../" * name.count("/") + target)
    only(base, f"{name}:1: ce lien mène hors du dossier de la base")


def test_a_link_within_the_folder_is_followed(base: Path) -> None:
    (base / "call.yaml").rename(base / "call-2030.yaml")
    (base / "call.yaml").symlink_to("call-2030.yaml")
    assert told(base) == []


@pytest.mark.parametrize("name", ["answers/autre.yaml", "lexicon.yaml"])
def test_links_in_a_circle_are_told(base: Path, name: str) -> None:
    (base / name).symlink_to(base / name)
    only(base, f"{name}:1: ce fichier ne peut pas être ouvert")


@pytest.mark.parametrize("name", ["answers/autre.yaml", "lexicon.yaml", "call.yaml"])
def test_a_folder_called_like_a_file_is_told(base: Path, name: str) -> None:
    (base / name).unlink(missing_ok=True)
    (base / name).mkdir()
    only(base, f"{name}:1: ce n'est pas un fichier ordinaire")


def test_a_folder_that_links_to_itself_is_read_once(base: Path) -> None:
    (base / "answers/encore").symlink_to(base / "answers")
    assert told(base) == []


def test_a_file_that_is_too_large_is_told_and_not_kept(base: Path) -> None:
    with (base / "answers/autre.yaml").open("wb") as file:
        file.truncate(50_000_000_000)  # takes no room: nothing is written
    only(base, "answers/autre.yaml:1: ce fichier est trop gros")
    with pytest.raises(FileFault):
        read_text(base, base / "answers/autre.yaml")


def test_many_large_files_are_too_much_together(base: Path) -> None:
    for number in range(MOST_CHARACTERS // LARGEST + 1):
        (base / f"answers/{number}.yaml").write_text("#" * LARGEST, encoding="utf-8")
    assert any("rend la base trop grosse" in line for line in told(base))


def test_too_many_files_are_one_fault(base: Path) -> None:
    for number in range(MOST + 1):
        (base / f"answers/{number}").touch()
    only(base, "answers/:1: le dossier contient trop de fichiers")


def test_folders_within_folders_are_one_fault(base: Path) -> None:
    (base / "answers" / "/".join("a" * 30)).mkdir(parents=True)
    only(base, "answers/:1: les dossiers sont imbriqués trop profondément")


def test_hidden_files_are_none_of_the_base(base: Path) -> None:
    (base / "answers/.dates.yaml.swp").write_bytes(b"\xff")
    assert not any(path.name.startswith(".") for path in list_files(base))
    assert told(base) == []


def test_more_phrasings_than_can_be_fitted_are_refused(base: Path) -> None:
    for number in range(2):
        text = (base / "answers/presse.yaml").read_text("utf-8").replace("id: presse", f"id: presse-{number}")
        variants = "".join(f"  - v {number} {rank}\n" for rank in range(MOST_PHRASINGS // 2 + 1))
        (base / f"answers/presse-{number}.yaml").write_text(text + variants, encoding="utf-8")
    only(base, "answers:1: les réponses ont")


def test_a_strange_file_beside_the_base_keeps_nobody_from_an_answer(base: Path, tmp_path: Path) -> None:
    os.mkfifo(base / "notes.txt")
    (base / "zero").symlink_to("/dev/zero")
    assert open_library(base, tmp_path / "cache").entries
