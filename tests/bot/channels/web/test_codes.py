"""Codes that open a conversation elsewhere, closing it here, and all of it in the frame of another site."""

import re

import pytest

from tests.bot.channels.web.served import Browser, Served

_CODE = re.compile(r'id="code">([A-Z0-9-]+)<')
_HIDDEN = re.compile(r'name="(jeton|debut)" value="([^"]*)"')
#: Addresses of the chat by itself, and in a frame.
_places = pytest.mark.parametrize("base", ["", "/integre"])


async def _begin(browser: Browser, base: str, text: str = "bonjour") -> None:
    await browser.open(base or "/")
    await browser.post(f"{base}/message", {**browser.fields(), "texte": text})
    assert browser.own == [text]


async def _code(browser: Browser, base: str) -> str:
    await browser.open(base or "/")
    await browser.post(f"{base}/reprise/code", browser.fields())
    found = _CODE.search(browser.page)
    assert found, browser.page
    return found[1]


async def _resume(browser: Browser, base: str, code: str) -> None:
    await browser.open(f"{base}/reprise")
    await browser.post(f"{base}/reprise", {**dict(_HIDDEN.findall(browser.page)), "code": code})


@_places
async def test_a_code_that_is_lost_is_asked_for_anew_and_the_first_serves_no_more(
    browser: Browser, other: Browser, base: str
) -> None:
    await _begin(browser, base)
    first = await _code(browser, base)
    assert "Demander un autre code" in browser.page
    assert "celui-ci ne servira plus" in browser.page
    await browser.post(f"{base}/reprise/code", dict(_HIDDEN.findall(browser.page)))  # that button
    found = _CODE.search(browser.page)
    assert found
    assert found[1] != first
    await _resume(other, base, first)
    assert other.status == 422
    assert "un plus récent" in other.page
    await _resume(other, base, found[1])
    assert other.own == ["bonjour"]


async def test_codes_are_asked_for_so_often_then_the_last_one_still_serves(browser: Browser, other: Browser) -> None:
    await _begin(browser, "")
    codes = [await _code(browser, "") for _ in range(10)]
    await browser.open()
    await browser.post("/reprise/code", browser.fields())
    assert browser.status == 429
    assert not _CODE.search(browser.page)
    assert "Le dernier sert encore" in browser.page
    assert "revenez d'ici 60 minutes" in browser.page
    await _begin(other, "", "autre")
    await _code(other, "")  # of another conversation
    await _resume(other, "", codes[-1])
    assert other.own == ["bonjour"]


@_places
async def test_a_conversation_is_closed_here_once_it_is_said_how_to_find_it_again(browser: Browser, base: str) -> None:
    home = base or "/"
    await browser.open(f"{base}/quitter")
    assert 'id="dernier"' in browser.page, "there is none: one may begin"
    await _begin(browser, base)
    await browser.open(home)
    assert f'href="{base}/quitter"' in browser.page
    await browser.open(f"{base}/quitter")
    assert "Demander d'abord un code" in browser.page.replace("&#39;", "'")
    fields = dict(_HIDDEN.findall(browser.page))
    await browser.open(home)
    assert browser.own == ["bonjour"], "nothing is done yet"
    await browser.post(f"{base}/quitter", fields)
    assert browser.status == 200
    assert not browser.own
    await _begin(browser, base, "autre chose")


async def test_all_that_the_menu_leads_to_stays_in_the_frame_and_may_be_shown_there(browser: Browser) -> None:
    await _begin(browser, "/integre")
    menu = browser.page.partition('class="menu-body"')[2].partition("</nav>")[0]
    paths = re.findall(r'(?:href|action)="([^"]+)"', menu)
    assert {"/integre/reprise", "/integre/reprise/code", "/integre/quitter", "/integre/confidentialite"} <= set(paths)
    assert [path for path in paths if not path.startswith("/integre")] == ["/calendrier.ics"], "a file"
    fields = browser.fields()
    for path in sorted({*paths, "/integre/fichiers/99/1"} - {"/calendrier.ics"}):
        for _ in range(2):
            await browser.open(path)
            assert "frame-ancestors 'self'" in browser.headers["content-security-policy"], path
            assert "x-frame-options" not in browser.headers, path
            assert 'href="/integre' in browser.page, f"{path} leads back to the conversation of the frame"
            assert not re.search(r'<a[^>]* href="/(?!integre|/)[^"]*"(?![^>]*target="_blank")[^>]*>', browser.page), (
                path
            )
    await browser.post("/integre/reprise/code", {**fields, "jeton": "x"})
    assert browser.status == 403
    assert "frame-ancestors 'self'" in browser.headers["content-security-policy"], "errors too"
    await browser.open("/confidentialite")
    assert browser.headers["x-frame-options"] == "DENY", "outside the frame, none may"


async def test_a_code_is_not_used_up_where_the_browser_keeps_no_cookie(
    served: Served, browser: Browser, other: Browser
) -> None:
    await _begin(browser, "")
    code = await _code(browser, "")
    await other.open("/integre/reprise")
    fields = {**dict(_HIDDEN.findall(other.page)), "code": code}
    other.client.cookie_jar.clear()
    await other.post("/integre/reprise", fields)
    assert other.status == 422
    assert "dans un nouvel onglet" in other.page
    assert 'href="/reprise" target="_blank"' in other.page
    await _resume(other, "/integre", code)
    assert other.own == ["bonjour"]
    kept = {cookie.key for cookie in other.client.cookie_jar}
    assert kept == {"guichet-cadre"}, "what it was tried by is gone"


async def test_a_code_leads_from_the_frame_to_a_page_of_its_own_and_back(browser: Browser, other: Browser) -> None:
    await _begin(browser, "/integre")
    code = await _code(browser, "/integre")
    assert f"{browser.address}/reprise" in browser.page, "where to go is written out: one is on another site"
    await _resume(other, "", code)
    assert other.own == ["bonjour"]
