"""What the browser of a member of the staff keeps: the key of the session, a link in use, a word said once."""

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response

from bot.desk.office.entry import SESSION_LIFE

#: Where the room is: its cookies are sent nowhere else, but those whose name asks for the whole host.
BASE = "/bureau"
_SECURELY = "__Host-"
#: A key or the secret of a link: 32 bytes by chance.
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
#: Seconds that a link may lie in the browser before its button is pressed, and a word until it is read.
_LINK_SECONDS, _SAID_SECONDS = 600, 60
#: Seconds that one comes back to the same list: a day's work.
_LIST_SECONDS = 43_200
#: Characters of a word that is said.
_SAID = 1_000


class Cookie(StrEnum):
    SESSION = "guichet-bureau"
    LINK = "guichet-bureau-lien"
    SAID = "guichet-bureau-dit"
    #: The same, where nothing was done.
    UNDONE = "guichet-bureau-refus"
    #: The address of the list that was last looked at, so that one comes back to it.
    LIST = "guichet-bureau-liste"


_LIVES = {
    Cookie.SESSION: int(SESSION_LIFE.total_seconds()),
    Cookie.LINK: _LINK_SECONDS,
    Cookie.SAID: _SAID_SECONDS,
    Cookie.UNDONE: _SAID_SECONDS,
    Cookie.LIST: _LIST_SECONDS,
}


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def read_secret(request: Request, cookie: Cookie) -> str | None:
    given = request.cookies.get(_name(request, cookie))
    return given if is_secret(given) else None


def is_secret(given: str | None) -> bool:
    return given is not None and _SECRET.fullmatch(given) is not None


def hand(response: Response, request: Request, cookie: Cookie, value: str) -> None:
    """Let the browser keep it."""
    _set(response, request, cookie, value, _LIVES[cookie])


def take(response: Response, request: Request, cookie: Cookie) -> None:
    _set(response, request, cookie, "", 0)


def say(response: Response, request: Request, told: str, cookie: Cookie = Cookie.SAID) -> None:
    """Let the next page that is opened say it, or know it."""
    hand(response, request, cookie, urlsafe_b64encode(told[:_SAID].encode()).decode().rstrip("="))


def read_said(request: Request, cookie: Cookie = Cookie.SAID) -> str | None:
    """Return what a page before wanted said, or known; None: nothing."""
    given = request.cookies.get(_name(request, cookie)) or ""
    try:
        return urlsafe_b64decode(given + "=" * (-len(given) % 4)).decode() or None
    except ValueError:
        return None


def _set(response: Response, request: Request, cookie: Cookie, value: str, seconds: int) -> None:
    is_secure = request.url.scheme == "https"
    parts = [f"{_name(request, cookie)}={value}", f"Max-Age={seconds}"]
    # A name that begins with « __Host- » asks for the whole host, and for TLS.
    parts += ["Path=/", "HttpOnly", "Secure"] if is_secure else [f"Path={BASE}", "HttpOnly"]
    response.headers.append("set-cookie", "; ".join([*parts, "SameSite=Lax"]))


def _name(request: Request, cookie: Cookie) -> str:
    return f"{_SECURELY}{cookie}" if request.url.scheme == "https" else cookie.value
