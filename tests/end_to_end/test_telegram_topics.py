"""The staff's group with topics: one for each dossier and thread, called by its state, made again when it is gone."""

import re
from typing import Any

import pytest

from tests.end_to_end.chat import DOSSIER, Chat, ask_the_team, staff_card
from tests.end_to_end.guichet_process import ANNE, BRUNO, ONE_INTAKE, STAFF_CHAT
from tests.fake_bot_api.server import FakeBotApi

pytestmark = [pytest.mark.asyncio(loop_scope="session"), ONE_INTAKE]


async def handed_over(staff: Chat, person: Chat) -> tuple[dict[str, Any], str]:
    """Return the card of a dossier that the person has just sent, and its number."""
    for text in DOSSIER:
        person.write(text)
        last = await person.says()
    reference = re.search(r"[A-Z0-9]{3}-[A-Z0-9]{3}-[A-Z0-9]{3}", last["text"])
    assert reference
    return await staff.says("Nouveau dossier", reference[0]), reference[0]


def title(api: FakeBotApi, topic: int) -> str:
    return api.bot().topics[STAFF_CHAT, topic]


async def test_a_dossier_has_a_topic_called_by_its_state(staff: Chat, person: Chat, api: FakeBotApi) -> None:
    before = len(api.calls("sendDocument", STAFF_CHAT, effect=True))
    card, reference = await handed_over(staff, person)
    topic = card["message_thread_id"]
    assert title(api, topic) == f"{reference} · Dole (Jura) · à prendre"
    assert "soudeurs" in card["text"]
    assert "Action cœur de ville" in card["text"]
    await api.until_called("sendDocument", STAFF_CHAT, times=before + 1)
    (sheet,) = [call for call in api.calls("sendDocument", STAFF_CHAT) if reference in str(call.result["document"])]
    assert sheet.result["message_thread_id"] == topic
    assert api.bot().files[sheet.result["document"]["file_id"]]["data"].startswith(b"%PDF-")

    staff.press(card, "Prendre en charge", ANNE)
    taken = await staff.says("a pris en charge", reference)
    assert taken["message_thread_id"] == topic
    assert title(api, topic) == f"{reference} · Dole (Jura) · Personne {ANNE}"


async def test_what_is_written_in_a_topic_goes_to_the_town_and_notes_do_not(staff: Chat, person: Chat) -> None:
    card, reference = await handed_over(staff, person)
    topic = card["message_thread_id"]
    await staff.sends("Bonjour, un point à voir.", ANNE, topic=topic)  # who answers first takes it
    await person.says("Bonjour, un point à voir.")
    await staff.says("a pris en charge", reference)
    await staff.says("C'est fait")
    staff.write("// à ne pas dire à la ville", ANNE, topic=topic)
    await staff.says("C'est fait")
    assert await person.is_silent()
    person.write("Très bien, lequel ?")
    arrived = await staff.says("Très bien, lequel ?")
    assert arrived["message_thread_id"] == topic
    staff.write("Je réponds à sa place", BRUNO, topic=topic)
    await staff.says("Rien n'est changé", f"Personne {ANNE}")
    assert await person.is_silent()


async def test_a_button_asks_for_words_and_the_next_message_is_them(staff: Chat, person: Chat) -> None:
    card, reference = await handed_over(staff, person)
    staff.press(card, "Prendre en charge", ANNE)
    taken = await staff.says("a pris en charge", reference)
    await person.says("a pris en charge")
    topic = card["message_thread_id"]

    staff.press(taken, "Note interne", ANNE)
    await staff.says("la collectivité ne la verra pas")
    staff.write("Appeler la sous-préfecture", ANNE, topic=topic)
    await staff.says("C'est fait")
    assert await person.is_silent(), "what was announced as a note must not reach the town"

    staff.press(taken, "Demander un complément", ANNE)
    asked = await staff.says("Sur quelle réponse")
    staff.press(asked, "Courriel", ANNE)
    await staff.says("Courriel")
    staff.write("Il nous faut l'adresse de la mairie.", ANNE, topic=topic)
    await person.says("complément", "Il nous faut l'adresse de la mairie.")
    await staff.says("C'est fait")

    staff.write(f"/rappel {reference}", BRUNO)
    await person.says("attend toujours", "Il nous faut l'adresse de la mairie.")

    staff.press(taken, "Clore", ANNE)
    decisions = await staff.says("Avec quelle décision")
    staff.press(decisions, "classé sans suite", ANNE)
    await staff.says("pourquoi c'est clos")
    staff.write("/annuler", ANNE, topic=topic)
    await staff.says("rien n'est changé")
    staff.press(taken, "Clore", ANNE)
    decisions = await staff.says("Avec quelle décision")
    staff.press(decisions, "classé sans suite", ANNE)
    await staff.says("pourquoi c'est clos")
    staff.write("Tout est complet.", ANNE, topic=topic)
    await person.says("est clos", "Tout est complet.")


async def test_a_topic_that_was_deleted_is_made_again(staff: Chat, person: Chat, town: int, api: FakeBotApi) -> None:
    card = await staff_card(staff, person, town)
    old = card["message_thread_id"]
    del api.bot().topics[STAFF_CHAT, old]
    await staff.sends("Je regarde.", ANNE, answers=card)
    await person.says("Je regarde.")
    person.write("Merci")
    arrived = await staff.says("Merci")
    assert arrived["message_thread_id"] != old
    staff.write("De rien", ANNE, topic=arrived["message_thread_id"])
    await person.says("De rien")
    staff.write("/rendre", ANNE, topic=arrived["message_thread_id"])
    await person.says("assistant")


async def test_a_topic_that_was_closed_is_opened_again(staff: Chat, person: Chat, town: int, api: FakeBotApi) -> None:
    card = await staff_card(staff, person, town)
    topic = (STAFF_CHAT, card["message_thread_id"])
    api.bot().closed_topics.add(topic)
    staff.press(card, "Prendre en charge", ANNE)
    await staff.says("répond")
    assert topic not in api.bot().closed_topics
    staff.write("/rendre", ANNE, topic=topic[1])
    await person.says("assistant")


async def test_a_group_without_topics_is_one_stream(alone: FakeBotApi, town: int) -> None:
    alone.bot().chats[STAFF_CHAT] = {**alone.bot().chat(STAFF_CHAT), "is_forum": False}
    person, staff = Chat(alone, town), Chat(alone, STAFF_CHAT)
    card = await staff_card(staff, person, town)
    assert "message_thread_id" not in card
    await staff.sends("Je regarde.", ANNE, answers=card)
    await person.says("Je regarde.")
    staff.write("/rendre", ANNE, answers=card)
    await person.says("assistant")


async def test_a_group_that_became_another_chat_is_followed(alone: FakeBotApi, town: int) -> None:
    moved = STAFF_CHAT - 10_000
    person, before, after = Chat(alone, town), Chat(alone, STAFF_CHAT), Chat(alone, moved)
    await staff_card(before, person, town)
    alone.bot().migrated[STAFF_CHAT] = moved
    question = await ask_the_team(person, town)
    card = await after.says(question)
    await after.sends("Je vous réponds d'ici", ANNE, topic=card["message_thread_id"])
    await person.says("Je vous réponds d'ici")
