"""Two agents see that the other is there, and writes; it fades by itself; of what one may not open, nobody is seen."""

import json
from urllib.parse import quote

import pytest

from bot.desk.office.roles import Role
from bot.desk.office.viewing import BELIEVED, forget_gone
from bot.desk.orders.seen import SEEN_LIMIT, Seen, read_seen
from storage.engine.database import Transaction
from storage.engine.marks import LATE, Mark
from storage.engine.tables import table
from tests.bot.channels.backoffice.conftest import Enter
from tests.bot.channels.backoffice.staff import Staff
from tests.bot.channels.backoffice.towns import settle
from tests.bot.channels.web.served import Served


async def hear(staff: Staff, about: str, *, is_writing: bool = False) -> str:
    """Return who is there, as the stream of an open page first tells it; "" where it tells of nobody."""
    path = f"/bureau/flux?vu=0.0&sur={quote(about)}{'&ecrit=' if is_writing else ''}"
    async with staff.browser.client.get(staff.browser.address + path) as response:
        assert response.status == 200
        event = ""
        async for line in response.content:
            if line.startswith(b"event:"):
                event = line.decode().split(":")[1].strip()
            elif line.startswith(b"data:") and event == "autour":
                return str(json.loads(line[5:]))
            elif line.startswith(b"data:"):
                return ""
    return ""


async def test_a_colleague_who_looks_or_writes_is_seen_until_they_are_gone(served: Served, enter: Enter) -> None:
    dole = settle(served)
    dole.write("Bonjour")
    anne, bruno = await enter("Anne"), await enter("Bruno")
    about = f"dossier:{dole.reference}"
    await anne.open(dole.path)
    assert "est aussi sur cette page" not in anne.words
    await bruno.open(dole.path)
    assert "Anne est aussi sur cette page." in bruno.words
    assert await hear(anne, about) == "Bruno est aussi sur cette page."
    await hear(bruno, about, is_writing=True)
    assert await hear(anne, about) == "Bruno est en train d'écrire ici."
    await hear(bruno, about)
    assert await hear(anne, about) == "Bruno est en train d'écrire ici.", (
        "another of his pages says nothing of this one"
    )
    await bruno.send(f"{dole.path}/reponse", texte="Bonjour, nous regardons.")
    assert await hear(anne, about) == "Bruno est aussi sur cette page.", "what he wrote has been sent"
    await hear(bruno, about, is_writing=True)
    served.clock[0] += BELIEVED
    await anne.open(dole.path)
    assert "Bruno est" not in anne.words
    served.clock[0] += BELIEVED
    served.database.run_now(forget_gone, served.clock[0])
    assert served.database.run_now(_count) == 0


def _count(transaction: Transaction) -> int:
    return len(transaction.connection.execute(table("staff_viewers").select()).all())


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_who_may_not_open_it_is_not_seen_and_sees_nobody(served: Served, enter: Enter) -> None:
    dole = settle(served)
    dole.write("Bonjour")
    anne, paul = await enter("Anne"), await enter("Paul", Role.PRESS)
    await anne.open(dole.path)
    assert await hear(paul, f"dossier:{dole.reference}") == ""
    await anne.open(dole.path)
    assert "Paul est" not in anne.words
    assert await hear(anne, "dossier:'; DROP TABLE staff_viewers") == ""


def test_what_a_page_showed_is_read_whole_where_every_other_number_was_missing() -> None:
    """Cut in the midst of a number it would be no mark, and all that ever came would be news."""
    last = 2_000_000
    mark = Mark(last, tuple((number, number) for number in range(last - LATE + 1, last, 2)))
    assert read_seen(f"{mark}.{mark}"[:SEEN_LIMIT]) == Seen(mark, mark)
