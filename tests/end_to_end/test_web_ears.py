"""The page for who hears it and writes on it without a mouse: what is read out, and where one goes on from."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.pages import PATIENCE, Web, program_with_page

#: Writes down all that is read out, from the first moment on.
LISTEN = """() => addEventListener("DOMContentLoaded", () => {
  window.heard = [];
  const announcer = document.getElementById("announcer");
  new MutationObserver(() => { if (announcer.textContent) window.heard.push(announcer.textContent); })
    .observe(announcer, { childList: true });
})"""
#: As on a machine that has no mouse: no pointer is fine, and none is coarse.
NO_POINTER = "() => { window.matchMedia = (asked) => ({ matches: asked === '(pointer: none)' }); }"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with program_with_page(tmp_path_factory.mktemp("web")) as web:
        yield web


@pytest.fixture
def page(chromium: Browser, web: Web) -> Iterator[Page]:
    context = chromium.new_context(base_url=web.address, locale="fr-FR")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.add_init_script(f"({LISTEN})()")
    page.goto("/")
    yield page
    context.close()


def until_heard(page: Page, part: str) -> str:
    """Return what was read out with `part` in it."""
    page.wait_for_function("part => (window.heard || []).some((each) => each.includes(part))", arg=part)
    return str(page.evaluate("part => window.heard.find((each) => each.includes(part))", part))


def press(page: Page, label: str) -> None:
    page.locator(".choices").get_by_role("button", name=label, exact=True).press("Enter")


def begin_dossier(page: Page) -> None:
    page.get_by_role("button", name="Commencer").press("Enter")
    press(page, "Oui, commençons")


def test_the_first_answer_is_read_out_and_one_goes_on_writing(page: Page) -> None:
    page.get_by_role("button", name="Commencer").press("Enter")
    heard = until_heard(page, "Préparons ensemble")
    assert heard.startswith("Guichet : ")
    assert heard.endswith("Choix : Oui, commençons ; Non merci")
    expect(page.get_by_label("Votre message")).to_be_focused()


def test_what_is_read_out_is_what_one_sees(page: Page) -> None:
    begin_dossier(page)
    expect(page.get_by_label("Nom ou code postal")).to_be_focused()
    assert "▱" not in until_heard(page, "1/16"), "squares say nothing to ears"
    page.get_by_label("Votre message").fill("quelles sont les dates limites ?")
    page.get_by_label("Votre message").press("Enter")
    heard = until_heard(page, "6 novembre 2020")
    folded = page.locator(".sources :is(p, li)").last.text_content()
    assert folded
    assert folded not in heard


def test_a_question_with_a_field_of_its_own_is_answered_in_it(page: Page) -> None:
    begin_dossier(page)
    expect(page.get_by_label("Nom ou code postal")).to_be_focused()


def test_who_began_to_write_meanwhile_goes_on_writing(page: Page) -> None:
    page.get_by_role("button", name="Commencer").press("Enter")
    text = page.get_by_label("Votre message")
    text.fill("une question :")
    press(page, "Oui, commençons")
    page.get_by_label("Nom ou code postal").wait_for()
    expect(text).to_be_focused()
    expect(text).to_have_value("une question :")


def answered(page: Page, do: Callable[[], None], question: str) -> None:
    do()
    expect(page.locator(".line.told").last).to_contain_text(question)


def to_the_partners(page: Page) -> None:
    """Answer the form until it asks for what can be ticked."""
    begin_dossier(page)
    expect(page.get_by_label("Nom ou code postal")).to_be_focused()
    text = page.get_by_label("Votre message")

    def say(words: str, question: str) -> None:
        text.fill(words)
        answered(page, lambda: text.press("Enter"), question)

    say("Dole", "Laquelle est-ce")
    while "d'autres collectivités" not in page.locator(".line.told").last.inner_text():
        before = page.locator(".line").count()
        page.locator(".choices button").first.press("Enter")
        page.wait_for_function("before => document.querySelectorAll('.line').length >= before + 2", arg=before)
    for words, question in (
        ("non", "Qui l'équipe"),
        ("Ada Martin, directrice", "adresse électronique"),
        ("ada@exemple.fr", "téléphone"),
        ("passer", "Quelle vague"),
        ("vague 2", "besoins"),
        ("Des soudeurs", "employeurs"),
        ("passer", "partenaires"),
    ):
        say(words, question)


def test_a_tick_leaves_the_keyboard_where_it_was(page: Page) -> None:
    to_the_partners(page)
    press(page, "Greta")
    ticked = page.locator(".choices").get_by_role("button", name="✓ Greta")
    expect(ticked).to_be_focused()
    assert "✓ Greta" in until_heard(page, "Greta. Choisissez-en")
    ticked.press("Enter")
    expect(page.locator(".choices").get_by_role("button", name="Greta", exact=True)).to_be_focused()


def test_an_answer_changed_from_beside_the_conversation_is_written_at_once(page: Page) -> None:
    begin_dossier(page)
    expect(page.get_by_label("Nom ou code postal")).to_be_focused()
    page.locator("#side").get_by_role("button", name="Répondre : Courriel").press("Enter")
    expect(page.locator(".line.told").last).to_contain_text("adresse électronique")
    expect(page.get_by_label("Votre message")).to_be_focused()


def test_enter_sends_where_there_is_no_mouse(page: Page) -> None:
    page.add_init_script(f"({NO_POINTER})()")
    page.goto("/")
    page.get_by_label("Votre message").fill("bonjour")
    page.get_by_label("Votre message").press("Enter")
    expect(page.locator(".line.own")).to_contain_text("bonjour")
