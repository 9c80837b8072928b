"""How the program is, for whoever watches it: `/healthz`, without a word about anybody."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

#: Seconds that the database is given to answer.
PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Health:
    """How it is with what serves."""

    #: Seconds since the clock's last look at what time brings; None: none was had yet.
    since_tick: float | None
    #: Seconds for which the oldest message that may leave has been due; 0: none waits.
    courier_lag: float


#: Reads it from the database. Errors: whatever the database raises.
Look = Callable[[], Awaitable[Health]]
#: From so many seconds on, something is wrong.
TICK_LATE, COURIER_LATE = 60.0, 300.0


def route_of(look: Look) -> Route:
    """Return the route that tells it: 200 if all is well, 503 if not."""

    async def tell(_: Request) -> JSONResponse:
        try:
            async with asyncio.timeout(PATIENCE):
                health = await look()
        except Exception as error:  # the edge: whatever is wrong, who asks is told so
            return JSONResponse({"status": "unavailable", "database": type(error).__name__}, 503)
        is_well = (health.since_tick or 0.0) < TICK_LATE and health.courier_lag < COURIER_LATE
        told = {
            "status": "ok" if is_well else "late",
            "database": "ok",
            "seconds_since_tick": None if health.since_tick is None else round(health.since_tick, 1),
            "courier_lag_seconds": round(health.courier_lag, 1),
        }
        return JSONResponse(told, 200 if is_well else 503)

    return Route("/healthz", tell)
