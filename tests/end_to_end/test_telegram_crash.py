"""`guichet serve` killed while people write in Telegram, with the intake by polling and by webhook."""

from pathlib import Path

import pytest

from tests.end_to_end.telegram_crash import crash


@pytest.mark.parametrize("intake", ["polling", "webhook"])
async def test_no_update_is_lost_and_none_is_handled_twice(intake: str, cache: Path, tmp_path: Path) -> None:
    report = await crash(intake, kills=3, people=60, cache=cache, folder=tmp_path, seed=5)
    assert report.faults == []
    assert report.updates == 300
    # One send is in flight at a kill in each lane of the courier, and Telegram cannot be told that it is the same.
    assert report.repeats <= 3 * 32
