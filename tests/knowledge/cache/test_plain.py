"""What comes back is what was kept; what would come back otherwise is not kept."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.cache import plain
from knowledge.cache.folder import Damaged
from knowledge.cache.plain import load_plain, save_plain

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.dates() | st.text(max_size=5) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_days_numbers_and_texts_come_back_as_they_are(value: Any) -> None:
    assert plain._read(plain._written({"file": value})) == {"file": value}  # without the disk


@pytest.mark.parametrize(
    "value", [{"=day": "2030-01-01"}, {1: "one"}, (1, 2), datetime(2030, 1, 1, tzinfo=UTC), b"x", float("nan")]
)
def test_what_would_come_back_otherwise_is_not_kept(tmp_path: Path, value: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # of JSON, or ours: it is kept by none
        save_plain(tmp_path / "kept", {"file": value})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"a": {"=day": "no day"}}', b"[" * 100_000])
def test_what_is_damaged_is_told(tmp_path: Path, content: bytes) -> None:
    save_plain(tmp_path / "kept", {"file": date(2030, 1, 1)})
    assert load_plain(tmp_path / "kept") == {"file": date(2030, 1, 1)}
    (tmp_path / "kept").write_bytes(content)
    with pytest.raises(Damaged, match="kept"):
        load_plain(tmp_path / "kept")
