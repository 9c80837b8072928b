"""An update -> what came in from a person. What cannot be read is named. Nothing is decided here."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from telegram import Message, PhotoSize, Update

from bot.channels.telegram import CHANNEL
from bot.channels.telegram.receiving import raw
from bot.conversation.talk.messages import EDITED, UNREADABLE, Attachment, Incoming

#: What is asked of Telegram: it sends nothing else.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")

#: What a message may carry that is not read (an animation also comes as a document).
_CONTENTS = (
    *("voice", "audio", "video_note", "video", "animation", "sticker"),
    *("venue", "location", "contact", "poll", "dice", "story", "game"),
)
#: What Telegram says in a private chat by itself: nobody waits for an answer to it.
_NOTICES = (
    *("pinned_message", "message_auto_delete_timer_changed", "chat_background_set", "write_access_allowed"),
    *("connected_website", "proximity_alert_triggered", "paid_message_price_changed", "boost_added"),
    *("checklist_tasks_added", "checklist_tasks_done", "poll_option_added", "poll_option_deleted"),
    *("forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened"),
)
#: Any other: what Telegram will have invented by then is said to be unread, not passed over.
_OTHER = "other"


def read_update(update: Update, bot_id: int, now: datetime) -> Incoming | None:
    """Return the message of a person to the bot; None for what is not one: a group's, a notice of Telegram's.

    Errors: TypeError for a value that is not of the type that Telegram promises.
    """
    read = _read(update, bot_id, now)
    return _checked(read) if read else None


def unreadable_update(delivered: Any, bot_id: int, now: datetime) -> Incoming | None:
    """Return what a person is to be told of an update that cannot be read; None where it is not known to be theirs."""
    chat = raw.chat_of(delivered)
    if chat is None or not raw.is_private(delivered):
        return None
    return Incoming(CHANNEL, f"{bot_id}:{raw.number_of(delivered)}", str(chat), "", now, unread=UNREADABLE)


def _read(update: Update, bot_id: int, now: datetime) -> Incoming | None:
    # Numbers of updates are the bot's own: with another bot, the same number is another message.
    number = f"{bot_id}:{update.update_id}"
    if update.callback_query:
        person = str(update.callback_query.from_user.id)
        if not _is_private(update):
            return None
        pressed = update.effective_message
        return Incoming(
            CHANNEL,
            number,
            person,
            "",
            now,
            choice=update.callback_query.data or "",
            message=str(pressed.message_id) if pressed else None,
        )
    if update.edited_message and _is_private(update):
        changed = update.edited_message
        is_text = changed.text is not None or changed.caption is not None
        attachments = attachments_of(changed)
        content = None if is_text or attachments else _content_of(changed)
        return replace(_unread(number, changed, content or EDITED, now), attachments=attachments)
    message = update.message
    if message is None or not _is_private(update):
        return None
    if message.text is not None:
        return Incoming(CHANNEL, number, str(message.chat.id), message.text, now, message=str(message.message_id))
    if attachments := attachments_of(message):
        text, written = message.caption or "", str(message.message_id)
        return Incoming(CHANNEL, number, str(message.chat.id), text, now, message=written, attachments=attachments)
    content = _content_of(message)
    if content is None and any(getattr(message, name) for name in _NOTICES):
        return None
    return _unread(number, message, content or _OTHER, now)


def content_of(update: Update) -> str | None:
    """Return all that a message, written or changed, holds of what is read; None for what is no message.

    Not how it is laid out, nor where a live location is by now: Telegram calls these changes too.
    """
    message = update.message or update.edited_message
    if message is None:
        return None
    files = [getattr(getattr(message, name), "file_unique_id", name) for name in _CONTENTS if getattr(message, name)]
    sent = message.document or (max(message.photo, key=_area) if message.photo else None)
    if sent is not None:
        files.append(sent.file_unique_id)
    return "\n".join([*map(str, files), message.text or message.caption or ""])


def _content_of(message: Message) -> str | None:
    return next((name for name in _CONTENTS if getattr(message, name)), None)


def _checked(read: Incoming) -> Incoming:
    """Return what was read, its texts such as every database takes. Errors: TypeError."""
    texts = [read.text, read.choice or "", *(attachment.name for attachment in read.attachments)]
    numbers = [int(read.sender), *(attachment.size or 0 for attachment in read.attachments)]
    if not all(isinstance(text, str) for text in texts) or not all(type(number) is int for number in numbers):
        raise TypeError("a value of an update is not of its type")
    if all(_is_sound(text) for text in texts):
        return read
    attachments = tuple(replace(attachment, name=mended(attachment.name)) for attachment in read.attachments)
    choice = None if read.choice is None else mended(read.choice)
    return replace(read, text=mended(read.text), choice=choice, attachments=attachments)


def _is_sound(text: str) -> bool:
    """Whether no half of a character stands in it: JSON can carry one, UTF-8 cannot."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def mended(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def attachments_of(message: Message) -> tuple[Attachment, ...]:
    """Return the document or the photo of a message: of an album, each comes in a message of its own."""
    if message.document and not message.animation:
        sent = message.document
        name, media_type = sent.file_name or "", sent.mime_type or ""
        return (Attachment(sent.file_id, name, media_type, sent.file_size, message.media_group_id),)
    if message.photo:
        largest = max(message.photo, key=_area)
        name = f"photo-{message.date:%Y-%m-%d}-{message.message_id}.jpg"
        return (Attachment(largest.file_id, name, "image/jpeg", largest.file_size, message.media_group_id),)
    return ()


def _area(photo: PhotoSize) -> int:
    return photo.width * photo.height


def _is_private(update: Update) -> bool:
    return update.effective_chat is not None and update.effective_chat.type == "private"


def _unread(number: str, message: Message, content: str, now: datetime) -> Incoming:
    text, written = message.text or message.caption or "", str(message.message_id)
    return Incoming(CHANNEL, number, str(message.chat.id), text, now, unread=content, message=written)
