"""Telling other processes that something changed: a hint, never the news itself, which is read from the tables.

On PostgreSQL through NOTIFY, on a connection of its own; on SQLite, which one process serves, there is nobody to tell.
"""

import asyncio
import contextlib
from collections.abc import Callable

from sqlalchemy import text

from storage.engine.database import Database, Transaction

#: What PostgreSQL calls our notices.
_CHANNEL = "guichet"
_TELL = text("SELECT pg_notify(:channel, :topic)")
#: Seconds until a connection that broke is made anew.
AGAIN_SECONDS = 1.0


def tell(transaction: Transaction, topic: str) -> None:
    """Let the other processes hear of `topic` (ids of ours, at most some hundred bytes) when this is committed."""
    if transaction.dialect == "postgresql":
        transaction.connection.execute(_TELL, {"channel": _CHANNEL, "topic": topic})


async def listen(database: Database, hear: Callable[[str | None], None], stop: asyncio.Event) -> None:
    """Call `hear` with each topic until `stop` is set; with None when some may have been missed."""
    if database.dialect != "postgresql":
        await stop.wait()
        return
    listening = asyncio.create_task(_listen(database, hear))
    await stop.wait()
    listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listening


async def _listen(database: Database, hear: Callable[[str | None], None]) -> None:
    import psycopg  # here: it takes a tenth of a second, which who serves from a file need not wait for

    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                await connection.execute(f"LISTEN {_CHANNEL}")
                hear(None)  # what was told before we listened
                async for notice in connection.notifies():
                    hear(notice.payload)
        except psycopg.Error:
            hear(None)
        await asyncio.sleep(AGAIN_SECONDS)
