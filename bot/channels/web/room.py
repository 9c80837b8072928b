"""What every page of the room needs, made once: it is handed to each handler, and none reads anything global."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.base.clock import Clock
from bot.base.shelf import Shelf
from bot.channels.contract import Receive
from bot.channels.flood import Flood
from bot.channels.http.forms import Forms
from bot.channels.http.live import Hub
from bot.channels.http.settings import WebSettings
from bot.channels.http.templating import Templates
from bot.channels.http.throttle import Throttle
from bot.channels.http.words import Words
from bot.conversation.talk.messages import File
from bot.services.pages import Pages

#: Returns what a message encloses; None if what it is made of is no more.
OpenEnclosed = Callable[[str], Awaitable[File | None]]

#: What the pages say themselves: `words.yaml`.
say = Words(Path(__file__).with_name("words.yaml")).say


@dataclass(frozen=True, slots=True)
class Room:
    settings: WebSettings
    pages: Pages
    shelf: Shelf
    clock: Clock
    hub: Hub
    forms: Forms
    templates: Templates
    throttle: Throttle
    receive: Receive
    open_enclosed: OpenEnclosed
    #: The clock was set to another day, for a demonstration.
    is_demonstration: bool = False
    flood: Flood = field(default_factory=Flood)
