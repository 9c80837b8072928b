"""What the staff change in their group changes for the town: in place, before it leaves, or as a new message."""

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.conversation.talk.messages import Doubt, Reply, StaffMessage
from bot.desk.group.group import Group
from storage import dossiers, outbox, recipients
from storage.engine.database import Transaction
from storage.engine.encryption import KeyRing
from storage.outbox import Claimed
from tests.dialogues.player import CHANNEL, DESK, Player, at
from tests.dialogues.ways import goes
from tests.shipped import shipped


class Team:
    """The staff's group, and the town that it answers."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.group = Group(player.desk)
        self._updates = itertools.count(1)
        player.says("de quelle couleur est la coupole de la lune")
        player.says("oui")
        (self.card,) = player.shown[DESK.address]

    def writes(
        self,
        text: str,
        message: str = "g1",
        *,
        is_edit: bool = False,
        answers_card: bool = True,
        answers: str | None = None,
        member: str = "501",
        chat: str | None = None,
    ) -> None:
        """Write in the group, in answer to the card, to a message of the group or to nothing, or change that."""
        written = StaffMessage(
            CHANNEL,
            f"g{next(self._updates)}",
            DESK.address,
            "Anne" if member == "501" else "Bob",
            member,
            text,
            self.player.now,
            answers=answers or (self.card if answers_card else None),
            doubt=Doubt.ANSWER if answers else None,
            message=message,
            is_edit=is_edit,
            chat=chat,
        )
        self.player.database.run_now(self.group.handle, written, self.player.now)

    def was_told(self) -> list[str]:
        self.player.deliver()
        return [reply.text for reply in self.player.told.pop(DESK.address, [])]

    @property
    def town(self) -> list[Reply]:
        """What the town was sent, in order."""
        return self.player.told["clerk"]


@pytest.fixture
def asking(tmp_path: Path, keys: KeyRing) -> Iterator[Team]:
    """The team, asked a question that nobody has taken."""
    player = Player(shipped(), tmp_path, keys, now=at(date(2020, 10, 15)))
    yield Team(player)
    player.close()


@pytest.fixture
def team(asking: Team) -> Team:
    """The team, which has taken the thread."""
    asking.writes("/prendre", "g0")
    asking.was_told()
    return asking


def test_what_the_town_has_is_changed_where_it_lies(team: Team) -> None:
    team.writes("La clôture est le 6 décembre.")
    team.was_told()
    (message,) = [key for key, reply in team.player.shown["clerk"].items() if "6 décembre" in reply.text]
    team.writes("La clôture est le 6 novembre.", is_edit=True)
    assert team.was_told() == ["Votre correction part à la personne."]
    assert team.town[-1].edits == message
    assert "Message corrigé" in team.town[-1].text
    assert "6 novembre" in team.town[-1].text
    assert team.town[-1].choices, "its buttons stay"
    team.writes("La clôture est le vendredi 6 novembre.", is_edit=True)
    team.was_told()
    assert (team.town[-1].edits, "vendredi" in team.town[-1].text) == (message, True)


def test_a_group_that_became_another_chat_numbers_anew(team: Team) -> None:
    """The change of a message there is not that of the message which bore the same number before."""
    team.writes("Bonjour Dole.")
    team.was_told()
    before = [reply.text for reply in team.town]
    team.writes("Entre nous : Dole exagère.", is_edit=True, answers_card=False, chat="-1009")
    team.was_told()
    assert [reply.text for reply in team.town] == before


def test_what_has_not_left_leaves_corrected(team: Team) -> None:
    team.writes("La clôture est le 6 décembre.")
    team.writes("La clôture est le 6 novembre.", is_edit=True)
    team.was_told()
    assert "6 novembre" in team.town[-1].text
    assert not any("6 décembre" in reply.text or "corrigé" in reply.text for reply in team.town)


def test_what_a_courier_has_in_hand_is_followed_by_its_correction(team: Team) -> None:
    team.was_told()
    team.writes("La clôture est le 6 décembre.")
    in_hand = claim(team.player)
    team.writes("La clôture est le 6 novembre.", is_edit=True)
    team.player.database.run_now(outbox.put_off, in_hand, team.player.now, "pace")
    team.was_told()
    assert ["6 décembre" in reply.text for reply in team.town[-2:]] == [True, False]
    assert "Message corrigé" in team.town[-1].text


def test_a_change_that_nobody_sees_is_none(team: Team) -> None:
    team.writes("Bonjour.")
    team.was_told()
    before = len(team.town)
    team.writes("Bonjour.", is_edit=True)
    assert team.was_told() == []
    assert len(team.town) == before


@pytest.mark.parametrize("changed", ["// à vérifier", "\u200e／／ à vérifier", "/note à vérifier"])
def test_what_was_sent_and_becomes_a_note_is_taken_back(team: Team, changed: str) -> None:
    team.writes("Bonjour.")
    team.was_told()
    (message,) = [key for key, reply in team.player.shown["clerk"].items() if "Bonjour." in reply.text]
    team.writes(changed, is_edit=True)
    (told,) = team.was_told()
    assert "je l'y retire" in told
    assert "note gardée" in told
    assert (team.town[-1].edits, team.town[-1].retracts) == (message, True)
    assert "vérifier" not in "".join(reply.text for reply in team.town)
    before = len(team.town)
    team.writes("Bonsoir.", is_edit=True)
    assert "n'était pas parti" in team.was_told()[0]
    assert len(team.town) == before


def test_what_has_not_left_and_is_taken_back_never_leaves(team: Team) -> None:
    before = len(team.town)
    team.writes("Bonjour.")
    team.writes("/retirer", "g2", answers="g1")
    assert "C'est retiré" in team.was_told()[-1]
    assert len(team.town) == before


def test_what_a_courier_has_in_hand_is_taken_back_behind_it(team: Team) -> None:
    team.writes("La clôture est le 6 décembre.")
    in_hand = claim(team.player)
    team.writes("/retirer", "g2", answers="g1")
    team.was_told()
    assert not team.town[-1].retracts, "not while it may still be on its way"
    team.player.database.run_now(outbox.mark_sent, in_hand, "777", team.player.now)
    team.player.now += timedelta(minutes=1)
    team.was_told()
    assert (team.town[-1].edits, team.town[-1].retracts) == ("777", True)


def test_only_its_author_takes_a_message_back_and_history_keeps_it(team: Team) -> None:
    team.writes("Bonjour.")
    team.was_told()
    before = len(team.town)
    team.writes("/retirer", "g2", answers="g1", member="502")
    assert "seule la personne" in team.was_told()[0]
    assert len(team.town) == before
    team.writes("/retirer", "g3", answers="g1")
    team.was_told()
    assert team.town[-1].retracts
    team.writes("/retirer", "g4", answers="g1")
    assert "Rien n'est retiré" in team.was_told()[0]
    team.writes("/voir", "g5")
    assert "(retiré) : Bonjour." in team.was_told()[0]


@pytest.mark.parametrize(("command", "answers_card"), [("/repondre", True), ("/repondre@guichet_bot 1", False)])
def test_the_command_before_the_words_is_not_for_the_town(team: Team, command: str, answers_card: bool) -> None:
    team.writes(f"{command} Bonjour.", answers_card=answers_card)
    team.was_told()
    before = len(team.town)
    team.writes(f"{command}  Bonjour.", is_edit=True, answers_card=answers_card)
    assert (team.was_told(), len(team.town)) == ([], before), "the words are the same"
    team.writes(f"{command} Bonsoir.", is_edit=True, answers_card=answers_card)
    assert team.was_told() == ["Votre correction part à la personne."]
    assert "Bonsoir." in team.town[-1].text
    assert "/repondre" not in team.town[-1].text
    assert "1 Bonsoir" not in team.town[-1].text


@pytest.mark.parametrize("changed", ["/clore Complet.", "/repondre", "/repondre 2 Bonjour.", "/x"])
def test_what_was_sent_becomes_no_other_command(team: Team, changed: str) -> None:
    team.writes("/repondre 1 Bonsoir.", answers_card=False)
    team.was_told()
    before = len(team.town)
    team.writes(changed, is_edit=True, answers_card=False)
    (told,) = team.was_told()
    assert "garde le message tel qu'il est parti" in told
    assert len(team.town) == before


def test_a_note_never_becomes_a_message(team: Team) -> None:
    team.was_told()
    before = len(team.town)
    team.writes("// dossier fragile", "g7")
    team.was_told()
    team.writes("dossier fragile", "g7", is_edit=True)
    (told,) = team.was_told()
    assert "n'était pas parti" in told
    assert len(team.town) == before


def test_who_never_got_the_message_does_not_get_its_correction(team: Team) -> None:
    team.was_told()
    team.writes("La clôture est le 6 décembre.")
    in_hand = claim(team.player)
    team.player.database.run_now(outbox.refuse, in_hand, "blocked", team.player.now, blocked=False)
    team.writes("La clôture est le 6 novembre.", is_edit=True)
    told = team.was_told()
    assert any("ne lui parvient pas" in each for each in told), told
    assert not any("6 novembre" in reply.text for reply in team.town)


DOSSIER = (
    "je veux commencer un dossier", "oui", "Dole", "1", "oui", "non", "Claire Martin, DGS", "c.martin@dole.org",
    "passer", "1", "Des soudeurs.", "résumé", "envoyer",
)  # fmt: skip


@pytest.fixture
def dossier_team(asking: Team) -> Team:
    """The team, answering the card of a dossier."""
    team = asking
    goes(team.player, *DOSSIER)
    team.player.deliver()
    about = f"dossier:{team.player.dossiers()[0].reference}"
    team.card = next(key for key, reply in team.player.shown[DESK.address].items() if reply.about == about)
    team.writes("/prendre", "g00")
    team.was_told()
    return team


def test_a_dossiers_message_is_corrected_once_for_each_edit(dossier_team: Team) -> None:
    team = dossier_team
    team.writes("Version 0.")
    team.was_told()
    (message,) = [key for key, reply in team.player.shown["clerk"].items() if "Version 0" in reply.text]
    for number in range(1, 5):
        before = len(team.town)
        team.writes(f"Version {number}.", is_edit=True)
        assert team.was_told() == ["Votre correction part à la collectivité."]
        assert [reply.edits for reply in team.town[before:]] == [message]
        assert f"Version {number}." in team.town[-1].text


def test_who_lost_the_dossier_is_not_sent_its_corrections(dossier_team: Team) -> None:
    team = dossier_team
    team.writes("Version 0.")
    team.was_told()
    before = len(team.town)
    team.player.database.run_now(give_to_another, team.player)
    team.writes("Version 1, confidentielle.", is_edit=True)
    (told,) = team.was_told()
    assert "ne suit plus le dossier" in told
    assert len(team.town) == before


def give_to_another(transaction: Transaction, player: Player) -> None:
    (kept,) = dossiers.list_all(transaction)
    newcomer = recipients.register(transaction, CHANNEL, "newcomer", player.now)
    dossiers.replace_owner(transaction, kept.id, newcomer, player.now)


def claim(player: Player) -> Claimed:
    """Take the message to the town in hand, as a courier does; what left before it, and beside it, is sent."""
    while True:
        claimed = player.database.run_now(outbox.claim, [CHANNEL], player.now, timedelta(seconds=30), 10)
        wanted = next((row for row in claimed if "décembre" in (row.content or "")), None)
        for row in claimed:
            if row is not wanted:
                player.database.run_now(outbox.mark_sent, row, None, player.now)
        if wanted is not None:
            return wanted
