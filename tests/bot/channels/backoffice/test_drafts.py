"""An answer that is begun is kept for its writer alone until it is sent: no reload, browser or session loses it."""

import asyncio
from datetime import timedelta

import pytest

from bot.desk.office import drafting, entry
from bot.desk.office.roles import Role
from storage import audit
from storage.answer_drafts import list_abouts
from storage.engine.tables import table, without_encryption
from tests.bot.channels.backoffice.conftest import Enter, EnterAgain
from tests.bot.channels.backoffice.staff import Staff
from tests.bot.channels.backoffice.towns import ask, give, settle
from tests.bot.channels.web.served import Served

ANSWER, NOTE = "repondre", "note"


async def begin(staff: Staff, path: str, verb: str, words: str) -> dict[str, str]:
    """Let the page keep what is being written, as it does by itself; return what its form carries."""
    await staff.open(path)
    form = staff.carried(f"{path}/{'reponse' if verb == ANSWER else 'faire/note'}")
    await keep_on(staff, path, form, words)
    return form


async def keep_on(staff: Staff, path: str, form: dict[str, str], words: str) -> None:
    """Let a page that was opened before keep more of what is being written."""
    await staff.browser.post(f"{path}/brouillon", {**form, "texte": words}, Accept="application/json")


async def test_what_is_begun_is_found_again_by_its_writer_alone(
    served: Served, enter: Enter, enter_again: EnterAgain
) -> None:
    dole = settle(served)
    anne, bruno = await enter("Anne"), await enter("Bruno")
    await begin(anne, dole.path, ANSWER, "Bonjour, nous rel")
    assert (anne.status, anne.page) == (204, "")
    await begin(anne, dole.path, ANSWER, "Bonjour, nous relisons <b>tout")
    await begin(anne, dole.path, NOTE, "À voir")
    await bruno.open(dole.path)
    assert "Bonjour, nous" not in bruno.page
    assert "À voir" not in bruno.page
    await bruno.open("/bureau")
    assert "votre brouillon" not in bruno.words
    await anne.open("/bureau")
    await anne.send("/bureau/sortir")
    anne = await enter_again(anne)
    assert "votre brouillon" in anne.words, "the list says where something was begun"
    await anne.open(dole.path)
    assert "Bonjour, nous relisons &lt;b&gt;tout</textarea>" in anne.page
    assert "À voir</textarea>" in anne.page
    sealed = without_encryption(table("answer_drafts"))
    kept = served.database.run_now(lambda transaction: transaction.connection.execute(sealed.select()).all())
    assert len(kept) == 2
    assert not [each for each in kept if "Bonjour" in each.text or "voir" in each.text]
    logged = served.database.run_now(lambda t: [each.action for each in audit.read(t)])
    assert logged.count("draft") == 2, "once for each that is begun, not for each key"


async def test_a_draft_goes_when_it_is_sent_and_comes_back_when_that_is_taken_back(
    served: Served, enter: Enter
) -> None:
    dole = settle(served)
    anne = await enter("Anne")
    await begin(anne, dole.path, ANSWER, "Bonjour.")
    await anne.open(dole.path)
    form = anne.carried(f"{dole.path}/reponse")
    await anne.send(f"{dole.path}/reponse", texte="Bonjour à vous.")
    assert "part dans" in anne.words
    assert served.database.run_now(list_abouts, anne.member.id) == []
    # What its page still wanted to keep, while it left, is no draft any more.
    await anne.browser.post(f"{dole.path}/brouillon", {**form, "texte": "Bonjour à vous."})
    assert served.database.run_now(list_abouts, anne.member.id) == []
    await anne.open(dole.path)
    await anne.send(f"{dole.path}/reponse/1/annuler")
    await anne.open("/bureau")
    await anne.open(dole.path)
    assert "Bonjour à vous.</textarea>" in anne.page
    await anne.send(f"{dole.path}/faire/note", texte="x")
    await anne.open(dole.path)
    assert "Bonjour à vous.</textarea>" in anne.page, "a note leaves the answer alone"
    form = anne.carried(f"{dole.path}/reponse")
    await anne.browser.post(f"{dole.path}/brouillon/jeter", form)
    assert "Le brouillon est effacé." in anne.words
    assert "Bonjour à vous." not in anne.page
    await anne.browser.post(f"{dole.path}/brouillon/jeter", form)
    assert "plus de brouillon" in anne.words


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_an_answer_that_could_not_leave_is_kept(served: Served, enter: Enter) -> None:
    dole = settle(served)
    anne = await enter("Anne")
    await anne.open(dole.path)
    dole.write("Encore un mot")
    await anne.send(f"{dole.path}/reponse", texte="Sans avoir lu.")
    assert anne.status == 409
    await anne.open(dole.path)
    assert "Sans avoir lu.</textarea>" in anne.page
    await anne.open(f"{dole.path}?modele=recu")
    assert "Sans avoir lu.\n\nBonjour" in anne.page, "a template stands below what was begun"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_draft_is_never_offered_for_another_person(served: Served, enter: Enter) -> None:
    dole, other = settle(served), settle(served, "AAA-AAA-AA3")
    anne, bruno = await enter("Anne"), await enter("Bruno")
    await begin(anne, dole.path, ANSWER, "Chère Claire")
    give(served, dole.reference, other.recipient)
    await anne.open(dole.path)
    assert "Un brouillon qui n'a plus son destinataire" in anne.words
    assert "Chère Claire</textarea>" not in anne.page
    assert "Chère Claire" in anne.words
    await anne.send(f"{dole.path}/brouillon/jeter")
    assert "destinataire" not in anne.words
    await begin(anne, other.path, ANSWER, "À plus tard")
    await bruno.open(other.path)
    await bruno.send(f"{other.path}/faire/prendre")
    await anne.open(other.path)
    assert "À plus tard" in anne.words, "who cannot answer now finds it too"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_drafts_end_and_go_with_what_they_are_about(served: Served, enter: Enter) -> None:
    dole = settle(served)
    anne = await enter("Anne")
    await begin(anne, dole.path, ANSWER, "Bonjour")
    await begin(anne, dole.path, ANSWER, "  ")
    assert served.database.run_now(list_abouts, anne.member.id) == [], "nothing written is nothing kept"
    await begin(anne, dole.path, ANSWER, "Bonjour")
    served.database.run_now(drafting.forget_old, served.clock[0] + drafting.LIFE)
    assert served.database.run_now(list_abouts, anne.member.id)
    served.database.run_now(drafting.forget_old, served.clock[0] + drafting.LIFE + timedelta(seconds=1))
    assert served.database.run_now(list_abouts, anne.member.id) == []


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_who_may_not_write_there_keeps_nothing(served: Served, enter: Enter) -> None:
    dole, thread = settle(served), ask(served, "Une question")
    paul = await enter("Paul", Role.PRESS)
    await paul.open("/bureau/compte")
    form = {**paul.carried("/bureau/sortir"), "texte": "x", "pour": "1"}
    for path, verb, status in (
        (dole.path, ANSWER, 403),
        (f"/bureau/echanges/{thread}", ANSWER, 404),
        (f"/bureau/echanges/{thread}", NOTE, 404),
        (f"/bureau/echanges/{thread}", "clore", 404),
        ("/bureau/echanges/999", NOTE, 404),
    ):
        await paul.browser.post(f"{path}/brouillon", {**form, "genre": verb})
        assert paul.status == status, (path, verb)
    anne = await enter("Anne")
    await anne.open(dole.path)
    form = anne.carried(f"{dole.path}/reponse")
    for changed in ({"genre": "clore"}, {"genre": ""}, {"pour": "x"}, {"pour": ""}):
        await anne.browser.post(f"{dole.path}/brouillon", {**form, "texte": "x", **changed})
        assert anne.status == 404, changed
    assert served.database.run_now(lambda t: t.connection.execute(table("answer_drafts").select()).all()) == []


async def test_two_tabs_that_keep_and_send_at_once_leave_one_of_both(
    served: Served, enter: Enter, enter_again: EnterAgain
) -> None:
    dole = settle(served)
    anne = await enter("Anne")
    other = await enter_again(anne)
    await other.open("/bureau/compte")
    for rank in range(5):
        await anne.open(dole.path)
        form = anne.carried(f"{dole.path}/reponse")
        words = {**form, "texte": f"Réponse {rank}"}
        await asyncio.gather(
            anne.browser.post(f"{dole.path}/reponse", words),
            *(other.browser.post(f"{dole.path}/brouillon", {**words, "jeton": _token(other)}) for _ in range(3)),
        )
        assert served.database.run_now(list_abouts, anne.member.id) == [], rank


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_page_that_was_opened_before_writes_over_no_newer_draft(served: Served, enter: Enter) -> None:
    dole = settle(served)
    anne = await enter("Anne")
    early = await begin(anne, dole.path, ANSWER, "Bon")
    late = await begin(anne, dole.path, ANSWER, "Bonjour, une longue réponse")
    await keep_on(anne, dole.path, late, "Bonjour, une longue réponse relue")
    assert anne.status == 204, "a page goes on with its own"
    for words in ("Bon, et puis", ""):
        await keep_on(anne, dole.path, early, words)
        assert anne.status == 409
        assert "sur une autre page" in anne.page
    await anne.browser.post(f"{dole.path}/brouillon", {**early, "texte": "Bon, et puis"})
    assert "Bon, et puis</textarea>" in anne.page, "without scripts it is shown, to be copied"
    assert "Un autre brouillon est gardé" in anne.words
    await anne.open(dole.path)
    assert "Bonjour, une longue réponse relue</textarea>" in anne.page
    await anne.browser.post(f"{dole.path}/reponse", {**early, "texte": "Bon."})
    assert "part dans" in anne.words
    assert "Bonjour, une longue réponse relue</textarea>" in anne.page, "what was begun elsewhere is not what was sent"
    await anne.send(f"{dole.path}/reponse", texte="Bonjour, une longue réponse relue")
    assert served.database.run_now(list_abouts, anne.member.id) == []


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_what_is_taken_back_and_what_was_begun_since_are_both_kept(served: Served, enter: Enter) -> None:
    dole = settle(served)
    anne = await enter("Anne")
    await begin(anne, dole.path, NOTE, "Une note en cours")
    await anne.open(dole.path)
    await anne.send(f"{dole.path}/reponse", texte="La première.")
    await begin(anne, dole.path, ANSWER, "La seconde")
    await anne.open(dole.path)
    await anne.send(f"{dole.path}/reponse/1/annuler")
    for _ in range(2):
        assert "La première.\n\nLa seconde</textarea>" in anne.page
        assert "Une note en cours</textarea>" in anne.page, "the other form shows its own"
        await anne.open(dole.path)
    dole.write("Encore un mot")
    form = {**anne.carried(f"{dole.path}/reponse"), "vu": "0"}
    await anne.browser.post(f"{dole.path}/reponse", {**form, "texte": "Trop vite"})
    assert anne.status == 409
    assert "Une note en cours</textarea>" in anne.page


async def test_what_was_begun_for_who_is_not_written_to_now_is_not_kept_again(served: Served, enter: Enter) -> None:
    dole, other = settle(served), settle(served, "AAA-AAA-AA3")
    anne = await enter("Anne")
    await anne.open(dole.path)
    form = anne.carried(f"{dole.path}/reponse")
    for person in (str(other.recipient), "999999", "9" * 15):
        await keep_on(anne, dole.path, {**form, "pour": person}, "Chère Claire")
        assert anne.status == 409, person
        await anne.open(dole.path)
        await anne.send(f"{dole.path}/reponse", pour=person, texte="Chère Claire")
        assert anne.status == 409, person
        assert "Chère Claire</textarea>" in anne.page
    assert served.database.run_now(list_abouts, anne.member.id) == []


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_who_enters_no_more_leaves_no_draft(served: Served, enter: Enter) -> None:
    dole = settle(served)
    anne, bruno = await enter("Anne"), await enter("Bruno")
    for staff in (anne, bruno):
        await begin(staff, dole.path, NOTE, "À voir")
    served.database.run_now(entry.revoke, anne.member.id, None, served.clock[0])
    assert served.database.run_now(list_abouts, anne.member.id) == []
    assert served.database.run_now(list_abouts, bruno.member.id) == [f"dossier:{dole.reference}"]


def _token(staff: Staff) -> str:
    return staff.carried("/bureau/sortir")["jeton"]
