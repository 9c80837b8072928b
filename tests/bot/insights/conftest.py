"""A month of a counter, small but with everything in it."""

from datetime import UTC, date, datetime

import pytest

from bot.insights.report import Knowledge, Report, make_report
from bot.settings import SHIPPED_CALL
from knowledge.call.loader import read_folder
from storage.entry_counts import EntryTotal
from storage.question_log import LoggedQuestion

SINCE, UNTIL = date(2020, 9, 16), date(2020, 10, 15)
NOW = datetime(2020, 10, 15, 10, tzinfo=UTC)

TOTALS = [
    EntryTotal("antenne-locaux", 15, 1, 5),
    EntryTotal("bonjour", 40, 0, 0),
    EntryTotal("calendrier", 61, 9, 1),
    EntryTotal("fiche-disparue", 4, 0, 8),
    EntryTotal("formations", 3, 0, 1),
]


def logged(text: str, *guesses: str, picked: str | None = None, was_offered: bool = False) -> LoggedQuestion:
    return LoggedQuestion(text, guesses, was_offered, picked, NOW)


QUESTIONS = [
    logged("le wifi est-il gratuit dans les antennes ?", "antenne"),
    logged("wifi gratuit dans l'antenne ?"),
    logged("wifi gratuit dans l'antenne ?"),
    logged("on paie en $ ou en € ? 🙂"),
    logged("combien", "calendrier", "formations", picked="formations", was_offered=True),
    logged("combien ?", "calendrier", "formations", picked="", was_offered=True),
    logged("combien ?", "calendrier", "formations", picked="formations", was_offered=True),
    logged("locaux neufs", "antenne-locaux", "antenne", picked="", was_offered=True),
    logged("date", "calendrier", was_offered=True),
]


@pytest.fixture(scope="session")
def known() -> Knowledge:
    return Knowledge([(placed.file, placed.model) for placed in read_folder(SHIPPED_CALL).entries])


@pytest.fixture
def report(known: Knowledge) -> Report:
    return make_report(known, TOTALS, QUESTIONS, SINCE, UNTIL)
