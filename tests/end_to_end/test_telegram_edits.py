"""Messages that change, before a Telegram of our own: steps in place, corrections of a town and of the staff."""

from typing import Any

import pytest

from tests.end_to_end.chat import Chat, ask_the_team
from tests.end_to_end.guichet_process import ANNE, STAFF_CHAT
from tests.end_to_end.test_telegram import buttons
from tests.fake_bot_api.server import FakeBotApi

pytestmark = pytest.mark.asyncio(loop_scope="session")


def written(api: FakeBotApi, chat: int, text: str) -> int:
    """Return the number of the latest message of a person that says this."""
    found = [
        number for (where, number), message in api.bot().messages.items() if where == chat and is_said(message, text)
    ]
    return found[-1]


def is_said(message: dict[str, Any], text: str) -> bool:
    return not message["from"]["is_bot"] and message.get("text") == text


async def test_ticking_options_changes_one_message(api: FakeBotApi, person: Chat, town: int) -> None:
    for text, said in (
        ("je veux commencer un dossier", "commençons"),
        ("oui", "Quelle commune"),
        ("Dole", "Dole (Jura)"),
        ("1", "exact"),
    ):
        person.write(text)
        asked = await person.says()
        assert said in asked["text"] + " ".join(buttons(asked))
    person.press(asked, "Non, corriger", town)
    asked = await person.says()
    first, second, *_ = buttons(asked)
    person.press(asked, first, town)
    await api.until_called("editMessageText", town)
    person.press(asked, second, town)
    _, edit = await api.until_called("editMessageText", town, times=2)
    assert edit.result["message_id"] == asked["message_id"]
    assert {f"✓ {first}", f"✓ {second}"} <= set(buttons(edit.result))
    person.press(edit.result, "C'est tout", town)
    await person.says("C'est noté")
    closed = await api.until_called("editMessageReplyMarkup", town, times=2)
    assert closed[-1].result["message_id"] == asked["message_id"]
    assert not buttons(api.bot().messages[town, asked["message_id"]])


async def test_an_answer_is_corrected_by_changing_its_message(api: FakeBotApi, person: Chat, town: int) -> None:
    for text in ("je veux commencer un dossier", "oui", "Dole", "1", "oui", "non", "Claire Martin, DGS"):
        person.write(text)
        await person.says()
    person.change("Claire Martin, directrice générale", written(api, town, "Claire Martin, DGS"))
    await person.says("C'est corrigé : Claire Martin, directrice générale")
    person.write("résumé")
    await person.says("Claire Martin, directrice générale")


async def test_the_last_question_changed_is_answered_again(api: FakeBotApi, person: Chat, town: int) -> None:
    person.write("Qui est le contact presse de la lune et du soleil ?")
    await person.says()
    number = written(api, town, "Qui est le contact presse de la lune et du soleil ?")
    person.change("Quelle est la date limite de la vague 2 ?", number)
    await person.says("Message modifié", "12 février 2021")


async def test_a_change_that_changes_nothing_is_answered_by_nothing(
    api: FakeBotApi, staff: Chat, person: Chat, town: int
) -> None:
    """After an answer, in a thread with the staff and in their group: a reaction, a preview, a live location."""
    question = "Quelle est la date limite de la vague 2 ?"
    person.write(question)
    await person.says("12 février 2021")
    person.change(question, written(api, town, question))
    spot = {"longitude": 4.1, "latitude": 46.0, "live_period": 900}
    api.act(chat_id=town, location=spot)
    await person.says("les positions")
    (moving,) = [number for (where, number), each in api.bot().messages.items() if where == town and "location" in each]
    for step in range(3):
        moved = {**spot, "longitude": 4.2 + step}
        api.act(chat_id=town, location=moved, message_id=moving, kind="edited_message")
    assert await person.is_silent()

    card = await staff.says(await ask_the_team(person, town))
    staff.write("/repondre Je regarde.", ANNE, answers=card)
    await person.says("Je regarde")
    await staff.says("C'est fait")
    person.write("Merci")
    await staff.says("Merci")
    person.change("Merci", written(api, town, "Merci"))
    staff.change("/repondre Je regarde.", written(api, STAFF_CHAT, "/repondre Je regarde."), ANNE)
    assert await staff.is_silent()
    assert await person.is_silent()
    staff.write("/rendre", ANNE, answers=card)
    await person.says("assistant")


async def test_what_the_staff_change_changes_for_the_town(
    api: FakeBotApi, staff: Chat, person: Chat, town: int
) -> None:
    card = await staff.says(await ask_the_team(person, town))
    await staff.sends("La clôture est le 6 décembre.", ANNE, answers=card)
    received = await person.says("6 décembre")
    await staff.says("C'est fait")
    staff.change("La clôture est le 6 novembre.", written(api, STAFF_CHAT, "La clôture est le 6 décembre."), ANNE)
    (edit,) = await api.until_called("editMessageText", town)
    assert edit.result["message_id"] == received["message_id"]
    assert "6 novembre" in edit.result["text"]
    await staff.says("Votre correction part à la personne")

    person.write("Merci beaucoup")
    await staff.says("Merci beaucoup")
    person.change("Merci infiniment", written(api, town, "Merci beaucoup"))
    await staff.says("corrige", "Merci infiniment")
    assert await person.is_silent(), "the assistant must not talk over a person"
    staff.write("/rendre", ANNE, answers=card)
    await person.says("assistant")
