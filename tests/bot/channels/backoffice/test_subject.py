"""A dossier and a thread worked on at the desk: every form does what the group's command does, once, for who may."""

import json
import re

import pytest

from bot.conversation.values.dossier import Event, EventKind
from bot.desk.office.roles import Role
from bot.services.dossiers import write_event
from storage import audit, dossiers
from storage.engine.database import Transaction
from tests.bot.channels.backoffice.conftest import Enter
from tests.bot.channels.backoffice.staff import CLOSING, Staff, send_due, words_of
from tests.bot.channels.backoffice.towns import PAU, Town, ask, ask_press, settle
from tests.bot.channels.web.served import Served


async def test_a_dossier_is_found_taken_worked_on_and_closed(enter: Enter, dole: Town) -> None:
    anne = await enter("Anne")
    await anne.open("/bureau")
    assert re.search(r"Dole \(Jura\) Dossier K7R-M3W-X9A · Vague 1,.*? transmis non pris il y a 2 jours", anne.words)
    await anne.open(dole.path)
    assert "personne ne l'a pris" in anne.words
    await anne.send(f"{dole.path}/faire/prendre")
    assert "en charge : Anne" in anne.words
    anne_asks = anne.carried(f"{dole.path}/faire/demander", 1)
    await anne.browser.post(f"{dole.path}/faire/demander", {**anne_asks, "texte": "Précisez <les métiers>."})
    assert "Compléments attendus" in anne.words
    assert "Précisez <les métiers>." in anne.words
    await anne.open("/bureau?onglet=attendus")
    assert "K7R-M3W-X9A" in anne.words
    await anne.open(dole.path)
    await anne.send(f"{dole.path}/faire/clore", texte="Dossier complet, transmis au jury.", question="retenu")
    assert "clos" in anne.words
    await anne.open("/bureau?onglet=clos")
    assert "K7R-M3W-X9A" in anne.words
    await anne.open(dole.path)
    await anne.send(f"{dole.path}/faire/rouvrir")
    assert "en charge : Anne" in anne.words
    told = "\n".join(dole.told())
    assert "Précisez <les métiers>." in told
    assert "transmis au jury" in told


def _head(staff: Staff) -> str:
    return words_of(staff.page[staff.page.index('<header class="subject">') :].partition("</header>")[0])


async def test_a_dossier_that_is_over_says_in_its_head_how(served: Served, enter: Enter) -> None:
    dole, pau = settle(served), settle(served, "P7P-P7P-P7P", PAU)
    anne, paul = await enter("Anne"), await enter("Paul")
    await anne.open(dole.path)
    await anne.send(f"{dole.path}/faire/prendre")
    assert "Décision" not in _head(anne).partition("Clore le dossier")[0]
    await anne.send(f"{dole.path}/faire/clore", **CLOSING)
    await paul.open(dole.path)
    assert re.search(r"Décision : non retenu , le 15 octobre 2020 à [\d:]+, par Anne\.", _head(paul))
    assert "Motif donné à la collectivité : « Il manque des locaux. »" in _head(paul)
    await paul.open("/bureau?onglet=clos")
    assert "clos non retenu" in paul.words
    await paul.open(dole.path)
    await paul.send(f"{dole.path}/faire/rouvrir")
    assert "non retenu" not in _head(paul).partition("Clore le dossier")[0]

    def withdraw(transaction: Transaction) -> None:
        now, kept = served.clock[0], dossiers.find(transaction, pau.reference)
        assert kept is not None
        content = {**json.loads(kept.content), "status": "withdrawn"}
        dossiers.save(transaction, pau.reference, kept.revision, "withdrawn", json.dumps(content), now)
        event = write_event(Event(EventKind.WITHDRAWN))
        dossiers.add_events(transaction, kept.id, [event], pau.recipient, now)

    served.database.run_now(withdraw)
    await paul.open(pau.path)
    assert re.search(r"Retiré par la collectivité , le 15 octobre 2020 à [\d:]+\.", _head(paul))


#: What is written and sent to a town without being an answer.
_written_by_verb = pytest.mark.parametrize(
    ("verb", "words"),
    [("clore", CLOSING), ("demander", {"question": "personne", "texte": "Il manque des locaux."})],
    ids=["closed", "asked"],
)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@_written_by_verb
async def test_no_decision_and_no_complement_leaves_before_its_author_has_read_what_came_meanwhile(
    enter: Enter, verb: str, words: dict[str, str], dole: Town, anne: Staff
) -> None:
    bruno = await enter("Bruno")
    await anne.send(f"{dole.path}/faire/prendre")
    action, told = f"{dole.path}/faire/{verb}", len(dole.told())
    dole.write("Nous avons trouvé des locaux.")
    await anne.send(action, **words)
    assert anne.status == 409
    assert "Rien n'est fait encore : il y a du nouveau" in anne.words
    assert "Nous avons trouvé des locaux." in anne.words
    assert ">Il manque des locaux.</textarea>" in anne.page
    assert ('<option value="non-retenu" selected>' in anne.page) is (verb == "clore"), "what was chosen is kept too"
    page = anne.page
    await bruno.open(dole.path)
    await bruno.send(f"{dole.path}/faire/note", texte="Ils ont appelé : rappeler lundi")
    anne.browser.page = page
    await anne.send(action, **words)
    assert anne.status == 409
    assert "note interne de Bruno : Ils ont appelé" in anne.words
    assert len(dole.told()) == told
    await anne.send(action, **words)
    assert anne.status == 200
    assert len(dole.told()) == told + 1


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@_written_by_verb
async def test_what_no_draft_keeps_is_shown_to_who_may_not_do_it_any_more(
    enter: Enter, verb: str, words: dict[str, str], dole: Town, anne: Staff
) -> None:
    bruno = await enter("Bruno")
    await anne.send(f"{dole.path}/faire/prendre")
    await bruno.open(dole.path)
    await bruno.send(f"{dole.path}/faire/reprendre", texte="Anne est en congé")
    await anne.send(f"{dole.path}/faire/{verb}", **words)
    assert anne.status == 409
    assert "Bruno l'a maintenant en charge" in anne.words
    assert "Votre texte est gardé" not in anne.words
    assert "Voici votre texte, à copier s'il sert encore : Il manque des locaux." in anne.words


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_charge_is_taken_over_from_who_the_page_said_had_it(served: Served, enter: Enter) -> None:
    dole, thread = settle(served), ask(served, "Peut-on louer ?")
    anne, bruno, zoe = await enter("Anne"), await enter("Bruno"), await enter("Zoé")
    for path in (dole.path, f"/bureau/echanges/{thread}"):
        await anne.open(path)
        await anne.send(f"{path}/faire/prendre")
        await zoe.open(path)
        page = zoe.page
        await bruno.open(path)
        await bruno.send(f"{path}/faire/reprendre", texte="Anne est en congé")
        await zoe.send(f"{path}/faire/reprendre", texte="Anne est en congé, je prends")
        assert zoe.status == 409
        assert "Bruno l'a en charge depuis que vous avez ouvert cette page" in zoe.words
        assert ">Anne est en congé, je prends</textarea>" in zoe.page
        await bruno.send(f"{path}/faire/rendre")
        zoe.browser.page = page
        await zoe.send(f"{path}/faire/reprendre", texte="Anne est en congé")
        assert zoe.status == 409
        assert "plus personne ne l'a" in zoe.words


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_what_is_new_in_a_thread_of_the_team_is_not_shown_to_the_press(served: Served, enter: Enter) -> None:
    press = ask_press(served)
    paul, path = await enter("Paul", Role.PRESS), f"/bureau/echanges/{press}"
    await paul.open(path)
    await paul.send(f"{path}/faire/clore", texte="Entretien fait.")
    ask(served, "Une affaire de l'équipe", "Le Progrès")
    await paul.send(f"{path}/reponse", texte="Encore un mot.")
    assert "Une affaire de l'équipe" not in paul.words
    assert paul.status == 200


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_what_is_done_to_a_dossier_and_committed_late_is_shown_before_a_decision(
    served: Served, enter: Enter
) -> None:
    dole, pau = settle(served), settle(served, "AAA-AAA-AA3", PAU)
    anne = await enter("Anne")
    await anne.open(dole.path)
    await anne.send(f"{dole.path}/faire/prendre")
    with served.database.transaction() as slow:
        dole.happens(slow)
        served.database.run_now(pau.happens)
        await anne.open(dole.path)
    await anne.send(f"{dole.path}/faire/clore", texte="Dossier complet.", question="retenu")
    assert anne.status == 409
    assert "Le maire a appelé." in anne.words


async def test_what_an_absent_colleague_has_is_taken_over_with_a_reason_and_handed_on(
    enter: Enter, dole: Town, anne: Staff
) -> None:
    bruno = await enter("Bruno")
    await anne.send(f"{dole.path}/faire/prendre")
    await bruno.open(dole.path)
    assert "/reponse" not in bruno.page, "who does not have it does not write to the town"
    form = bruno.carried(f"{dole.path}/faire/note")
    await bruno.browser.post(f"{dole.path}/reponse", {**form, "pour": str(dole.recipient), "vu": "0", "texte": "x"})
    assert bruno.status == 409
    assert "Anne l'a en charge" in bruno.words
    await bruno.browser.post(f"{dole.path}/faire/reprendre", {**form, "cle": "1" * 32, "texte": " "})
    assert bruno.status == 409
    await bruno.open(dole.path)
    await bruno.send(f"{dole.path}/faire/reprendre", texte="Anne est en congé")
    assert "en charge : Bruno" in bruno.words
    await bruno.send(f"{dole.path}/faire/confier", a=str(anne.member.id))
    assert "en charge : Anne" in bruno.words
    assert not [each for each in dole.told() if "congé" in each]


async def test_a_thread_is_answered_and_given_back(served: Served, enter: Enter) -> None:
    number = ask(served, "Peut-on louer les locaux ?")
    anne = await enter("Anne")
    await anne.open("/bureau")
    assert "Peut-on louer les locaux ? échange · à prendre non pris aujourd'hui" in anne.words
    path = f"/bureau/echanges/{number}"
    await anne.open(path)
    await anne.send(f"{path}/reponse", texte="Oui.")
    await send_due(served)
    await anne.open(path)
    assert "Anne, à la personne" in anne.words
    await anne.send(f"{path}/faire/note", texte="À ajouter aux réponses")
    await anne.send(f"{path}/faire/rendre")
    assert "clos" in anne.words
    assert "personne ne l'a pris" not in anne.words
    assert "L'échange est terminé : une réponse le rouvre." in anne.words
    await anne.send(f"{path}/reponse", texte="Une précision.")
    await send_due(served)
    await anne.open(path)
    assert "Une précision." in anne.words


async def test_what_a_thread_is_ended_with_is_not_said_to_be_the_teams_alone(served: Served, enter: Enter) -> None:
    number = ask_press(served)
    paul, path = await enter("Paul", Role.PRESS), f"/bureau/echanges/{number}"
    await paul.open(path)
    await paul.send(f"{path}/faire/clore", texte="Répondu par téléphone.\nBonne journée.")
    assert "L'échange est terminé, et votre motif part vers la personne." in paul.words
    told = "Échange terminé. Ce motif est aussi parti vers la personne : Répondu par téléphone. Bonne journée."
    assert told in paul.words


async def test_who_cannot_write_is_told_what_to_do_first(enter: Enter, dole: Town, anne: Staff) -> None:
    bruno = await enter("Bruno")
    await anne.send(f"{dole.path}/faire/prendre")
    await bruno.open(dole.path)
    assert "C'est Anne qui répond ici. Pour écrire à la collectivité, reprenez d'abord à sa place" in bruno.words
    await anne.send(f"{dole.path}/faire/clore", **CLOSING)
    assert "C'est clos. Pour écrire à la collectivité, rouvrez d'abord" in anne.words


async def test_the_press_sees_its_requests_alone(served: Served, enter: Enter) -> None:
    dole, number, press = settle(served), ask(served, "Une question d'équipe"), ask_press(served, is_urgent=True)
    paul = await enter("Paul", Role.PRESS)
    await paul.open("/bureau?onglet=en-cours")
    assert "Le Progrès" in paul.words
    assert "URGENT" in paul.words
    assert "Dole" not in paul.page
    assert "Une question d'équipe" not in paul.words
    for path in (dole.path, f"/bureau/echanges/{number}", "/bureau?mots=Dole&onglet=en-cours"):
        await paul.open(path)
        assert "Dole (" not in paul.words
    await paul.open(dole.path)
    assert paul.status == 403
    await paul.open(f"/bureau/echanges/{number}")
    assert paul.status == 404
    path = f"/bureau/echanges/{press}"
    await paul.open(path)
    await paul.send(f"{path}/reponse", texte="Je vous rappelle.")
    await send_due(served)
    await paul.open(path)
    await paul.send(f"{path}/faire/clore", texte="Entretien fait.")
    await paul.open("/bureau?onglet=clos")
    assert "Le Progrès Une interview" in paul.words


async def test_every_look_and_every_operation_is_written_down(
    served: Served, enter: Enter, dole: Town, anne: Staff
) -> None:
    await anne.send(f"{dole.path}/faire/prendre")
    await anne.send(f"{dole.path}/faire/demander", texte="")  # refused: it did nothing
    await anne.open(dole.path)
    await anne.send(f"{dole.path}/reponse", texte="Bonjour")
    await send_due(served)

    def read(transaction: Transaction) -> list[str]:
        return [each.action for each in audit.read(transaction) if each.subject == f"dossier:{dole.reference}"]

    assert served.database.run_now(read) == ["look", "prendre", "look", "look", "look", "look", "repondre"]
    admin = await enter("Claire", Role.ADMIN)
    await admin.open("/bureau/journal")
    assert f"Anne a pris en charge dossier {dole.reference}" in admin.words
    assert f'<a href="{dole.path}">dossier {dole.reference}</a>' in admin.page
    assert "member:" not in admin.words
    await admin.open("/bureau/journal/fichier")
    assert f";Anne;prendre;dossier:{dole.reference}" in admin.page
    assert ";Claire;export;export:journal" in admin.page
    await anne.open("/bureau/journal")
    assert anne.status == 403


async def test_the_list_is_narrowed_and_its_counts_with_it(served: Served, enter: Enter) -> None:
    settle(served), settle(served, "AAA-AAA-AA3", PAU)
    ask(served, "Peut-on louer ?")
    anne = await enter("Anne")
    await anne.open("/bureau")
    assert "À prendre 3" in anne.words
    for query, count in (
        ("mots=Dole", 1),
        ("mots=louer", 1),
        ("genre=dossier", 2),
        ("departement=64", 1),
        ("jours=1", 2),
    ):
        await anne.open(f"/bureau?{query}")
        assert f"À prendre {count}" in anne.words, query
    await anne.open("/bureau?mots=introuvable&page=99&onglet=rien&genre=x&charge=abc&jours=-1")
    assert anne.status == 200
    assert "Rien ne correspond" in anne.words


@pytest.mark.parametrize(
    "path",
    [
        "/bureau/dossiers/ZZZ-ZZZ-ZZ9",
        "/bureau/dossiers/a'b",
        "/bureau/echanges/999",
        "/bureau/echanges/99999999999999999999",
        "/bureau/echanges/x",
        "/bureau/documents/1",
        "/bureau/documents/99999999999999999999",
    ],
)
async def test_what_is_not_there_is_not_found(enter: Enter, path: str) -> None:
    anne: Staff = await enter("Anne")
    await anne.open(path)
    assert anne.status == 404


async def test_a_draft_is_its_towns_alone(served: Served, enter: Enter, dole: Town) -> None:

    def withdraw(transaction: Transaction) -> None:
        from sqlalchemy import update

        from storage.engine.tables import table

        kept = table("dossiers")
        transaction.connection.execute(update(kept).values(status="draft"))

    served.database.run_now(withdraw)
    anne = await enter("Anne")
    await anne.open(dole.path)
    assert anne.status == 404


async def test_what_is_new_is_told_to_an_open_page(served: Served, enter: Enter) -> None:
    import asyncio

    dole = settle(served)
    anne = await enter("Anne")
    await anne.open(dole.path)
    found = re.search(r'data-news="([^"]+)"', anne.page)
    assert found
    async with anne.browser.client.get(f"{served.address}/bureau/flux?vu={found[1]}") as response:
        assert response.status == 200
        dole.write("Du nouveau")
        async with asyncio.timeout(20):
            async for line in response.content:
                if line.startswith(b"data:"):
                    assert b"thread:1" in line
                    break


async def test_another_dossier_of_the_same_town_is_pointed_out(served: Served, enter: Enter, dole: Town) -> None:
    settle(served, "AAA-AAA-AA3")
    anne = await enter("Anne")
    await anne.open(dole.path)
    assert "AAA-AAA-AA3 : même collectivité · transmis" in anne.words


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_thread_in_which_the_next_word_is_ours_is_seen_in_the_list(
    served: Served, dole: Town, anne: Staff
) -> None:
    await anne.send(f"{dole.path}/reponse", texte="Bonjour.")
    await send_due(served)
    await anne.open("/bureau?onglet=les-miens")
    assert "échange · pris en charge Anne" in anne.words
    dole.write("Et pour les locaux ?")
    await anne.open("/bureau?onglet=les-miens")
    assert "échange · pris en charge à répondre Anne" in anne.words
    await anne.open(dole.path)
    await anne.send(f"{dole.path}/faire/clore", **CLOSING)
    assert "C'est clos, et votre motif part vers la collectivité." in anne.words
    assert "Le dossier est clos, mais l' échange nº 1 est ouvert, en charge : Anne. Terminez-le" in anne.words
