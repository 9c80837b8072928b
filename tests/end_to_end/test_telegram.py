"""The program as it is run, `guichet serve`, before a Telegram of our own: what a person writes and is answered."""

from typing import Any

import pytest

from tests.end_to_end.guichet_process import STAFF_CHAT, Guichet
from tests.fake_bot_api.server import FakeBotApi

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUESTION = "Quelle est la date limite de la vague 2 ?"


def buttons(message: dict[str, Any]) -> dict[str, str]:
    """Return the buttons under a message: label -> what it carries."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {button["text"]: button["callback_data"] for row in rows for button in row}


async def test_a_question_is_answered_and_a_button_leads_on(guichet: Guichet, api: FakeBotApi, town: int) -> None:
    api.act(chat_id=town, text=QUESTION)
    (call,) = await api.until_called("sendMessage", town)
    assert "12 février 2021" in call.result["text"]
    assert "**" not in call.result["text"]

    answered = len(api.calls("answerCallbackQuery"))
    api.act(chat_id=town, message_id=call.result["message_id"], data=next(iter(buttons(call.result).values())))
    await api.until_called("sendMessage", town, times=2)
    await api.until_called("answerCallbackQuery", times=answered + 1)


async def test_a_typed_number_is_as_good_as_the_button(guichet: Guichet, api: FakeBotApi, town: int) -> None:
    api.act(chat_id=town, text=QUESTION)
    (first,) = await api.until_called("sendMessage", town)
    api.act(chat_id=town, message_id=first.result["message_id"], data=next(iter(buttons(first.result).values())))
    _, pressed = await api.until_called("sendMessage", town, times=2)
    other = town + 50_000
    api.act(chat_id=other, text=QUESTION)
    await api.until_called("sendMessage", other)
    api.act(chat_id=other, text="1")
    _, typed = await api.until_called("sendMessage", other, times=2)
    assert typed.result["text"] == pressed.result["text"]


async def test_a_contact_comes_as_a_card(guichet: Guichet, api: FakeBotApi, town: int) -> None:
    api.act(chat_id=town, text="Qui est le contact presse ?")
    (call,) = await api.until_called("sendContact", town)
    assert call.result["contact"]["first_name"] == "Amélie Zanetti"
    assert "FN:Amélie Zanetti" in call.result["contact"]["vcard"]


async def test_what_cannot_be_read_is_named(guichet: Guichet, api: FakeBotApi, town: int) -> None:
    api.act(chat_id=town, voice={"file_id": "v", "file_unique_id": "v", "duration": 3})
    (call,) = await api.until_called("sendMessage", town)
    assert "les messages vocaux" in call.result["text"]


async def test_an_edit_is_not_taken_for_a_new_message(guichet: Guichet, api: FakeBotApi, town: int) -> None:
    api.act(chat_id=town, text=QUESTION)
    await api.until_called("sendMessage", town)
    api.act(chat_id=town, text="Qui est le contact presse ?", kind="edited_message", message_id=1)
    _, told = await api.until_called("sendMessage", town, times=2)
    assert "modifié" in told.result["text"]


async def test_a_flood_is_told_once_and_then_what_it_was(guichet: Guichet, api: FakeBotApi, town: int) -> None:
    for number in range(38):
        api.act(chat_id=town, text=f"Quelles sont les dates ? {number}")
    for name in ("Plan.pdf", "Budget.pdf"):
        api.act(chat_id=town, document={"file_name": name, "mime_type": "application/pdf", "content": b"%PDF-1.7"})
    other = town + 50_000
    api.act(chat_id=other, text=QUESTION)
    await api.until_called("sendMessage", other)
    calls = await api.until_called("sendMessage", town, times=22)
    texts = [call.result["text"] for call in calls]
    assert len([text for text in texts if "plus vite" in text]) == 1
    assert "Plan.pdf" in texts[-1]
    assert "Budget.pdf" in texts[-1]
    assert "messages n'ont pas été lus" in texts[-1]


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("vague2", "12 février 2021"),
        ("presse", "Amélie Zanetti"),
        ("qui-peut-candidater", "Action cœur de ville"),
        ("ville-39198", "Dole"),
    ],
)
async def test_a_link_asks_its_question(link: str, told: str, guichet: Guichet, api: FakeBotApi, town: int) -> None:
    api.act(chat_id=town, text=f"/start {link}")
    welcome, answer = await api.until_called("sendMessage", town, times=2)
    assert "assistant automatique" in welcome.result["text"]
    assert told in answer.result["text"]


async def test_the_menus_are_told_to_telegram(guichet: Guichet, api: FakeBotApi) -> None:
    menus = api.bot().commands
    assert {"all_private_chats:", "all_private_chats:en", f"chat:{STAFF_CHAT}:"} <= set(menus)
    assert api.calls("setMyDescription")[0].parameters["description"].startswith("Je suis un assistant automatique")


async def test_no_answer_crosses_to_another_person(guichet: Guichet, api: FakeBotApi) -> None:
    questions = {
        QUESTION: "12 février 2021",
        "Quelle est la date limite de la vague 1 ?": "6 novembre 2020",
        "Quelle est la date limite de la vague 3 ?": "25 juin 2021",
        "Qui est le contact presse ?": "Amélie Zanetti",
    }
    people = range(80_000, 80_200)
    for person, (question, _) in zip(people, list(questions.items()) * 50, strict=True):
        api.act(chat_id=person, text=question)
    for person, (_, told) in zip(people, list(questions.items()) * 50, strict=True):
        (call,) = await api.until_called("sendMessage", person, seconds=20)
        assert told in call.result["text"]


async def test_the_log_holds_neither_the_token_nor_what_people_write(
    guichet: Guichet, api: FakeBotApi, town: int
) -> None:
    api.fail("403", method="sendMessage", chat_id=town)
    api.fail("drop", method="sendMessage", chat_id=town + 50_000)
    for chat in (town, town + 50_000):
        api.act(chat_id=chat, text="Ma mairie a un secret : Quelles sont les dates ?")
    await api.until_called("sendMessage", town + 50_000, seconds=10)
    assert "FAKE-TOKEN" not in guichet.log
    assert "secret" not in guichet.log


async def test_an_unknown_token_ends_the_program_in_french(stopped: Guichet, api: FakeBotApi) -> None:
    api.fail("401", method="getMe", description="Unauthorized")
    stopped.start()
    assert await stopped.ended() == 1
    assert "Telegram ne reconnaît pas le jeton" in stopped.log
    assert "Traceback" not in stopped.log
