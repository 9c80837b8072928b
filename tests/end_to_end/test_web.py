"""The page in a real browser, served by the real program: by mouse, by keyboard only, without scripts, on a phone."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect

from tests.end_to_end.pages import PATIENCE, SCHEMES, Tabs, Web, check_accessibility, program_with_page

#: Whether the page, asked for now, begins anew: that a line was seen is noted after it went out.
OPENS_ANEW = """async () => (await (await fetch("/")).text()).includes('id="opening"')"""
#: Keeps back that the browser hears the reply to the next form, until `confirmHeld` is called.
HOLD_CONFIRMATIONS = """() => {
  const listen = XMLHttpRequest.prototype.addEventListener, held = [];
  XMLHttpRequest.prototype.addEventListener = function (kind, then) {
    const hear = (event) => then.call(this, event);
    listen.call(this, kind, (event) => (kind === "load" ? held.push(() => hear(event)) : hear(event)));
  };
  window.confirmHeld = () => {
    XMLHttpRequest.prototype.addEventListener = listen;
    held.forEach((each) => each());
  };
}"""
PDF = {"name": "deliberation.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 une deliberation"}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with program_with_page(tmp_path_factory.mktemp("web")) as web:
        yield web


def _is_fault(message: ConsoleMessage) -> bool:
    """Whether the console tells of an error; that a test took the network away is none."""
    return message.type == "error" and "ERR_INTERNET_DISCONNECTED" not in message.text


@pytest.fixture(scope="module")
def all_tabs(chromium: Browser, web: Web) -> Iterator[Tabs]:
    opened = Tabs(chromium, web.address, _is_fault)
    yield opened
    opened.close()


@pytest.fixture
def tabs(all_tabs: Tabs) -> Iterator[Tabs]:
    yield all_tabs
    all_tabs.give_back()


@pytest.fixture
def page(tabs: Tabs) -> Page:
    page = tabs.open()
    page.goto("/")
    return page


@pytest.fixture
def plain(tabs: Tabs) -> Page:
    """A browser that runs no script."""
    page = tabs.open_other(java_script_enabled=False)
    page.goto("/")
    return page


def answer_to(page: Page, do: Callable[[], None]) -> str:
    """Do something that says something, and return what is answered below it."""
    own = page.locator(".line.own")
    before = own.count()
    do()
    told = own.nth(before).locator("xpath=following-sibling::div[contains(@class, 'told')]").first
    told.wait_for(timeout=PATIENCE)
    return str(told.inner_text())


def say(page: Page, text: str) -> str:
    """Write, and return what is answered."""
    page.get_by_label("Votre message").fill(text)
    return answer_to(page, page.get_by_role("button", name="Envoyer").click)


def press(page: Page, label: str) -> str:
    """Press a choice, and return what is answered."""
    button = page.locator(".choices").get_by_role("button", name=label, exact=True).last
    return answer_to(page, button.click)


def fill_dossier(page: Page) -> None:
    """Prepare a dossier as far as it can be handed over."""
    say(page, "je veux préparer un dossier")
    press(page, "Oui, commençons")
    press(page, "Oui, c'est exact")
    press(page, "Oui, c'est exact")


def test_a_town_goes_its_whole_way(page: Page) -> None:
    """Eligibility with typeahead, a dossier, a question between, an answer by its button in the panel."""
    page.get_by_label("Ma ville est-elle concernée ?").press_sequentially("mâc")
    option = page.get_by_role("option", name=re.compile("^Mâcon"))
    option.first.click()
    page.get_by_role("button", name="Vérifier").click()
    expect(page.locator(".line.told").last).to_contain_text("Mâcon", timeout=PATIENCE)
    fill_dossier(page)
    expect(page.locator("#side")).to_contain_text("Mâcon (Saône-et-Loire)")
    assert "12 février 2021" in say(page, "vague 2 c'est quand ?"), "a question between is answered"
    # Until the summary, and not further: whoever goes on writing as fast is no more read for a while.
    assert any("Il manque pour transmettre" in say(page, "passer") for _ in range(16))
    button = page.locator("#side").get_by_role("button", name=re.compile("Répondre : Téléphone"))
    answer_to(page, button.click)
    say(page, "03 85 39 71 71")
    expect(page.locator("#side")).to_contain_text("03 85 39 71 71", timeout=PATIENCE)


#: What the form asks, and what a town answers: by a button where the answer begins with « > ».
ANSWERED = (
    ("D'après nos listes", "> Oui, c'est exact"),
    ("avec d'autres collectivités", "> Non"),
    ("Qui l'équipe peut-elle joindre", "Claire Martin, directrice générale des services"),
    ("adresse électronique", "c.martin@macon.example"),
    ("numéro de téléphone", "03 85 39 71 71"),
    ("Quelle vague", "vague 1"),
    ("besoins de votre bassin", "Il manque des soudeurs et des usineurs. Les employeurs le disent depuis deux ans."),
)


def test_a_town_typed_before_the_script_is_here_is_suggested_too(tabs: Tabs) -> None:
    page = tabs.open()
    held: list[Route] = []
    page.route("**/chat.js*", lambda route: held.append(route))  # Playwright asks a handler for its signature
    page.goto("/", wait_until="commit")
    page.get_by_label("Ma ville est-elle concernée ?").press_sequentially("Mâc")
    expect(page.get_by_role("option")).to_have_count(0)
    held[0].continue_()
    expect(page.get_by_role("option", name=re.compile("^Mâcon"))).to_be_visible()
    page.unroute("**/chat.js*")


def test_a_town_hands_its_dossier_over_and_the_staff_have_it(web: Web, page: Page) -> None:
    """From the first press to the number, each answer in the panel, then on the staff's side."""
    answer_to(page, page.get_by_role("button", name="Commencer").click)
    press(page, "Oui, commençons")
    say(page, "Mâcon")
    asked = press(page, "Mâcon (Saône-et-Loire)")
    for question, answer in ANSWERED:
        assert re.search(question, asked), asked
        asked = press(page, answer[2:]) if answer.startswith("> ") else say(page, answer)
    assert "Tout le nécessaire y est" in asked
    summary = say(page, "résumé")
    assert "pas transmis" in summary
    told = press(page, "Transmettre à l'équipe")
    assert "Ceci n'est pas un dépôt de candidature" in told
    found = re.search(r"\b[A-Z0-9]{3}-[A-Z0-9]{3}-[A-Z0-9]{3}\b", told)
    assert found
    expect(page.locator("#side .status")).to_contain_text(f"nº {found[0]}", timeout=PATIENCE)
    page.reload()
    expect(page.locator(".line.told").last).to_contain_text(found[0])
    assert re.search(rf"{found[0]}.*Mâcon", web.run("dossiers", "list"))
    shown = web.run("dossiers", "show", found[0])
    for answer in ("Mâcon (Saône-et-Loire)", "Claire Martin", "c.martin@macon.example", "03 85 39 71 71", "soudeurs"):
        assert answer in shown


def test_a_document_is_sent_by_its_button(page: Page) -> None:
    say(page, "je veux préparer un dossier")
    press(page, "Oui, commençons")
    page.locator("#fichiers").set_input_files([PDF])  # type: ignore[list-item]
    expect(page.locator("#chosen")).to_contain_text("deliberation.pdf")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("#side")).to_contain_text("deliberation.pdf", timeout=PATIENCE)


def test_the_staff_are_seen_to_answer_live_and_the_hand_off_is_shown(web: Web, page: Page) -> None:
    say(page, "Notre perroquet bleu sait-il jouer du tuba le dimanche ?")
    press(page, page.locator(".choices button").first.inner_text())
    thread = re.search(r"(?m)^\D*(\d+)", web.run("echanges", "list"))
    assert thread
    web.run("echanges", "take", thread[1], "--as", "Anne")
    expect(page.locator("#held")).to_contain_text("Une personne de l'équipe vous répond : Anne", timeout=PATIENCE)
    web.run("echanges", "answer", thread[1], "Oui, le perroquet aussi.", "--as", "Anne")
    expect(page.locator(".line.told").last).to_contain_text("Oui, le perroquet aussi.", timeout=PATIENCE)


def test_the_draft_outlives_a_reload_and_unread_messages_are_counted_in_the_title(page: Page) -> None:
    say(page, "bonjour")
    page.get_by_label("Votre message").fill("une phrase commencée")
    page.reload()
    expect(page.get_by_label("Votre message")).to_have_value("une phrase commencée")
    say(page, "bonjour")
    page.reload()
    expect(page.get_by_label("Votre message")).to_have_value("")


def test_a_text_that_could_not_be_sent_is_kept_and_sent_once(page: Page) -> None:
    say(page, "bonjour")
    page.context.set_offline(True)
    page.get_by_label("Votre message").fill("qui peut candidater ?")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("#fault")).to_contain_text("Votre texte est gardé")
    expect(page.get_by_label("Votre message")).to_have_value("qui peut candidater ?")
    page.context.set_offline(False)
    page.get_by_role("button", name="Envoyer").dblclick()
    expect(page.locator(".line.own", has_text="qui peut candidater ?")).to_have_count(1, timeout=PATIENCE)
    page.reload()
    expect(page.locator(".line.own", has_text="qui peut candidater ?")).to_have_count(1)


@pytest.mark.parametrize("comes", [True, False], ids=["comes", "does_not_come"])
def test_what_is_sent_before_the_script_is_there_is_kept_and_sent_once(page: Page, comes: bool) -> None:
    """The network is slow, and in the worst case goes away: who was quick loses nothing."""
    say(page, "bonjour")
    held: list[Route] = []
    page.route("**/chat.js*", lambda route: route.continue_() if held else held.append(route))
    page.reload(wait_until="commit")
    page.get_by_label("Votre message").fill("qui peut candidater ?")
    if not comes:
        page.context.set_offline(True)
    page.get_by_role("button", name="Envoyer").click(no_wait_after=True)
    if not comes:
        held[0].abort("internetdisconnected")
        expect(page.locator("#fault")).to_contain_text("Votre texte est gardé")
        expect(page.get_by_label("Votre message")).to_have_value("qui peut candidater ?")
        page.context.set_offline(False)
        page.get_by_role("button", name="Envoyer").click()
    else:
        held[0].continue_()
    expect(page.locator(".line.own", has_text="qui peut candidater ?")).to_have_count(1, timeout=PATIENCE)
    expect(page.get_by_label("Votre message")).to_have_value("")
    page.reload()
    expect(page.locator(".line.own", has_text="qui peut candidater ?")).to_have_count(1)


def test_the_same_answer_given_again_before_the_first_is_confirmed_is_said_twice(page: Page) -> None:
    """Its line is already shown while the reply to the form is still on its way."""
    say(page, "bonjour")
    page.evaluate(HOLD_CONFIRMATIONS)
    say(page, "passer")
    expect(page.get_by_label("Votre message")).to_have_value("")
    page.get_by_label("Votre message").fill("passer")
    page.get_by_label("Votre message").press("Enter")
    page.evaluate("window.confirmHeld()")
    expect(page.locator(".line.own", has_text="passer")).to_have_count(2, timeout=PATIENCE)


def test_two_tabs_show_the_same_lines_once_and_in_order(page: Page) -> None:
    say(page, "bonjour")
    second = page.context.new_page()
    second.goto("/")
    say(page, "qui peut candidater ?")
    expect(second.locator(".line.told").last).to_contain_text("Action cœur de ville", timeout=PATIENCE)
    numbers = [second.locator(".line").nth(rank).get_attribute("data-number") for rank in range(4)]
    assert numbers == ["1", "2", "3", "4"]
    assert second.locator(".line").count() == 4
    # What leads to buttons goes with them.
    for shown in (page, second):
        expect(shown.locator(".leads", has_text="Vous pouvez aussi demander").last).to_be_visible()
    say(page, "merci")
    for shown in (page, second):
        expect(shown.locator(".leads:visible", has_text="aussi demander")).to_have_count(0, timeout=PATIENCE)


def test_a_second_browser_goes_on_and_everything_is_erased_in_two_clicks(tabs: Tabs, page: Page) -> None:
    say(page, "bonjour")
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("button", name="Continuer sur un autre appareil").click()
    code = page.locator("#code").inner_text()
    other = tabs.open()
    other.goto("/reprise")
    other.get_by_label("Code de reprise").fill(code)
    other.get_by_role("button", name="Reprendre").click()
    expect(other.locator(".line.own")).to_contain_text("bonjour")
    other.get_by_text("Menu", exact=True).click()
    answer_to(other, other.get_by_role("button", name="Effacer mes données").click)
    other.locator(".choices button[value*=yes]").click()
    # The question says « effacer » too: what counts is that it is done.
    expect(other.locator(".line.told").last).to_contain_text("C'est effacé", timeout=PATIENCE)
    other.wait_for_function(OPENS_ANEW, timeout=PATIENCE)  # the farewell was read: it is not shown again
    other.goto("/")
    expect(other.get_by_role("heading", level=1)).to_contain_text("Une question sur l'appel")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Une question sur l'appel")


def test_everything_goes_without_scripts(plain: Page) -> None:
    plain.get_by_role("button", name="Voir les dates").click()
    expect(plain.locator(".line.told").last).to_contain_text("6 novembre 2020")
    plain.get_by_label("Votre message").fill("je veux préparer un dossier")
    plain.get_by_role("button", name="Envoyer").click()
    plain.get_by_role("button", name="Oui, commençons").click()
    plain.get_by_label("Votre message").fill("Dole")
    plain.get_by_role("button", name="Envoyer").click()
    expect(plain.locator("#side")).to_contain_text("réponse")
    plain.locator("#fichiers").set_input_files([PDF])  # type: ignore[list-item]
    plain.get_by_role("button", name="Envoyer").click()
    expect(plain.locator(".line.own").last).to_contain_text("deliberation.pdf")


def test_everything_goes_with_the_keyboard_only(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    _tab_to(page, "texte")
    page.keyboard.type("je veux préparer un dossier")
    page.keyboard.press("Enter")
    page.locator(".choices button").first.wait_for(timeout=PATIENCE)
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.textContent").strip() == "Oui, commençons":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#side")).to_contain_text("réponse", timeout=PATIENCE)
    expect(page.get_by_label("Nom ou code postal")).to_be_focused()


def _tab_to(page: Page, element: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == element:
            return
    raise AssertionError(f"{element} cannot be reached")


PATHS = ("/", "/reprise", "/accessibilite", "/confidentialite", "/nulle-part")


def test_axe_finds_no_violation_on_any_screen(tabs: Tabs) -> None:
    page = tabs.open_other(bypass_csp=True)
    for path in PATHS[:-1]:
        page.goto(path)
        check_accessibility(page, path, SCHEMES)
    page.goto("/")
    say(page, "qui peut candidater ?")
    page.locator(".sources summary").first.click()
    say(page, "je veux préparer un dossier")
    press(page, "Oui, commençons")
    page.get_by_text("Menu", exact=True).click()
    check_accessibility(page, "dossier", SCHEMES)
    page.get_by_role("button", name="Continuer sur un autre appareil").click()
    page.locator("#code").wait_for()
    check_accessibility(page, "code", SCHEMES)
    page.goto("/quitter")
    check_accessibility(page, "closing", SCHEMES)
    page.goto("/integre")
    page.get_by_text("Menu", exact=True).click()
    check_accessibility(page, "the frame", SCHEMES)


def test_nothing_overflows_at_320_pixels(tabs: Tabs) -> None:
    page = tabs.open()
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/")
    say(page, "est-ce que Mâcon est concernée ?")
    say(page, "je veux préparer un dossier")
    press(page, "Oui, commençons")
    assert _overflow(page) <= 0, "the conversation"
    for path in (*PATHS[1:-1], "/quitter", "/integre", "/integre/reprise"):
        page.goto(path)
        assert _overflow(page) <= 0, path
    page.goto("/")
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("button", name="Continuer sur un autre appareil").click()
    page.locator("#code").wait_for()
    assert _overflow(page) <= 0, "the code"


def _overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
