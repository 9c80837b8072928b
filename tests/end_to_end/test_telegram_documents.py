"""Documents through Telegram, with the whole program: in a dossier, both ways in a thread, refused, after a kill."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.chat import DOSSIER, Chat, ask_the_team
from tests.end_to_end.guichet_process import (
    ANNE,
    ONE_INTAKE,
    STAFF_CHAT,
    START_SECONDS,
    Guichet,
    environment_of,
    until_ready,
)
from tests.fake_bot_api.server import FakeBotApi, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

PDF = b"%PDF-1.7\n\x00\xff une deliberation"
JPEG = b"\xff\xd8\xff\xe0 une photo"


def document(name: str, content: bytes = PDF, **more: Any) -> dict[str, Any]:
    return {"document": {"file_name": name, "mime_type": "application/octet-stream", "content": content, **more}}


async def received(api: FakeBotApi, chat: int, name: str) -> bytes:
    """Return the bytes of a document that the bot sends to a chat, once it does."""
    while True:
        count = len(api.calls("sendDocument", chat, effect=True))
        for call in api.calls("sendDocument", chat, effect=True):
            if call.result["document"]["file_name"] == name:
                return bytes(api.bot().files[call.result["document"]["file_id"]]["data"])
        await api.until_called("sendDocument", chat, times=count + 1, seconds=START_SECONDS)


@ONE_INTAKE
async def test_documents_are_attached_and_reach_the_staff_with_the_dossier(
    api: FakeBotApi, staff: Chat, person: Chat, town: int
) -> None:
    for text in DOSSIER[:-2]:
        person.write(text)
        await person.says()
    api.act(chat_id=town, caption="Celle du 3 octobre", **document("délibération.pdf"))
    await person.says("Document reçu : délibération.pdf", "9/16")
    for name, content in (("a.pdf", PDF + b"a"), ("b.pdf", PDF + b"b")):
        api.act(chat_id=town, media_group_id="77", **document(name, content))
    await person.says("a.pdf et b.pdf")
    api.act(chat_id=town, photo={"content": JPEG})
    await person.says("Document reçu : photo-")

    api.act(chat_id=town, **document("gros.pdf", file_size=21_000_001))
    await person.says("« gros.pdf » n'est pas retenu", "20 Mo")
    api.act(chat_id=town, **document("outil.exe"))
    await person.says("pas les programmes")
    api.act(chat_id=town, **document("page.pdf", b"<html>"))
    await person.says("ne correspond pas à son nom")
    api.act(chat_id=town, voice={"file_id": "v", "file_unique_id": "v", "duration": 3})
    await person.says("les messages vocaux", "les documents et les photos")

    for text in DOSSIER[-2:]:
        person.write(text)
    await person.says("délibération.pdf", "Celle du 3 octobre")
    await person.says("Documents joints : 4")
    await staff.says("Documents joints : 4")
    await staff.says("« délibération.pdf »", "Celle du 3 octobre")
    assert await received(api, STAFF_CHAT, "délibération.pdf") == PDF
    assert await received(api, STAFF_CHAT, "b.pdf") == PDF + b"b"

    api.act(chat_id=town, **document("tard.pdf", PDF + b"tard"))
    await person.says("l'équipe en est informée")
    assert await received(api, STAFF_CHAT, "tard.pdf") == PDF + b"tard"


@ONE_INTAKE
async def test_both_sides_of_an_thread_send_documents(api: FakeBotApi, staff: Chat, person: Chat, town: int) -> None:
    card = await staff.says(await ask_the_team(person, town))
    deed = {"chat_id": STAFF_CHAT, "user_id": ANNE, "reply_to_message": card}
    api.act(**deed, caption="Voici le modèle", **document(f"modèle-{town}.odt", b"PK pas un odt"))
    staff.press(await staff.says("ou entre vous ?"), "Envoyer à la", ANNE)
    await staff.says("n'est pas retenu")
    api.act(**deed, caption="Voici le modèle", **document(f"modèle-{town}.pdf"))
    staff.press(await staff.says(f"modèle-{town}.pdf", "ou entre vous ?"), "Envoyer à la", ANNE)
    await person.says("Personne 501", "vous envoie un document", "Voici le modèle")
    assert await received(api, town, f"modèle-{town}.pdf") == PDF
    await staff.says("est parti à la")

    api.act(chat_id=town, caption="Rempli", **document(f"rempli-{town}.pdf", PDF + b"rempli"))
    await staff.says(f"rempli-{town}.pdf", "Rempli")
    assert await received(api, STAFF_CHAT, f"rempli-{town}.pdf") == PDF + b"rempli"
    await person.says("Document remis à Personne 501")

    api.act(**deed, **document("script.bat"))
    await staff.says("pas les programmes")
    api.act(**deed, caption="// à garder pour nous", **document("interne.pdf"))
    await staff.says("Rien n'est envoyé")
    api.act(chat_id=STAFF_CHAT, user_id=ANNE, **document("entre-nous.pdf"))
    assert await person.is_silent()


@ONE_INTAKE
async def test_an_outage_of_the_files_is_said_and_outlived(
    api: FakeBotApi, staff: Chat, person: Chat, town: int
) -> None:
    await ask_and_take(api, staff, person, town)
    api.fail("500", method="file", count=2)
    api.act(chat_id=town, **document(f"panne-{town}.pdf"))
    await person.says("Je n'arrive pas encore à récupérer")
    await person.says("Document remis")
    assert await received(api, STAFF_CHAT, f"panne-{town}.pdf") == PDF


async def ask_and_take(api: FakeBotApi, staff: Chat, person: Chat, town: int) -> None:
    card = await staff.says(await ask_the_team(person, town))
    staff.press(card, "Prendre en charge", ANNE)
    await person.says("Personne 501")


async def test_a_document_that_was_acknowledged_outlives_a_kill(intake: str, cache: Path, tmp_path: Path) -> None:
    api = FakeBotApi()
    async with running(api):
        program = Guichet(environment_of(api, intake, cache, tmp_path), tmp_path / "log")
        program.start()
        try:
            await until_ready(api, intake)
            person = Chat(api, 7)
            for text in DOSSIER[:3]:
                person.write(text)
            await person.says("Laquelle")
            person.write("1")
            await person.says("2/16")
            api.fail("500", method="file", count=1_000_000)
            api.act(chat_id=7, **document("avant.pdf"))
            await person.says("Je n'arrive pas encore à récupérer")
            program.kill()
            api.faults.clear()
            program.start("2020-10-15T14:00")
            async with asyncio.timeout(START_SECONDS):
                await person.says("Document reçu : avant.pdf")
        finally:
            program.kill()
