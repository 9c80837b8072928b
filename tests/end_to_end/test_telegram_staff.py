"""The staff's group, before a Telegram of our own: what reaches it, what its members do, what the town is told."""

import asyncio
import re
from typing import Any

import pytest

from tests.end_to_end.guichet_process import ANNE, BRUNO, STAFF_CHAT, Guichet
from tests.fake_bot_api.server import FakeBotApi

pytestmark = pytest.mark.asyncio(loop_scope="session")

UNANSWERED = "Le perroquet du maire peut-il signer la convention numéro {number} ?"
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
        await asyncio.sleep(0.5)
        return len(self._api.calls("sendMessage", self._chat, effect=True)) == self._seen

    def write(self, text: str, user: int | None = None, answers: dict[str, Any] | None = None) -> None:
        deed: dict[str, Any] = {"chat_id": self._chat, "text": text}
        if user:
            deed["user_id"] = user
        if answers:
            deed["reply_to_message"] = answers
        self._api.act(**deed)

    def press(self, message: dict[str, Any], label: str, user: int) -> None:
        rows = message["reply_markup"]["inline_keyboard"]
        data = next(button["callback_data"] for row in rows for button in row if button["text"] == label)
        self._api.act(chat_id=self._chat, user_id=user, message_id=message["message_id"], data=data)


@pytest.fixture
def staff(api: FakeBotApi, guichet: Guichet) -> Chat:
    return Chat(api, STAFF_CHAT)


@pytest.fixture
def person(api: FakeBotApi, guichet: Guichet, town: int) -> Chat:
    return Chat(api, town)


async def ask_the_team(person: Chat, town: int) -> str:
    question = UNANSWERED.format(number=town)
    person.write(question)
    await person.says("transmette")
    person.write("Oui, transmettre")
    await person.says("transmise")
    return question


async def test_a_question_goes_to_the_staff_and_the_answer_comes_back(staff: Chat, person: Chat, town: int) -> None:
    question = await ask_the_team(person, town)
    card = await staff.says(question)

    staff.write("Bonjour, je regarde.", ANNE, answers=card)
    await person.says("Bonjour, je regarde.")
    assert (await staff.says("C'est fait"))["chat"]["id"] == STAFF_CHAT

    person.write("Merci beaucoup")
    arrived = await staff.says("Merci beaucoup")
    assert await person.is_silent(), "the assistant must not talk over a person"

    staff.write("Avec plaisir", ANNE, answers=arrived)
    await person.says("Avec plaisir")
    staff.press(arrived, "Rendre à l'assistant", ANNE)
    await person.says("assistant")
    person.write("Quelle est la date limite de la vague 2 ?")
    await person.says("12 février 2021")


async def test_only_one_colleague_holds_an_exchange(staff: Chat, person: Chat, town: int) -> None:
    card = await staff_card(staff, person, town)
    staff.press(card, "Prendre en charge", ANNE)
    await staff.says("Personne 501 répond")
    staff.write("Je réponds aussi", BRUNO, answers=card)
    await staff.says("Rien n'est changé", "Personne 501")
    staff.write("/rendre", ANNE, answers=card)
    await staff.says("terminé")


async def test_who_may_not_act_is_not_obeyed(staff: Chat, person: Chat, town: int, api: FakeBotApi) -> None:
    card = await staff_card(staff, person, town)
    staff.press(card, "Prendre en charge", 999)
    staff.write("Je me fais passer pour l'équipe", 999, answers=card)
    assert await staff.is_silent()
    other = Chat(api, -100_777)
    other.write("/dossiers", ANNE)
    assert await other.is_silent()


async def test_a_town_that_blocked_the_bot_is_told_to_the_staff(
    staff: Chat, person: Chat, town: int, api: FakeBotApi
) -> None:
    card = await staff_card(staff, person, town)
    api.bot().blocked.add(town)
    staff.write("Vous me recevez ?", ANNE, answers=card)
    await staff.says("n'a pas reçu", "a bloqué le robot", "Vous me recevez ?")


async def test_a_dossier_is_taken_answered_noted_and_closed(staff: Chat, person: Chat) -> None:
    for text in DOSSIER:
        person.write(text)
        last = await person.says()
    reference = re.search(r"[A-Z0-9]{3}-[A-Z0-9]{3}-[A-Z0-9]{3}", last["text"])
    assert reference
    card = await staff.says("Dole", reference[0])
    staff.press(card, "Prendre en charge", ANNE)
    await person.says("Personne 501")
    await staff.says("a pris en charge")

    staff.press(card, "Voir", ANNE)
    await staff.says("c.martin@dole.org", "soudeurs")
    staff.write("// Appeler lundi", ANNE, answers=card)
    await staff.says("C'est fait")
    assert await person.is_silent(), "a note is not for the town"

    staff.write("/ouverts", BRUNO)
    await staff.says(reference[0], "pris en charge (Personne 501)")
    staff.write(f"/clore {reference[0]} Dossier complet, merci", ANNE)
    await person.says("Dossier complet, merci")
    await staff.says("a clos")


async def test_a_group_that_became_another_chat_is_followed(
    staff: Chat, person: Chat, town: int, api: FakeBotApi
) -> None:
    question = await ask_the_team(person, town)
    await staff.says(question)
    moved = STAFF_CHAT - 10_000
    api.bot().migrated[STAFF_CHAT] = moved
    try:
        person.write(UNANSWERED.format(number=-town))
        await person.says("transmette")
        person.write("Oui, transmettre")
        there = Chat(api, moved)
        card = await there.says(f"numéro {-town}")
        there.write("Je vous réponds d'ici", ANNE, answers=card)
        await person.says("Je vous réponds d'ici")
        there.write("/rendre", ANNE, answers=card)
        await person.says("assistant")
    finally:
        del api.bot().migrated[STAFF_CHAT]


async def staff_card(staff: Chat, person: Chat, town: int) -> dict[str, Any]:
    return await staff.says(await ask_the_team(person, town))
