from pathlib import Path

import numpy as np
import pytest

from knowledge.cache import arrays as kept
from knowledge.cache.arrays import Names, join_names, load_arrays, save_arrays, split_names
from knowledge.cache.folder import Damaged


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    save_arrays(tmp_path / "deep" / "fit.safetensors", {"row": np.arange(3)}, {"language": "fr"})
    arrays, facts = load_arrays(tmp_path / "deep" / "fit.safetensors")
    assert arrays["row"].tolist() == [0, 1, 2]
    assert facts["language"] == "fr"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["fit.safetensors"]


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"no archive at all", None])
def test_a_damaged_file_is_named_so(tmp_path: Path, damage: bytes | None) -> None:
    path = tmp_path / "fit.safetensors"
    save_arrays(path, {"row": np.arange(1000)}, {})
    path.write_bytes(path.read_bytes()[:-200] if damage is None else damage)
    with pytest.raises(Damaged, match=r"fit\.safetensors"):
        load_arrays(path)


def test_a_bit_that_fell_over_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "fit.safetensors"
    save_arrays(path, {"row": np.arange(8)}, {"language": "fr"})
    content = bytearray(path.read_bytes())
    content[8 + int.from_bytes(content[:8], "little")] ^= 1  # the first byte behind the head: of `row`
    path.write_bytes(content)
    with pytest.raises(Damaged, match="checksum"):
        load_arrays(path)


def test_large_arrays_and_none_at_all_are_loaded_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "fit.safetensors"
    arrays = {
        "large": np.arange(600_000, dtype=np.float64).reshape(300, 2_000),
        "none": np.zeros((0, 3), np.float32),
        "turned": np.arange(12, dtype=np.int32).reshape(3, 4).T,
    }
    save_arrays(path, arrays, {})
    loaded, _ = load_arrays(path)
    for name, array in arrays.items():
        assert loaded[name].dtype == array.dtype
        assert loaded[name].tolist() == array.tolist()
        assert loaded[name].flags.aligned
    path.unlink()
    assert loaded["large"].sum() == arrays["large"].sum()


def test_another_format_is_rebuilt_and_not_misread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "fit.safetensors"
    save_arrays(path, {}, {})
    monkeypatch.setattr(kept, "FORMAT", kept.FORMAT + 1)
    with pytest.raises(Damaged):
        load_arrays(path)


def test_an_absent_file_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_arrays(tmp_path / "fit.safetensors")


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "fit.safetensors"
    save_arrays(path, {"row": np.arange(3)}, {})
    with pytest.raises(TypeError):
        save_arrays(path, {}, {"not JSON": object()})
    assert load_arrays(path)[0]["row"].tolist() == [0, 1, 2]


@pytest.mark.parametrize("names", [[], ["un"], ["un", "deux mots", "é"]])
def test_names_survive(names: list[str]) -> None:
    assert split_names(join_names(names)) == names
    late = Names(join_names(names))
    assert len(late) == len(names)
    assert list(late) == names
    assert [late[place] for place in range(len(names))] == names
    assert late[1:] == names[1:]
