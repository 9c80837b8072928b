"""Who is at the other end: a key in a cookie, which opens one conversation. There is none before the first message."""

import re
import secrets
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.http.forms import new_form_key
from bot.channels.web.room import Room
from storage.pages import Page

#: The cookie; behind TLS its name makes browsers refuse one that another host or an insecure page set.
COOKIE = "guichet"
#: The same in a frame of another site, where browsers keep cookies apart.
FRAMED = "guichet-cadre"
_SECURELY = "__Host-"
#: Seconds for which the browser keeps it.
LIFE_SECONDS = 180 * 24 * 3600
#: A key or a start: 32 bytes by chance.
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
#: Tells whether the browser keeps cookies in the frame, before a code is used up there that serves once; its seconds.
_TRIAL, _TRIAL_SECONDS = "guichet-cadre-essai", 900
#: Where the chat is in a frame of another site.
FRAME_PATH = "/integre"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody."""

    #: What the browser showed; None: nothing.
    key: str | None
    page: Page | None
    #: What a conversation is to begin with that has not begun.
    start: str
    is_framed: bool

    @property
    def bearer(self) -> str:
        """Whom a form was shown to."""
        return self.key if self.page is not None and self.key is not None else self.start

    @property
    def bearers(self) -> tuple[str, ...]:
        """To whom a form that this request sends may have been shown: also before what the key opened was erased, and
        before there was a key, if it is the very form that began the conversation."""
        known = (self.key,) if self.key is not None else ()
        return (*known, self.start) if self.page is None or self.page.has_start else known

    @property
    def home(self) -> str:
        return FRAME_PATH if self.is_framed else "/"


def carried(room: Room, coming: Visit) -> dict[str, Any]:
    """Return what the forms of a page carry, and how it and its call are called."""
    return {
        "call": room.shelf.library.call.facts,
        "coming": coming,
        "base": coming.home.rstrip("/"),
        "signature": room.forms.sign(coming.bearer),
        "new_key": new_form_key,
    }


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def new_address() -> str:
    """Return how the channel addresses somebody new: it opens nothing."""
    return f"v-{secrets.token_hex(12)}"


async def visit(room: Room, request: Request, *, is_framed: bool = False, start: str | None = None) -> Visit:
    """Return who asks. `start`: what their form was to begin a conversation with. Errors: DatabaseUnavailable."""
    key = read_cookie(request, is_framed=is_framed)
    page = await room.pages.find(key, start) if key else None
    if page is not None and page.is_left and page.seen_number >= page.last_number:
        page = None  # everything is erased, and the farewell was read
    known = start if start is not None and _SECRET.fullmatch(start) else new_secret()
    return Visit(key, page, known, is_framed)


def read_cookie(request: Request, *, is_framed: bool = False) -> str | None:
    key = request.cookies.get(_name(request, is_framed))
    return key if key is not None and _SECRET.fullmatch(key) else None


def hand_cookie(response: Response, request: Request, key: str, *, is_framed: bool) -> None:
    """Let the browser keep the key."""
    response.headers.append("set-cookie", _cookie(request, key, LIFE_SECONDS, is_framed))


def take_cookie(response: Response, request: Request, *, is_framed: bool = False) -> None:
    response.headers.append("set-cookie", _cookie(request, "", 0, is_framed))


def try_cookie(response: Response, request: Request, *, seconds: int = _TRIAL_SECONDS) -> None:
    """Let the browser keep a cookie in the frame, if it does; 0 seconds: no more."""
    response.headers.append("set-cookie", _cookie(request, "1", seconds, is_framed=True, name=_TRIAL))


def keeps_cookies(request: Request) -> bool:
    """Whether the browser keeps cookies in the frame, as far as it was tried."""
    return _TRIAL in request.cookies or read_cookie(request, is_framed=True) is not None


def _cookie(request: Request, value: str, seconds: int, is_framed: bool, name: str | None = None) -> str:
    parts = [f"{name or _name(request, is_framed)}={value}", f"Max-Age={seconds}", "Path=/", "HttpOnly"]
    is_secure = request.url.scheme == "https"
    if is_secure:
        parts.append("Secure")
    # By hand: Python's own cookies know « Partitioned » from 3.14 on.
    parts += ["SameSite=None", "Partitioned"] if is_framed and is_secure else ["SameSite=Lax"]
    return "; ".join(parts)


def _name(request: Request, is_framed: bool) -> str:
    name = FRAMED if is_framed else COOKIE
    return f"{_SECURELY}{name}" if request.url.scheme == "https" else name
