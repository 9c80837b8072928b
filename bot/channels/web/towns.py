"""Names of towns for who begins to type one: the beginnings of names first, then what the registers take it for."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.channels.web.room import Room

#: Characters from which on a beginning tells something, and the most that are read.
SHORTEST, LONGEST = 2, 60
OFFERED = 8


async def suggest(room: Room, request: Request) -> Response:
    """Answer with the places whose name begins so, or that it is likely to mean."""
    typed = request.query_params.get("q", "").strip()
    if not SHORTEST <= len(typed) <= LONGEST:
        return JSONResponse({"towns": []})
    library = room.shelf.library
    # In a thread: whoever asks first lets the registers be read, which takes some time.
    found = await asyncio.to_thread(lambda: library.towns.suggest(typed, OFFERED))
    told = [{"name": place.name, "where": f"{place.departement_name} ({place.departement})"} for place in found]
    return JSONResponse({"towns": told}, headers={"Cache-Control": "private, max-age=600"})
