"""The methods of the Bot API that are known here: name in lower case -> what it does for a bot."""

import hashlib
import re
import time
from collections.abc import Callable
from typing import Any

from tests.fake_bot_api.bots import Bot, Json, keyboard
from tests.fake_bot_api.errors import bad_request
from tests.fake_bot_api.formatting import length, visible_text

TEXT_LIMIT = 4096
TOPIC_TITLE_LIMIT = 128
#: Results of one inline query, bytes of a result's id.
INLINE_RESULTS, RESULT_ID_BYTES = 50, 64
#: Seconds within which an inline query can be answered.
QUERY_SECONDS = 10
ACTIONS = {
    *("typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document"),
    *("choose_sticker", "find_location", "record_video_note", "upload_video_note"),
}
DOWNLOAD_BYTES = 20 * 1024 * 1024
#: Seconds within which a pressed button can be answered.
ANSWER_SECONDS = 15 * 60
#: Accepted and answered with True, nothing else.
ACKNOWLEDGED = {
    *("deletemycommands", "setmyname", "setmydescription", "setmyshortdescription", "setchatmenubutton"),
    *("pinchatmessage", "unpinchatmessage"),
    *("setmessagereaction", "leavechat"),
}

Method = Callable[[Bot, Json], Any]


def get_me(bot: Bot, _: Json) -> Any:
    return bot.user


def _checked_text(parameters: Json) -> str:
    text = visible_text(str(parameters.get("text") or ""), parameters.get("parse_mode")).strip()
    if not text:
        raise bad_request("message text is empty")
    if length(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return text


def send_message(bot: Bot, parameters: Json) -> Any:
    return bot.write(parameters, text=_checked_text(parameters))


def send_document(bot: Bot, parameters: Json) -> Any:
    return bot.write(parameters, document=bot.keep_file(parameters.get("document"), "document"))


def send_photo(bot: Bot, parameters: Json) -> Any:
    kept = bot.keep_file(parameters.get("photo"), "photo.jpg")
    size = {name: kept[name] for name in ("file_id", "file_unique_id", "file_size")}
    return bot.write(parameters, photo=[{**size, "width": 90, "height": 90}])


def send_contact(bot: Bot, parameters: Json) -> Any:
    if not parameters.get("phone_number") or not parameters.get("first_name"):
        raise bad_request("PHONE_NUMBER_INVALID")
    fields = ("phone_number", "first_name", "last_name", "vcard")
    return bot.write(parameters, contact={name: parameters[name] for name in fields if parameters.get(name)})


def _edit(bot: Bot, parameters: Json, **changes: Any) -> Any:
    old = bot.message(parameters, "edit")
    if old["from"]["id"] != bot.user["id"]:
        raise bad_request("message can't be edited")
    kept = {name: value for name, value in old.items() if name not in ("reply_markup", "edit_date")}
    new = {**kept, **changes, **keyboard(parameters)}
    if new == {name: value for name, value in old.items() if name != "edit_date"}:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as a current "
            "content and reply markup of the message"
        )
    new["edit_date"] = int(time.time())
    bot.messages[old["chat"]["id"], old["message_id"]] = new
    bot.tell("edit", new)
    return new


def edit_message_text(bot: Bot, parameters: Json) -> Any:
    return _edit(bot, parameters, text=_checked_text(parameters))


def edit_message_reply_markup(bot: Bot, parameters: Json) -> Any:
    return _edit(bot, parameters)


def delete_message(bot: Bot, parameters: Json) -> Any:
    message = bot.message(parameters, "delete")
    del bot.messages[message["chat"]["id"], message["message_id"]]
    bot.tell("delete", {"chat": message["chat"], "message_id": message["message_id"]})
    return True


def copy_message(bot: Bot, parameters: Json) -> Any:
    original = bot.messages.get((int(parameters["from_chat_id"]), int(parameters["message_id"])))
    if original is None:
        raise bad_request("message to copy not found")
    names = ("text", "caption", "document", "photo", "contact", "voice")
    copied = bot.write(parameters, **{name: original[name] for name in names if name in original})
    return {"message_id": copied["message_id"]}


def send_chat_action(bot: Bot, parameters: Json) -> Any:
    bot.chat(parameters.get("chat_id"))
    if parameters.get("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def answer_inline_query(bot: Bot, parameters: Json) -> Any:
    asked_at = bot.queried.get(str(parameters.get("inline_query_id")))
    if asked_at is None or time.time() - asked_at > QUERY_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    results = parameters["results"]
    ids = [str(result["id"]) for result in results]
    if len(results) > INLINE_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    if len(set(ids)) < len(ids) or not all(1 <= len(each.encode()) <= RESULT_ID_BYTES for each in ids):
        raise bad_request("RESULT_ID_INVALID")
    for result in results:
        if not result.get("title"):
            raise bad_request("can't parse InlineQueryResult: Title is empty")
        content = result["input_message_content"]
        _checked_text({"text": content.get("message_text"), "parse_mode": content.get("parse_mode")})
    button = parameters.get("button")
    if button and not (button.get("text") and re.fullmatch(r"[\w-]{1,64}", button.get("start_parameter", ""), re.A)):
        raise bad_request("START_PARAM_INVALID")
    return True


def answer_callback_query(bot: Bot, parameters: Json) -> Any:
    pressed_at = bot.pressed.get(str(parameters.get("callback_query_id")))
    if pressed_at is None or time.time() - pressed_at > ANSWER_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    return True


def set_my_commands(bot: Bot, parameters: Json) -> Any:
    commands = parameters.get("commands") or []
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "")):
            raise bad_request("BOT_COMMAND_INVALID")
    scope = parameters.get("scope") or {"type": "default"}
    where = ":".join(str(scope[name]) for name in ("type", "chat_id") if name in scope)
    bot.commands[f"{where}:{parameters.get('language_code', '')}"] = commands
    return True


def get_my_commands(bot: Bot, _: Json) -> Any:
    return bot.commands.get("default:", [])


def get_chat(bot: Bot, parameters: Json) -> Any:
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    required = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, True)}
    return {**bot.chat(parameters.get("chat_id")), **required}


def get_chat_member(bot: Bot, parameters: Json) -> Any:
    person, own = int(parameters["user_id"]), bot.user
    if person == own["id"] and (int(parameters["chat_id"]), person) not in bot.members:
        return {"status": "administrator", "user": own, "can_manage_topics": True}
    status = bot.members.get((int(parameters["chat_id"]), person), "left")
    return {"status": status, "user": {"id": person, "is_bot": False, "first_name": f"Personne {person}"}}


def create_forum_topic(bot: Bot, parameters: Json) -> Any:
    chat = bot.chat(parameters.get("chat_id"))
    if not chat.get("is_forum"):
        raise bad_request("the chat is not a forum")
    thread = bot.new_message_id(chat["id"])
    bot.topics[chat["id"], thread] = _topic_title(parameters)
    return {"message_thread_id": thread, "name": parameters["name"], "icon_color": 7322096}


def _topic(bot: Bot, parameters: Json) -> tuple[int, int]:
    topic = (int(parameters["chat_id"]), int(parameters["message_thread_id"]))
    if topic not in bot.topics:
        raise bad_request("TOPIC_ID_INVALID")
    return topic


def _topic_title(parameters: Json) -> str:
    if not 1 <= len(parameters["name"]) <= TOPIC_TITLE_LIMIT:
        raise bad_request("invalid topic name specified")
    return str(parameters["name"])


def edit_forum_topic(bot: Bot, parameters: Json) -> Any:
    topic, title = _topic(bot, parameters), _topic_title(parameters)
    if bot.topics[topic] == title:
        raise bad_request("TOPIC_NOT_MODIFIED")
    bot.topics[topic] = title
    return True


def delete_forum_topic(bot: Bot, parameters: Json) -> Any:
    del bot.topics[_topic(bot, parameters)]
    return True


def close_forum_topic(bot: Bot, parameters: Json) -> Any:
    bot.closed_topics.add(_topic(bot, parameters))
    return True


def reopen_forum_topic(bot: Bot, parameters: Json) -> Any:
    bot.closed_topics.discard(_topic(bot, parameters))
    return True


def get_file(bot: Bot, parameters: Json) -> Any:
    kept = bot.files.get(str(parameters.get("file_id")))
    if kept is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if kept.get("size", len(kept["data"])) > DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {
        "file_id": parameters["file_id"],
        "file_unique_id": hashlib.sha256(kept["data"]).hexdigest()[:16],
        "file_size": len(kept["data"]),
        "file_path": f"documents/{parameters['file_id']}",
    }


METHODS: dict[str, Method] = {
    function.__name__.replace("_", ""): function
    for function in (
        *(get_me, send_message, send_document, send_photo, send_contact, copy_message),
        *(edit_message_text, edit_message_reply_markup, delete_message, answer_callback_query),
        *(send_chat_action, answer_inline_query),
        *(set_my_commands, get_my_commands, get_chat, get_chat_member, get_file),
        *(create_forum_topic, edit_forum_topic, delete_forum_topic, close_forum_topic, reopen_forum_topic),
    )
}
