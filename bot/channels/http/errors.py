"""What somebody is shown whose request cannot be done: a page in French with what to do next, never a trace."""

import logging
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bot.base.trail import trail
from bot.channels.http.headers import home_of
from bot.channels.http.templating import SHARED, Templates
from storage.engine.errors import DatabaseUnavailable

_log = logging.getLogger(__name__)
_TEMPLATES = Templates(SHARED, "Europe/Paris")

#: Statuses that the page has words of its own for; another is told as 400 or 500.
_WORDED = (400, 403, 404, 405, 413, 429, 500, 503)


def wants_json(request: Request) -> bool:
    """Whether a script of ours asks, not somebody who is to be shown a page."""
    return "application/json" in request.headers.get("accept", "")


def refusal(request: Request, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return the page, or for a script the words alone, of an error."""
    worded = status if status in _WORDED else (500 if status >= 500 else 400)
    if wants_json(request):
        told = _TEMPLATES.render("error_words.txt", status=worded).strip()
        return JSONResponse({"error": told}, status, headers)
    page = _TEMPLATES.page("error.html", status, error=worded, home=home_of(request))
    page.headers.update(headers or {})
    return page


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return refusal(request, error.status_code, error.headers)


async def _unavailable(request: Request, error: Exception) -> Response:
    _log.error("action=not_served %s", error)
    return refusal(request, 503, {"Retry-After": "5"})


async def _gone(request: Request, error: Exception) -> Response:
    """Whoever asked hung up before all of the request was here, as a page does that is closed: nobody is to be told."""
    _log.info("action=request_cut")
    return Response(status_code=400)


async def _failed(request: Request, error: Exception) -> Response:
    _log.error("action=request_failed error=%s", trail(error))
    return refusal(request, 500)


#: What Starlette calls for each kind of error.
HANDLERS: Mapping[Any, Any] = {
    HTTPException: _refused,
    DatabaseUnavailable: _unavailable,
    ClientDisconnect: _gone,
    Exception: _failed,
}
