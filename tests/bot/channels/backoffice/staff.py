"""A member of the staff at the desk, in a browser without scripts."""

import re
from dataclasses import dataclass
from html import unescape

import aiohttp

from bot.conversation.values.member import Member
from bot.desk.office import entry
from bot.desk.office.office import DELAY
from bot.desk.office.roles import Role
from bot.services.staff import make_member
from storage.engine.database import Transaction
from tests.bot.channels.web.served import Browser, Served

#: What closes a dossier: the decision and the reason.
CLOSING = {"question": "non-retenu", "texte": "Il manque des locaux."}
_FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@dataclass
class Staff:
    """Somebody who has signed in."""

    browser: Browser
    member: Member
    role: Role

    async def open(self, path: str) -> str:
        return await self.browser.open(path)

    @property
    def page(self) -> str:
        return self.browser.page

    @property
    def words(self) -> str:
        """What the page says, without its marks."""
        return words_of(self.page)

    @property
    def news(self) -> str:
        """How far everything had come when the page was made, as it asks what is new."""
        found = re.search(r'data-news="([^"]*)"', self.page)
        assert found
        return found[1]

    @property
    def status(self) -> int:
        return self.browser.status

    async def send(self, action: str, **fields: str) -> str:
        """Fill the form of the page that goes to `action` in, and send it; what comes of it is followed."""
        return await self.browser.post(action, {**self.carried(action), **fields})

    async def send_all(self, action: str, rows: list[tuple[str, str]], **fields: str) -> str:
        """`send`, with fields that may come several times."""
        form = aiohttp.FormData([*self.carried(action).items(), *rows, *fields.items()])
        return await self.browser.post(action, form)

    def carried(self, action: str, nth: int = 0) -> dict[str, str]:
        """Return what the form of the page that goes to `action` carries."""
        forms = [form for form in _FORM.findall(self.page) if f'action="{action}"' in form[: form.index(">")]]
        assert forms, f"no form to {action} in {self.words}"
        return {name: unescape(value) for name, value in _HIDDEN.findall(forms[nth])}


def words_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


async def send_due(served: Served) -> None:
    """Let the answers leave that were held."""
    served.clock[0] += DELAY
    await served.office.send_due()


def make_link(served: Served, name: str, role: Role) -> tuple[Member, str]:
    """Return a new member of the staff, and the secret by which they sign in."""

    def make(transaction: Transaction) -> tuple[Member, str]:
        now = served.clock[0]
        member = make_member(transaction, name, now)
        entry.grant(transaction, member.id, role, None, now)
        return member, entry.make_link(transaction, member.id, None, now)

    return served.database.run_now(make)


async def hire(served: Served, browser: Browser, name: str, role: Role = Role.AGENT) -> Staff:
    """Let somebody sign in as they would: by the link, then the button."""
    member, token = make_link(served, name, role)
    staff = Staff(browser, member, role)
    await staff.open(f"/bureau/entrer?lien={token}")
    await staff.send("/bureau/entrer")
    assert staff.status == 200, staff.words
    return staff
