"""Cookies, proxies, frames, secrets: what browsers and strangers are allowed."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.channels.http.settings import WebSettings
from storage.engine.database import Transaction, open_database, sqlite_url
from storage.engine.encryption import KeyRing
from storage.engine.tables import Kept
from tests.bot.channels.web.served import Browser, Served, serving

SITE = "https://www.exemple.fr"


@pytest_asyncio.fixture
async def proxied(tmp_path: Path, keys: KeyRing) -> AsyncIterator[Browser]:
    """Somebody who comes by a proxy that is named, over TLS; one site may show the chat."""
    database = open_database(sqlite_url(tmp_path / "proxied.sqlite3"), keys)
    settings = WebSettings("127.0.0.1", 0, proxies=("127.0.0.1",), embedders=(SITE,))
    async with serving(database, settings) as served:
        browser = served.browser()
        yield browser
        await browser.client.close()
    database.close()


HTTPS = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7", "Host": "guichet.exemple.fr"}


async def _first_message(browser: Browser, base: str = "", **headers: str) -> str:
    await browser.open(base or "/", **headers)
    async with browser.client.post(
        f"{browser.address}{base}/message",
        data={**browser.fields(), "texte": "bonjour"},
        headers=headers,
        allow_redirects=False,
    ) as response:
        assert response.status == 303
        return response.headers["set-cookie"]


async def test_the_cookie_is_hidden_from_scripts_and_stays_on_its_site(browser: Browser) -> None:
    cookie = await _first_message(browser)
    assert re.fullmatch(r"guichet=[\w-]{43}; Max-Age=\d+; Path=/; HttpOnly; SameSite=Lax", cookie)


async def test_behind_tls_the_cookie_is_secure_and_browsers_come_back_by_tls(proxied: Browser) -> None:
    cookie = await _first_message(proxied, **HTTPS)
    assert re.fullmatch(r"__Host-guichet=[\w-]{43}; Max-Age=\d+; Path=/; HttpOnly; Secure; SameSite=Lax", cookie)
    await proxied.open("/", **HTTPS)
    assert "max-age" in proxied.headers["strict-transport-security"]


async def test_in_the_frame_of_an_allowed_site_the_cookie_is_a_partitioned_one_of_its_own(proxied: Browser) -> None:
    cookie = await _first_message(proxied, "/integre", **HTTPS)
    assert cookie.startswith("__Host-guichet-cadre=")
    assert cookie.endswith("; HttpOnly; Secure; SameSite=None; Partitioned")
    assert f"frame-ancestors 'self' {SITE}" in proxied.headers["content-security-policy"]
    assert "x-frame-options" not in proxied.headers
    assert "nouvel onglet" in proxied.page
    for file in ("/widget.js", "/widget.css"):
        await proxied.open(file)
        assert proxied.status == 200
        assert proxied.headers["cross-origin-resource-policy"] == "cross-origin"


async def test_without_an_allowed_site_nobody_may_frame_the_chat(browser: Browser) -> None:
    await browser.open("/integre")
    assert "frame-ancestors 'self';" in browser.headers["content-security-policy"] + ";"
    for file in ("/widget.js", "/widget.css"):
        await browser.open(file)
        assert browser.status == 404


async def test_who_is_no_named_proxy_is_not_believed(browser: Browser) -> None:
    cookie = await _first_message(browser, **{"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"})
    assert "Secure" not in cookie
    assert "strict-transport-security" not in browser.headers


async def test_codes_are_counted_by_the_address_that_the_proxy_names(proxied: Browser) -> None:
    async def guess(address: str) -> int:
        headers = {**HTTPS, "X-Forwarded-For": address}
        await proxied.open("/reprise", **headers)
        hidden = dict(re.findall(r'name="(jeton|debut)" value="([^"]*)"', proxied.page))
        await proxied.post("/reprise", {**hidden, "code": "K7RA-M3WC-X9AE"}, **headers)
        return proxied.status

    statuses = [await guess("203.0.113.7") for _ in range(12)]
    assert statuses[-1] == 429
    assert await guess("203.0.113.8") == 422


async def test_no_secret_and_nothing_written_stands_in_the_clear(
    served: Served, browser: Browser, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    await browser.open()
    start = browser.fields()["debut"]
    cookie = await _first_message(browser)
    key = cookie.split("=", 1)[1].split(";")[0]
    await browser.open()
    await browser.say("Je suis Zébulon Trucmuche")
    await browser.post("/reprise/code", browser.fields())
    code = re.search(r'id="code">([A-Z0-9-]+)<', browser.page)
    assert code
    secrets = ("Zébulon", start, key, code[1])
    assert not [
        record.getMessage() for record in caplog.records if any(each in record.getMessage() for each in secrets)
    ]
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("guichet.sqlite3*"))
    assert not [each for each in secrets if each.encode() in raw]

    def rows(transaction: Transaction) -> str:
        names = ("pages", "page_keys", "page_codes")
        kept = [table for table in Kept.metadata.sorted_tables if table.name in names]
        return str([transaction.connection.execute(table.select()).all() for table in kept])

    told = await served.database.run(rows)
    assert not [each for each in secrets if each in told]


async def test_documents_are_put_down_and_never_opened_in_place(browser: Browser) -> None:
    await browser.open()
    await browser.say("/mesdonnees")
    (path,) = set(re.findall(r'href="(/fichiers/\d+/1)"', browser.page))
    await browser.open(path)
    assert browser.status == 200
    assert browser.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in browser.headers["content-security-policy"]


@pytest.mark.parametrize("dialect", ["postgresql"])
async def test_a_page_of_one_process_shows_at_once_what_another_laid_down(database_url: str, keys: KeyRing) -> None:
    """Two processes, each with its own connections, on one PostgreSQL."""
    first, second = (open_database(database_url, keys) for _ in range(2))
    async with serving(first) as one, serving(second) as two:
        here, there = one.browser(), two.browser()
        await here.open()
        await here.say("bonjour")
        for cookie in here.client.cookie_jar:
            there.client.cookie_jar.update_cookies({cookie.key: cookie.value})
        async with there.client.get(f"{two.address}/flux?after=2") as stream:
            await _until_listening(two)
            await here.say("qui peut candidater ?")
            async with asyncio.timeout(5):  # well before a stream looks by itself
                while b"Action c" not in await stream.content.readline():
                    pass
        for each in (here, there):
            await each.client.close()
    for database in (first, second):
        database.close()


async def _until_listening(served: Served) -> None:
    async with asyncio.timeout(20):
        while not served.hub.count:
            await asyncio.sleep(0.01)
