"""The wiring: what `serve` puts together works together."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import open_application
from bot.settings import read_settings
from storage.migrations import Older
from tests.shipped import shipped

NOW = datetime(2020, 10, 15, 8, tzinfo=UTC)


async def test_whatever_time_brings_can_be_done(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One that takes something else than it is given would only be logged: no type is known of them."""
    settings = read_settings({"GUICHET_DATA": str(tmp_path)})
    with (
        open_application(settings, lambda: NOW, shipped(), older=Older.MIGRATED) as application,
        caplog.at_level(logging.ERROR),
    ):
        courier = application._courier({}, lambda: NOW)
        await application.assistant_for(courier).tick(NOW)
    assert not caplog.records
