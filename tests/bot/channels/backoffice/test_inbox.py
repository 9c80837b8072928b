"""The list: filters that a member keeps, and the way back to the list one came from."""

import re

import pytest
from yarl import URL

from bot.desk.office.inbox import MOST_FILTERS
from bot.desk.office.roles import Role
from storage import threads
from storage.engine.database import Transaction
from storage.engine.tables import table, without_encryption
from storage.press_requests import KeptRequest, add
from tests.bot.channels.backoffice.conftest import Enter
from tests.bot.channels.backoffice.staff import Staff, send_due
from tests.bot.channels.backoffice.towns import PAU, ask_press, settle, settle_all
from tests.bot.channels.web.served import Served
from tests.bot.desk.conftest import DOSSIER

JURA = "/bureau?onglet=en-cours&departement=39"


async def test_a_filter_is_kept_used_by_one_click_and_taken_away(served: Served, enter: Enter) -> None:
    settle(served), settle(served, "AAA-AAA-AA3", PAU)
    anne, bruno = await enter("Anne"), await enter("Bruno")
    await anne.open("/bureau")
    assert "Garder ce filtre" not in anne.words
    await anne.open(JURA)
    await anne.send("/bureau/filtres", nom="  Jura <b>ouvert ")
    assert "Le filtre « Jura <b>ouvert » est gardé" in anne.words
    await anne.open("/bureau")
    assert f'href="{JURA.replace("&", "&amp;")}">Jura &lt;b&gt;ouvert</a>' in anne.page
    await bruno.open("/bureau")
    assert "Jura" not in bruno.page.partition("Mes filtres")[2]
    await anne.open(JURA)
    assert "K7R-M3W-X9A" in anne.page
    assert "AAA-AAA-AA3" not in anne.page
    carried = anne.carried("/bureau/filtres/retirer")
    await bruno.open("/bureau/compte")
    await bruno.browser.post("/bureau/filtres/retirer", {**bruno.carried("/bureau/sortir"), "a": carried["a"]})
    await anne.open(JURA)
    await anne.send("/bureau/filtres/retirer")
    assert "Ce filtre est retiré" in anne.words
    await anne.open("/bureau")
    assert "Mes filtres" not in anne.page


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_kept_filter_holds_nothing_but_a_filter_and_there_are_so_many(served: Served, enter: Enter) -> None:
    anne = await enter("Anne")
    await anne.open(JURA)
    form = anne.carried("/bureau/filtres")
    for rank in range(MOST_FILTERS + 1):
        fields = {"cle": f"{rank:032d}", "liste": "//ailleurs.example?x=1&onglet=clos&mots=a", "nom": f"F {rank}"}
        await anne.browser.post("/bureau/filtres", {**form, **fields})
    assert f"vous avez déjà {MOST_FILTERS} filtres" in anne.words
    assert anne.page.count('class="chip" href="/bureau?onglet=clos&amp;mots=a"') == MOST_FILTERS
    await anne.browser.post("/bureau/filtres", {**form, "cle": "f" * 32, "nom": "f 0"})
    assert anne.page.count('class="chip"') == MOST_FILTERS, "one of the same name gives way"
    await anne.browser.post("/bureau/filtres", {**form, "cle": "e" * 32, "nom": " "})
    assert "donnez un nom" in anne.words
    sealed = without_encryption(table("staff_filters"))
    kept = served.database.run_now(lambda transaction: transaction.connection.execute(sealed.select()).all())
    assert not [each for each in kept if "F 1" in each.name or "mots" in each.parameters]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_one_comes_back_to_the_list_one_came_from(served: Served, enter: Enter) -> None:
    dole = settle(served)
    anne = await enter("Anne")
    await anne.open(dole.path)
    assert '<a href="/bureau?onglet=a-prendre">Revenir à la liste' in anne.page
    await anne.open(JURA)
    await anne.open(dole.path)
    await anne.send(f"{dole.path}/faire/prendre")
    assert f'<a href="{JURA.replace("&", "&amp;")}">Revenir à la liste' in anne.page
    other = served.browser()
    for forged in ("Ly9haWxsZXVycy5leGFtcGxl", "x", "%C3%A9", "amF2YXNjcmlwdDphbGVydCgxKQ"):
        await other.open(dole.path, Cookie=f"{_cookies(anne)}; guichet-bureau-liste={forged}")
        assert other.status == 200
        assert '<a href="/bureau?onglet=a-prendre">Revenir à la liste' in other.page
    await other.client.close()


def _cookies(staff: Staff) -> str:
    kept = staff.browser.client.cookie_jar.filter_cookies(URL(f"{staff.browser.address}/bureau"))
    return "; ".join(f"{each.key}={each.value}" for each in kept.values() if each.key == "guichet-bureau")


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_thread_about_a_dossier_is_known_by_it(served: Served, enter: Enter) -> None:
    dole = settle(served)
    thread = dole.write("Merci pour votre aide")
    anne, paul = await enter("Anne"), await enter("Paul", Role.PRESS)
    await anne.open(JURA.replace("departement=39", "genre=thread"))
    assert "Dole (Jura) Échange du dossier K7R-M3W-X9A : Merci pour votre aide" in anne.words
    await anne.open(f"/bureau/echanges/{thread}")
    assert "Dole (Jura)" in anne.words
    await paul.open("/bureau?onglet=en-cours")
    assert "Dole" not in paul.words


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_the_search_says_what_it_finds_to_the_press_too(served: Served, enter: Enter) -> None:
    settle(served)
    thread = ask_press(served)
    anne, paul = await enter("Anne"), await enter("Paul", Role.PRESS)
    await anne.open("/bureau")
    assert 'placeholder="Commune, personne, numéro' in anne.page
    await paul.open("/bureau")
    assert "Chercher un média, un journaliste, un sujet, un numéro, un mot d'un message" in paul.words
    assert 'placeholder="Média, journaliste, sujet, numéro' in paul.page
    assert "ommune" not in paul.words
    for typed in ("Progr%C3%A8s", "interview", f"PRE-SSE-{thread:03d}", str(thread)):
        await paul.open(f"/bureau?mots={typed}")
        assert "Le Progrès Une interview" in paul.words, typed
    await paul.open("/bureau?mots=Dole")
    assert "Besan" not in paul.words
    await anne.open("/bureau?presse=press")
    assert 'placeholder="Média, journaliste, sujet, numéro' in anne.page


async def test_who_has_handed_a_dossier_over_is_known_by_it_in_their_other_threads(
    served: Served, enter: Enter
) -> None:
    dole = settle(served)

    def work(transaction: Transaction) -> int:
        now = served.clock[0]
        thread = threads.open_for(transaction, dole.recipient, None, now)
        threads.write(transaction, thread, None, "Peut-on louer ?", now)
        return thread

    thread = served.database.run_now(work)
    anne, paul = await enter("Anne"), await enter("Paul", Role.PRESS)
    for query in ("", "&mots=Dole", "&departement=39"):
        await anne.open(f"/bureau?genre=thread{query}")
        assert "Dole (Jura) Peut-on louer ?" in anne.words, query
    await anne.open(f"/bureau/echanges/{thread}")
    assert "Cette personne a aussi transmis : dossier K7R-M3W-X9A , transmis." in anne.words
    assert f'<a href="{dole.path}">' in anne.page
    assert "Collectivité inconnue" not in anne.words
    press = served.database.run_now(lambda transaction: _ask_press_too(transaction, thread, served))
    await paul.open(f"/bureau/echanges/{press}")
    assert paul.status == 200
    assert "K7R-M3W-X9A" not in paul.words
    assert "Dole" not in paul.words


def _ask_press_too(transaction: Transaction, thread: int, served: Served) -> int:
    content = {"medium": "Le Progrès", "subject": "Une interview", "deadline": "demain", "contact": "06"}
    found = threads.find(transaction, thread)
    assert found is not None
    request = KeptRequest("PRE-SSE-099", thread, "waiting", False, content, served.clock[0], None)
    add(transaction, "press too", found.recipient_id, request)
    transaction.changes_thread(thread)
    return thread


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_thread_that_was_there_before_its_person_s_dossier_is_found_by_that(
    served: Served, enter: Enter
) -> None:
    town, anne = served.browser(), await enter("Anne")
    await town.open()
    await town.say("Qui a repeint la girouette en violet ?")
    await town.press("Oui, transmettre")
    await anne.open("/bureau?mots=Dole")
    assert "girouette" not in anne.words
    for said in DOSSIER:
        await town.say(said)
    await anne.open("/bureau?mots=Dole")
    assert "Dole (Jura) Qui a repeint la girouette en violet ?" in anne.words
    await town.client.close()


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_one_goes_from_one_subject_of_a_list_to_the_next(served: Served, enter: Enter) -> None:
    first, second, third = settle_all(served, ["AAA-AAA-AA3", "CCC-CCC-CC4", "EEE-EEE-EE7"])
    press = ask_press(served)
    anne, paul = await enter("Anne"), await enter("Paul", Role.PRESS)

    async def follows(staff: Staff, path: str) -> str | None:
        await staff.open(path)
        found = re.search(r'class="next" href="([^"]+)"', staff.page)
        return found[1] if found else None

    await anne.open("/bureau?onglet=a-prendre&genre=dossier")
    assert await follows(anne, first.path) == second.path
    assert await follows(anne, second.path) == third.path
    assert await follows(anne, third.path) is None, "the list ends here, whatever else waits"
    await anne.open(second.path)
    await anne.send(f"{second.path}/faire/prendre")
    assert await follows(anne, second.path) == first.path, "it has left the list: what waits longest is next"
    await anne.open("/bureau?onglet=clos")
    assert await follows(anne, first.path) is None
    await paul.open("/bureau")
    assert await follows(paul, f"/bureau/echanges/{press}") is None, "dossiers are none of the press's"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_what_a_request_to_the_press_says_is_shown_once(served: Served, enter: Enter) -> None:
    thread = ask_press(served)
    paul = await enter("Paul", Role.PRESS)
    await paul.open(f"/bureau/echanges/{thread}")
    assert f"<summary>Sa demande PRE-SSE-{thread:03d}, telle que reçue</summary>" in paul.page
    await paul.send(f"/bureau/echanges/{thread}/reponse", texte="Bonjour.")
    await send_due(served)
    await paul.open(f"/bureau/echanges/{thread}")
    assert paul.page.count("telle que reçue") == 1, "what is said next is not folded"
