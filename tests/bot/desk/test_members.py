"""Who holds something is a person: names change, names are shared, and nobody is locked out of their own."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.conversation.messages import Reply, StaffMessage
from bot.desk.group import Group
from knowledge.library import Library
from storage import dossiers
from storage.encryption import KeyRing
from tests.bot.desk.test_group import DOSSIER
from tests.dialogues.player import CHANNEL, DESK, Player, at
from tests.shipped import shipped


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
    for said in DOSSIER:
        player.says(said)
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


def test_two_of_one_name_do_not_share_a_dossier(player: Player, team: Team, sent: str) -> None:
    assert "Marie a pris en charge" in team.writes("201", "Marie", f"/prendre {sent}")
    told = team.writes("202", "Marie", f"/clore {sent} Fini.", "marie_b")
    assert "Marie (nº 1) l'a en charge" in told
    assert player.dossiers()[0].holder_name == "Marie"
    assert "Marie (nº 1)" in team.writes("202", "Marie", "/ouverts", "marie_b")
    assert "Marie (@marie_d)" in team.writes("201", "Marie", "/ouverts", "marie_d")
    player.says("mon dossier")
    assert "nº 1)" not in player.last[0].text  # towns are shown the name alone


def test_a_new_name_locks_nobody_out_and_is_shown(player: Player, team: Team, sent: str) -> None:
    team.writes("201", "Marie", f"/prendre {sent}")
    assert "vous l'avez déjà" in team.writes("201", "Marie Durand", f"/prendre {sent}")
    assert "(Marie Durand)" in team.writes("202", "Paul", "/ouverts")
    assert "clos" in team.writes("201", "Marie Durand", f"/clore {sent} Complet.")
    history = [dated.event for dated in (player.database.run_now(player.desk.find, sent) or (None, ()))[1]]
    assert [(event.staff, event.staff_id) for event in history if event.staff] == [("Marie", 1), ("Marie Durand", 1)]


def test_an_exchange_is_held_by_one_person_too(player: Player, team: Team) -> None:
    player.says("Le perroquet du maire peut-il signer la convention ?")
    player.says("oui")
    team.writes("201", "Marie", "/prendre 1")
    assert "l'a en charge" in team.writes("202", "Marie", "/repondre 1 Non.")
    assert "envoyé à la personne" in team.writes("201", "Marie D.", "/repondre 1 Non.")
    (_, _, message) = (None, *player.database.run_now(player.desk.list_messages, 1)[-2:])
    assert message.staff == "Marie D."


def test_a_holder_kept_by_name_is_still_read_and_still_theirs(player: Player, team: Team, sent: str) -> None:
    """As it lies in a database of before, were it written there by an older process."""
    player.staff("take", sent, "Marie")
    kept = player.database.run_now(dossiers.find, sent)
    assert kept
    old = kept.content.replace('"holder":{"id":1,"name":"Marie"}', '"holder":"Marie"')
    assert old != kept.content
    with player.database.transaction() as transaction:
        sealed = transaction.keys.encrypt_text(old)
        transaction.connection.execute(text("UPDATE dossiers SET content = :sealed"), {"sealed": sealed})
    assert "vous l'avez déjà" in team.writes("201", "Marie", f"/prendre {sent}")
