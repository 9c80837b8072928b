"""The values that messages tell apart are those that the program gives, and a slip in a template is a fault."""

import re
import shutil
from datetime import date
from pathlib import Path

from bot.conversation.talk import message_values
from bot.conversation.talk.message_names import MESSAGES
from bot.conversation.talk.message_values import CHOICES
from bot.settings import SHIPPED_CALL
from knowledge.call.check import check_folder
from storage import staff_drafts
from storage.engine.tables import OutboxStatus, PressStatus, ReminderStatus, ThreadStatus


def test_what_the_database_keeps_is_all_told_apart() -> None:
    kept = {
        message_values.REMINDER: ReminderStatus,
        message_values.LINE: OutboxStatus,
        message_values.THREAD: ThreadStatus,
        message_values.PRESS: PressStatus,
        message_values.DRAFT: staff_drafts.Fate,
    }
    for words, kinds in kept.items():
        assert set(words) == {str(kind) for kind in kinds}


def test_every_choice_is_of_a_message_that_takes_it() -> None:
    for message, names in CHOICES.items():
        given = repr(MESSAGES[message])
        assert all(name in given for name in names), message


SLIPS = (
    ("document_refused", "why == 'too-large'", "why == 'too_large'"),
    ("group_topic_dossier", "status == 'withdrawn'", "status == 'retiré'"),
    ("erase_confirm", "each.fate == 'withdrawn'", "each.fate == 'withdrew'"),
    ("data_bot", "status == 'pending'", "status == 'waiting'"),
)


def test_each_value_that_is_never_given_is_a_fault(tmp_path: Path) -> None:
    """Its words would never be said, in silence."""
    call = tmp_path / "call"
    shutil.copytree(SHIPPED_CALL, call)
    file = call / "messages.yaml"
    text = file.read_text(encoding="utf-8")
    for message, right, slip in SLIPS:
        before, start, rest = text.partition(f"  {message}: ")
        assert right in rest
        text = before + start + rest.replace(right, slip, 1)
    file.write_text(text, encoding="utf-8")
    told = [str(fault) for fault in check_folder(call, date(2026, 11, 25), MESSAGES, CHOICES) if not fault.is_warning]
    wrong = [re.split(r"['\"]", slip)[1] for _, _, slip in SLIPS]
    assert len(told) == len(wrong), told
    assert all(any(each in fault for fault in told) for each in wrong), told
