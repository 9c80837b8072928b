"""The knowledge loaded anew while the program runs: a faulty new version is refused, and the old one keeps serving."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from bot.clock import Clock
from bot.conversation.messages import Reply
from bot.dossier_keeping import DeskAddress, tell_all_desks
from bot.shelf import Shelf
from bot.trail import trail
from knowledge.faults import KnowledgeError
from knowledge.library import Library
from storage import signals
from storage.database import Database, Transaction

_log = logging.getLogger(__name__)

#: What the processes are asked by; see `storage.signals`.
_SIGNAL = "reload"
#: Faults told; `guichet check` lists them all.
FAULTS_TOLD = 10


def ask_to_reload(transaction: Transaction) -> None:
    """Ask every process to load the knowledge anew."""
    signals.ask(transaction, _SIGNAL)


class Reloading:
    """Loads the knowledge anew, in this process, when it was asked for."""

    def __init__(
        self, database: Database, shelf: Shelf, load: Callable[[], Library], clock: Clock, desks: Sequence[DeskAddress]
    ) -> None:
        self._database = database
        self._shelf = shelf
        self._load = load
        self._clock = clock
        self._desks = desks
        self._seen: int | None = None

    async def look(self) -> None:
        """Load anew if it was asked for since the last look. Errors: DatabaseUnavailable."""
        asked = await self._database.run(signals.count, _SIGNAL)
        if self._seen is None:
            self._seen = asked  # what this process serves was loaded just now
        if asked == self._seen:
            return
        self._seen = asked
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
            told = {"faults": faults[:FAULTS_TOLD], "more": len(faults[FAULTS_TOLD:])}
            await self._tell(asked, "group_not_reloaded", **told)
        else:
            self._shelf.library = loaded
            _log.warning("action=reloaded entries=%d", len(loaded.entries))
            await self._tell(asked, "group_reloaded", entries=len(loaded.entries))

    def _is_fit(self, loaded: Library) -> bool:
        """Whether it can take the old one's place: the dossiers that there are need a form."""
        return loaded.call.form is not None or self._shelf.library.call.form is None

    def _say(self, message: str) -> str:
        return self._shelf.library.say(message, self._clock())

    async def _tell(self, asked: int, message: str, **values: object) -> None:
        """Tell the desks; of several processes the first that is ready does."""
        now = self._clock()
        reply = Reply(self._shelf.library.say(message, now, **values))
        await self._database.run(tell_all_desks, self._desks, reply, f"reload:{asked}", now)
