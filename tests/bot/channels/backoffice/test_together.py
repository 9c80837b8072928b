"""Several rows of the list at once: what can be done is, what cannot is named; each is written down."""

import asyncio
import random
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import unescape

import pytest

from bot.conversation.reading.codes import make_reference
from bot.conversation.values.about import about_dossier
from bot.desk.desk import Desk
from bot.desk.office import entry, together
from bot.desk.office.entry import Signed
from bot.desk.office.roles import Role
from bot.desk.office.together import Wanted
from bot.desk.verbs import Verb
from bot.search.listing import PAGE_ROWS, Filter, lock_standing
from storage import audit, dossiers, staff_batches
from storage.engine.database import Transaction
from storage.erasure import erase_dossier
from storage.search_index import Tab
from tests.bot.channels.backoffice.conftest import Enter
from tests.bot.channels.backoffice.staff import Staff
from tests.bot.channels.backoffice.towns import PAU, Town, ask, ask_press, settle, settle_all
from tests.bot.channels.web.served import Served

ALL = "/bureau?onglet=en-cours"


async def test_rows_are_taken_handed_and_taken_over_together(served: Served, enter: Enter) -> None:
    dole, pau, thread = settle(served), settle(served, "AAA-AAA-AA3", PAU), ask(served, "Peut-on louer ?")
    lea, anne, zoe = await enter("Léa", Role.ADMIN), await enter("Anne"), await enter("Zoé", Role.EDITOR)
    rows = [("choix", f"dossier:{each}") for each in (dole.reference, pau.reference)] + [("choix", f"thread:{thread}")]
    await lea.open(ALL)
    assert f'<option value="{anne.member.id}">' in lea.page
    assert f'<option value="{zoe.member.id}">' not in lea.page.partition('id="ensemble"')[2]
    await lea.send_all("/bureau/ensemble", rows[:2], faire="confier", a=str(anne.member.id))
    assert "Confié : 2." in lea.words
    await anne.open("/bureau?onglet=les-miens")
    assert "Les miens 2" in anne.words
    await lea.open(ALL)
    await lea.send_all("/bureau/ensemble", rows, faire="prendre")
    assert "Pris en charge : 1." in lea.words
    assert "Non fait, dossier K7R-M3W-X9A : " in lea.words
    await lea.send_all("/bureau/ensemble", rows[:2], faire="reprendre", texte=" ")
    assert lea.words.count("Non fait") == 2
    await lea.send_all("/bureau/ensemble", rows[:2], faire="reprendre", texte="Anne est en congé")
    assert "Repris : 2." in lea.words
    await lea.send_all("/bureau/ensemble", [], faire="prendre")
    assert "cochez d'abord" in lea.words
    logged = served.database.run_now(lambda t: [each.action for each in audit.read(t) if each.member_id == 1])
    assert [logged.count(verb) for verb in ("confier", "prendre", "reprendre")] == [2, 1, 2]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_nothing_is_done_together_that_could_not_be_done_alone(served: Served, enter: Enter) -> None:
    dole, press = settle(served), ask_press(served)
    paul, anne = await enter("Paul", Role.PRESS), await enter("Anne")
    await paul.open("/bureau")
    rows = [("choix", each) for each in (f"dossier:{dole.reference}", "x", "thread:999", "dossier:' OR 1=1", "thread:")]
    rows += [("choix", f"thread:{'9' * 30}"), ("choix", "thread:²"), ("choix", f"dossier:{'A' * 500}")]
    await paul.send_all("/bureau/ensemble", rows, faire="prendre")
    assert "Pris en charge" not in paul.words
    assert "Dole" not in paul.words
    await paul.open("/bureau")
    await paul.send_all("/bureau/ensemble", [("choix", f"thread:{press}")], faire="clore", texte="x")
    assert "cochez d'abord" in paul.words, "what writes to a person is done on its page"
    await anne.open("/bureau")
    await anne.send_all("/bureau/ensemble", rows[:1], faire="confier", a=str(paul.member.id))
    assert "Cette personne ne peut pas l'ouvrir" in anne.words
    form = anne.carried("/bureau/ensemble")
    for _ in range(2):
        await anne.browser.post("/bureau/ensemble", {**form, "choix": rows[0][1], "faire": "prendre"})
    assert "C'était" not in anne.words
    await anne.open(dole.path)
    assert "en charge : Anne" in anne.words


# --- a whole list, over all its pages

CONFIRMED = "/bureau/ensemble/toutes"


def settle_many(served: Served, count: int) -> Sequence[Town]:
    """Let towns of the Jura hand dossiers over: more than a page shows."""
    chance = random.Random(count)
    return settle_all(served, [make_reference(chance.choice) for _ in range(count)])


async def confirm(staff: Staff, **fields: str) -> str:
    """Ask for the whole list, up to the page that asks whether that is meant."""
    await staff.send("/bureau/ensemble", toutes="oui", **fields)
    return staff.words


async def finished(served: Served, staff: Staff) -> str:
    """Return what the page of the order says once it is done."""
    async with asyncio.timeout(30):
        while "C'est terminé" not in staff.words:
            await served.office.proceed()
            await staff.open(f"/bureau/ensemble/{_batches(served)[-1].id}")
    return staff.words


def _batches(served: Served) -> list[staff_batches.Batch]:
    def read(transaction: Transaction) -> list[staff_batches.Batch]:
        found = (staff_batches.find(transaction, number, member) for number in range(1, 9) for member in range(1, 9))
        return [each for each in found if each is not None]

    return served.database.run_now(read)


async def test_a_whole_list_is_handed_over_once_its_number_is_confirmed(served: Served, enter: Enter) -> None:
    towns = settle_many(served, PAGE_ROWS + 2)
    lea, anne, bruno = await enter("Léa", Role.ADMIN), await enter("Anne"), await enter("Bruno")
    await bruno.open(towns[3].path)
    await bruno.send(f"{towns[3].path}/faire/prendre")
    await lea.open("/bureau?onglet=en-cours&departement=39")
    assert f"Toutes les {len(towns)} lignes, sur 2 pages" in lea.words
    said = await confirm(lea, faire="confier", a=str(anne.member.id))
    assert f"Confier à Anne : {len(towns)} lignes ?" in said
    assert f"Elle contient {len(towns)} dossiers et 0 échange : dossier {towns[0].reference}, " in said
    assert _batches(served) == [], "nothing is done before it is confirmed"
    form = lea.carried(CONFIRMED)
    await lea.browser.post(CONFIRMED, form)
    assert "/bureau/ensemble/1" in str(lea.page)
    said = await finished(served, lea)
    assert f"Confié : {len(towns) - 1}." in said
    assert f"Non fait : 1 dossier {towns[3].reference} :" in said
    assert "Changé entre-temps" not in said, "Bruno had it when the list was confirmed"
    await lea.browser.post(CONFIRMED, form)
    assert "C'est terminé" in lea.words, "the same form leads to the same order"
    assert len(_batches(served)) == 1
    await anne.open("/bureau?onglet=les-miens")
    assert f"Les miens {len(towns) - 1}" in anne.words
    logged = [each for each in served.database.run_now(lambda t: list(audit.read(t))) if each.action == "confier"]
    assert len(logged) == len(towns) - 1
    assert {(each.member, each.to_member) for each in logged} == {("Léa", "Anne")}
    await lea.open(f"/bureau/journal?objet={towns[0].reference}")
    assert f"a confié dossier {towns[0].reference} à Anne" in lea.words
    for path in ("/bureau/ensemble/1", "/bureau/ensemble/2", "/bureau/ensemble/99999999999999999999"):
        await anne.open(path)
        assert anne.status == 404, "each sees their own orders alone"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_list_that_moved_is_confirmed_anew_and_one_that_is_too_long_refused(
    served: Served, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    towns = settle_many(served, PAGE_ROWS + 1)
    lea, paul = await enter("Léa", Role.ADMIN), await enter("Paul", Role.PRESS)
    await lea.open("/bureau")
    await confirm(lea, faire="prendre")
    settle(served, "CCC-CCC-CC4", PAU)
    await lea.send(CONFIRMED)
    assert lea.status == 409
    assert "la liste a changé entre-temps" in lea.words
    assert f"Prendre en charge : {len(towns) + 1} lignes ?" in lea.words
    # As many rows as were confirmed, but not the same.
    other, page = await enter("Zoé"), lea.page
    await other.open(towns[0].path)
    await other.send(f"{towns[0].path}/faire/prendre")
    settle(served, "AAA-AAA-AA3", PAU)
    lea.browser.page = page
    await lea.send(CONFIRMED, lignes="")
    assert lea.status == 409
    lea.browser.page = page
    await lea.send(CONFIRMED)
    assert lea.status == 409
    assert _batches(served) == []
    await lea.send(CONFIRMED)
    assert f"Pris en charge : {len(towns) + 1}." in await finished(served, lea)
    await lea.open("/bureau?onglet=les-miens")
    for fields, told in (
        ({"faire": "confier"}, "Choisissez à qui confier"),
        ({"faire": "reprendre"}, "Il manque le texte"),
        ({"faire": "prendre", "liste": "onglet=en-cours&departement=99"}, "cette liste est vide"),
    ):
        await lea.open("/bureau?onglet=les-miens")
        assert told in await confirm(lea, **fields)
    await lea.open("/bureau/compte")
    form = {**lea.carried("/bureau/sortir"), "liste": "onglet=clos", "faire": "prendre"}
    for wrong in ({}, {"faire": "clore"}, {"faire": "repondre"}):
        await lea.browser.post(CONFIRMED, {**form, **wrong})
        assert lea.status == 404, wrong
    monkeypatch.setattr(together, "MOST", 2)
    await lea.open("/bureau?onglet=en-cours")
    assert "pour 2 lignes au plus" in await confirm(lea, faire="prendre")
    await paul.open("/bureau/compte")
    form = {**paul.carried("/bureau/sortir"), "liste": "onglet=en-cours", "faire": "prendre"}
    await paul.browser.post(CONFIRMED, form)
    assert "cette liste est vide" in paul.words, "the press has its own rows alone"


async def test_what_was_not_done_does_not_look_as_if_it_were(served: Served, enter: Enter) -> None:
    settle_all(served, ["K7R-M3W-X9A", "CCC-CCC-CC4"])
    anne = await enter("Anne")
    await anne.open("/bureau")
    await anne.send("/bureau/ensemble", faire="prendre")
    assert '<p class="said undone" role="alert">Rien n&#39;est fait : cochez' in anne.page
    await anne.send_all("/bureau/ensemble", [("choix", "dossier:K7R-M3W-X9A"), ("choix", "thread:9")], faire="prendre")
    assert '<p class="said undone" role="alert">Pris en charge : 1.\nNon fait, échange nº 9' in anne.page
    await anne.open("/bureau")
    assert 'class="said' not in anne.page, "it is said once"
    await anne.send_all("/bureau/ensemble", [("choix", "dossier:CCC-CCC-CC4")], faire="prendre")
    assert '<p class="said" role="status">Pris en charge : 1.</p>' in anne.page


async def test_an_order_goes_on_where_a_kill_left_it_and_each_row_is_done_once(
    served: Served, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "AT_ONCE", 3)
    towns = settle_many(served, 8)
    anne = await enter("Anne")
    asked = ("prendre", None, "")
    abouts = [f"dossier:{each.reference}" for each in towns]
    now, desk = served.clock[0], served.office.desk
    number = served.database.run_now(staff_batches.add, anne.member.id, "k" * 16, asked, _rows(served, towns), now)
    assert number == 1
    with pytest.raises(KeyboardInterrupt):
        served.database.run_now(_killed, desk, now)
    assert served.database.run_now(staff_batches.progress_of, 1).waiting == len(towns)
    served.database.run_now(lambda transaction: together.proceed(desk, transaction, now))
    assert served.database.run_now(staff_batches.progress_of, 1).done == 3
    # Several processes go on with it at once.
    await asyncio.gather(*(served.office.proceed() for _ in range(3)))
    told = served.database.run_now(staff_batches.progress_of, 1)
    assert (told.done, told.waiting, told.refused) == (len(towns), 0, 0)
    logged = served.database.run_now(lambda t: [each.subject for each in audit.read(t) if each.action == "prendre"])
    assert sorted(filter(None, logged)) == sorted(abouts)
    served.database.run_now(together.forget_old, now + together.LIFE * 2)
    assert _batches(served) == []


def _rows(served: Served, towns: Sequence[Town]) -> list[tuple[str, str]]:
    """Return the rows of an order about the dossiers of these, as they stand now."""

    def read(transaction: Transaction) -> list[tuple[str, str]]:
        abouts = (about_dossier(each.reference) for each in towns)
        return [(about, lock_standing(transaction, about) or "") for about in abouts]

    return served.database.run_now(read)


def _killed(transaction: Transaction, desk: Desk, now: datetime) -> None:
    """Settle some rows, and end before the commit."""
    together.proceed(desk, transaction, now)
    raise KeyboardInterrupt


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_who_was_shut_out_meanwhile_has_nothing_done_any_more(served: Served, enter: Enter) -> None:
    towns = settle_many(served, 3)
    anne = await enter("Anne")
    now = served.clock[0]
    rows = _rows(served, towns)
    served.database.run_now(staff_batches.add, anne.member.id, "k" * 16, ("prendre", None, ""), rows, now)
    served.database.run_now(entry.revoke, anne.member.id, None, now)
    await served.office.proceed()
    assert served.database.run_now(staff_batches.progress_of, 1).refused == 3
    assert not re.search(r"prendre", str(served.database.run_now(lambda t: [each.action for each in audit.read(t)])))


def _all_to_be(verb: Verb, words: str = "", choice: str | None = None, holder: str = "") -> Wanted:
    return Wanted(verb, Filter(holder=holder), Tab.OPEN, words, choice)


def _order(served: Served, staff: Staff, wanted: Wanted) -> int:
    """Confirm the whole list as it stands, without beginning with it."""

    def work(transaction: Transaction) -> int:
        signed, now = Signed(0, staff.member, staff.role), served.clock[0]
        planned = together.plan(transaction, signed, wanted, now)
        assert isinstance(planned, together.Planned)
        made = together.order(transaction, signed, wanted, "k" * 16, planned.mark, now)
        assert isinstance(made, int)
        return made

    return served.database.run_now(work)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("narrowed", "verb"),
    [(True, Verb.TAKE_OVER), (False, Verb.TAKE_OVER), (False, Verb.HAND)],
    ids=["a colleague's taken over", "all taken over", "all handed"],
)
async def test_an_order_leaves_alone_what_changed_since_it_was_confirmed(
    served: Served, enter: Enter, narrowed: bool, verb: Verb
) -> None:
    """Whatever the list is narrowed to: taken by somebody else, given back, closed, moved by its town, or erased."""
    towns, thread = settle_many(served, 5), ask(served, "Peut-on louer ?")
    lea, anne, bruno = await enter("Léa", Role.ADMIN), await enter("Anne"), await enter("Bruno")
    holder, path = (lea if verb is Verb.HAND else anne), f"/bureau/echanges/{thread}"
    for each in (path, *(town.path for town in towns)):
        await holder.open(each)
        await holder.send(f"{each}/faire/prendre")
    held = str(holder.member.id) if narrowed else ""
    wanted = _all_to_be(verb, "Anne est en congé", str(bruno.member.id) if verb is Verb.HAND else None, held)
    _order(served, lea, wanted)
    served.clock[0] += timedelta(minutes=1)
    for each in (path, towns[0].path):
        await bruno.open(each)
        await bruno.send(f"{each}/faire/reprendre", texte="Je m'en occupe")
    await holder.open(towns[1].path)
    await holder.send(f"{towns[1].path}/faire/rendre")
    await holder.open(towns[2].path)
    await holder.send(f"{towns[2].path}/faire/clore", question="sans-suite", texte="Vu par téléphone")

    def erase(transaction: Transaction) -> None:
        kept = dossiers.find(transaction, towns[3].reference)
        assert kept is not None
        erase_dossier(transaction, kept.id, "elsewhere")

    served.database.run_now(erase)
    said = await finished(served, lea)
    assert f"{'Confié' if verb is Verb.HAND else 'Repris'} : 1." in said, said
    named = said.partition("Changé entre-temps")[2].partition("Non fait")[0]
    assert [each for each in towns if each.reference in named] == list(towns[:3])
    assert f"échange nº {thread}" in named
    assert f"dossier {towns[3].reference} : n'existe plus" in said
    await bruno.open("/bureau?onglet=les-miens")
    assert f"Les miens {3 if verb is Verb.HAND else 2}" in bruno.words
    await lea.open(towns[1].path)
    assert "personne ne l'a pris" in lea.words


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_row_that_was_ticked_is_done_as_it_stood_on_the_page(served: Served, enter: Enter) -> None:
    towns = settle_many(served, 3)
    anne, bruno, zoe = await enter("Anne"), await enter("Bruno"), await enter("Zoé")
    await anne.open("/bureau")
    rows = [("choix", unescape(each)) for each in re.findall(r'name="choix" value="([^"]+)"', anne.page)]
    await anne.send_all("/bureau/ensemble", rows, faire="prendre")
    assert "Pris en charge : 3." in anne.words
    await zoe.open(ALL)
    rows = [("choix", unescape(each)) for each in re.findall(r'name="choix" value="([^"]+)"', zoe.page)]
    await bruno.open(towns[0].path)
    await bruno.send(f"{towns[0].path}/faire/reprendre", texte="Je m'en occupe")
    await zoe.send_all("/bureau/ensemble", rows, faire="reprendre", texte="Anne est en congé")
    assert "Repris : 2." in zoe.words
    assert f"dossier {towns[0].reference} a changé entre-temps, et reste tel quel" in zoe.words
    await bruno.open(towns[0].path)
    assert "en charge : Bruno" in bruno.words


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_dossier_and_its_thread_on_one_list_are_one_errand(served: Served, enter: Enter) -> None:
    """The thread follows its dossier: it is no second thing that somebody had changed."""
    (town,) = settle_many(served, 1)
    anne, bruno = await enter("Anne"), await enter("Bruno")
    thread = town.write("Bonjour")
    for each in (town.path, f"/bureau/echanges/{thread}"):
        await anne.open(each)
        await anne.send(f"{each}/faire/prendre")
    told = len(town.told())
    _order(served, anne, Wanted(Verb.HAND, Filter(), Tab.MINE, choice=str(bruno.member.id)))
    said = await finished(served, anne)
    assert "Confié : 2." in said
    assert "Non fait" not in said
    assert "Changé" not in said
    assert len(town.told()) == told + 1, "the person is told once"
    await bruno.open("/bureau?onglet=les-miens")
    assert "Les miens 2" in bruno.words
