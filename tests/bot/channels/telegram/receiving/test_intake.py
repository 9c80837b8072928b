"""Of each message, press or change, its id: of the one written or changed, or whose button was pressed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Update

from bot.channels.telegram.receiving.intake import read_update
from bot.channels.telegram.receiving.staff_intake import read_staff_update
from bot.conversation.talk.messages import EDITED

NOW = datetime(2020, 10, 15, 10, tzinfo=UTC)
ANNE = {"id": 7, "is_bot": False, "first_name": "Anne"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Anne"}
GROUP = {"id": -100_500, "type": "supergroup", "title": "Équipe"}


def update(kind: str, **body: Any) -> Update:
    read = Update.de_json({"update_id": 5, kind: {"from": ANNE, **body}}, None)
    assert read is not None
    return read


def message(chat: dict[str, Any], **content: Any) -> dict[str, Any]:
    return {"message_id": 42, "date": 0, "chat": chat, **content}


def test_a_text_has_the_id_of_its_message() -> None:
    read = read_update(update("message", **message(PRIVATE, text="Bonjour")), 1, NOW)
    assert read is not None
    assert (read.update, read.message, read.text, read.unread) == ("1:5", "42", "Bonjour", None)


@pytest.mark.parametrize("content", ["text", "caption"])
def test_a_change_has_the_new_text_and_the_id_of_what_was_changed(content: str) -> None:
    changed = message(PRIVATE, edit_date=1, **{content: "Bonsoir"})
    read = read_update(update("edited_message", **changed), 1, NOW)
    assert read is not None
    assert (read.message, read.text, read.unread) == ("42", "Bonsoir", EDITED)


def test_a_press_has_the_id_of_the_message_that_bears_the_button() -> None:
    bearing = message(PRIVATE, text="Oui ?", **{"from": ANNE})
    pressed = update("callback_query", id="q", message=bearing, chat_instance="1", data="d:x")
    read = read_update(pressed, 1, NOW)
    assert read is not None
    assert (read.message, read.choice) == ("42", "d:x")


def test_a_change_in_the_group_is_told_from_a_message() -> None:
    written = read_staff_update(update("message", **message(GROUP, text="Bonjour")), 1, NOW)
    changed = read_staff_update(update("edited_message", **message(GROUP, text="Bonsoir", edit_date=1)), 1, NOW)
    assert written is not None
    assert changed is not None
    assert (written.message, written.is_edit) == ("42", False)
    assert (changed.message, changed.is_edit, changed.text) == ("42", True, "Bonsoir")
