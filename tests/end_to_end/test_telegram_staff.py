"""The staff's group, before a Telegram of our own: what reaches it, what its members do, what the town is told."""

import re

import pytest

from tests.end_to_end.chat import DOSSIER, Chat, ask_the_team, staff_card
from tests.end_to_end.guichet_process import ANNE, BRUNO, ONE_INTAKE, STAFF_CHAT
from tests.fake_bot_api.server import FakeBotApi

pytestmark = [pytest.mark.asyncio(loop_scope="session"), ONE_INTAKE]


async def test_a_question_goes_to_the_staff_and_the_answer_comes_back(staff: Chat, person: Chat, town: int) -> None:
    question = await ask_the_team(person, town)
    card = await staff.says(question)

    await staff.sends("Bonjour, je regarde.", ANNE, answers=card)
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


async def test_what_was_sent_is_taken_back_where_the_town_has_it(
    staff: Chat, person: Chat, town: int, api: FakeBotApi
) -> None:
    card = await staff_card(staff, person, town)
    staff.press(card, "Prendre en charge", ANNE)
    await staff.says("Personne 501 répond")
    staff.write("Une erreur de ma part.", ANNE, answers=card)
    received = await person.says("Une erreur de ma part.")
    confirmed = await staff.says("C'est fait, envoyé")
    staff.press(confirmed, "Retirer", BRUNO)
    await staff.says("seule la personne")
    staff.press(confirmed, "Retirer", ANNE)
    await staff.says("C'est retiré")
    (deleted,) = await api.until_called("deleteMessage", town)
    assert int(deleted.parameters["message_id"]) == received["message_id"]


async def test_only_one_colleague_holds_an_thread(staff: Chat, person: Chat, town: int) -> None:
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
    other = Chat(api, -100_777)
    other.write("/dossiers", ANNE)
    assert await staff.is_silent()
    assert other.heard_nothing


async def test_a_town_that_blocked_the_bot_is_told_to_the_staff(
    staff: Chat, person: Chat, town: int, api: FakeBotApi
) -> None:
    card = await staff_card(staff, person, town)
    api.bot().blocked.add(town)
    await staff.sends("Vous me recevez ?", ANNE, answers=card)
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
    staff.write(f"/clore {reference[0]} retenu : Dossier complet, merci", ANNE)
    await person.says("Dossier complet, merci")
    await staff.says("a clos")
