"""A program to be killed: the real assistant, courier and machine channel around a turn that counts.

python tests/end_to_end/counting_program.py DATABASE_URL, with its key in GUICHET_SECRET_KEY.
"""

import asyncio
import hashlib
import logging
import os
import signal
import sys
from datetime import timedelta

from bot.base.clock import system_clock
from bot.channels.lines import CHANNEL, Lines, serve
from bot.conversation.talk.context import Context
from bot.conversation.talk.messages import AskTeam, Incoming, Reply
from bot.conversation.talk.state import State
from bot.conversation.talk.visit import Turn
from bot.services.assistant import Assistant
from bot.transport.delivery import Courier
from storage.engine.database import open_database
from storage.engine.encryption import KeyRing
from storage.engine.errors import StorageError

#: A text that makes the turn raise.
POISON = "poison"
#: A text that begins so is handed to the team.
FOR_THE_TEAM = "team"
APOLOGY = "pardon"


def digest(before: str, text: str) -> str:
    """Return a trace of all the texts of a conversation, in their order."""
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def count(state: State, incoming: Incoming, _: Context) -> Turn:
    """Answer twice, with the rank of the message in its conversation."""
    if incoming.text.startswith(POISON):
        raise ValueError(incoming.text)
    rank = int(state.town or 0) + 1
    traced = state.model_copy(update={"town": str(rank), "unanswered": digest(state.unanswered or "", incoming.text)})
    asked = (AskTeam(incoming.text, ("a", "b")),) if incoming.text.startswith(FOR_THE_TEAM) else ()
    return Turn(traced, (Reply(f"{rank} {incoming.text}"), Reply(f"{rank} bis")), asked)


async def main(url: str) -> None:
    database = open_database(url, KeyRing([os.environ["GUICHET_SECRET_KEY"]]))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    lines = Lines(system_clock)
    courier = Courier(database, {CHANNEL: lines}, system_clock, lease=timedelta(seconds=1), poll=timedelta(seconds=0.2))
    assistant = Assistant(database, count, system_clock, apology=Reply(APOLOGY), wake=courier.wake)
    await serve(lines, assistant.receive, courier, stop)
    database.close()


def run() -> None:
    logging.basicConfig(level=logging.WARNING)
    try:
        asyncio.run(main(sys.argv[1]))
    except StorageError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    run()
