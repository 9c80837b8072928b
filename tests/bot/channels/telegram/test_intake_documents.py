"""What Telegram delivers of documents and photos: `intake`, for what is no text."""

from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Update

from bot.channels.telegram.receiving.intake import read_update
from bot.channels.telegram.receiving.staff_intake import read_staff_update
from bot.conversation.talk.messages import Attachment

NOW = datetime(2020, 10, 15, 10, tzinfo=UTC)
DOCUMENT = {"file_id": "d", "file_unique_id": "u", "file_name": "étude.pdf", "mime_type": "application/pdf"}
SIZES = [
    {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 90, "file_size": 9},
    {"file_id": "large", "file_unique_id": "l", "width": 1280, "height": 960, "file_size": 99},
    {"file_id": "medium", "file_unique_id": "m", "width": 320, "height": 240, "file_size": 30},
]
ANIMATION = {"file_id": "a", "file_unique_id": "a", "width": 9, "height": 9, "duration": 1}
ANNE = {"id": 501, "is_bot": False, "first_name": "Anne"}


def delivered(chat: int = 7, **content: Any) -> Update:
    kind = {"type": "private", "first_name": "Claire"} if chat > 0 else {"type": "supergroup", "title": "Équipe"}
    message = {"message_id": 3, "date": 1602756000, "chat": {"id": chat, **kind}, "from": ANNE, **content}
    update = Update.de_json({"update_id": 5, "message": message}, None)
    assert update is not None
    return update


@pytest.mark.parametrize(
    ("content", "attachment"),
    [
        ({"document": {**DOCUMENT, "file_size": 12}}, Attachment("d", "étude.pdf", "application/pdf", 12)),
        ({"document": DOCUMENT, "media_group_id": "77"}, Attachment("d", "étude.pdf", "application/pdf", None, "77")),
        ({"document": {"file_id": "d", "file_unique_id": "u"}}, Attachment("d", "", "", None)),
        ({"photo": SIZES}, Attachment("large", "photo-2020-10-15-3.jpg", "image/jpeg", 99)),
    ],
)
def test_a_document_comes_with_its_caption(content: dict[str, Any], attachment: Attachment) -> None:
    incoming = read_update(delivered(**content, caption="Voici"), 1, NOW)
    assert incoming is not None
    assert (incoming.text, incoming.attachments, incoming.unread) == ("Voici", (attachment,), None)
    staff = read_staff_update(delivered(-100, **content, caption="Voici"), 1, NOW)
    assert staff is not None
    assert (staff.text, staff.attachments) == ("Voici", (attachment,))


def test_an_animation_is_no_document() -> None:
    incoming = read_update(delivered(animation=ANIMATION, document=DOCUMENT), 1, NOW)
    assert incoming is not None
    assert (incoming.unread, incoming.attachments) == ("animation", ())


def test_what_the_staff_filmed_is_a_file() -> None:
    written = read_staff_update(delivered(-100, animation=ANIMATION, document=DOCUMENT, caption="Voici"), 1, NOW)
    assert written is not None
    (film,) = written.attachments
    assert (written.text, film.reference, film.name) == ("Voici", "a", "video-2020-10-15-3.mp4")
