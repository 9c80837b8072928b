"""The chat on the page of another site: its button, its frame, and browsers that keep no cookie there."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.end_to_end.pages import PATIENCE, Web, program_with_page


@dataclass
class Site:
    """The organisers' site, whose pages show the chat."""

    port: int

    def address(self, host: str) -> str:
        """By 127.0.0.1 it is of one site with the chat, as browsers see it; by any other name, of another."""
        return f"http://{host}:{self.port}/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Path]]:
    folder = tmp_path_factory.mktemp("site")
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Site(server.server_port), folder
        server.shutdown()


@pytest.fixture(scope="module")
def web(site: tuple[Site, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    embedders = ",".join(site[0].address(host).rstrip("/") for host in ("127.0.0.1", "localhost"))
    with program_with_page(tmp_path_factory.mktemp("web"), GUICHET_EMBEDDERS=embedders) as web:
        page = (
            f'<!doctype html><title>Site</title><h1>Le site</h1><script src="{web.address}/widget.js" defer></script>'
        )
        (site[1] / "index.html").write_text(page, encoding="utf-8")
        yield web


@pytest.fixture
def open_site(chromium: Browser, web: Web, site: tuple[Site, Path]) -> Iterator[Any]:
    contexts = []

    def opened(host: str, **how: Any) -> Page:
        context = chromium.new_context(locale="fr-FR", **how)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.goto(site[0].address(host))
        return page

    yield opened
    for context in contexts:
        context.close()


def _write(frame: FrameLocator, text: str) -> None:
    frame.get_by_label("Votre message").fill(text)
    frame.get_by_role("button", name="Envoyer").click()


def test_the_button_opens_the_chat_and_escape_gives_the_page_back(open_site: Any) -> None:
    page = open_site("127.0.0.1")
    assert page.locator("iframe").count() == 0, "nothing is loaded before it is asked for"
    page.get_by_role("button", name="Une question sur l'appel ?").click()
    frame = page.frame_locator("#guichet-cadre")
    for text in ("bonjour", "qui peut candidater ?"):
        _write(frame, text)
        expect(frame.locator(".line.own").last).to_contain_text(text, timeout=PATIENCE)
    expect(frame.locator(".line.told").last).to_contain_text("Action cœur de ville", timeout=PATIENCE)
    page.get_by_role("button", name="Fermer le guichet").press("Escape")
    expect(page.locator("#guichet-cadre")).to_be_hidden()
    expect(page.get_by_role("button", name="Une question sur l'appel ?")).to_be_focused()
    page.reload()
    page.get_by_role("button", name="Une question sur l'appel ?").click()
    expect(frame.locator(".line.own").last).to_contain_text("qui peut candidater ?", timeout=PATIENCE)


def test_on_another_site_the_button_and_the_frame_look_as_they_should(open_site: Any) -> None:
    page = open_site("localhost")
    button = page.get_by_role("button", name="Une question sur l'appel ?")
    expect(button).to_have_css("position", "fixed")
    button.click()
    shown = page.locator("#guichet-cadre").bounding_box()
    assert shown is not None
    assert shown["width"] > 400, "wider than a frame that nobody styles"
    assert shown["height"] > 500, "higher than a frame that nobody styles"


def test_escape_closes_the_chat_also_for_who_writes_in_it(open_site: Any) -> None:
    page = open_site("127.0.0.1")
    page.get_by_role("button", name="Une question sur l'appel ?").click()
    town = page.frame_locator("#guichet-cadre").get_by_label("Ma ville est-elle concernée ?")
    town.press_sequentially("Dole")
    names = page.frame_locator("#guichet-cadre").get_by_role("listbox")
    expect(names).to_be_visible()
    town.press("Escape")
    expect(names).to_be_hidden()
    expect(page.locator("#guichet-cadre")).to_be_visible()
    town.press("Escape")
    expect(page.locator("#guichet-cadre")).to_be_hidden()
    expect(page.get_by_role("button", name="Une question sur l'appel ?")).to_be_focused()


def test_by_the_keyboard_the_menu_of_the_frame_gives_a_code_that_goes_on_elsewhere(open_site: Any, web: Web) -> None:
    page = open_site("127.0.0.1")
    page.get_by_role("button", name="Une question sur l'appel ?").press("Enter")
    frame = page.frame_locator("#guichet-cadre")
    _write(frame, "bonjour")
    expect(frame.locator(".line.own")).to_contain_text("bonjour")
    menu, entry = (
        frame.locator("[data-menu] summary"),
        frame.get_by_role("button", name="Continuer sur un autre appareil"),
    )
    menu.press("Enter")
    expect(entry).to_be_visible()
    entry.press("Escape")
    expect(entry).to_be_hidden()
    expect(menu).to_be_focused()
    expect(page.locator("#guichet-cadre")).to_be_visible()  # Escape was for the menu
    menu.press("Enter")
    page.keyboard.press("Tab")
    expect(entry).to_be_focused()
    page.keyboard.press("Enter")
    code = frame.locator("#code").inner_text()
    frame.get_by_role("link", name="Revenir à la conversation").press("Escape")
    expect(page.locator("#guichet-cadre")).to_be_hidden()  # on this page it is for the frame
    expect(page.get_by_role("button", name="Une question sur l'appel ?")).to_be_focused()
    elsewhere = open_site("127.0.0.1")
    elsewhere.get_by_role("button", name="Une question sur l'appel ?").click()
    there = elsewhere.frame_locator("#guichet-cadre")
    there.locator("[data-menu] summary").press("Enter")
    there.get_by_role("link", name="J'ai un code de reprise").press("Enter")
    there.get_by_label("Code de reprise").fill(code)
    there.get_by_label("Code de reprise").press("Enter")
    expect(there.locator(".line.own")).to_contain_text("bonjour")
    there.locator("[data-menu] summary").press("Enter")
    there.get_by_role("link", name="Fermer sur cet appareil").press("Enter")
    there.get_by_role("button", name="Fermer la conversation").press("Enter")
    expect(there.get_by_role("heading", level=1)).to_contain_text("Une question sur l'appel")


def test_where_the_browser_keeps_no_cookie_a_code_is_not_used_up(open_site: Any, web: Web) -> None:
    first = open_site("127.0.0.1")
    first.goto(web.address)
    first.get_by_label("Votre message").fill("bonjour")
    first.get_by_role("button", name="Envoyer").click()
    expect(first.locator(".line.told")).to_have_count(1)
    first.locator("[data-menu] summary").click()
    first.get_by_role("button", name="Continuer sur un autre appareil").click()
    code = first.locator("#code").inner_text()
    page = open_site("localhost")
    page.get_by_role("button", name="Une question sur l'appel ?").click()
    frame = page.frame_locator("#guichet-cadre")
    frame.locator("[data-menu] summary").click()
    frame.get_by_role("link", name="J'ai un code de reprise").click()
    frame.get_by_label("Code de reprise").fill(code)
    frame.get_by_role("button", name="Reprendre").click()
    expect(frame.get_by_role("alert")).to_contain_text("dans un nouvel onglet")
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="dans un nouvel onglet").click()
    opened.value.get_by_label("Code de reprise").fill(code)
    opened.value.get_by_role("button", name="Reprendre").click()
    expect(opened.value.locator(".line.own")).to_contain_text("bonjour")


def test_a_site_says_what_the_button_says(open_site: Any, web: Web, site: tuple[Site, Path]) -> None:
    words = 'data-ouvrir="Besoin d&#39;aide ?" data-fermer="Fermer l&#39;aide"'
    tag = f'<script src="{web.address}/widget.js" {words} defer></script>'
    (site[1] / "worded.html").write_text(f"<!doctype html><title>Site</title>{tag}", encoding="utf-8")
    page = open_site("127.0.0.1")
    page.goto(f"{site[0].address('127.0.0.1')}worded.html")
    page.get_by_role("button", name="Besoin d'aide ?").click()
    expect(page.get_by_role("button", name="Fermer l'aide")).to_be_visible()
    expect(page.get_by_title("Guichet : questions sur l'appel")).to_be_visible()


def test_where_the_browser_keeps_no_cookie_nothing_is_sent_and_the_text_stays(open_site: Any) -> None:
    page = open_site("localhost")
    page.get_by_role("button", name="Une question sur l'appel ?").click()
    frame = page.frame_locator("#guichet-cadre")
    _write(frame, "qui peut candidater ?")
    expect(frame.get_by_role("alert")).to_contain_text("Ouvrir dans un nouvel onglet", timeout=PATIENCE)
    expect(frame.get_by_label("Votre message")).to_have_value("qui peut candidater ?")
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Ouvrir dans un nouvel onglet").click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("Une question sur l'appel")


def test_without_scripts_it_is_told_that_the_conversation_is_not_held(
    chromium: Browser, web: Web, site: tuple[Site, Path]
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    (site[1] / "plain.html").write_text(f'<iframe id="cadre" src="{web.address}/integre"></iframe>', encoding="utf-8")
    page.goto(f"{site[0].address('localhost')}plain.html")
    frame = page.frame_locator("#cadre")
    _write(frame, "qui peut candidater ?")
    expect(frame.get_by_role("alert")).to_contain_text("n'a pas pu être suivi", timeout=PATIENCE)
    context.close()
