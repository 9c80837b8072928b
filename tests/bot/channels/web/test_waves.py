"""The strip of the waves."""

from datetime import UTC, datetime

import pytest

from bot.channels.web.waves import strip_of
from tests.shipped import shipped


@pytest.mark.parametrize("day", [datetime(2020, 10, 15, 10, tzinfo=UTC), datetime(2021, 6, 25, 10, tzinfo=UTC)])
def test_days_are_counted_down_with_what_is_not_known_of_the_hour(day: datetime) -> None:
    strip = strip_of(shipped(), day)
    assert strip.current is not None
    assert "l'heure limite" in strip.reserve


@pytest.mark.parametrize("day", [datetime(2020, 7, 1, 10, tzinfo=UTC), datetime(2021, 7, 1, 10, tzinfo=UTC)])
def test_outside_of_the_call_no_day_is_counted_down(day: datetime) -> None:
    strip = strip_of(shipped(), day)
    assert strip.current is None
    assert strip.today_x is None
