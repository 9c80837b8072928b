"""The page without scripts, over real HTTP: asked, answered, the dossier, everything once."""

import asyncio
import json
import re

import aiohttp
import pytest

from bot.conversation.values.about import THREAD
from bot.desk.orders.order import Order
from bot.desk.orders.table import operation_of
from bot.desk.verbs import Verb
from bot.services.staff import make_member
from storage import outbox, pages
from storage.engine.database import Transaction
from storage.engine.tables import table
from storage.pages import NewLine
from tests.bot.channels.web.served import DAY, FIELD, Browser, Served


async def test_a_question_is_answered_without_any_script(browser: Browser) -> None:
    await browser.open()
    assert "assistant automatique" in browser.page
    await browser.say("qui peut candidater ?")
    assert browser.own == ["qui peut candidater ?"]
    assert "Action cœur de ville" in browser.told[-1]
    assert '<details class="sources">' in browser.page


async def test_what_was_said_last_is_shown_with_its_answer_below(browser: Browser) -> None:
    await browser.open()
    for said in ("bonjour", "Qui peut candidater ?"):
        await browser.say(said)
        marked = browser.page[browser.page.index('id="dit"') :]
        assert said in marked[: marked.index('class="line')]
        assert browser.page.count('id="dit"') == 1
    async with browser.client.post(
        f"{browser.address}/message", data={**browser.fields(), "texte": "merci"}, allow_redirects=False
    ) as response:
        assert response.headers["Location"] == "/#dit"


async def test_there_is_no_cookie_before_the_first_message(browser: Browser) -> None:
    for path in ("/", "/?question=x", "/reprise", "/accessibilite", "/confidentialite", "/villes?q=mac", "/integre"):
        await browser.open(path)
        assert "set-cookie" not in browser.headers, path
    await browser.open()
    await browser.say("bonjour")
    assert len(browser.client.cookie_jar) == 1


async def test_a_form_that_is_sent_twice_counts_once(browser: Browser) -> None:
    await browser.open()
    await browser.say("bonjour")
    fields = {**browser.fields(), "texte": "vague 2 c'est quand"}
    for _ in range(3):
        await browser.post("/message", fields)
    assert browser.own.count("vague 2 c'est quand") == 1
    await browser.say("vague 2 c'est quand")
    assert browser.own.count("vague 2 c'est quand") == 2, "with a form of its own, it is meant"


async def test_the_first_form_sent_twice_at_once_begins_one_conversation(served: Served, browser: Browser) -> None:
    await browser.open()
    fields = {**browser.fields(), "texte": "bonjour"}
    both = [served.browser(), served.browser()]
    await asyncio.gather(*(each.post("/message", fields) for each in both))
    count = await served.database.run(lambda transaction: len(_rows(transaction, "pages")))
    assert count == 1
    assert [each.own for each in both] == [["bonjour"], ["bonjour"]]
    for each in both:
        await each.client.close()


async def test_the_first_form_sent_again_once_there_is_a_cookie_counts_once(browser: Browser) -> None:
    await browser.open()
    fields = {**browser.fields(), "texte": "bonjour"}
    await browser.post("/message", fields)
    await browser.post("/message", fields)
    assert browser.status == 200
    assert browser.own == ["bonjour"]


async def test_the_first_form_of_somebody_else_is_not_taken_for_ones_own(browser: Browser, other: Browser) -> None:
    await other.open()
    theirs = {**other.fields(), "texte": "bonjour"}
    await other.post("/message", theirs)
    await browser.open()
    await browser.say("bonjour")
    await browser.post("/message", {**theirs, "texte": "venu d'ailleurs", "cle": "k" * 20})
    assert browser.status == 403
    await other.open()
    assert other.own == ["bonjour"]


def _rows(transaction: Transaction, name: str) -> list[object]:
    return list(transaction.connection.execute(table(name).select()))


async def test_a_dossier_is_filled_and_an_answer_changed(browser: Browser) -> None:
    await browser.open()
    await browser.say("je veux préparer un dossier")
    await browser.press("Oui, commençons")
    await browser.say("Mâcon")
    await browser.press("Mâcon (Saône-et-Loire)")
    assert "Mâcon (Saône-et-Loire)" in browser.page[browser.page.index('id="side"') :]
    change = re.search(r'<button class="plain" name="choix" value="(d:[^"]+:e:[^"]+)">Modifier', browser.page)
    assert change
    await browser.say("", choix=change[1])
    assert browser.own[-1].startswith("Répondre :")
    assert "Mâcon" in browser.told[-1]


async def test_what_is_empty_is_told_at_the_field_and_what_is_not_ours_is_shown_again(browser: Browser) -> None:
    await browser.open()
    await browser.say("   ")
    assert browser.status == 422
    assert 'aria-invalid="true"' in browser.page
    await browser.open()
    await browser.post("/message", {**browser.fields(), "jeton": "x" * 40, "texte": "gardez-moi"})
    assert browser.status == 403
    assert "gardez-moi</textarea>" in browser.page
    await browser.say("gardez-moi")
    assert browser.own == ["gardez-moi"], "the form that was shown again is good"


async def test_a_form_from_another_site_is_refused(browser: Browser) -> None:
    await browser.open()
    fields = {**browser.fields(), "texte": "bonjour"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://ailleurs.example"}, {"Origin": "null"}):
        await browser.post("/message", fields, **headers)
        assert browser.status == 403, headers
    await browser.post("/message", fields, **{"Sec-Fetch-Site": "same-origin"})
    assert browser.own == ["bonjour"]


async def test_the_stream_replays_what_was_missed_then_tells_what_is_said(served: Served, browser: Browser) -> None:
    await browser.open()
    await browser.say("bonjour")
    async with browser.client.get(f"{served.address}/flux?after=0") as stream:
        first = await _lines(stream, 2)
        assert [line["number"] for line in first] == [1, 2]
        await browser.say("qui peut candidater ?")
        more = await _lines(stream, 2)
        assert [line["number"] for line in more] == [3, 4]
    async with browser.client.get(f"{served.address}/flux?after=1", headers={"Last-Event-ID": "3"}) as stream:
        assert [line["number"] for line in await _lines(stream, 1)] == [4], "the larger of the two counts"


async def _lines(stream: aiohttp.ClientResponse, count: int) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    event = ""
    async with asyncio.timeout(20):
        while len(found) < count:
            line = (await stream.content.readline()).decode().strip()
            if line.startswith("event:"):
                event = line.removeprefix("event:").strip()
            if line.startswith("data:") and event == "ligne":
                found.append(json.loads(line.removeprefix("data:")))
    return found


async def test_streams_hold_nothing_and_end_with_the_server(served: Served, browser: Browser) -> None:
    await browser.open()
    await browser.say("bonjour")
    streams = [await browser.client.get(f"{served.address}/flux?after=2") for _ in range(30)]
    async with asyncio.timeout(20):
        while served.hub.count < 30:
            await asyncio.sleep(0)
        await browser.open()
    assert browser.status == 200, "thirty streams leave the database free"
    for stream in streams:
        stream.close()


async def test_a_conversation_goes_on_on_another_device_by_a_code_that_serves_once(
    browser: Browser, other: Browser
) -> None:
    await browser.open()
    await browser.say("bonjour")
    await browser.post("/reprise/code", browser.fields())
    found = re.search(r'id="code">([A-Z0-9-]+)<', browser.page)
    assert found
    for attempt in range(2):
        await other.open("/reprise")
        hidden = dict(re.findall(r'name="(jeton|debut)" value="([^"]*)"', other.page))
        await other.post("/reprise", {**hidden, "code": found[1].lower()})
        if attempt == 0:
            assert other.own == ["bonjour"]
            other.client.cookie_jar.clear()
        else:
            assert other.status == 422
            assert "ouvre rien" in other.page


async def test_codes_cannot_be_tried_for_long(browser: Browser) -> None:
    await browser.open("/reprise")
    statuses = []
    for _ in range(14):
        hidden = dict(re.findall(r'name="(jeton|debut)" value="([^"]*)"', browser.page))
        await browser.post("/reprise", {**hidden, "code": "K7RA-M3WC-X9AE"})
        statuses.append(browser.status)
    assert statuses[0] == 422
    assert statuses[-1] == 429


async def test_everything_is_erased_in_two_clicks_and_the_farewell_is_read_once(
    served: Served, browser: Browser
) -> None:
    await browser.open()
    await browser.say("je m'appelle Zébulon Trucmuche")
    await browser.say("/effacer")
    button = re.search(r'<button name="choix" value="([^"]*yes[^"]*)"', browser.page)
    assert button, browser.page
    await browser.say("", choix=button[1])
    assert len(browser.told) == 1
    assert not browser.own

    def left(transaction: Transaction) -> dict[str, int]:
        return {name: len(_rows(transaction, name)) for name in ("pages", "page_lines", "page_keys", "conversations")}

    async with asyncio.timeout(10):
        while any((await served.database.run(left)).values()):
            await asyncio.sleep(0.02)
    await browser.open()
    assert "assistant automatique" in browser.page
    await browser.say("bonjour")
    assert browser.own == ["bonjour"]


@pytest.mark.parametrize("path", ["/", "/message", "/flux", "/nulle-part", "/static/guichet.css", "/fichiers/1/0"])
async def test_every_response_says_what_browsers_are_to_do(browser: Browser, path: str) -> None:
    await browser.open(path)
    policy = browser.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert browser.headers["x-content-type-options"] == "nosniff"
    assert browser.headers["referrer-policy"] == "same-origin"
    assert "<script>" not in browser.page
    assert " style=" not in browser.page
    assert " onclick=" not in browser.page


async def test_nobody_reads_the_conversation_of_another(served: Served, browser: Browser, other: Browser) -> None:
    """Every route that shows something of a conversation, with one's own key, another's, and none."""
    await browser.open()
    await browser.say("Mon secret est Zébulon.")
    await browser.say("/mesdonnees")
    number = re.findall(r'href="/fichiers/(\d+)/0"', browser.page)[-1]
    await other.open()
    await other.say("bonjour")
    stranger = served.browser()
    for path in ("/", "/suite?after=0", f"/fichiers/{number}/0", f"/fichiers/{number}/1"):
        own = await browser.open(path)
        assert "Zébulon" in own or browser.headers["content-type"] == "application/pdf", path
        for somebody in (other, stranger):
            seen = await somebody.open(path)
            assert "Zébulon" not in seen, path
            assert somebody.status == (404 if "fichiers" in path else 200)
    async with stranger.client.get(f"{served.address}/flux") as stream:
        assert stream.status == 204
    await stranger.client.close()


async def test_what_is_seen_is_known(served: Served, browser: Browser) -> None:
    await browser.open()
    await browser.say("bonjour")

    def seen(transaction: Transaction) -> tuple[int, int]:
        row = transaction.connection.execute(table("pages").select()).one()
        return row.seen_number, row.last_number

    async with asyncio.timeout(10):
        while await served.database.run(seen) != (2, 2):
            await asyncio.sleep(0.02)


async def test_messages_further_up_are_read_on_pages_of_their_own(served: Served, browser: Browser) -> None:
    await browser.open()
    await browser.say("bonjour")
    page = await served.database.run(lambda transaction: transaction.connection.execute(table("pages").select()).one())

    def lay(transaction: Transaction) -> None:
        for number in range(3, 251):
            line = NewLine(f"key {number}", {"text": f"mot numéro {number}."}, is_own=True)
            pages.lay_down(transaction, page.recipient_id, line, DAY)

    await served.database.run(lay)
    shown: list[str] = []
    address = "/"
    for _ in range(4):
        await browser.open(address)
        assert browser.status == 200
        shown = [*re.findall(r'data-number="(\d+)"', browser.page), *shown]
        older = re.search(r'href="([^"]*)">Voir les messages plus anciens', browser.page)
        if older is None:
            break
        address = older[1].split("#")[0]
    assert shown == [str(number) for number in range(1, 251)]
    assert "Revenir à la conversation" in browser.page
    assert 'name="choix"' not in browser.page


@pytest.mark.parametrize(
    "way",
    [("Mâcon", "Une autre collectivité"), ("je veux préparer un dossier", "Oui, commençons")],
    ids=["another town", "a dossier"],
)
async def test_where_a_town_is_asked_for_there_is_a_field_of_its_own(browser: Browser, way: tuple[str, str]) -> None:
    def asking() -> list[str]:
        """Return the forms below the last words that take the name of a town."""
        talk = browser.page[browser.page.index('id="log"') : browser.page.index('id="dernier"')]
        return [form for form in re.findall(r"<form.*?</form>", talk, re.DOTALL) if "data-towns" in form]

    said, pressed = way
    await browser.open()
    await browser.say(said)
    assert asking() == []
    await browser.press(pressed)
    (form,) = asking()
    await browser.post("/message", {**dict(FIELD.findall(form)), "texte": "Dole (Jura)"})
    assert "Dole" in browser.page[browser.page.rindex('class="line told') :]
    assert asking() == []


async def test_the_staff_see_whether_their_message_was_read(served: Served, browser: Browser) -> None:
    await browser.open()
    await browser.say("quelle est la couleur préférée des dragons")
    await browser.press(re.findall(r'name="choix" value="[^"]*">([^<]*)</button>', browser.page)[0])
    (thread,) = await served.database.run(served.desk.list_threads)
    anne = await served.database.run(make_member, "Anne", DAY)

    async def shown() -> tuple[str, list[bool | None]]:
        order = Order(Verb.SHOW, THREAD, str(thread.id), anne)
        show = operation_of(order)
        assert show
        told = await served.database.run(lambda transaction: show(served.desk, transaction, order, DAY))
        kept = await served.database.run(served.desk.list_messages, thread.id)
        return told.text, [each.is_seen for each in kept]

    await served.database.run(served.desk.take_thread, thread.id, anne, DAY)
    await served.database.run(served.desk.write_in_thread, thread.id, anne, "Oui, lui aussi.", DAY)
    unseen = await shown()  # before it is laid down, as well as once it is
    served.courier.wake()
    async with asyncio.timeout(10):
        while await served.database.run(outbox.is_waiting, thread.recipient_id):
            await asyncio.sleep(0.02)
    assert await shown() == unseen
    assert "- Anne (pas encore lu) : Oui, lui aussi." in unseen[0]
    assert unseen[1] == [None, False]
    assert "Oui, lui aussi." in await browser.open()
    async with asyncio.timeout(10):
        while (await shown())[1] != [None, True]:
            await asyncio.sleep(0.02)
    assert "- Anne : Oui, lui aussi." in (await shown())[0]


async def test_documents_are_kept_for_the_dossier(served: Served, browser: Browser) -> None:
    await browser.open()
    await browser.say("je veux préparer un dossier")
    await browser.press("Oui, commençons")
    form = aiohttp.FormData(quote_fields=False)
    for name, value in {**browser.fields(), "texte": "Voici la délibération"}.items():
        form.add_field(name, value)
    content = b"%PDF-1.7 " + b"x" * 700_000
    form.add_field("fichiers", content, filename="délibération.pdf", content_type="application/pdf")
    await browser.post("/message", form)
    assert browser.status == 200
    assert "délibération.pdf" in browser.own[-1]

    def kept(transaction: Transaction) -> tuple[list[str], int]:
        rows = transaction.connection.execute(table("attachments").select()).all()
        return [row.status for row in rows], len(_rows(transaction, "uploads"))

    async with asyncio.timeout(20):
        while await served.database.run(kept) != (["kept"], 0):
            await asyncio.sleep(0.05)
    await browser.open()
    beside = browser.page[browser.page.index('id="side"') :]
    answer = beside[beside.index("Pièces jointes</dt>") :]
    assert "<li>délibération.pdf</li>" in answer
    assert "Pas de réponse" not in answer
    (change,) = re.findall(r'name="choix" value="([^"]*)"', answer)
    await browser.post("/message", {**browser.fields(), "choix": change})
    assert "Pièces jointes" in browser.own[-1]
    assert "Retirer délibération.pdf" in browser.page


async def test_all_of_a_dossier_is_shown_from_beside_the_conversation(browser: Browser) -> None:
    await browser.open()
    await browser.say("je veux préparer un dossier")
    await browser.press("Oui, commençons")
    beside = browser.page[browser.page.index('id="side"') :]
    (read,) = re.findall(r'name="choix" value="([^"]*)">Voir le récapitulatif<', beside)
    await browser.post("/message", {**browser.fields(), "choix": read})
    assert "Voir le récapitulatif" in browser.own[-1]
    assert "Modifier une réponse" in browser.page


async def test_a_page_says_that_it_tells_nobody_anything_once_closed(browser: Browser) -> None:
    said = "la page ne vous prévient pas"
    assert said not in await browser.open()
    await browser.say("bonjour")
    assert said in browser.page
    assert "Aucun cookie" not in browser.page
