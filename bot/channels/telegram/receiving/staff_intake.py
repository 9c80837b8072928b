"""An update of the staff's group -> what was written or pressed there, by whom. Nothing is decided here.

Every message is told of but Telegram's own notices: what cannot be sent to a town is named, for its author to be told.
"""

from datetime import datetime

from telegram import Message, MessageEntity, Update, Venue

from bot.channels.telegram import CHANNEL
from bot.channels.telegram.receiving.intake import attachments_of, mended
from bot.conversation.talk.messages import Attachment, Doubt, Speaker, StaffMessage

#: By whose accounts Telegram writes what is written as a group, as a channel, or brought over from a linked channel.
_NAMELESS = {1_087_968_824: Speaker.ANONYMOUS, 136_817_688: Speaker.CHANNEL, 777_000: Speaker.CHANNEL}
#: What is neither a text nor sent as a file, as `Message` calls it.
_CONTENTS = (
    *("sticker", "poll", "dice", "story", "game", "checklist", "paid_media", "giveaway", "giveaway_winners", "invoice"),
    *("live_photo", "passport_data"),
)
#: Content of a kind that this version of the library does not know.
_UNKNOWN = "unknown"
#: Fields that say something about a message, and are not its content.
_ABOUT_IT = frozenset(
    {
        *("message_id", "date", "chat", "from_user", "sender_chat", "message_thread_id", "is_topic_message"),
        *("reply_to_message", "external_reply", "quote", "reply_to_story", "reply_markup", "edit_date", "via_bot"),
        *("author_signature", "forward_origin", "is_automatic_forward", "has_protected_content", "is_from_offline"),
        *("media_group_id", "effect_id", "link_preview_options", "sender_boost_count", "sender_business_bot"),
        *("business_connection_id", "sender_tag", "is_paid_post", "paid_star_count", "direct_messages_topic"),
        *("suggested_post_info", "reply_to_checklist_task_id", "reply_to_poll_option_id", "guest_query_id"),
        *("guest_bot_caller_chat", "guest_bot_caller_user", "entities", "caption_entities", "has_media_spoiler"),
        *("show_caption_above_media", "text", "caption"),
    }
)
_MAP = "https://www.openstreetmap.org/?mlat={0}&mlon={1}#map=17/{0}/{1}"


def read_staff_update(update: Update, bot_id: int, now: datetime, bot: str | None = None) -> StaffMessage | None:
    """Return what was written or pressed in the staff's group; None for what is a notice of Telegram's.

    `bot`: the name by which commands may call it.
    """
    number, chat, user = f"{bot_id}:{update.update_id}", update.effective_chat, update.effective_user
    if chat is None:
        return None
    group = str(chat.id)
    if update.callback_query:
        presser, pressed = update.callback_query.from_user, update.effective_message
        who, written = (presser.full_name, str(presser.id)), str(pressed.message_id) if pressed else None
        choice, username = update.callback_query.data or "", presser.username
        return StaffMessage(CHANNEL, number, group, *who, "", now, choice=choice, message=written, username=username)
    message = update.message or update.edited_message
    if message is None:
        return None
    text, attachments, unread = _content(message)
    text = mended(text)
    is_edit = update.edited_message is not None
    if not (text or attachments or unread) or (is_edit and message.location):  # a step of somebody who moves
        return None
    return StaffMessage(
        CHANNEL,
        number,
        group,
        mended(user.full_name) if user else "",
        str(user.id) if user else "",
        text,
        now,
        answers=_answered(message),
        topic=str(message.message_thread_id) if message.is_topic_message else None,
        message=str(message.message_id),
        is_edit=is_edit,
        attachments=attachments,
        username=user.username if user else None,
        unread=unread,
        album=message.media_group_id,
        written_at=message.date,
        speaker=_speaker(message),
        doubt=_doubt(message, bot_id),
        bot=bot,
        is_in_own_topic=_is_in_topic_of(message, bot_id),
    )


def _content(message: Message) -> tuple[str, tuple[Attachment, ...], str | None]:
    """Return the words, the files, and what is neither."""
    words = message.text or message.caption or ""
    if message.contact:
        contact = message.contact
        name = " ".join(filter(None, (contact.first_name, contact.last_name)))
        return f"{name} : {contact.phone_number}", (), None
    if message.venue:
        return _placed(message.venue), (), None
    if message.location:
        where = message.location
        # Somebody who moves tells their colleagues where they are. Read as Telegram sent it: the attribute warns of
        # another type to come.
        if where.to_dict().get("live_period"):
            return "", (), "live_location"
        return _MAP.format(where.latitude, where.longitude), (), None
    if attachments := attachments_of(message) or _recording(message):
        return words, attachments, None
    if message.text is not None:
        return words, (), None
    unread = next((name for name in _CONTENTS if getattr(message, name)), None)
    return words, (), unread or (None if _is_notice(message) else _UNKNOWN)


def _placed(venue: Venue) -> str:
    where = _MAP.format(venue.location.latitude, venue.location.longitude)
    return "\n".join(filter(None, (venue.title, venue.address, where)))


def _recording(message: Message) -> tuple[Attachment, ...]:
    """Return the sound or the film of a message, as the file that it can be sent as."""
    stem = f"{message.date:%Y-%m-%d}-{message.message_id}"
    film = message.animation or message.video or message.video_note
    sent = message.voice or message.audio or film
    if sent is None:
        return ()
    usual = "audio/ogg" if message.voice else "audio/mpeg" if message.audio else "video/mp4"
    made_up = f"message-vocal-{stem}.ogg" if message.voice else f"video-{stem}.mp4" if film else ""
    name, media_type = getattr(sent, "file_name", None) or made_up, getattr(sent, "mime_type", None) or usual
    return (Attachment(sent.file_id, name, media_type, sent.file_size, message.media_group_id),)


def _is_notice(message: Message) -> bool:
    """Whether Telegram tells of something that happened to the group: it bears a field that is no content.

    A message without any field that this version knows is of a kind to come.
    """
    known = {name for name in message.__slots__ if not name.startswith("_") and getattr(message, name, None)}
    return bool(known - _ABOUT_IT)


def _speaker(message: Message) -> Speaker:
    if message.is_automatic_forward:
        return Speaker.CHANNEL
    if message.sender_chat is not None:
        return Speaker.ANONYMOUS if message.sender_chat.id == message.chat.id else Speaker.CHANNEL
    if message.from_user is None:
        return Speaker.CHANNEL
    known = _NAMELESS.get(message.from_user.id)
    return known or (Speaker.BOT if message.from_user.is_bot else Speaker.MEMBER)


def _doubt(message: Message, bot_id: int) -> Doubt | None:
    """Return why the words may be meant for somebody else than the town."""
    if message.forward_origin:
        return Doubt.FORWARDED
    if message.via_bot:
        return Doubt.VIA_BOT
    answered = message.reply_to_message if _answered(message) else None
    if message.external_reply or message.reply_to_story:
        return Doubt.ANSWER
    if answered and answered.from_user and answered.from_user.id != bot_id:
        return Doubt.ANSWER
    entities = (*(message.entities or ()), *(message.caption_entities or ()))
    if any(each.type in (MessageEntity.MENTION, MessageEntity.TEXT_MENTION) for each in entities):
        return Doubt.MENTION
    return None


def _answered(message: Message) -> str | None:
    """Return the id of the message answered to. In a topic, what answers nothing answers the topic's first message."""
    answered = message.reply_to_message
    if answered is None or (message.is_topic_message and answered.message_id == message.message_thread_id):
        return None
    return str(answered.message_id)


def _is_in_topic_of(message: Message, bot_id: int) -> bool:
    """Whether the bot made the topic, where that can be seen."""
    first = message.reply_to_message
    made = first if first is not None and first.forum_topic_created else None
    return bool(message.is_topic_message and made and made.from_user and made.from_user.id == bot_id)
