"""The webhook: Telegram's secret is checked, and 200 is answered only once the update is kept."""

import hashlib
import hmac
import json
import logging

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram.receiving.updates import NotKept, Updates
from storage.engine.errors import DatabaseUnavailable

_log = logging.getLogger(__name__)

#: Where the webhook is, behind the public address.
PATH = "/telegram"
#: How Telegram shows that it is Telegram.
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
#: Requests that Telegram makes side by side.
CONNECTIONS = 40
#: Bytes of an update; Telegram's are far smaller.
LARGEST_UPDATE = 1_000_000
#: Seconds that Telegram is asked to wait while the database is away.
OUTAGE_SECONDS = 2


def secret_of(token: str) -> str:
    """Return the webhook's secret: the same in every process of the bot, and of no use for finding the token."""
    return hmac.new(token.encode(), b"webhook secret", hashlib.sha256).hexdigest()


async def _body(request: Request) -> bytes | None:
    """Return what was posted; None as soon as it is larger than an update. Errors: ClientDisconnect."""
    if int(request.headers.get("content-length", 0)) > LARGEST_UPDATE:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_UPDATE:
            return None
    return bytes(body)


def route_of(updates: Updates, secret: str) -> Route:
    """Return the route that Telegram calls."""

    async def take(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=403)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:  # the rest of it is not waited for
            return Response(status_code=413, headers={"Connection": "close"})
        try:
            delivered = json.loads(body)
        except (ValueError, RecursionError):
            delivered = None
        if not isinstance(delivered, dict):
            return Response(status_code=400)
        try:
            await updates.take(delivered)
        except (DatabaseUnavailable, NotKept) as error:
            _log.error("action=not_kept %s", error)
            return Response(status_code=503, headers={"Retry-After": str(OUTAGE_SECONDS)})
        return Response(status_code=200)

    return Route(PATH, take, methods=["POST"])
