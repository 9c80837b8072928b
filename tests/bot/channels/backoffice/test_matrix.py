"""Every page and every verb of the desk, by everybody who might ask: only what a role may, and nothing for others.

The matrix is made from the tables of the code: a page that is added tomorrow is in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.backoffice.backoffice import PAGES
from bot.channels.backoffice.gate import Page
from bot.desk.office import entry
from bot.desk.office.roles import RIGHTS, VERBS, Right, Role
from bot.desk.verbs import Verb
from storage.engine.database import Transaction
from storage.engine.tables import table
from tests.bot.channels.backoffice.conftest import Enter
from tests.bot.channels.backoffice.staff import Staff
from tests.bot.channels.backoffice.towns import Town, ask, ask_press, settle
from tests.bot.channels.web.served import Browser, Served

#: Whose a dossier or a thread is: the role that may not open it gets nothing of it.
OPENED_BY = {"dossier": Right.DOSSIERS, "thread": Right.DOSSIERS, "press": Right.PRESS}
#: What a role meets that may not open something, or the page it is on.
SHUT = {403, 404}


@dataclass
class Scene:
    """What lies before the staff."""

    town: Town
    thread: int
    press: int

    def path(self, page: Page, subject: str = "dossier", verb: Verb = Verb.TAKE) -> str:
        """Return the address of a page for one of the subjects."""
        number = self.press if subject == "press" else self.thread
        filled = page.path.replace("{reference}", self.town.reference).replace("{number}", str(number))
        return re.sub(r"\{\w+:int\}", "1", filled.replace("{verb}", verb.value))


@pytest.fixture
def scene(served: Served) -> Scene:
    return Scene(settle(served), ask(served, "Une question"), ask_press(served))


def _everything(served: Served) -> list[Any]:
    """Return all that the staff may change, to see that nothing was."""

    def read(transaction: Transaction) -> list[Any]:
        names = ("dossiers", "dossier_events", "threads", "thread_messages", "held_answers", "recipients")
        names += ("answer_drafts", "staff_batches", "staff_batch_items", "staff_filters", "entry_texts")
        kept = [list(map(tuple, transaction.connection.execute(table(name).select()))) for name in names]
        # What becomes of what leaves is the courier's: only whether something is to leave is looked at.
        return [*kept, list(transaction.connection.execute(select(table("outbox").c.key)).scalars())]

    return served.database.run_now(read)


def _roles() -> list[Any]:
    """Return every role on SQLite, and on PostgreSQL the one that sees a part only: the rest is the same code."""
    on_sqlite = [pytest.param("sqlite", role, id=f"sqlite-{role.value}") for role in Role]
    return [*on_sqlite, pytest.param("postgresql", Role.PRESS, id="postgresql-press")]


async def _ask(browser: Browser, page: Page, path: str, fields: dict[str, str] | None = None) -> int:
    if page.is_post:
        await browser.post(path, fields or {})
    elif page.path.endswith("/flux"):
        async with browser.client.get(browser.address + path) as response:  # it would not end
            browser.status = response.status
    else:
        await browser.open(path)
    return browser.status


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_nobody_a_town_and_whoever_was_shut_out_get_nothing(served: Served, scene: Scene, enter: Enter) -> None:
    nobody, town = served.browser(), served.browser()
    await town.open()
    await town.say("bonjour")
    expired, revoked = await enter("Expirée"), await enter("Révoqué", Role.ADMIN)
    served.database.run_now(entry.revoke, revoked.member.id, None, served.clock[0])
    served.clock[0] += entry.IDLE
    await enter("Claire", Role.ADMIN)  # somebody may enter: the others are shut out one by one
    before = _everything(served)
    for page in PAGES:
        for who in (nobody, town, expired.browser, revoked.browser):
            status = await _ask(who, page, scene.path(page), {"texte": "x", "cle": "0" * 32, "jeton": "x"})
            assert status == 401, page.path
            assert "Dole" not in who.page
    assert _everything(served) == before
    await nobody.client.close()
    await town.client.close()


@pytest.mark.parametrize(("dialect", "role"), _roles(), indirect=["dialect"])
async def test_a_page_is_open_to_the_roles_of_its_right_alone(
    served: Served, scene: Scene, enter: Enter, role: Role
) -> None:
    somebody = await enter("Quelqu'un", role)
    for page in (page for page in PAGES if not page.is_post and ":int}" not in page.path):
        subject = "dossier" if "{reference}" in page.path else "press"
        is_open = page.needs is None or page.needs in RIGHTS[role]
        status = await _ask(somebody.browser, page, scene.path(page, subject))
        assert (status == 200) == (is_open or page.path == "/bureau"), (page.path, status)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", Role)
async def test_without_its_signature_no_form_is_obeyed(served: Served, scene: Scene, enter: Enter, role: Role) -> None:
    somebody, other = await enter("Quelqu'un", role), await enter("Autre", role)
    await other.open("/bureau/compte")
    stolen = other.carried("/bureau/sortir")  # the signature of another session
    await somebody.open("/bureau/compte")
    own = somebody.carried("/bureau/sortir")
    forged = ({}, {"cle": "0" * 32}, {"cle": "0" * 32, "jeton": "x"}, stolen, {"jeton": own["jeton"]})
    before = _everything(served)
    for page in (page for page in PAGES if page.is_post):
        for fields in forged:
            status = await _ask(somebody.browser, page, scene.path(page), {**fields, "texte": "x"})
            assert status in {403, 409}, page.path
        async with somebody.browser.client.post(
            served.address + scene.path(page), data={**own, "texte": "x"}, headers={"Sec-Fetch-Site": "cross-site"}
        ) as response:
            assert response.status in {403, 409}, page.path
    assert _everything(served) == before
    await somebody.open("/bureau/compte")
    assert somebody.status == 200, "nor did any of it sign out"


def _verbs() -> Iterator[Any]:
    for role in Role:
        for subject in OPENED_BY:
            yield pytest.param("sqlite", role, subject, id=f"sqlite-{role.value}-{subject}")
    for subject in ("dossier", "press"):
        yield pytest.param("postgresql", Role.PRESS, subject, id=f"postgresql-press-{subject}")


@pytest.mark.parametrize(("dialect", "role", "subject"), list(_verbs()), indirect=["dialect"])
async def test_a_verb_is_done_for_the_roles_that_may_and_on_what_they_may_open(
    served: Served, scene: Scene, enter: Enter, role: Role, subject: str
) -> None:
    somebody = await enter("Quelqu'un", role)
    page = next(
        each
        for each in PAGES
        if each.path.endswith("/faire/{verb}") and ("{reference}" in each.path) == (subject == "dossier")
    )
    for verb in Verb:
        before = _everything(served)
        may = verb in VERBS[role] and OPENED_BY[subject] in RIGHTS[role]
        status = await _post(somebody, scene.path(page, subject, verb))
        if not may:
            assert status in SHUT, verb
            assert _everything(served) == before, verb
        else:
            assert status in {200, 404, 409}, verb
            assert status != 404 or verb in NOT_BY_A_FORM or _is_none(verb, subject), verb
    path = scene.path(page, subject).replace("/faire/prendre", "/reponse")
    fields = {"pour": "1", "vu": "99", "texte": "Bonjour"}
    status = await _post(somebody, path, **fields)
    assert (status in SHUT) == (Verb.ANSWER not in VERBS[role] or OPENED_BY[subject] not in RIGHTS[role])


#: Shown or written otherwise; and what is done with a dossier alone.
NOT_BY_A_FORM = {Verb.SHOW, Verb.ANSWER, Verb.DRAFT_ENTRY, Verb.TEMPLATE}


def _is_none(verb: Verb, subject: str) -> bool:
    return subject != "dossier" and verb in {Verb.ASK, Verb.REMIND}


async def _post(somebody: Staff, path: str, **fields: str) -> int:
    await somebody.open("/bureau/compte")
    carried = somebody.carried("/bureau/sortir")
    await somebody.browser.post(path, {**carried, "texte": "Un texte", **fields})
    return somebody.status
