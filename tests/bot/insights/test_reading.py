"""The report as the desk shows it, page after page: what did not change is not read again, what did is."""

from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest

from bot.insights.reading import read_report
from bot.insights.report import Report
from knowledge.call import loader
from storage import entry_counts
from storage.engine.database import Database, Transaction
from storage.entry_counts import Counted
from tests.shipped import shipped

SMALL_CALL = Path(__file__).resolve().parents[2] / "knowledge" / "sound"
NOW = datetime(2020, 10, 15, 10, tzinfo=UTC)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_only_what_changed_is_read_again(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(copytree(SMALL_CALL, tmp_path / "call"))
    changed = folder / "answers" / "dates.yaml"

    def report(transaction: Transaction) -> Report:
        return read_report(transaction, shipped().call, folder, NOW, 30)

    def show(transaction: Transaction) -> None:
        entry_counts.count(transaction, changed.stem, NOW.date(), Counted.SHOWN)

    database.run_now(show)
    before = database.run_now(report)
    read: list[str] = []
    read_as = loader._read_as

    def note(name: str, *rest: object, **more: object) -> object:
        read.append(name)
        return read_as(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(loader, "_read_as", note)
    assert database.run_now(report) == before
    assert not read
    question = before.most_asked[0].sheet.question
    changed.write_text(changed.read_text("utf-8").replace(question, "Une autre question ?"), "utf-8")
    assert database.run_now(report).most_asked[0].sheet.question == "Une autre question ?"
    assert read == ["answers/dates.yaml"]
