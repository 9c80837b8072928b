"""The pages of figures and exports: for whom they are, what they show, and what is written down."""

import pytest

from bot.desk.office.roles import Role
from storage import audit
from tests.bot.channels.backoffice.conftest import Enter
from tests.bot.channels.backoffice.towns import PAU, settle
from tests.bot.channels.web.served import Served


async def test_each_picture_has_its_table(served: Served, enter: Enter) -> None:
    settle(served)
    settle(served, "CCC-CCC-CC4", PAU)
    anne = await enter("Anne")
    page = await anne.open("/bureau/chiffres")
    assert page.count("<svg") == page.count("<details><summary>Le tableau") == 5
    assert "Jura (39) 1" in anne.words
    assert "À prendre : 2 : voir la liste . En cours, en tout : 2 : voir la liste . En attente" in anne.words
    assert '<a href="/bureau?onglet=a-prendre">2' in anne.page, "each number leads to what it counts"
    assert "Vague 1 : elle ferme dans 22 jours." in anne.words
    assert "2 dossiers transmis, dont 2 auxquels" in anne.words
    assert "style=" not in page


async def test_an_export_is_what_was_narrowed_and_is_written_down(served: Served, enter: Enter) -> None:
    settle(served)
    settle(served, "CCC-CCC-CC4", PAU)
    anne = await enter("Anne")
    await anne.open("/bureau/exports?departement=39")
    assert 'value="39"' in anne.page
    async with anne.browser.client.get(
        f"{served.address}/bureau/exports/fichier?departement=39&format=csv"
    ) as response:
        content = (await response.read()).decode("utf-8-sig")
        assert response.headers["content-disposition"].startswith("attachment")
        assert response.headers["cache-control"] == "no-store"
    assert "K7R-M3W-X9A" in content
    assert "CCC-CCC-CC4" not in content
    logged = served.database.run_now(lambda t: [(each.member, each.action) for each in audit.read(t)])
    assert ("Anne", "export") in logged


async def test_an_export_says_all_that_it_is_narrowed_to(served: Served, enter: Enter) -> None:
    anne = await enter("Anne")
    await anne.open(f"/bureau/exports?etat=taken&charge={anne.member.id}&jours=7")
    assert '<option value="taken" selected>' in anne.page
    assert "brouillon" not in anne.page
    told = "seulement ce que la personne choisie a en charge, et ce qui est sans mouvement depuis 7 jours."
    assert told in anne.words
    await anne.open("/bureau/exports")
    assert "seulement" not in anne.words


@pytest.mark.parametrize(
    ("role", "figures", "exports"),
    [(Role.AGENT, 200, 200), (Role.ADMIN, 200, 200), (Role.EDITOR, 200, 403), (Role.PRESS, 403, 403)],
)
async def test_each_role_opens_what_is_its_own(
    served: Served, enter: Enter, role: Role, figures: int, exports: int
) -> None:
    someone = await enter("Anne", role)
    for path, status in (
        ("/bureau/chiffres", figures),
        ("/bureau/exports", exports),
        ("/bureau/exports/fichier?format=csv", exports),
    ):
        await someone.open(path)
        assert someone.status == status, path
