"""What the log writes: nothing that steers a terminal, nothing that passes for a record of its own."""

import json
import logging

import pytest

from bot.base.complaints import Complaint
from bot.base.trail import JsonFormatter, LegibleFormatter
from bot.settings import read_log_format

HOSTILE = "action=ended name=\x1b[31mrouge\n2020-10-15 WARNING bot forged"


def record(message: str) -> logging.LogRecord:
    return logging.LogRecord("bot.serving", logging.WARNING, __file__, 1, message, None, None)


def test_a_record_in_json_is_one_line_and_tells_its_action() -> None:
    written = JsonFormatter().format(record(HOSTILE))
    assert "\n" not in written
    assert "\x1b" not in written
    told = json.loads(written)
    assert (told["level"], told["logger"], told["action"]) == ("WARNING", "bot.serving", "ended")
    assert told["message"] == HOSTILE
    assert told["time"].endswith("+00:00")


def test_a_record_without_an_action_tells_none() -> None:
    assert "action" not in json.loads(JsonFormatter().format(record("Bonjour")))


def test_a_record_in_text_steers_nothing() -> None:
    written = LegibleFormatter("%(message)s").format(record(HOSTILE))
    assert "\x1b" not in written
    assert not any(line.startswith("2020") for line in written.split("\n"))


def test_another_format_is_refused() -> None:
    assert read_log_format({}) == "text"
    assert read_log_format({"GUICHET_LOG_FORMAT": "JSON"}) == "json"
    with pytest.raises(Complaint, match="text, json"):
        read_log_format({"GUICHET_LOG_FORMAT": "xml"})
