"""Documents at the desk: given to who may open what they belong to, and nothing in them runs."""

import pytest
from sqlalchemy import func, select

from bot.desk.office.roles import Role
from storage import attachments, audit, dossiers
from storage.attachments import Wanted
from storage.engine.database import Transaction
from storage.engine.tables import table
from tests.bot.channels.backoffice.conftest import Enter
from tests.bot.channels.backoffice.towns import Town, settle
from tests.bot.channels.web.served import Served


def attach(served: Served, town: Town, name: str, media_type: str, content: bytes) -> int:
    """Keep a document of a dossier; return its number."""

    def work(transaction: Transaction) -> int:
        kept = dossiers.find(transaction, town.reference)
        assert kept is not None
        wanted = Wanted(name, town.recipient, "web", name, name, media_type, len(content), "", dossier_id=kept.id)
        attachments.want(transaction, wanted, served.clock[0])
        number = transaction.connection.execute(select(func.max(table("attachments").c.id))).scalar_one()
        sealed = attachments.seal(transaction.keys, content)
        attachments.keep(transaction, number, sealed, len(content), served.clock[0])
        return int(number)

    return served.database.run_now(work)


@pytest.mark.parametrize(
    ("name", "media_type", "is_shown"),
    [
        ("délibération.pdf", "application/pdf", True),
        ("plan.png", "image/png", True),
        ("lettre.txt", "text/plain", True),
        ("budget.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", False),
        ("page.html", "text/html", False),
    ],
    ids=["pdf", "image", "text", "spreadsheet", "html"],
)
async def test_a_document_is_put_down_or_shown_where_nothing_runs(
    served: Served, enter: Enter, name: str, media_type: str, is_shown: bool
) -> None:
    dole = settle(served)
    number = attach(served, dole, name, media_type, b"<script>alert(1)</script>")
    anne = await enter("Anne")
    await anne.open(dole.path)
    assert name in anne.words
    assert (f"/bureau/documents/{number}?voir" in anne.page) == is_shown
    for path, disposition in ((f"/bureau/documents/{number}", "attachment"), (f"/bureau/documents/{number}?voir", "")):
        await anne.open(path)
        headers = anne.browser.headers
        assert anne.status == 200
        expected = disposition or ("inline" if is_shown else "attachment")
        assert headers["content-disposition"].startswith(expected)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "script-src" not in headers["content-security-policy"]
        if media_type != "application/pdf":
            assert headers["content-security-policy"].endswith("sandbox")


async def test_a_document_is_nothing_to_other_roles_and_each_look_is_written_down(served: Served, enter: Enter) -> None:
    dole = settle(served)
    number = attach(served, dole, "plan.png", "image/png", b"png")
    paul, edith, anne = await enter("Paul", Role.PRESS), await enter("Édith", Role.EDITOR), await enter("Anne")
    for who, status in ((paul, 404), (edith, 403), (anne, 200)):
        await who.open(f"/bureau/documents/{number}")
        assert who.status == status

    def read(transaction: Transaction) -> list[tuple[int | None, str | None]]:
        found = audit.read(transaction)
        return [(each.member_id, each.subject) for each in found if each.action == f"document:{number}"]

    assert served.database.run_now(read) == [(anne.member.id, f"dossier:{dole.reference}")]
