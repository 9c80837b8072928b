"""The contract of a channel that `serve` serves: what it offers, what it is given, and what « sent » means on it.

A channel carries messages between people and the assistant, and decides nothing. `bot/app.py` makes those that are set,
`bot/serving.py` runs them side by side, and each of them:

- **receives**: turns what it is told into an `Incoming` (of the staff: a `StaffMessage`) and hands it to its `Ends`.
  Only when these return may it acknowledge: all that follows from the message is then on the disk. On
  `DatabaseUnavailable` it must not, and the message has to come again, under the same `update`;
- **sends**: the courier gives its `sender` one `Letter` after the other, in order for each recipient, and writes down
  what became of it. The same `Letter.key` twice is the same message;
- **fetches**: where people can send documents, `fetcher` returns the bytes of one by what `Attachment.reference` says;
- may **serve** over HTTP: `routes` are served by the one web server, once the channel is open.

Two ways of sending:

- **push** (Telegram, a terminal): « sent » means that the other side took it. What it does not take is tried again by
  the courier, for days if need be, then given up and told.
- **pull** (a web page): nobody can be sent anything; a page reads its lines when it is open. « Sent » means laid down,
  under a number of its conversation that only grows: this works at once, or the database is away, so nothing is tried
  for days because a page is closed. The answers to a message are laid down in the transaction of its turn
  (`bot/services/pages.py`), all else by the courier, the answers too where something still waits before them. A line
  stays for as long as the conversation is kept, and goes with it; one that is fleeting goes an hour later. What was
  seen is known apart from what was sent. What a message encloses is made when somebody opens it, not before. A page
  shows both sides: what people write is laid down in the turn as well.

Telegram and the page are such channels; the terminal and the JSON lines are run alone, each by a command of its own.
To add one: its name in `names.py`; its variables, a field and `serves_something` in `bot/settings.py`;
`Application._channels` in `bot/app.py`, which makes it; README's table.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from starlette.routing import BaseRoute

from bot.conversation.talk.messages import Incoming, StaffMessage
from bot.documents.fetching import Fetcher
from bot.services.assistant import Received
from bot.transport.delivery import Sender

#: What is served over HTTP by something that is no channel, and what makes it ready.
Routes = Sequence[BaseRoute]
OpenRoom = Callable[[], Awaitable[Routes]]
Receive = Callable[[Incoming], Awaitable[Received]]
ReceiveStaff = Callable[[StaffMessage], Awaitable[object]]


class Way(Enum):
    """How what is said reaches people; see above."""

    PUSH = auto()
    PULL = auto()


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a channel can do. The assistant says the same on all; this is for who delivers and who shows."""

    way: Way
    #: Choices are shown as something to press: else people type their number or their words.
    has_buttons: bool
    #: A message can take the place of an earlier one: else it is sent as a new one.
    can_edit: bool
    #: Documents can be sent with a message: else only their name.
    sends_files: bool


@dataclass(frozen=True, slots=True)
class Ends:
    """Where what a channel received goes."""

    receive: Receive
    receive_staff: ReceiveStaff


class Channel(Protocol):
    """One channel of a server."""

    @property
    def name(self) -> str:
        """What recipients of the channel are kept under, for ever."""

    @property
    def abilities(self) -> Abilities: ...

    @property
    def sender(self) -> Sender: ...

    @property
    def fetcher(self) -> Fetcher | None:
        """None: nobody can send documents here."""

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """What the web server is to serve for this channel, once it is open."""

    def open(self, ends: Ends, stop: asyncio.Event) -> AbstractAsyncContextManager[None]:
        """Be reachable while the block runs. Where `stop` is set before that could be, the block runs all the same."""

    async def run(self, stop: asyncio.Event) -> None:
        """Receive until `stop` is set. What is served by routes only waits for it."""
