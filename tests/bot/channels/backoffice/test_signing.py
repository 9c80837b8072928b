"""Signing in at the desk: once by a link, kept by a cookie, ended by its owner, by time or by who administers."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table

from bot.desk.office import entry
from bot.desk.office.roles import Role
from storage import audit
from storage.engine.database import Transaction
from storage.engine.tables import Kept
from tests.bot.channels.backoffice.conftest import Enter
from tests.bot.channels.backoffice.staff import Staff, make_link
from tests.bot.channels.web.served import Browser, Served

#: What the desk says to who has not signed in.
OUTSIDE = "On y entre par un lien personnel"
HTTPS = {"X-Forwarded-Proto": "https", "Host": "guichet.exemple.fr"}


async def test_a_link_signs_in_by_a_button_and_only_once(served: Served, browser: Browser) -> None:
    member, token = make_link(served, "Anne", Role.AGENT)
    anne = Staff(browser, member, Role.AGENT)
    await anne.open(f"/bureau/entrer?lien={token}")
    await anne.open(f"/bureau/entrer?lien={token}")  # a program that looks at links does not use it up
    assert token not in anne.page
    await anne.send("/bureau/entrer")
    assert anne.status == 200
    assert "Anne (équipe)" in anne.words
    await anne.open(f"/bureau/entrer?lien={token}")
    await anne.send("/bureau/entrer")
    assert anne.status == 403
    assert "Ce lien ne sert plus" in anne.words


async def test_the_secret_of_a_link_stays_in_no_address_and_no_log(
    served: Served, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    for room in ("bot", "storage", "knowledge"):  # as `bot.__main__` sets the log: libraries from warnings on
        caplog.set_level(logging.DEBUG, room)
    _, token = make_link(served, "Anne", Role.AGENT)
    async with browser.client.get(f"{served.address}/bureau/entrer?lien={token}", allow_redirects=False) as response:
        assert response.status == 303
        assert response.headers["location"] == "/bureau/entrer"
        cookie = response.headers["set-cookie"]
    assert re.fullmatch(r"guichet-bureau-lien=[\w-]{43}; Max-Age=600; Path=/bureau; HttpOnly; SameSite=Lax", cookie)
    kept = [row for each in Kept.metadata.sorted_tables for row in served.database.run_now(_rows, each)]
    assert token not in str(kept)
    assert token not in caplog.text


def _rows(transaction: Transaction, kept: Table) -> list[Any]:
    return list(map(tuple, transaction.connection.execute(kept.select())))


async def test_an_old_link_and_one_that_was_replaced_are_worth_nothing(served: Served, browser: Browser) -> None:
    member, replaced = make_link(served, "Anne", Role.AGENT)
    old = served.database.run_now(entry.make_link, member.id, None, served.clock[0])
    anne = Staff(browser, member, Role.AGENT)
    await anne.open(f"/bureau/entrer?lien={replaced}")
    await anne.send("/bureau/entrer")
    assert anne.status == 403
    served.clock[0] += entry.LINK_LIFE
    await anne.open(f"/bureau/entrer?lien={old}")
    await anne.send("/bureau/entrer")
    assert anne.status == 403


async def test_attempts_are_counted(served: Served, browser: Browser) -> None:
    member, _ = make_link(served, "Anne", Role.AGENT)
    stranger = Staff(browser, member, Role.AGENT)
    statuses = []
    for rank in range(12):
        await stranger.open(f"/bureau/entrer?lien={rank:043d}")
        await stranger.send("/bureau/entrer")
        statuses.append(stranger.status)
    assert statuses[0] == 403
    assert statuses[-1] == 429


async def test_a_session_ends_by_itself_by_its_owner_and_by_who_administers(served: Served, enter: Enter) -> None:
    anne, bruno, claire = [await enter(name) for name in ("Anne", "Bruno", "Claire")]
    await anne.send("/bureau/sortir")
    await anne.open("/bureau/compte")
    assert anne.status == 401
    served.database.run_now(entry.revoke, bruno.member.id, None, served.clock[0])
    await bruno.open("/bureau/compte")
    assert (bruno.status, OUTSIDE in bruno.words) == (401, True)
    served.clock[0] += entry.IDLE
    await claire.open("/bureau/compte")
    assert claire.status == 401
    assert "Votre session est terminée" in claire.words


async def test_one_closes_a_session_of_ones_own_and_none_of_a_colleague(served: Served, enter: Enter) -> None:
    anne, bruno = await enter("Anne"), await enter("Bruno")
    token = served.database.run_now(entry.make_link, anne.member.id, None, served.clock[0])
    elsewhere = Staff(served.browser(), anne.member, Role.AGENT)
    await elsewhere.open(f"/bureau/entrer?lien={token}")
    await elsewhere.send("/bureau/entrer")
    await anne.open("/bureau/compte")
    other = anne.carried("/bureau/compte/sessions")["a"]
    await bruno.open("/bureau/compte")
    carried = bruno.carried("/bureau/sortir")
    await bruno.browser.post("/bureau/compte/sessions", {**carried, "a": other})
    assert "déjà fermée" in bruno.words
    await elsewhere.open("/bureau/compte")
    assert elsewhere.status == 200
    await anne.send("/bureau/compte/sessions")
    await elsewhere.open("/bureau/compte")
    assert elsewhere.status == 401
    await elsewhere.browser.client.close()


async def test_what_was_written_is_shown_to_who_was_signed_out_meanwhile(served: Served, enter: Enter) -> None:
    anne = await enter("Anne")
    await anne.open("/bureau/compte")
    served.clock[0] += timedelta(days=31)
    await anne.send("/bureau/sortir", texte="Une longue réponse <b>")
    assert anne.status == 401
    assert "Une longue réponse &lt;b&gt;</textarea>" in anne.page


async def test_what_happens_at_the_door_is_written_down(served: Served, enter: Enter) -> None:
    anne = await enter("Anne")
    await anne.send("/bureau/sortir")

    def read(transaction: Transaction) -> list[Any]:
        return [(each.member_id, each.action, each.subject) for each in audit.read(transaction)]

    me = f"member:{anne.member.id}"
    assert served.database.run_now(read) == [
        (None, "role:agent", me),
        (None, "link", me),
        (anne.member.id, "enter", None),
        (anne.member.id, "leave", None),
    ]
