"""A dossier is closed with a decision of the call and a reason; the town, colleagues and the history read both."""

import pytest

from bot.conversation.values.dossier import Dossier
from tests.bot.desk.conftest import Team
from tests.dialogues.player import Player


@pytest.fixture
def held(player: Player, team: Team, sent: str) -> str:
    team.writes("201", "Anne", f"/prendre {sent}")
    player.deliver_to("clerk")
    return sent


def test_the_group_offers_the_decisions_then_asks_why(player: Player, team: Team, held: str) -> None:
    (asked,) = team.replies("201", "Anne", f"/clore {held}")
    assert [choice.label for choice in asked.choices] == [each.label for each in player.library.call.decisions]
    (pressed,) = [choice.id for choice in asked.choices if choice.label == "non retenu"]
    assert "pourquoi c'est clos (décision : non retenu)" in team.writes("201", "Anne", pressed)
    assert player.dossiers()[0].status == "taken", "nothing is done before the reason"
    told = team.writes("201", "Anne", "Le projet est sur un autre territoire.")
    assert "non retenu : Le projet est sur un autre territoire." in told
    (kept,) = player.dossiers()
    assert (kept.status, kept.decision) == ("closed", "non-retenu")
    town = player.deliver_to("clerk")
    assert "Décision sur ce dossier préliminaire : non retenu." in town
    assert "Motif : Le projet est sur un autre territoire." in town


@pytest.mark.parametrize(
    ("words", "decision"),
    [
        ("non retenu : Trop tard.", "non-retenu"),
        ("Non-retenu, Trop tard.", "non-retenu"),
        ("RETENU Trop tard.", "retenu"),
        ("transmis à un autre service – Trop tard.", "transmis"),
    ],
)
def test_a_command_may_say_both(player: Player, team: Team, held: str, words: str, decision: str) -> None:
    team.writes("201", "Anne", f"/clore {held} {words}")
    (kept,) = player.dossiers()
    assert (kept.status, kept.decision) == ("closed", decision)
    assert "Motif : Trop tard." in player.deliver_to("clerk")


@pytest.mark.parametrize("words", ["Trop tard.", "retenue par un autre appel", "retenu", "retenu : "])
def test_without_both_nothing_is_closed(player: Player, team: Team, held: str, words: str) -> None:
    told = team.writes("201", "Anne", f"/clore {held} {words}")
    assert "Avec quelle décision" in told or "ajoutez le motif" in told
    assert player.dossiers()[0].status == "taken"


def test_the_town_and_the_staff_read_it_later(player: Player, team: Team, held: str) -> None:
    team.writes("201", "Anne", f"/clore {held} retenu : Complet.")
    assert "clos par Anne (retenu) : Complet." in team.writes("202", "Bob", f"/voir {held}")
    assert "Décision : retenu" in team.writes("202", "Bob", f"/voir {held}")
    player.deliver()
    (said,) = player.says("où en est mon dossier ?")
    assert "Décision de l'équipe sur ce dossier préliminaire : retenu." in said.text
    team.writes("202", "Bob", f"/rouvrir {held}")
    assert player.dossiers()[0].decision is None


def test_a_dossier_closed_before_there_were_decisions_is_read(player: Player, sent: str) -> None:
    kept = player.dossiers()[0].model_dump(mode="json")
    del kept["decision"]
    assert Dossier.model_validate(kept).decision is None
