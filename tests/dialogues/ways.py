"""What people write before a test begins: played once in each process, then put back."""

import atexit
import shutil
import tempfile
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from storage.engine.backup import backup
from tests.databases import is_ours
from tests.dialogues.player import Player
from tests.rewinding import rewind
from tests.shipped import shipped

#: What a player remembers beside its database.
_MEMORY = ("told", "shown", "written", "values", "given", "last", "updates", "messages")


@dataclass(frozen=True)
class _Led:
    """Where a way led to."""

    path: Path
    memory: dict[str, Any]
    chance: tuple[Any, ...]

    def put_back(self, player: Player) -> None:
        rewind(player.database, self.path)
        vars(player).update(deepcopy(self.memory))
        player.chance.setstate(self.chance)


_LED_TO: dict[tuple[object, ...], _Led] = {}


def goes(player: Player, *texts: str) -> None:
    """Have the present person write each text. What comes of the first ones in a new database is put back there."""
    before = (player.now, player.press_desks, player.person)
    is_kept = player.updates == 0 and player.library is shipped() and is_ours(player.keys)
    known = next((n for n in range(len(texts), 0, -1) if is_kept and (*before, texts[:n]) in _LED_TO), 0)
    if known:
        _LED_TO[*before, texts[:known]].put_back(player)
    for text in texts[known:]:
        player.says(text)
    if is_kept and known < len(texts):
        path = _folder() / f"{len(_LED_TO)}.sqlite3"
        backup(player.database, path)
        memory = deepcopy({name: getattr(player, name) for name in _MEMORY})
        _LED_TO[*before, texts] = _Led(path, memory, player.chance.getstate())


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="guichet-ways-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
