"""The program is killed while pages are open; `python -m tests.end_to_end.web_crash --kills 100` does it for long."""

from pathlib import Path

from tests.end_to_end.web_crash import crash


async def test_killed_while_pages_are_open_it_loses_nothing_and_shows_nothing_twice(tmp_path: Path) -> None:
    report = await crash(kills=3, people=4, folder=tmp_path, seed=20201015)
    assert report.faults == []
    assert report.messages >= 4
