"""The staff's desk in real browsers, served by the real program: two agents and a town, one dossier's life."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from bot.base.shelf import Shelf
from bot.search.indexing import keep_up
from storage import recipients, threads
from storage.engine.database import Transaction, open_database, sqlite_url
from storage.engine.encryption import KeyRing, new_key
from storage.press_requests import KeptRequest, add
from tests.bot.desk.conftest import DOSSIER
from tests.bot.search.making import hand_over, make_dossier
from tests.databases import copy_unopened
from tests.end_to_end.pages import LOG, PATIENCE, SCHEMES, Tabs, Web, check_accessibility, program_with_page
from tests.end_to_end.test_web import say
from tests.shipped import shipped

#: The day at which the program's clock starts, and towns whose dossiers lie before the staff.
TODAY = datetime(2020, 10, 15, 10, tzinfo=UTC)
SETTLED = {"K7R-M3W-X9A": "39198", "CCC-CCC-CC4": "35288", "EEE-EEE-EE7": "64445", "AAA-AAA-AA3": "71076"}
#: Where pictures of the screens are put to be looked at; none: nowhere.
PICTURES = os.environ.get("GUICHET_TESTS_PICTURES")


@dataclass
class Bureau:
    """The program, with what lies before the staff."""

    web: Web
    log: Path
    links: int = field(default=0)

    def link(self, name: str, role: str = "agent") -> str:
        told = self.web.run("staff", "add", name, "--role", role, "--new")
        found = re.search(r"https?://\S+", told)
        assert found
        return found[0]


def _fill(url: str, key: str) -> None:
    database = open_database(url, KeyRing([key]))
    keep_up(database, Shelf(shipped()))

    def work(transaction: Transaction) -> None:
        for rank, (reference, code) in enumerate(SETTLED.items()):
            at = TODAY - timedelta(days=5 - rank)
            owner = recipients.register(transaction, "web", f"v-{code}", at)
            hand_over(
                transaction, make_dossier(shipped(), reference, code, at, email="mairie@ville.example"), owner, at
            )
        person = recipients.register(transaction, "web", "v-someone", TODAY)
        thread = threads.open_for(transaction, person, None, TODAY)
        threads.write(transaction, thread, None, "Peut-on louer les locaux à une entreprise voisine ?", TODAY)
        journalist = recipients.register(transaction, "web", "v-journalist", TODAY)
        asked = threads.open_for(transaction, journalist, None, TODAY)
        content = {"medium": "Le Progrès", "subject": "Une interview sur les lauréats", "deadline": "demain 18 h"}
        request = KeptRequest("PRE-SSE-001", asked, "waiting", True, content, TODAY, TODAY + timedelta(hours=30))
        add(transaction, "press", journalist, request)
        threads.write(transaction, asked, None, "Une interview sur les lauréats", TODAY)

    database.run_now(work)
    database.close()


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    folder = tmp_path_factory.mktemp("bureau")
    key, url = new_key(), sqlite_url(folder / "data" / "guichet.sqlite3")
    (folder / "data").mkdir(mode=0o700)
    copy_unopened(folder / "data" / "guichet.sqlite3")
    _fill(url, key)
    with program_with_page(folder, GUICHET_DATABASE_URL=url, GUICHET_SECRET_KEY=key, GUICHET_HOLD_SECONDS="5") as web:
        yield Bureau(web, folder / LOG)


@dataclass
class Desk:
    """Opens browsers."""

    tabs: Tabs
    bureau: Bureau

    def enter(self, name: str, role: str = "agent", **how: Any) -> Page:
        """Sign somebody in, as they would."""
        page = self.tabs.open_other(**how) if how else self.tabs.open()
        page.goto(self.bureau.link(name, role))
        page.get_by_role("button", name="Entrer").click()
        page.wait_for_url(re.compile("/bureau(/|$)"))
        return page


def _is_fault(message: ConsoleMessage) -> bool:
    # A page that says why nothing was done comes with a status that the console tells of as well.
    return message.type == "error" and "Failed to load resource" not in message.text


@pytest.fixture(scope="module")
def tabs(chromium: Browser, bureau: Bureau) -> Iterator[Tabs]:
    opened = Tabs(chromium, bureau.web.address, _is_fault)
    yield opened
    opened.close()


@pytest.fixture
def desk(tabs: Tabs, bureau: Bureau) -> Iterator[Desk]:
    """The browsers of a test; in none may the console tell of an error."""
    yield Desk(tabs, bureau)
    tabs.give_back()


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def test_a_dossier_lives_its_life_between_a_town_and_two_agents(desk: Desk) -> None:
    town = desk.tabs.open()
    town.goto("/")
    for said in DOSSIER:
        say(town, said)
    found = re.search(r"\b[A-Z0-9]{3}-[A-Z0-9]{3}-[A-Z0-9]{3}\b", town.locator("#side").inner_text())
    assert found
    reference = found[0]
    anne, bruno = desk.enter("Anne Petit"), desk.enter("Bruno Roy")
    anne.get_by_label("Chercher une commune").fill(reference)
    anne.get_by_role("button", name="Chercher").click()
    anne.get_by_role("link", name=re.compile(reference)).click()
    expect(anne.get_by_text("personne ne l'a pris")).to_be_visible()
    bruno.goto(f"/bureau/dossiers/{reference}")
    anne.get_by_role("button", name="Prendre en charge").click()
    expect(anne.locator(".facts")).to_contain_text("en charge : Anne Petit")
    expect(bruno.get_by_role("link", name="Du nouveau ici — Afficher")).to_be_visible(timeout=PATIENCE)
    # What is being written in one browser is not touched by what happens in the other.
    bruno.get_by_label("Noter pour l'équipe seule").fill("À relire ensemble")
    bruno.get_by_role("button", name="Garder la note").click()
    expect(bruno.locator(".facts")).to_contain_text("en charge : Anne Petit")
    expect(bruno.get_by_label("Écrire à la collectivité")).to_have_count(0)
    # A complement, asked beside the answer it is about, and given by the town.
    anne.reload()
    expect(anne.get_by_text("À relire ensemble")).to_be_visible()
    anne.locator("summary", has_text="Demander un complément").first.click()
    anne.get_by_label("Ce qu'il faut compléter, que la collectivité lira").first.fill("Quel site, s'il vous plaît ?")
    anne.get_by_role("button", name="Demander à la collectivité").first.click()
    expect(anne.get_by_role("heading", name="Compléments attendus")).to_be_visible()
    expect(town.locator(".line.told").last).to_contain_text("Quel site, s'il vous plaît ?", timeout=PATIENCE)
    # An answer that is taken back, then one that leaves.
    anne.get_by_label("Écrire à la collectivité").fill("Bonjour, c'est noté.")
    anne.get_by_role("button", name="Envoyer à la collectivité").click()
    expect(anne.get_by_text("Votre réponse part dans")).to_be_visible()
    anne.get_by_role("button", name="Annuler l'envoi").click()
    expect(anne.get_by_label("Écrire à la collectivité")).to_have_value("Bonjour, c'est noté.")
    anne.get_by_label("Écrire à la collectivité").fill("Bonjour, nous relisons votre dossier.")
    anne.get_by_role("button", name="Envoyer à la collectivité").click()
    expect(town.locator(".line.told").last).to_contain_text("nous relisons votre dossier", timeout=PATIENCE)
    expect(town.locator("body")).not_to_contain_text("c'est noté")
    expect(town.locator("body")).not_to_contain_text("À relire ensemble")
    # The town answers while Anne writes: she is shown it first, and her text is kept.
    expect(anne.get_by_text("Anne Petit, à la collectivité")).to_be_visible(timeout=PATIENCE)
    anne.reload()
    expect(anne.locator(".ours .who").last).to_contain_text("lu")
    expect(anne.locator(".ours .who").last).not_to_contain_text("pas encore lu")
    anne.get_by_label("Écrire à la collectivité").fill("Une suite.")
    town.get_by_label("Votre message").fill("Merci, nous complétons demain.")
    town.get_by_role("button", name="Envoyer").click()
    expect(anne.get_by_role("link", name="Du nouveau ici — Afficher")).to_be_visible(timeout=PATIENCE)
    anne.get_by_role("button", name="Envoyer à la collectivité").click()
    expect(anne.get_by_role("alert")).to_contain_text("Merci, nous complétons demain.")
    expect(anne.get_by_label("Écrire à la collectivité")).to_have_value("Une suite.")
    picture(anne, "overtaken")
    # Anne is away: Bruno takes over, and closes.
    bruno.reload()
    bruno.locator("summary", has_text="Reprendre à sa place").click()
    bruno.get_by_label("Pourquoi (l'équipe le lit, pas la collectivité)").fill("Anne est en congé.")
    bruno.get_by_role("button", name="Reprendre à sa place").click()
    expect(bruno.locator(".facts")).to_contain_text("en charge : Bruno Roy")
    bruno.locator("summary", has_text="Clore le dossier").click()
    bruno.get_by_label("Décision, que la collectivité lira").select_option("retenu")
    bruno.get_by_label("Motif, que la collectivité lira").fill("Tout est complet.")
    bruno.get_by_role("button", name="Clore le dossier").click()
    expect(bruno.locator(".facts")).to_contain_text("clos")
    expect(town.locator("body")).to_contain_text("Tout est complet.", timeout=PATIENCE)
    expect(town.locator("body")).not_to_contain_text("en congé")


def test_the_press_answers_its_requests(desk: Desk) -> None:
    paul = desk.enter("Paul Presse", "press")
    expect(paul.get_by_role("heading", name="Demandes de presse")).to_be_visible()
    paul.get_by_role("link", name=re.compile("Le Progrès")).click()
    paul.get_by_label("Écrire à la personne").fill("Je vous appelle demain à 9 h.")
    paul.get_by_role("button", name="Envoyer à la personne").click()
    expect(paul.get_by_text("Paul Presse, à la personne")).to_be_visible(timeout=PATIENCE)
    paul.goto("/bureau/dossiers/K7R-M3W-X9A")
    expect(paul.get_by_role("heading")).to_have_text("Cette page n'est pas ouverte à votre rôle")


def test_an_editor_changes_an_entry_and_takes_the_file(desk: Desk) -> None:
    zoe = desk.enter("Zoé Plume", "editor")
    expect(zoe.get_by_role("heading", name="Rédaction")).to_be_visible()
    zoe.get_by_label("Chercher une fiche").fill("antenne")
    zoe.get_by_role("button", name="Chercher").click()
    zoe.locator('a[href$="?fiche=antenne"]').click()
    expect(zoe.get_by_role("heading", level=1)).to_contain_text("Changer la fiche « antenne »")
    zoe.get_by_label("La réponse", exact=True).fill("Demandez-nous.")
    with zoe.expect_download() as put_down:
        zoe.get_by_role("button", name="Prendre le fichier").click()
    assert put_down.value.suggested_filename == "antenne.yaml"
    assert "Demandez-nous." in put_down.value.path().read_text(encoding="utf-8")


def test_rows_are_ticked_and_who_else_writes_is_seen(desk: Desk) -> None:
    anne, bruno = desk.enter("Anne Liste"), desk.enter("Bruno Liste")
    anne.goto("/bureau?mots=louer&onglet=en-cours")
    anne.get_by_label("Tout cocher").check()
    anne.get_by_role("button", name="Prendre en charge").click()
    expect(anne.locator(".said")).to_contain_text("Pris en charge : 1.")
    anne.locator("a.item-main").first.click()
    anne.wait_for_url(re.compile("/bureau/echanges/"))
    bruno.goto(anne.url)
    expect(anne.locator(".around")).to_have_text("Bruno Liste est aussi sur cette page.", timeout=PATIENCE)
    anne.get_by_label("Écrire à la personne").fill("Bonjour")
    expect(bruno.locator(".around")).to_have_text("Anne Liste est en train d'écrire ici.", timeout=PATIENCE)
    anne.get_by_label("Écrire à la personne").fill("")


def test_the_list_and_a_dossier_go_with_the_keyboard_only(desk: Desk) -> None:
    anne = desk.enter("Anne Clavier")
    anne.keyboard.press("?")
    expect(anne.get_by_role("heading", name="Touches du clavier")).to_be_visible()
    anne.keyboard.press("Escape")
    expect(anne.get_by_role("heading", name="Touches du clavier")).to_be_hidden()
    anne.keyboard.press("/")
    expect(anne.get_by_role("searchbox")).to_be_focused()
    anne.keyboard.type("Saint-Malo")
    anne.keyboard.press("Enter")
    anne.wait_for_url(re.compile("mots=Saint-Malo"))
    expect(anne.locator(".item")).to_have_count(1)
    anne.keyboard.press("j")
    anne.keyboard.press("Enter")
    expect(anne.get_by_role("heading", level=1)).to_contain_text("Saint-Malo")
    anne.wait_for_load_state("load")  # the keys work once the script is there
    anne.keyboard.press("n")
    expect(anne.get_by_label("Noter pour l'équipe seule")).to_be_focused()
    anne.keyboard.type("rrr ? / note")
    anne.keyboard.press("Tab")
    anne.keyboard.press("Enter")
    expect(anne.get_by_text("rrr ? / note").first).to_be_visible()
    assert "repondre" not in anne.url


def test_what_is_begun_is_kept_by_itself_and_left_without_a_question(desk: Desk) -> None:
    anne = desk.enter("Anne Brouillon")
    anne.goto("/bureau/dossiers/CCC-CCC-CC4")
    anne.get_by_label("Écrire à la collectivité").fill("Bonjour, nous avons")
    expect(anne.get_by_text("Brouillon gardé à")).to_be_visible(timeout=PATIENCE)
    picture(anne, "draft")
    # What was written since, and left at once, is kept on the way out.
    anne.get_by_label("Écrire à la collectivité").fill("Bonjour, nous avons bien reçu")
    anne.get_by_role("link", name="Revenir à la liste").click()
    expect(anne.locator(".item", has_text="CCC-CCC-CC4")).to_contain_text("votre brouillon", timeout=PATIENCE)
    anne.goto("/bureau/dossiers/CCC-CCC-CC4")
    expect(anne.get_by_label("Écrire à la collectivité")).to_have_value("Bonjour, nous avons bien reçu")
    check_accessibility(anne, "a draft")
    second = anne.context.new_page()
    second.goto("/bureau/dossiers/CCC-CCC-CC4")
    anne.get_by_label("Écrire à la collectivité").fill("Bonjour, nous avons bien reçu le plan")
    expect(anne.get_by_text("Brouillon gardé à")).to_be_visible(timeout=PATIENCE)
    second.get_by_label("Écrire à la collectivité").fill("Autrement")
    expect(second.get_by_text("commencé un autre depuis, sur une autre page")).to_be_visible(timeout=PATIENCE)
    second.close()
    anne.reload()
    expect(anne.get_by_label("Écrire à la collectivité")).to_have_value("Bonjour, nous avons bien reçu le plan")
    anne.get_by_role("button", name="Jeter le brouillon").click()
    expect(anne.locator(".said")).to_have_text("Le brouillon est effacé.")
    expect(anne.get_by_label("Écrire à la collectivité")).to_have_value("")


def test_once_an_answer_has_left_the_page_is_shown_where_its_reader_was(desk: Desk) -> None:
    anne = desk.enter("Anne Place", viewport={"width": 360, "height": 640})
    anne.goto("/bureau/dossiers/AAA-AAA-AA3")
    anne.get_by_label("Écrire à la collectivité").fill("Bonjour.")
    anne.get_by_role("button", name="Envoyer à la collectivité").click()
    expect(anne.get_by_text("Votre réponse part dans")).to_be_in_viewport()
    expect(anne.get_by_text("Anne Place, à la collectivité")).to_be_in_viewport(timeout=PATIENCE)
    assert anne.url.endswith("/bureau/dossiers/AAA-AAA-AA3")


def test_everything_goes_without_scripts(desk: Desk) -> None:
    anne = desk.enter("Anne Sans", java_script_enabled=False)
    anne.get_by_role("link", name=re.compile("EEE-EEE-EE7")).click()
    anne.get_by_role("button", name="Prendre en charge").click()
    expect(anne.locator(".facts")).to_contain_text("en charge : Anne Sans")
    anne.get_by_label("Écrire à la collectivité").fill("Bonjour.")
    anne.get_by_role("button", name="Envoyer à la collectivité").click()
    expect(anne.get_by_text("part dans")).to_be_visible()


SCREENS = {
    "inbox": "/bureau",
    "inbox-filtered": "/bureau?onglet=en-cours&genre=dossier&mots=introuvable",
    "dossier": "/bureau/dossiers/K7R-M3W-X9A",
    "thread": "/bureau/echanges/1",
    "press": "/bureau/echanges/2",
    "account": "/bureau/compte",
    "journal": "/bureau/journal",
    "missing": "/bureau/echanges/999",
}
#: Looked at in one scheme of colours: they are made of what the others show in both.
MORE_SCREENS = {
    "editing": "/bureau/redaction?chercher=vague",
    "entry": "/bureau/redaction/fiche?fiche=antenne",
    "figures": "/bureau/chiffres",
    "exports": "/bureau/exports",
}


def test_axe_finds_no_violation_on_any_screen(desk: Desk) -> None:
    page = desk.tabs.open()
    page.goto("/bureau/entrer")
    check_accessibility(page, "enter")
    page.goto(desk.bureau.link("Axe", "admin"))
    check_accessibility(page, "enter by link")
    picture(page, "enter")
    page = desk.enter("Axe", "admin", bypass_csp=True)
    for name, path in {**SCREENS, **MORE_SCREENS}.items():
        page.goto(path)
        for each in page.locator("details").all():
            each.evaluate("each => { each.open = true; }")
        schemes = SCHEMES if name in SCREENS else SCHEMES[:1]
        check_accessibility(page, name, schemes)
        for scheme in schemes if PICTURES else ():
            page.emulate_media(color_scheme=scheme)
            page.goto(path)
            picture(page, f"{name}-{scheme}")


def test_nothing_overflows_on_a_phone(desk: Desk) -> None:
    page = desk.enter("Téléphone", "admin")
    page.set_viewport_size({"width": 320, "height": 640})
    for name, path in {**SCREENS, **MORE_SCREENS}.items():
        page.goto(path)
        picture(page, f"{name}-phone")
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert int(page.evaluate(wider)) <= 0, name
