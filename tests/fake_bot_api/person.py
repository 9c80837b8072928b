"""What a person does in Telegram: writes, edits, sends a file, presses a button. Each becomes an update for the bot."""

import base64
import random
import time
from typing import Any

from tests.fake_bot_api.bots import Bot, Json
from tests.fake_bot_api.errors import bad_request

#: What a message may carry beside a text, as Telegram names it.
CONTENTS = (
    *("text", "caption", "contact", "location", "document", "photo", "voice", "sticker", "poll"),
    *(
        "media_group_id",
        "message_thread_id",
        "reply_to_message",
        "entities",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
    ),
    *("media_group_id", "forum_topic_closed", "new_chat_members"),
)


def person(number: int, language: str = "fr") -> Json:
    return {"id": number, "is_bot": False, "first_name": f"Personne {number}", "language_code": language}


def act(bot: Bot, deed: Json) -> int:
    """Do what `deed` tells and return the update's id.

    `chat_id` with `text`, `document` …: a message (`kind`: "edited_message" and `message_id`: an edit); with
    `message_id` and `data`: a button pressed; `query`: an inline query; `update`: any update, as it is. `user_id`: who,
    in a group.
    """
    if "update" in deed:
        ((kind, body),) = deed["update"].items()
        return bot.push(kind, body)
    chat_id = int(deed["chat_id"])
    who = person(int(deed.get("user_id") or (chat_id if chat_id > 0 else 1)), deed.get("language_code", "fr"))
    if "query" in deed:
        query = _number()
        bot.queried[query] = time.time()
        return bot.push("inline_query", {"id": query, "from": who, "query": deed["query"], "offset": ""})
    if "data" in deed:
        return _press(bot, chat_id, who, deed)
    return _write(bot, chat_id, who, deed)


def _press(bot: Bot, chat_id: int, who: Json, deed: Json) -> int:
    message = bot.messages.get((chat_id, int(deed["message_id"])))
    if message is None:
        raise bad_request("no such message")
    query = _number()
    bot.pressed[query] = time.time()
    body = {"id": query, "from": who, "message": message, "chat_instance": "1", "data": deed["data"]}
    return bot.push("callback_query", body)


def _write(bot: Bot, chat_id: int, who: Json, deed: Json) -> int:
    message: dict[str, Any] = {
        "message_id": deed.get("message_id") or bot.new_message_id(chat_id),
        "from": who,
        "chat": bot.chat(chat_id),
        "date": int(time.time()),
        **{name: deed[name] for name in CONTENTS if name in deed},
    }
    if "message_thread_id" in deed:
        message["is_topic_message"] = True
        # As Telegram does: what answers nothing answers the message that made the topic.
        made = {"message_id": deed["message_thread_id"], "date": message["date"], "chat": message["chat"]}
        message.setdefault("reply_to_message", {**made, "forum_topic_created": {"name": "…", "icon_color": 7322096}})
    if isinstance(deed.get("document"), dict) and "content" in deed["document"]:
        file = deed["document"]
        message["document"] = _upload(bot, file, file.get("mime_type"))
        if "file_size" in file:  # said to be larger than it is
            message["document"]["file_size"] = file["file_size"]
            bot.files[message["document"]["file_id"]]["size"] = file["file_size"]
    if isinstance(deed.get("photo"), dict):
        message["photo"] = _photo(bot, deed["photo"])
    kind = deed.get("kind", "message")
    if kind == "edited_message":
        message["edit_date"] = message["date"]
    if str(message.get("text", "")).startswith("/") and "entities" not in message:
        first = message["text"].split()[0]
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(first)}]
    bot.messages[chat_id, message["message_id"]] = message
    bot.tell("edit" if kind == "edited_message" else "message", message)
    return bot.push(kind, message)


def _upload(bot: Bot, file: Json, content_type: str | None) -> Json:
    """Keep a file whose `content` is a text or bytes; `base64`: it is written so."""
    content = file["content"]
    if file.get("base64"):
        content = base64.b64decode(content)
    uploaded = {
        "data": content if isinstance(content, bytes) else content.encode(),
        "filename": file.get("file_name"),
        "content_type": content_type,
    }
    return bot.keep_file(uploaded, "document")


def _photo(bot: Bot, file: Json) -> list[Json]:
    """Return the photo in two sizes, as Telegram does; only the larger one is what was sent."""
    small, large = _upload(bot, {"content": b"small"}, "image/jpeg"), _upload(bot, file, "image/jpeg")
    names = ("file_id", "file_unique_id", "file_size")
    return [
        {**{name: kept[name] for name in names}, "width": side, "height": side}
        for side, kept in ((90, small), (1280, large))
    ]


def _number() -> str:
    return str(random.getrandbits(62))
