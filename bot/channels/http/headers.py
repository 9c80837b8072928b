"""What every response says to the browser: run nothing but our own files, be framed by nobody, tell nobody anything.

The outermost layer, so that errors say it too. A route whose pages may be framed says so of each request by `frame`.
"""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Seconds for which browsers are to come back by https only: a year.
HSTS_SECONDS = 31_536_000

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    # Our own pages are told where one comes from, and forms their origin; nobody else is told anything.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def content_policy(framed_by: Sequence[str] = ()) -> str:
    """Return the Content-Security-Policy of a page; `framed_by`: the origins that may show it in a frame."""
    ancestors = " ".join(framed_by) or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    )


#: Under what a request says who may frame what it is answered, and where one goes on from there.
_FRAMED_BY, _HOME = "framed_by", "home"


def frame(request: Request, framed_by: Sequence[str], home: str) -> None:
    """Let these origins frame what answers the request, be it an error; `home`: where that leads back to."""
    setattr(request.state, _FRAMED_BY, framed_by)
    setattr(request.state, _HOME, home)


def home_of(request: Request) -> str:
    """Return where one goes on after an error."""
    return str(getattr(request.state, _HOME, "/"))


class SecurityHeaders:
    """Puts on each response what it does not say itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _FIXED.items():
                    headers.setdefault(name, value)
                if "Content-Security-Policy" not in headers:
                    framed_by = scope.get("state", {}).get(_FRAMED_BY, ())
                    headers["Content-Security-Policy"] = content_policy(framed_by)
                    if not framed_by:
                        headers["X-Frame-Options"] = "DENY"
                if scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = f"max-age={HSTS_SECONDS}"
            await send(message)

        await self._app(scope, receive, send_with_headers)
