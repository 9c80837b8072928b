"""What every page of the desk needs, made once, and who asks for one; handed to each handler."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.base.clock import Clock
from bot.base.shelf import Shelf
from bot.base.wording import text
from bot.channels.backoffice import cookies
from bot.channels.backoffice.menu import items_of
from bot.channels.http.forms import Forms, new_form_key, read_form_key
from bot.channels.http.live import Hub
from bot.channels.http.templating import Templates
from bot.channels.http.throttle import Throttle
from bot.desk.checking.checker import Checker, shared
from bot.desk.office.entry import Signed
from bot.desk.office.office import TOPIC, Office
from bot.desk.office.roles import Right, has


@dataclass(frozen=True, slots=True)
class Coming:
    """A request of somebody who has signed in, and may ask for what they ask for."""

    signed: Signed
    #: The key of their session.
    key: str
    #: What they sent; empty where nothing is.
    form: FormData
    request: Request

    def text(self, name: str) -> str:
        """Return a field of the form, "" for none; its lines end as ours do: a browser ends them in its own way."""
        value = self.form.get(name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else ""

    @property
    def form_key(self) -> str | None:
        """What makes the form count once; None: it has none."""
        return read_form_key(self.form.get("cle"))

    def may(self, right: Right) -> bool:
        return has(self.signed.role, right)


@dataclass(frozen=True, slots=True)
class Room:
    office: Office
    shelf: Shelf
    clock: Clock
    hub: Hub
    forms: Forms
    templates: Templates
    throttle: Throttle
    #: One entry is checked at a time.
    checking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    checker: Checker = field(default_factory=shared)
    #: The clock was set to another day, for a demonstration.
    is_demonstration: bool = False

    def page(self, coming: Coming, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a page with its menu and what its forms carry; what the page before wanted said is said once."""
        signature, request = self.forms.sign(coming.key), coming.request
        said = {cookie: cookies.read_said(request, cookie) for cookie in (cookies.Cookie.SAID, cookies.Cookie.UNDONE)}

        def signed() -> Markup:
            hidden = '<input type="hidden" name="jeton" value="{}"><input type="hidden" name="cle" value="{}">'
            return Markup(hidden).format(signature, new_form_key())

        shared = {
            "signed": signed,
            "me": coming.signed.member,
            "role": text("roles", coming.signed.role),
            "menu": items_of(coming.signed.role),
            "path": request.url.path,
            "said": said[cookies.Cookie.SAID],
            "undone": said[cookies.Cookie.UNDONE],
            "is_demonstration": self.is_demonstration,
            "now": self.clock(),
        }
        response = self.templates.page(name, status, **{**shared, **values})
        for cookie, told in said.items():
            if told is not None:
                cookies.take(response, request, cookie)
        return response

    def moved(self) -> None:
        """Let the pages that are open in this process look at what is new."""
        self.hub.tell(TOPIC)


def gone_to(request: Request, path: str, said: str | None = None, *, is_done: bool = True) -> Response:
    """Return the way to another page, which says `said`: that something was done, or was not."""
    response = RedirectResponse(path, 303)
    if said is not None:
        cookies.say(response, request, said, cookies.Cookie.SAID if is_done else cookies.Cookie.UNDONE)
    return response
