"""The log as who administers looks it through: narrowed by its address, a page at a time, or taken away as it is."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.base.wording import texts
from bot.desk.office.journal import ACTS
from bot.desk.office.roles import Role
from bot.search.listing import PAGE_ROWS
from storage import audit
from storage.engine.database import Transaction
from tests.bot.channels.backoffice.conftest import Enter
from tests.bot.channels.backoffice.staff import Staff
from tests.bot.channels.backoffice.towns import settle
from tests.bot.channels.web.served import Served

MIDNIGHT = datetime(2020, 10, 14, 22, tzinfo=UTC)  # of Paris: the 15th begins
_ROW = re.compile(r"<tr><td>.*?</tr>")


def _record(served: Served, *entries: tuple[datetime, int | None, str, str | None]) -> None:
    def work(transaction: Transaction) -> None:
        for at, member, action, subject in entries:
            audit.record(transaction, member, action, subject, at)

    served.database.run_now(work)


async def _rows(staff: Staff, query: str) -> list[str]:
    """Return what the rows say of the log that is narrowed so, the signing in of the test aside."""
    await staff.open(f"/bureau/journal?{query}")
    assert staff.status == 200, staff.words
    rows = [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in _ROW.findall(staff.page)]
    signing_in = ("a ouvert une session", "a fait un lien", "en ligne de commande a donné le rôle")
    return [each for each in rows if not any(told in each for told in signing_in)]


async def test_the_log_is_narrowed_by_person_act_subject_and_day(served: Served, enter: Enter) -> None:
    anne, bruno, claire = await enter("Anne"), await enter("Bruno"), await enter("Claire", Role.ADMIN)
    before, after = MIDNIGHT - timedelta(minutes=1), MIDNIGHT + timedelta(minutes=1)
    _record(
        served,
        (before, anne.member.id, "prendre", "dossier:K7R-M3W-X9A"),
        (before, bruno.member.id, "look", "dossier:K7R-M3W-X9A"),
        (after, anne.member.id, "voir", "thread:12"),
        (after, claire.member.id, "role:press", f"member:{bruno.member.id}"),
        (after, None, "guichet dossiers take", "dossier:K7R-M3W-X9A"),
    )

    async def count(query: str) -> int:
        return len(await _rows(claire, query))

    assert await count("") == 5
    assert await count(f"qui={anne.member.id}") == 2
    assert await count("qui=machine") == 1, "the command line, whom the list names too"
    assert await count("quoi=consulter") == 2
    assert await count("quoi=acces&du=2020-10-15") == 1, "a role is told with what it is"
    assert await count("quoi=commande") == 1
    for typed in ("K7R-M3W-X9A", "k7rm3wx9a", "dossier+k7r+m3w+x9a"):
        assert await count(f"objet={typed}") == 3, typed
    for typed in ("12", "%C3%A9change+12", "n%C2%BA+12", "n%C2%BA12"):
        assert await count(f"objet={typed}") == 1, typed
    assert await count("du=2020-10-15&au=2020-10-15&objet=K7R-M3W-X9A") == 1, "a day of the call, not of Greenwich"
    assert await count("au=2020-10-14") == 2
    (row,) = await _rows(claire, f"qui={anne.member.id}&quoi=charge&objet=K7R-M3W-X9A&au=2020-10-14")
    assert row == "14 octobre 2020 à 23:59 Anne a pris en charge dossier K7R-M3W-X9A"
    assert f'<option value="{anne.member.id}" selected>Anne</option>' in claire.page
    assert 'value="2020-10-14"' in claire.page


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "query",
    [
        "qui=x",
        "qui=999",
        "qui=%C2%B2",
        "quoi=x",
        "objet=Dole",
        "objet=++%25",
        "du=hier",
        "au=9999-12-31&du=0001-01-01",
        "au=x",
    ],
)
async def test_what_an_address_cannot_mean_finds_nothing_and_says_what_to_do(
    served: Served, enter: Enter, query: str
) -> None:
    claire = await enter("Claire", Role.ADMIN)
    for path in ("/bureau/journal", "/bureau/journal/fichier"):
        await claire.open(f"{path}?{query}")
        assert claire.status == 200
    await claire.open(f"/bureau/journal?{query}")
    assert "Rien ne correspond" in claire.words
    assert 'href="/bureau/journal">' in claire.page


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_the_log_is_paged_and_a_page_keeps_what_it_is_narrowed_to(served: Served, enter: Enter) -> None:
    anne, claire = await enter("Anne"), await enter("Claire", Role.ADMIN)
    _record(
        served,
        *(
            (MIDNIGHT + timedelta(minutes=rank), anne.member.id, "look", f"thread:{rank}")
            for rank in range(PAGE_ROWS + 2)
        ),
    )
    first = await _rows(claire, f"qui={anne.member.id}&quoi=consulter")
    assert len(first) == PAGE_ROWS
    assert f"échange nº {PAGE_ROWS + 1}" in first[0], "the latest first"
    assert "Page 1 sur 2" in claire.words
    more = re.search(r'rel="next" href="/bureau/journal\?([^"]+)"', claire.page)
    assert more
    second = await _rows(claire, more[1].replace("&amp;", "&"))
    assert [row.partition("échange nº ")[2] for row in second] == ["1", "0"]
    assert await _rows(claire, f"qui={anne.member.id}&quoi=consulter&page=99999") == second, "the nearest page there is"
    assert len(await _rows(claire, "quoi=consulter&page=x")) == PAGE_ROWS


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_the_file_holds_what_the_page_is_narrowed_to(served: Served, enter: Enter) -> None:
    anne, claire = await enter("Anne"), await enter("Claire", Role.ADMIN)
    _record(served, (MIDNIGHT, anne.member.id, "prendre", "thread:7"), (MIDNIGHT, claire.member.id, "look", "thread:8"))
    await claire.open(f"/bureau/journal?qui={anne.member.id}&quoi=charge")
    link = re.search(r'href="(/bureau/journal/fichier[^"]*)"', claire.page)
    assert link
    await claire.open(link[1].replace("&amp;", "&"))
    assert ";Anne;prendre;thread:7" in claire.page
    assert "thread:8" not in claire.page


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_the_log_of_a_dossier_is_one_click_from_its_page_for_who_may_read_it(
    served: Served, enter: Enter
) -> None:
    dole = settle(served)
    thread = dole.write("Bonjour")
    anne, claire = await enter("Anne"), await enter("Claire", Role.ADMIN)
    for path, typed in ((dole.path, dole.reference), (f"/bureau/echanges/{thread}", str(thread))):
        await anne.open(path)
        assert "/bureau/journal" not in anne.page
        await claire.open(path)
        assert f'href="/bureau/journal?objet={typed}"' in claire.page
        rows = await _rows(claire, f"objet={typed}")
        assert len(rows) == 2, "both have just looked at it"


def test_each_action_that_is_worded_is_of_one_kind() -> None:
    filed = [action for actions in ACTS.values() for action in sorted(actions)]
    assert sorted(filed) == sorted([*texts("desk_log"), "guichet"])
    assert set(texts("desk_acts")) == set(ACTS)
