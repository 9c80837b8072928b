"""What a member of the smallest role, or one whose role was taken away, tries: they learn nothing of it."""

import asyncio
import re
from urllib.parse import quote, urlsplit

import pytest

from bot.desk.office import entry
from bot.desk.office.roles import Role
from storage.engine.database import Transaction
from storage.press_requests import KeptRequest, add
from tests.bot.channels.backoffice.conftest import Enter
from tests.bot.channels.backoffice.test_files import attach
from tests.bot.channels.backoffice.towns import Town, ask, settle
from tests.bot.channels.web.served import Served

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def ask_for_the_press(served: Served, town: Town) -> int:
    """Let a person who has a dossier ask the press office too, in the thread that began with the dossier."""
    thread = town.write("Bonjour à la presse")

    def work(transaction: Transaction) -> None:
        content = {"medium": "Le Progrès", "subject": "Une interview", "deadline": "demain", "contact": "06"}
        request = KeptRequest("PRE-SSE-001", thread, "waiting", False, content, served.clock[0], None)
        add(transaction, "press", town.recipient, request)
        transaction.changes_thread(thread)

    served.database.run_now(work)
    return thread


async def test_the_press_learns_nothing_of_a_journalists_dossier(served: Served, enter: Enter) -> None:
    dole = settle(served)
    path = f"/bureau/echanges/{ask_for_the_press(served, dole)}"
    paul, anne = await enter("Paul", Role.PRESS), await enter("Anne")
    for template in ("recu", "manque", "prise", ""):
        await paul.open(f"{path}?modele={template}")
        assert paul.status == 200
        for secret in (dole.reference, "Claire Martin", "mairie@ville.example", "Dole"):
            assert secret not in paul.page, template
    for probe in (dole.reference, "mairie@ville.example", "0384797979", "soudeurs", "Claire Martin"):
        await paul.open(f"/bureau?onglet=en-cours&mots={probe}")
        assert "Le Progrès" not in paul.words, probe
    await paul.open("/bureau?onglet=en-cours&mots=interview")
    assert "Le Progrès" in paul.words
    await anne.open(f"/bureau?onglet=en-cours&mots={dole.reference}")
    assert "Dole" in anne.words
    await anne.open(f"{path}?modele=recu")
    assert dole.reference in anne.page


async def test_a_role_that_was_taken_away_is_gone_at_once_from_open_pages_too(served: Served, enter: Enter) -> None:
    dole = settle(served)
    dole.write("Bonjour")
    anne = await enter("Anne")
    await anne.open(dole.path)
    found = re.search(r'data-news="([^"]+)"', anne.page)
    assert found
    async with anne.browser.client.get(f"{served.address}/bureau/flux?vu={found[1]}") as response:
        served.database.run_now(entry.grant, anne.member.id, Role.PRESS, None, served.clock[0])
        dole.write("Du nouveau pour l'équipe")
        ask(served, "Une question")
        served.hub.tell(None)
        async with asyncio.timeout(20):
            heard = [line async for line in response.content if line.startswith(b"data:")]
    assert heard == [], "the press hears of no dossier"
    for path, status in ((dole.path, 403), ("/bureau/exports", 403), ("/bureau/exports/fichier?format=csv", 403)):
        await anne.open(path)
        assert anne.status == status
    served.database.run_now(entry.grant, anne.member.id, Role.EDITOR, None, served.clock[0])
    await anne.open("/bureau/flux?vu=0.0")
    assert anne.status == 403


@pytest.mark.parametrize(
    "hostile",
    [
        '"><script>alert(1)</script>.png',
        "a\r\nSet-Cookie: x=1.png",
        "'); alert(1)//.png",
        "../../é\u202egnp.png",
    ],
    ids=["tag", "header", "quote", "path"],
)
async def test_what_a_town_calls_things_is_shown_and_never_obeyed(served: Served, enter: Enter, hostile: str) -> None:
    dole = settle(served)
    number = attach(served, dole, hostile, "image/png", b"png")
    dole.write(hostile)
    anne = await enter("Anne")
    await anne.open(dole.path)
    assert anne.status == 200
    assert "<script>alert" not in anne.page
    await anne.open(f"/bureau?mots={quote(hostile)}")
    assert "<script>alert" not in anne.page
    await anne.open(f"/bureau/documents/{number}?voir")
    assert anne.status == 200
    assert "set-cookie" not in anne.browser.headers
    assert set(anne.browser.headers["content-disposition"]) <= set(map(chr, range(0x20, 0x7F)))
    assert "/" not in anne.browser.headers["content-disposition"]


async def test_no_address_of_the_desk_is_a_dead_end(served: Served, enter: Enter) -> None:
    """The address of a form leads to the page it stands on; what is not there says where to go on; so does too much."""
    dole = settle(served)
    anne = await enter("Anne")
    for address in (f"{dole.path}/reponse", f"{dole.path}/faire/note", f"{dole.path}/reponse/1/annuler"):
        await anne.open(address)
        assert (anne.status, "Dole (Jura)" in anne.words) == (200, True), address
    for address in ("/bureau/ensemble", "/bureau/ensemble/toutes", "/bureau/filtres/retirer"):
        await anne.open(address)
        assert (anne.status, "À prendre" in anne.words) == (200, True), address
    await anne.open("/bureau/nulle-part")
    assert anne.status == 404
    assert "Aller au bureau" in anne.words
    for words, more in (("x" * 250_000, {}), ("x" * 1_010_000, {}), ("x", {f"a{n}": "x" for n in range(100)})):
        await anne.open(dole.path)
        await anne.send(f"{dole.path}/reponse", texte=words, **more)
        assert anne.status == 413
        assert "Revenez à la page précédente : ce que vous aviez écrit y est encore." in anne.words


@pytest.mark.parametrize("beside", ["", "Content-Length: 10\r\n"], ids=["alone", "beside-a-length"])
@pytest.mark.parametrize("path", ["/bureau/entrer", "/bureau/ensemble", "/bureau/dossiers/K7R-M3W-X9A/reponse"])
async def test_a_form_that_comes_in_pieces_is_refused_before_any_is_read(
    served: Served, path: str, beside: str
) -> None:
    """Pieces have no length that could be refused: nothing may wait for the first of them."""
    place = urlsplit(served.address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = f"POST {path} HTTP/1.1\r\nHost: {place.netloc}\r\n{beside}Transfer-Encoding: chunked\r\n"
    writer.write(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode())
    async with asyncio.timeout(10):
        status = await reader.readline()
    writer.close()
    assert b" 413 " in status
