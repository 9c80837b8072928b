"""What the server remembers of one bot: its chats, messages, files, updates and the calls it made."""

import asyncio
import hashlib
import itertools
import time
import uuid
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any

from tests.fake_bot_api.errors import bad_request
from tests.fake_bot_api.formatting import length, visible_text

Json = dict[str, Any]

#: Seconds that Telegram keeps an update; a pressed button is forgotten sooner.
UPDATE_SECONDS, BUTTON_SECONDS = 86_400, 150
CAPTION_LIMIT = 1024
BUTTON_BYTES = 64


@dataclass(slots=True)
class Update:
    """Something that happened, which the bot is still to be told."""

    update_id: int
    kind: str
    body: Json
    #: What comes in the same queue is delivered to a webhook in order: that of a chat, or of a person's buttons.
    queue: tuple[str, int]
    expires: float
    failures: int = 0

    def as_json(self) -> Json:
        return {"update_id": self.update_id, self.kind: self.body}


@dataclass(slots=True)
class Webhook:
    url: str
    secret: str | None
    max_connections: int


@dataclass(slots=True)
class Call:
    """A call of the bot. `effect`: whether it was carried out, whatever the bot was then answered."""

    number: int
    at: float
    method: str
    parameters: Json
    effect: bool = False
    result: Any = None
    error: tuple[int, str] | None = None

    def as_json(self) -> Json:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Bot:
    token: str
    updates: "OrderedDict[int, Update]" = field(default_factory=OrderedDict)
    #: What no webhook delivery has taken up yet.
    undelivered: "deque[Update]" = field(default_factory=deque)
    next_update_id: int = 100_000_001
    allowed_updates: list[str] | None = None
    calls: list[Call] = field(default_factory=list)
    chats: dict[int, Json] = field(default_factory=dict)
    messages: dict[tuple[int, int], Json] = field(default_factory=dict)
    files: dict[str, Json] = field(default_factory=dict)
    #: (chat, topic) -> its title; and those that are closed.
    topics: dict[tuple[int, int], str] = field(default_factory=dict)
    closed_topics: set[tuple[int, int]] = field(default_factory=set)
    #: Chats that became another one, and those who blocked the bot.
    migrated: dict[int, int] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    #: (chat, person) who is not a member of a group, or an administrator: "left", "administrator" …
    members: dict[tuple[int, int], str] = field(default_factory=dict)
    pressed: dict[str, float] = field(default_factory=dict)
    #: Inline queries, when they were made.
    queried: dict[str, float] = field(default_factory=dict)
    commands: dict[str, Any] = field(default_factory=dict)
    webhook: Webhook | None = None
    webhook_error: str | None = None
    delivering: "asyncio.Task[None] | None" = None
    #: The request that waits for an update; resolved with "update" or "conflict".
    waiting: "asyncio.Future[str] | None" = None
    listeners: "set[asyncio.Queue[Json]]" = field(default_factory=set)
    _message_ids: dict[int, "itertools.count[int]"] = field(default_factory=dict)

    @property
    def user(self) -> Json:
        return {
            "id": int(self.token.split(":")[0]),
            "is_bot": True,
            "first_name": "Faux robot",
            "username": "faux_robot",
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
        }

    def chat(self, chat_id: Any) -> Json:
        """Return the chat, made if it is new: a person above 0, a group with topics below."""
        try:
            number = int(chat_id)
        except (TypeError, ValueError):
            raise bad_request("chat not found") from None
        if number not in self.chats:
            private = {"type": "private", "first_name": f"Personne {number}"}
            group = {"type": "supergroup", "title": f"Groupe {-number}", "is_forum": True}
            self.chats[number] = {"id": number, **(private if number > 0 else group)}
        return self.chats[number]

    def new_message_id(self, chat_id: int) -> int:
        return next(self._message_ids.setdefault(chat_id, itertools.count(1)))

    def write(self, parameters: Json, **content: Any) -> Json:
        """Keep a message of the bot and return it. Errors: ApiError."""
        chat = self.chat(parameters.get("chat_id"))
        message = {
            "message_id": self.new_message_id(chat["id"]),
            "from": self.user,
            "chat": chat,
            "date": int(time.time()),
            **self._thread(chat, parameters),
            **self._replied_to(chat, parameters),
            **self._caption(parameters),
            **keyboard(parameters),
            **content,
        }
        self.messages[chat["id"], message["message_id"]] = message
        self.tell("message", message)
        return message

    def _thread(self, chat: Json, parameters: Json) -> Json:
        thread = parameters.get("message_thread_id")
        if not thread:
            return {}
        if (chat["id"], int(thread)) not in self.topics:
            raise bad_request("message thread not found")
        if (chat["id"], int(thread)) in self.closed_topics:
            raise bad_request("TOPIC_CLOSED")
        return {"message_thread_id": int(thread), "is_topic_message": True}

    def _replied_to(self, chat: Json, parameters: Json) -> Json:
        reply = parameters.get("reply_parameters")
        if not reply:
            return {}
        target = self.messages.get((chat["id"], int(reply["message_id"])))
        if target is None:
            if reply.get("allow_sending_without_reply"):
                return {}
            raise bad_request("message to be replied not found")
        return {"reply_to_message": {name: value for name, value in target.items() if name != "reply_to_message"}}

    def _caption(self, parameters: Json) -> Json:
        if not parameters.get("caption"):
            return {}
        caption = visible_text(parameters["caption"], parameters.get("parse_mode"))
        if length(caption) > CAPTION_LIMIT:
            raise bad_request("message caption is too long")
        return {"caption": caption}

    def message(self, parameters: Json, purpose: str) -> Json:
        """Return a message that is there. Errors: ApiError, in which `purpose` says what it was for."""
        found = self.messages.get((int(parameters["chat_id"]), int(parameters.get("message_id") or 0)))
        if found is None:
            raise bad_request(f"message to {purpose} not found")
        return found

    def keep_file(self, given: Any, name: str) -> Json:
        """Keep an uploaded file, or find one already kept by its id. Return it as a message carries it."""
        if isinstance(given, dict) and "data" in given:
            file_id = uuid.uuid4().hex
            self.files[file_id] = {
                "data": given["data"],
                "file_name": given.get("filename") or name,
                "mime_type": given.get("content_type") or "application/octet-stream",
            }
        elif isinstance(given, str) and given in self.files:
            file_id = given
        else:
            raise bad_request("wrong file identifier/HTTP URL specified")
        kept = self.files[file_id]
        if not kept["data"]:
            raise bad_request("file must be non-empty")
        return {
            "file_id": file_id,
            "file_unique_id": hashlib.sha256(kept["data"]).hexdigest()[:16],
            "file_size": kept.get("size", len(kept["data"])),
            "file_name": kept["file_name"],
            "mime_type": kept["mime_type"],
        }

    def push(self, kind: str, body: Json) -> int:
        """Let something happen that the bot is to be told, and return the update's id."""
        update_id, self.next_update_id = self.next_update_id, self.next_update_id + 1
        if self.allowed_updates is not None and kind not in self.allowed_updates:
            return update_id
        if kind == "callback_query":
            queue, seconds = ("person", body["from"]["id"]), BUTTON_SECONDS
        else:
            queue, seconds = ("chat", body.get("chat", {}).get("id", update_id)), UPDATE_SECONDS
        update = Update(update_id, kind, body, queue, time.time() + seconds)
        self.updates[update_id] = update
        if self.webhook:
            self.undelivered.append(update)
        self.wake("update")
        return update_id

    def wake(self, reason: str) -> None:
        if self.waiting and not self.waiting.done():
            self.waiting.set_result(reason)

    def tell(self, event: str, data: Json) -> None:
        """Tell those who look at the page."""
        for listener in self.listeners:
            listener.put_nowait({"event": event, "data": data})


def keyboard(parameters: Json) -> Json:
    """Return the inline keyboard as a message carries it. Errors: ApiError for a button that Telegram refuses."""
    markup = parameters.get("reply_markup")
    if not isinstance(markup, dict) or not markup.get("inline_keyboard"):
        return {}
    for button in itertools.chain.from_iterable(markup["inline_keyboard"]):
        if not 1 <= len(str(button.get("callback_data", "x")).encode()) <= BUTTON_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
        if not button.get("text"):
            raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    return {"reply_markup": markup}
