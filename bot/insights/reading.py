"""The report of some days, read from the database and the files of the knowledge base."""

from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.insights.report import Knowledge, Report, make_report
from knowledge.cache.memory import Memory
from knowledge.call.loader import read_folder
from knowledge.call.model import Call
from storage import entry_counts, question_log
from storage.engine.database import Transaction

#: What was read for the report before: the desk shows it page after page, and its files are mostly as they were.
_read_before = Memory()


def read_report(transaction: Transaction, call: Call, folder: Path, now: datetime, days: int) -> Report:
    """Return the report of the last `days` days of the call, the day of `now` included. `folder`: the call's."""
    zone = ZoneInfo(call.facts.time_zone)
    until = now.astimezone(zone).date()
    since = until - timedelta(days=days - 1)
    begin = datetime.combine(since, time(), zone)
    end = datetime.combine(until + timedelta(days=1), time(), zone)
    _read_before.begin()
    entries = read_folder(folder, memory=_read_before).entries
    knowledge = Knowledge([(placed.file, placed.model) for placed in entries])
    totals = entry_counts.list_totals(transaction, since, until)
    return make_report(knowledge, totals, question_log.list_since(transaction, begin, end), since, until)
