"""A call made ready to serve: the fitted matcher is kept, and a cache that is no use only costs time."""

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import knowledge.call.check
from bot.settings import SHIPPED_CALL
from knowledge.cache.plain import load_plain
from knowledge.call.check import load_call, sound_draft
from knowledge.call.faults import KnowledgeError
from knowledge.call.loader import read_known_good
from knowledge.call.positions import read_known_yaml, read_yaml
from knowledge.library import fingerprint_of_files, open_library
from tests.shipped import shipped

SOUND = Path(__file__).parent / "sound"
QUESTION = "c'est quand"


def kept_in(folder: Path) -> Path:
    (kept,) = folder.glob("matcher-*")
    return kept


def test_the_fit_is_kept_and_serves_the_next_time(tmp_path: Path) -> None:
    first = open_library(SOUND, tmp_path)
    written = kept_in(tmp_path).stat().st_ino
    again = open_library(SOUND, tmp_path)
    assert again.matcher.scores(QUESTION) == pytest.approx(first.matcher.scores(QUESTION))
    assert kept_in(tmp_path).stat().st_ino == written


def test_a_fit_that_others_may_have_written_is_made_anew(tmp_path: Path) -> None:
    open_library(SOUND, tmp_path)
    kept_in(tmp_path).chmod(0o666)
    open_library(SOUND, tmp_path)
    assert kept_in(tmp_path).stat().st_mode & 0o077 == 0


def test_a_fit_in_use_is_kept_when_others_are_made(tmp_path: Path) -> None:
    open_library(SOUND, tmp_path)
    used = kept_in(tmp_path)
    os.utime(used, (0, 0))
    for number in range(5):
        other = tmp_path / f"matcher-other-{number}.safetensors"
        other.touch()
        os.utime(other, (number + 1, number + 1))
    open_library(SOUND, tmp_path)  # used again
    call = tmp_path / "call"
    shutil.copytree(SOUND, call)
    entry = next((call / "answers").glob("*.yaml"))
    entry.write_text(entry.read_text(encoding="utf-8").replace("question: ", "question: Ou bien, "), encoding="utf-8")
    open_library(call, tmp_path)
    assert used.exists()


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 nonsense", "half"])
def test_a_damaged_fit_is_made_anew(tmp_path: Path, damage: bytes | str) -> None:
    first = open_library(SOUND, tmp_path)
    whole = kept_in(tmp_path).read_bytes()
    kept_in(tmp_path).write_bytes(whole[: len(whole) // 2] if isinstance(damage, str) else damage)
    again = open_library(SOUND, tmp_path)
    assert again.matcher.scores(QUESTION) == first.matcher.scores(QUESTION)
    assert len(kept_in(tmp_path).read_bytes()) == len(whole)


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    occupied = tmp_path / "cache"
    occupied.write_text("a file stands where the folder should be", encoding="utf-8")
    assert open_library(SOUND, occupied / "below").entries
    assert f"action=fit_not_kept folder={occupied / 'below'}" in caplog.text


def test_a_changed_phrasing_is_fitted_anew(tmp_path: Path) -> None:
    base = tmp_path / "base"
    base.mkdir()
    for path in SOUND.rglob("*"):
        if path.is_file():
            copy = base / path.relative_to(SOUND)
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes(path.read_bytes())
    open_library(base, tmp_path / "cache")
    answer = base / "answers/dates.yaml"
    answer.write_text(answer.read_text(encoding="utf-8") + "  - le planning complet\n", encoding="utf-8")
    library = open_library(base, tmp_path / "cache")
    assert len(list((tmp_path / "cache").glob("matcher-*"))) == 2
    assert library.matcher.scores("le planning complet")[0].entry == "dates"


def test_what_has_passed_once_is_read_the_same_and_a_fault_that_comes_later_is_found(tmp_path: Path) -> None:
    call, cache = tmp_path / "call", tmp_path / "cache"
    shutil.copytree(SOUND, call)
    assert open_library(call, cache).call == open_library(call, cache).call
    assert load_call(SHIPPED_CALL, is_known_good=True) == shipped().call
    answer = call / "answers" / "presse.yaml"
    answer.write_text(answer.read_text(encoding="utf-8").replace("id: presse", "id: autre"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"presse\.yaml"):
        open_library(call, cache)


@pytest.mark.parametrize("damage", [b"", b"{}x", "writable"])
def test_what_stood_in_files_that_passed_is_not_believed_where_others_may_write(
    tmp_path: Path, damage: bytes | str
) -> None:
    first = open_library(SOUND, tmp_path)
    (kept,) = tmp_path.glob("call-*.json")
    whole = kept.read_bytes()
    if isinstance(damage, bytes):
        kept.write_bytes(damage)
    else:
        kept.write_bytes(whole.replace("Camille Martin répond".encode(), b"Personne ne vous lira"))
        kept.chmod(0o666)
    assert open_library(SOUND, tmp_path).call == first.call
    assert kept.read_bytes() == whole, "it is written anew"
    assert kept.stat().st_mode & 0o077 == 0


def test_kept_data_that_is_no_call_is_read_from_the_files_instead(tmp_path: Path) -> None:
    first = open_library(SOUND, tmp_path)
    (kept,) = tmp_path.glob("call-*.json")
    kept.write_text(json.dumps({name: {} for name in json.loads(kept.read_bytes())}), encoding="utf-8")
    assert open_library(SOUND, tmp_path).call == first.call


def test_what_changes_while_it_is_read_is_not_kept_by_the_name_of_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, cache = tmp_path / "call", tmp_path / "cache"
    shutil.copytree(SOUND, call)
    answer = call / "answers" / "presse.yaml"
    before = answer.read_text(encoding="utf-8")

    def saved_meanwhile(*given: Any, **named: Any) -> Any:
        answer.write_text(before.replace("Camille Martin répond", "Camille Martin vous répond"), encoding="utf-8")
        return sound_draft(*given, **named)

    monkeypatch.setattr(knowledge.call.check, "sound_draft", saved_meanwhile)
    assert "vous répond" in str(open_library(call, cache).call)
    monkeypatch.undo()
    answer.write_text(before, encoding="utf-8")
    assert "vous répond" not in str(open_library(call, cache).call)


def test_what_the_caller_has_checked_is_not_checked_again_unless_it_changed(tmp_path: Path) -> None:
    call = tmp_path / "call"
    shutil.copytree(SOUND, call)
    before = fingerprint_of_files(call)
    answer = call / "answers" / "presse.yaml"
    answer.write_text(answer.read_text(encoding="utf-8").replace("id: presse", "id: autre"), encoding="utf-8")
    with pytest.raises(KnowledgeError):
        open_library(call, checked=before)
    assert open_library(call, checked=fingerprint_of_files(call)).call, "whatever the caller has made of it"


def test_a_file_that_was_broken_after_it_was_known_is_told_with_its_line() -> None:
    assert read_known_yaml("a: 1\nb: [") == read_yaml("a: 1\nb: [")


def test_only_the_latest_fits_are_kept(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"matcher-{number}.safetensors").write_bytes(b"old")
    open_library(SOUND, tmp_path)
    assert len(list(tmp_path.glob("matcher-*"))) <= 4


def test_a_message_is_said_at_an_instant() -> None:
    library = open_library(SOUND)
    assert library.say("apology", datetime(2030, 2, 1, tzinfo=UTC)) == "Pardon, le petit appel a eu un incident."


def test_files_that_passed_are_neither_opened_again_nor_judged(tmp_path: Path) -> None:
    call, cache = tmp_path / "call", tmp_path / "cache"
    shutil.copytree(SOUND, call)
    first = open_library(call, cache).call
    known = fingerprint_of_files(call)
    (kept,) = cache.glob("call-*.json")
    data = load_plain(kept)
    for path in call.rglob("*.yaml"):
        path.write_text("no: call\n", encoding="utf-8")
    assert known is not None
    assert read_known_good(call, data).assemble() == first
