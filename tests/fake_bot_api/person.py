"""What a person does in Telegram: writes, edits, sends a file, presses a button. Each becomes an update for the bot."""

import random
import time
from typing import Any

from tests.fake_bot_api.bots import Bot, Json
from tests.fake_bot_api.errors import bad_request

#: What a message may carry beside a text, as Telegram names it.
CONTENTS = (
    *("text", "caption", "contact", "location", "document", "photo", "voice", "sticker", "poll"),
    *("message_thread_id", "reply_to_message", "entities", "migrate_to_chat_id", "migrate_from_chat_id"),
    *("forum_topic_closed", "new_chat_members"),
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
        uploaded = {
            "data": file["content"].encode(),
            "filename": file.get("file_name"),
            "content_type": file.get("mime_type"),
        }
        message["document"] = bot.keep_file(uploaded, "document")
        if "file_size" in file:  # said to be larger than it is
            message["document"]["file_size"] = file["file_size"]
            bot.files[message["document"]["file_id"]]["size"] = file["file_size"]
    kind = deed.get("kind", "message")
    if kind == "edited_message":
        message["edit_date"] = message["date"]
    if str(message.get("text", "")).startswith("/") and "entities" not in message:
        first = message["text"].split()[0]
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(first)}]
    bot.messages[chat_id, message["message_id"]] = message
    bot.tell("edit" if kind == "edited_message" else "message", message)
    return bot.push(kind, message)


def _number() -> str:
    return str(random.getrandbits(62))
