"""Files that leave are for their owner only, whole or not there, and never behind a link."""

import os
import resource
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from storage.engine.private_files import FileExists, FileNotWritten, make_private_folder, private_draft, write_private

OLD = b"what was there"
NOBODY = 65_534


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The system then refuses to write more, as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def as_anyone() -> Iterator[None]:
    """Without the rights of root, to whom no folder is closed."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_file_is_its_owners_from_the_beginning(tmp_path: Path) -> None:
    with private_draft(tmp_path / "x") as draft:
        assert mode(draft) == 0o600
        draft.write_bytes(b"new")
    assert (mode(tmp_path / "x"), (tmp_path / "x").read_bytes()) == (0o600, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_who_has_the_old_file_open_reads_nothing_of_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(OLD)
    path.chmod(0o666)
    with path.open("rb") as opened:
        write_private(path, b"secret and longer than before")
        assert opened.read() == OLD
    assert mode(path) == 0o600


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_bytes(OLD)
    (tmp_path / "x").symlink_to(tmp_path / "theirs")
    with pytest.raises(FileNotWritten, match="est un lien"):
        write_private(tmp_path / "x", b"new")
    (tmp_path / "dangling").symlink_to(tmp_path / "not yet")
    with pytest.raises(FileNotWritten, match="est un lien"):
        write_private(tmp_path / "dangling", b"new", may_replace=False)
    assert (tmp_path / "theirs").read_bytes() == OLD
    assert not (tmp_path / "not yet").exists()


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileNotWritten, match="fichier ordinaire"):
        write_private(tmp_path / "pipe", b"new")
    with pytest.raises(FileNotWritten, match="est un dossier"):
        write_private(tmp_path, b"new")


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("x/new", "n’est pas un dossier, ou passe par un fichier"), ("x/y/new", "passe par un fichier"),
        ("missing/new", "n’existe pas. Créez-le"), ("/proc/new", "ne laisse créer aucun fichier"),
        ("/proc/self/fd/new", "ne laisse créer aucun fichier"),
    ],
)  # fmt: skip
def test_why_a_place_takes_no_file_is_told_as_it_is(tmp_path: Path, place: str, told: str) -> None:
    (tmp_path / "x").write_bytes(OLD)
    with pytest.raises(FileNotWritten, match=told):
        write_private(tmp_path / place, b"new")
    assert (tmp_path / "x").read_bytes() == OLD


def test_a_file_that_is_there_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(OLD)
    with pytest.raises(FileExists, match="existe déjà"):
        write_private(tmp_path / "x", b"new", may_replace=False)
    drafting = private_draft(tmp_path / "y", may_replace=False)
    drafting.__enter__().write_bytes(b"new")
    (tmp_path / "y").write_bytes(OLD)  # it came meanwhile
    with pytest.raises(FileExists):
        drafting.__exit__(None, None, None)
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {OLD}


@pytest.mark.parametrize("had", [True, False])
def test_what_the_disk_does_not_take_leaves_no_half(tmp_path: Path, had: bool) -> None:
    if had:
        (tmp_path / "x").write_bytes(OLD)
    with files_of_at_most(1000), pytest.raises(FileNotWritten, match="dépasse la taille permise"):
        write_private(tmp_path / "x", bytes(5000))
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [OLD] * had


def test_what_raises_in_between_leaves_no_draft(tmp_path: Path) -> None:
    with suppress(LookupError), private_draft(tmp_path / "x") as draft:
        draft.write_bytes(b"half")
        raise LookupError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("none/x", "none n’existe pas. Créez-le"),
        ("a file/x", "n’est pas un dossier"),
        ("x" * 256, "son nom est trop long"),
    ],
)
def test_a_place_that_cannot_be_is_told(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "a file").touch()
    with pytest.raises(FileNotWritten, match=told):
        write_private(tmp_path / name, b"new")


def test_a_folder_that_is_closed_is_told() -> None:
    with tempfile.TemporaryDirectory() as folder:  # not `tmp_path`: nobody but its owner may even enter it
        Path(folder).chmod(0o555)
        with as_anyone(), pytest.raises(FileNotWritten, match="le droit d’écrire dans le dossier"):
            write_private(Path(folder) / "x", b"new")


def test_the_folder_of_a_bare_name_is_called_by_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        with monkeypatch.context() as here:
            here.chdir(folder)
            with as_anyone(), pytest.raises(FileNotWritten, match=f"dans le dossier {folder}\\."):
                write_private(Path("x"), b"new")


def test_a_bare_name_in_a_folder_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as folder, monkeypatch.context() as here:
        gone = Path(folder) / "gone"
        gone.mkdir()
        here.chdir(gone)
        gone.rmdir()
        with pytest.raises(FileNotWritten, match="ne peut pas être écrit"):
            write_private(Path("x"), b"new")


def test_a_folder_is_its_owners_with_those_that_are_made_above_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_private_folder(tmp_path / "a" / "b")
    make_private_folder(tmp_path / "a" / "b")
    assert [mode(tmp_path / name) for name in ("a", "a/b", ".")] == [0o700, 0o700, 0o755]
    (tmp_path / "file").touch()
    for taken in ("file", "file/below"):
        with pytest.raises(FileNotWritten, match="n’est pas un dossier"):
            make_private_folder(tmp_path / taken)
