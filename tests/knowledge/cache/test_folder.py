"""What is read again is what we wrote: a file into which others may have written is worked out anew."""

import os
from pathlib import Path

import pytest

from knowledge.cache.folder import Damaged, forget_older, open_own, touch, write_whole


def _kept(folder: Path) -> Path:
    path = folder / "below" / "kept"
    write_whole(path, lambda file: file.write(b"kept"))
    return path


def test_what_was_written_is_read_by_its_writer_alone(tmp_path: Path) -> None:
    path = _kept(tmp_path)
    with open_own(path) as file:
        assert file.read() == b"kept"
    assert path.stat().st_mode & 0o077 == 0
    assert [each.name for each in path.parent.iterdir()] == ["kept"]


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_what_others_may_have_written_is_not_read(tmp_path: Path, mode: int) -> None:
    path = _kept(tmp_path)
    path.chmod(mode)
    with pytest.raises(Damaged, match="kept"):
        open_own(path)


@pytest.mark.skipif(os.getuid() != 0, reason="only the administrator gives files away")
def test_what_somebody_else_wrote_is_not_read(tmp_path: Path) -> None:
    path = _kept(tmp_path)
    os.chown(path, 12345, -1)
    with pytest.raises(Damaged, match="kept"):
        open_own(path)


def test_a_link_is_not_followed_though_it_leads_to_a_file_of_ours(tmp_path: Path) -> None:
    path = _kept(tmp_path)
    link = path.with_name("link")
    link.symlink_to(path)
    os.utime(path, (1, 1))
    with pytest.raises(Damaged, match="link"):
        open_own(link)
    touch(link)
    assert path.stat().st_mtime == 1
    write_whole(link, lambda file: file.write(b"new"))
    assert not link.is_symlink()
    assert path.read_bytes() == b"kept"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(Damaged, match="pipe"):
        open_own(tmp_path / "pipe")


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    path = _kept(tmp_path)
    with pytest.raises(ZeroDivisionError):
        write_whole(path, lambda file: file.write(b"half") // 0)
    assert path.read_bytes() == b"kept"
    assert [each.name for each in path.parent.iterdir()] == ["kept"]


def test_the_oldest_go_first(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"kept-{number}").touch()
        os.utime(tmp_path / f"kept-{number}", (number, number))
    forget_older(tmp_path, "kept-*")
    assert sorted(each.name for each in tmp_path.iterdir()) == [f"kept-{number}" for number in range(2, 6)]


def test_a_link_that_leads_nowhere_keeps_nothing_from_being_removed(tmp_path: Path) -> None:
    (tmp_path / "kept-link").symlink_to(tmp_path / "nowhere")
    for number in range(6):
        (tmp_path / f"kept-{number}").touch()
        os.utime(tmp_path / f"kept-{number}", (number, number))
    os.utime(tmp_path / "kept-link", (0, 0), follow_symlinks=False)
    forget_older(tmp_path, "kept-*")
    assert sorted(each.name for each in tmp_path.iterdir()) == [f"kept-{number}" for number in range(2, 6)]
