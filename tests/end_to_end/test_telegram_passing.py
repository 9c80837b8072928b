"""Before a Telegram of our own: a colleague takes over, an answer comes late, the press works in its own group."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.end_to_end.chat import Chat, staff_card
from tests.end_to_end.guichet_process import ANNE, BRUNO, ONE_INTAKE, Guichet, environment_of, until_ready
from tests.fake_bot_api.server import FakeBotApi, running

pytestmark = [pytest.mark.asyncio(loop_scope="session"), ONE_INTAKE]

#: The press's own group, and somebody who is in no list of the staff.
PRESS_CHAT, ZOE = -100_600, 777
REQUEST = ("presse", "oui", "AFP", "Une citation sur l'appel.", "ce soir", "oui", "0612345678", "oui")


async def test_a_colleague_takes_over_with_a_reason(staff: Chat, person: Chat, town: int) -> None:
    card = await staff_card(staff, person, town)
    staff.press(card, "Prendre en charge", ANNE)
    await person.says("Personne 501, de l'équipe, vous répond")
    await staff.says("Personne 501 répond")
    staff.write("Je réponds à sa place.", BRUNO, answers=card)
    refused = await staff.says("Personne 501", "l'a en charge", "/reprendre")
    staff.press(refused, "Reprendre", BRUNO)
    asked = await staff.says("Personne 502", "pourquoi vous reprenez")
    staff.write("On déjeune ?", BRUNO)  # said among colleagues: no reason
    staff.write("Congé de maladie.", BRUNO, answers=asked)
    await staff.says("Personne 502 l'a repris", "Personne 501", "Congé de maladie.")
    told = await person.says("Personne 502, de l'équipe, suit désormais cet échange")
    assert "maladie" not in told["text"]
    staff.write("Bonjour, voici la réponse.", BRUNO, answers=card)
    await person.says("Bonjour, voici la réponse.")


async def test_an_answer_that_comes_late_is_delivered(staff: Chat, person: Chat, town: int) -> None:
    card = await staff_card(staff, person, town)
    staff.press(card, "Prendre en charge", ANNE)
    await person.says("vous répond")
    person.write("terminer l'échange")
    asked = await person.says("reste-t-elle posée")
    person.press(asked, "Non, je la retire", town)
    await person.says("retirée")
    await staff.says("retiré sa question")
    staff.write("/repondre La réponse, tout de même.", ANNE, answers=card)
    await person.says("La réponse, tout de même.")
    await staff.says("envoyé à la personne")


@pytest_asyncio.fixture(loop_scope="session")
async def beside(intake: str, cache: Path, tmp_path: Path) -> AsyncIterator[FakeBotApi]:
    """A Telegram and a program of one's own, in which the press has a group."""
    fake = FakeBotApi()
    async with running(fake):
        environment = environment_of(fake, intake, cache, tmp_path)
        program = Guichet({**environment, "GUICHET_PRESS_DESKS": f"telegram:{PRESS_CHAT}"}, tmp_path / "log")
        program.start()
        try:
            await until_ready(fake, intake)
            yield fake
            assert await asyncio.to_thread(program.end) == 0
        finally:
            program.kill()


async def test_the_press_works_in_its_own_group(beside: FakeBotApi) -> None:
    beside.bot().members[(PRESS_CHAT, ZOE)] = "member"
    journalist, press = Chat(beside, 72_001), Chat(beside, PRESS_CHAT)
    for text in REQUEST:
        journalist.write(text)
        await journalist.says()
    card = await press.says("URGENT", "AFP")
    press.write("/aide", ZOE)
    await press.says("/prendre")
    press.write("/prendre", ZOE, answers=card)
    await press.says("Personne 777 répond")
    await journalist.says("Personne 777, de l'équipe, vous répond")
    press.write("Je vous appelle.", ZOE, answers=card)
    await journalist.says("Je vous appelle.")
    await press.says("envoyé à la personne")
    press.write("/ouverts", ZOE)
    await press.says("Échange nº 1", "Personne 777")
