"""One dialogue player for the desk's tests, and the members of the staff's group, whom the channel tells apart."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.conversation.talk.messages import Reply, StaffMessage
from bot.desk.group.group import Group
from knowledge.library import Library
from storage.engine.encryption import KeyRing
from tests.dialogues.player import CHANNEL, DESK, Player, at
from tests.dialogues.ways import goes
from tests.shipped import shipped

DOSSIER = (
    "je veux commencer un dossier", "oui", "Dole", "1", "oui", "non", "Claire Martin, DGS", "c.martin@dole.org",
    "passer", "1", "Des soudeurs.", "résumé", "envoyer",
)  # fmt: skip


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped()


@pytest.fixture
def player(library: Library, tmp_path: Path, keys: KeyRing) -> Iterator[Player]:
    player = Player(library, tmp_path, keys, now=at(date(2020, 10, 15)))
    yield player
    player.close()


@pytest.fixture
def sent(player: Player) -> str:
    goes(player, *DOSSIER)
    return player.dossiers()[0].reference


class Team:
    """The members of the staff's group, each an account with a name that may change."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._updates = 0

    def writes(self, account: str, name: str, written: str, username: str | None = None) -> str:
        """Write in the group; return all that the group is told."""
        return "\n".join(reply.text for reply in self.replies(account, name, written, username))

    def replies(self, account: str, name: str, written: str, username: str | None = None) -> list[Reply]:
        player = self._player
        self._updates += 1
        choice = written if written.startswith("s:") else None
        message = StaffMessage(
            CHANNEL,
            f"team {self._updates}",
            DESK.address,
            name,
            account,
            "" if choice else written,
            player.now,
            choice=choice,
            username=username,
        )
        player.deliver()
        player.told.pop(DESK.address, None)
        player.database.run_now(Group(player.desk).handle, message, player.now)
        player.deliver()
        return player.told.pop(DESK.address, [])


@pytest.fixture
def team(player: Player) -> Team:
    return Team(player)
