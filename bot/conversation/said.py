"""The names of all that the assistant says itself: each must be worded in the call's `messages.yaml`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

_SOURCE = {"title": "Communiqué", "publisher": "Cnam", "published_on": "2020"}

#: Each with an example of the values it is filled with. Checked by `guichet check`; a test keeps this the same as what
#: the conversation says.
MESSAGES: Mapping[str, Mapping[str, Any]] = {
    "apology": {},
    "cancelled": {},
    "checked_on": {"date": date(2026, 1, 1)},
    "choice_stale": {},
    "choice_unknown": {},
    "did_you_mean": {},
    "follow_ups": {},
    "none": {},
    "none_empty": {},
    "none_of_these": {},
    "notice_before": {},
    "notice_closed": {},
    "offer_team": {},
    "offer_team_no": {},
    "offer_team_yes": {},
    "other_question": {"question": "Qui ?"},
    "resumed": {},
    "source_copy": _SOURCE,
    "source_deduced": {},
    "source_official": _SOURCE,
    "source_press": _SOURCE,
    "team_asked": {"question": "Qui ?"},
    "team_declined": {},
    "too_long": {},
    "welcome": {},
}
