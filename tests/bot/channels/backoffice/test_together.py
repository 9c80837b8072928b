"""Several rows of the list at once: what can be done is, what cannot is named; each is written down."""

import pytest

from bot.desk.office.roles import Role
from storage import audit
from tests.bot.channels.backoffice.conftest import Enter
from tests.bot.channels.backoffice.towns import PAU, ask, ask_press, settle
from tests.bot.channels.web.served import Served

ALL = "/bureau?onglet=en-cours"


async def test_rows_are_taken_handed_and_taken_over_together(served: Served, enter: Enter) -> None:
    dole, pau, thread = settle(served), settle(served, "AAA-AAA-AA3", PAU), ask(served, "Peut-on louer ?")
    lea, anne, zoe = await enter("Léa", Role.ADMIN), await enter("Anne"), await enter("Zoé", Role.EDITOR)
    rows = [("choix", f"dossier:{each}") for each in (dole.reference, pau.reference)] + [("choix", f"thread:{thread}")]
    await lea.open(ALL)
    assert f'<option value="{anne.member.id}">' in lea.page
    assert f'<option value="{zoe.member.id}">' not in lea.page.partition('id="ensemble"')[2]
    await lea.send_all("/bureau/ensemble", rows[:2], faire="confier", a=str(anne.member.id))
    assert "Confié : 2." in lea.words
    await anne.open("/bureau?onglet=les-miens")
    assert "Les miens 2" in anne.words
    await lea.open(ALL)
    await lea.send_all("/bureau/ensemble", rows, faire="prendre")
    assert "Pris en charge : 1." in lea.words
    assert "Non fait, dossier K7R-M3W-X9A : " in lea.words
    await lea.send_all("/bureau/ensemble", rows[:2], faire="reprendre", texte=" ")
    assert lea.words.count("Non fait") == 2
    await lea.send_all("/bureau/ensemble", rows[:2], faire="reprendre", texte="Anne est en congé")
    assert "Repris : 2." in lea.words
    await lea.send_all("/bureau/ensemble", [], faire="prendre")
    assert "cochez d'abord" in lea.words
    logged = served.database.run_now(lambda t: [each.action for each in audit.read(t) if each.member_id == 1])
    assert [logged.count(verb) for verb in ("confier", "prendre", "reprendre")] == [2, 1, 2]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_nothing_is_done_together_that_could_not_be_done_alone(served: Served, enter: Enter) -> None:
    dole, press = settle(served), ask_press(served)
    paul, anne = await enter("Paul", Role.PRESS), await enter("Anne")
    await paul.open("/bureau")
    rows = [("choix", each) for each in (f"dossier:{dole.reference}", "x", "thread:999", "dossier:' OR 1=1", "thread:")]
    await paul.send_all("/bureau/ensemble", rows, faire="prendre")
    assert "Pris en charge" not in paul.words
    assert "Dole" not in paul.words
    await paul.open("/bureau")
    await paul.send_all("/bureau/ensemble", [("choix", f"thread:{press}")], faire="clore", texte="x")
    assert "cochez d'abord" in paul.words, "what writes to a person is done on its page"
    await anne.open("/bureau")
    await anne.send_all("/bureau/ensemble", rows[:1], faire="confier", a=str(paul.member.id))
    assert "Cette personne ne peut pas l'ouvrir" in anne.words
    form = anne.carried("/bureau/ensemble")
    for _ in range(2):
        await anne.browser.post("/bureau/ensemble", {**form, "choix": rows[0][1], "faire": "prendre"})
    assert "C'était" not in anne.words
    await anne.open(dole.path)
    assert "en charge : Anne" in anne.words
