"""One chat of our own Telegram, seen from inside: what is written there, what the bot says, what a person has it do."""

import itertools
from typing import Any

from tests.fake_bot_api.server import FakeBotApi

UNANSWERED = "Qui a repeint la girouette numéro {number} en violet ?"
#: People who write where a sign is needed that nothing else was to come.
_strangers = itertools.count(91_000)
#: A dossier with all that is required.
DOSSIER = (
    *("je veux commencer un dossier", "oui", "Dole", "1", "oui", "non"),
    *("Claire Martin, directrice générale des services", "c.martin@dole.org", "03 84 79 79 79", "vague 1"),
    *("Il manque des soudeurs et des usineurs. Les employeurs le disent depuis deux ans.", "résumé", "envoyer"),
)


class Chat:
    """What the bot says in one chat, taken as it comes."""

    def __init__(self, api: FakeBotApi, chat: int) -> None:
        self._api = api
        self._chat = chat
        self._seen = len(api.calls("sendMessage", chat, effect=True))

    async def says(self, *parts: str) -> dict[str, Any]:
        """Return the next message that holds all `parts`; those before it are passed over."""
        while True:
            calls = await self._api.until_called("sendMessage", self._chat, times=self._seen + 1)
            message: dict[str, Any] = calls[self._seen].result
            self._seen += 1
            if all(part in message["text"] for part in parts):
                return message

    async def is_silent(self) -> bool:
        """Whether the next thing said here answers what is asked now: what is owed to one chat leaves in order.

        Of the staff's group, which is answered its commands before all else, a new question to the team is the sign.
        """
        await self._api.until_taken()
        person = Chat(self._api, next(_strangers)) if self._chat < 0 else self
        if person is self:
            self.write("/aide")
            sign = "assistant automatique"
        else:
            sign = await ask_the_team(person, person._chat)
        calls = await self._api.until_called("sendMessage", self._chat, times=self._seen + 1)
        self._seen += 1
        return sign in calls[self._seen - 1].result["text"]

    @property
    def heard_nothing(self) -> bool:
        """Whether nothing was said here so far."""
        return not self._api.calls("sendMessage", self._chat)

    def write(
        self, text: str, user: int | None = None, answers: dict[str, Any] | None = None, topic: int | None = None
    ) -> None:
        deed: dict[str, Any] = {"chat_id": self._chat, "text": text}
        if topic:
            deed["message_thread_id"] = topic
        if user:
            deed["user_id"] = user
        if answers:
            deed["reply_to_message"] = answers
        self._api.act(**deed)

    async def sends(
        self, text: str, user: int, answers: dict[str, Any] | None = None, topic: int | None = None
    ) -> None:
        """Write what the bot asks about, and say that it is for the town."""
        self.write(text, user, answers, topic)
        self.press(await self.says(text, "ou entre vous ?"), "Envoyer à la", user)

    def change(self, text: str, message: int, user: int | None = None) -> None:
        """Edit the message of this number, which was written here."""
        who = {"user_id": user} if user else {}
        self._api.act(chat_id=self._chat, text=text, message_id=message, kind="edited_message", **who)

    def press(self, message: dict[str, Any], label: str, user: int) -> None:
        rows = message["reply_markup"]["inline_keyboard"]
        data = next(button["callback_data"] for row in rows for button in row if button["text"].startswith(label))
        self._api.act(chat_id=self._chat, user_id=user, message_id=message["message_id"], data=data)


async def ask_the_team(person: Chat, town: int) -> str:
    question = UNANSWERED.format(number=town)
    person.write(question)
    await person.says("transmette")
    person.write("Oui, transmettre")
    await person.says("transmise")
    return question


async def staff_card(staff: Chat, person: Chat, town: int) -> dict[str, Any]:
    return await staff.says(await ask_the_team(person, town))
