"""The knowledge loaded anew while the program runs: a faulty new version is refused, and the old one keeps serving."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.base import memory
from bot.base.clock import Clock
from bot.base.shelf import Shelf
from bot.base.trail import trail
from bot.conversation.talk.messages import Reply
from bot.services.reload_signal import SIGNAL, count_asked
from bot.services.source import DeskAddress
from bot.services.telling import tell_all_desks
from knowledge.call.faults import KnowledgeError
from knowledge.library import Library
from knowledge.templates.plain import Plain
from storage import said_once
from storage.engine.database import Database, Transaction

_log = logging.getLogger(__name__)

#: Faults told; `guichet check` lists them all.
FAULTS_TOLD = 10


@dataclass(frozen=True, slots=True)
class _News:
    """What the desks are to be told, once for the period."""

    period: str
    message: str
    values: Mapping[str, Plain]


class Reloading:
    """Loads the knowledge anew, in this process, when it was asked for."""

    def __init__(
        self,
        database: Database,
        shelf: Shelf,
        load: Callable[[], Library],
        clock: Clock,
        desks: Sequence[DeskAddress],
        seen: int,
    ) -> None:
        """`seen`: what `count_asked` returned before the knowledge on the shelf was read."""
        self._database = database
        self._shelf = shelf
        self._load = load
        self._clock = clock
        self._desks = desks
        self._seen = seen
        #: What the database did not take yet.
        self._untold: _News | None = None

    async def look(self) -> None:
        """Load anew if it was asked for since the last look. Errors: DatabaseUnavailable."""
        asked = await self._database.run(count_asked)
        if asked != self._seen:
            self._seen = asked
            self._untold = await self._load_anew(asked)
        if self._untold is not None:
            await self._database.run(self._tell, self._untold)
            self._untold = None

    async def _load_anew(self, asked: int) -> _News:
        """Put what is loaded on the shelf if it is sound, and return what the desks are to be told."""
        try:
            loaded = await asyncio.to_thread(self._load)
            faults = [] if self._is_fit(loaded) else [self._say("group_form_gone")]
        except (KnowledgeError, OSError) as error:
            faults = list(map(str, error.faults)) if isinstance(error, KnowledgeError) else [str(error)]
        except Exception as error:  # the edge: whatever a new version does to who reads it, the old one keeps serving
            _log.error("action=reload_failed error=%s", trail(error))
            faults = [self._say("group_reload_failed")]
        if faults:
            _log.error("action=not_reloaded faults=%d", len(faults))
            told: dict[str, Plain] = {"faults": faults[:FAULTS_TOLD], "more": len(faults[FAULTS_TOLD:])}
            return _News(f"{asked}:refused", "group_not_reloaded", told)
        self._shelf.library = loaded
        await asyncio.to_thread(memory.settle)
        _log.warning("action=reloaded entries=%d", len(loaded.entries))
        return _News(f"{asked}:done", "group_reloaded", {"entries": len(loaded.entries)})

    def _is_fit(self, loaded: Library) -> bool:
        """Whether it can take the old one's place: the dossiers that there are need a form."""
        return loaded.call.form is not None or self._shelf.library.call.form is None

    def _say(self, message: str) -> str:
        return self._shelf.library.say(message, self._clock())

    def _tell(self, transaction: Transaction, news: _News) -> None:
        """Tell the desks; of several processes that fared alike the first that is ready does."""
        now = self._clock()
        if said_once.claim(transaction, SIGNAL, news.period, now):
            reply = Reply(self._shelf.library.say(news.message, now, **news.values))
            tell_all_desks(transaction, self._desks, reply, f"{SIGNAL}:{news.period}", now)
