"""Requests as nobody makes them: whatever comes, the page answers, never with an error of ours, and stays up."""

import asyncio
import io
import logging
import random
from collections.abc import Iterator
from urllib.parse import quote

import aiohttp
import pytest

from storage.engine.tables import table
from tests.bot.channels.web.served import Browser, Served

PATHS = (
    *("/", "/message", "/flux", "/suite", "/vu", "/fichiers/1/0", "/integre", "/integre/message", "/integre/flux"),
    *("/reprise", "/reprise/code", "/quitter", "/villes", "/calendrier.ics", "/accessibilite", "/confidentialite"),
    *(
        "/widget.js",
        "/healthz",
        "/static/guichet.css",
        "/static/chat/../../channel.py",
        "/fichiers/999999999999999999/7",
    ),
    *("/fichiers/-1/0", "/static/%00", "/%2e%2e/%2e%2e/etc/passwd", "//", "/message/"),
)
NASTY = (
    *("", " ", "\0", "\ud83d\ude00" * 3000, "é" * 50_000, "<script>alert(1)</script>", "' OR 1=1 --", "{{ 7*7 }}"),
    *("../../etc/passwd", "-1", "0", "9" * 400, "1e9", "NaN", "\u202e\u2066", "d:::::", "d:X:e:" + "q" * 60, "t:one:"),
    *("privacy:erase", "\r\nSet-Cookie: a=b", "%00%ff", "K7RA-M3WC-X9AE", "/effacer", "٣", "²"),
)
FIELDS = (
    "texte",
    "choix",
    "ligne",
    "cle",
    "jeton",
    "debut",
    "number",
    "code",
    "fichiers",
    "q",
    "after",
    "ville",
    "question",
)


def _requests(count: int) -> Iterator[tuple[str, str, dict[str, str], dict[str, str]]]:
    chance = random.Random(20201015)
    for _ in range(count):
        fields = {chance.choice(FIELDS): chance.choice(NASTY) for _ in range(chance.randint(0, 5))}
        headers = {
            name: value
            for name, value in {
                "Last-Event-ID": chance.choice(("", "-1", "9" * 50, "abc", "٣")),
                "Cookie": chance.choice(("guichet=x", "guichet=" + "A" * 43, "=;;=", "guichet=%00")),
                "Accept": chance.choice(("application/json", "*/*", "text/html;q=x")),
                "Content-Type": chance.choice(
                    ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
                ),
            }.items()
            if chance.random() < 0.4
        }
        yield chance.choice(("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS")), chance.choice(PATHS), fields, headers


async def test_nothing_that_is_asked_makes_an_error_of_ours(served: Served, browser: Browser) -> None:
    await browser.open()
    await browser.say("bonjour")
    signed = browser.fields()
    for method, path, fields, headers in _requests(400):
        sent = {**signed, **fields} if method == "POST" else fields
        query = "&".join(f"{name}={quote(value, errors='replace')}"[:2_000] for name, value in fields.items())
        address = f"{served.address}{path}" + (f"?{query}" if method == "GET" else "")
        body = {name: value.encode("utf-8", "replace").decode() for name, value in sent.items()}
        headers = {name: value.encode("ascii", "replace").decode() for name, value in headers.items()}
        request = browser.client.request(
            method, address, data=body if method == "POST" else None, headers=headers, allow_redirects=False
        )
        async with request as response:
            assert response.status < 500, (method, path, fields, headers)
    await browser.open()
    assert browser.status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"--x\r\nContent-Disposition: form-data; name=texte",
        b"--x\r\n\r\n--x--",
        b"\xff" * 5_000,
        b"--x\r\n" + b"A: b\r\n" * 5_000 + b"\r\n\r\n--x--",
    ],
)
async def test_a_form_that_is_none_is_refused(browser: Browser, body: bytes) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    async with browser.client.post(f"{browser.address}/message", data=body, headers=headers) as response:
        assert response.status in (400, 403, 413)


async def test_what_is_too_large_is_refused_before_it_is_kept(served: Served, browser: Browser) -> None:
    await browser.open()
    form = aiohttp.FormData(quote_fields=False)
    for name, value in browser.fields().items():
        form.add_field(name, value)
    form.add_field("fichiers", io.BytesIO(b"x" * (21 * 1024 * 1024)), filename="gros.pdf")
    await browser.post("/message", form)
    assert browser.status == 422
    assert "gros.pdf" in browser.page
    assert "20 Mo" in browser.page
    kept = await served.database.run(
        lambda transaction: transaction.connection.execute(table("uploads").select()).all()
    )
    assert kept == []


async def test_names_that_look_like_markup_are_shown_as_they_are(browser: Browser) -> None:
    await browser.open()
    await browser.say('<img src=x onerror="alert(1)"> [ici](javascript:alert(1)) **gras**')
    assert "<img src=x" not in browser.page
    assert "javascript:alert" in browser.page
    assert 'href="javascript' not in browser.page
    own = browser.page[browser.page.index('class="line own') :]
    assert "**gras**" in own[: own.index('class="line told')]


@pytest.mark.parametrize("path", ["/message", "/vu"])
async def test_who_hangs_up_before_their_form_is_here_is_no_fault_of_ours(
    served: Served, browser: Browser, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    await browser.open()
    host, port = served.address.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = (f"POST {path} HTTP/1.1", f"Host: {host}", "Content-Type: application/x-www-form-urlencoded")
    caplog.set_level(logging.INFO)
    writer.write("\r\n".join((*head, "Content-Length: 1000", "", "texte=bonjour")).encode())
    await writer.drain()
    await browser.open()  # the server has begun to read the form
    writer.close()
    await writer.wait_closed()
    async with asyncio.timeout(30):
        while "action=request_cut" not in caplog.text and "action=request_failed" not in caplog.text:
            await asyncio.sleep(0.01)
    assert "ERROR" not in caplog.text
    await browser.open()
    assert browser.status == 200
