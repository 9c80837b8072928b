"""The staff's templates of replies: filled with what is known of a town, shown before they leave, blocked by a gap."""

import pytest

from bot.desk.replies import list_replies
from storage.engine.database import Transaction
from tests.bot.desk.conftest import Team
from tests.dialogues.player import Player


def test_a_template_is_shown_filled_and_leaves_when_it_is_said(player: Player, team: Team, sent: str) -> None:
    (asked,) = team.replies("201", "Anne", f"/modele {sent}")
    chosen = {choice.label: choice.id for choice in asked.choices}
    assert list(chosen) == [each.label for each in player.library.call.replies]
    (shown,) = team.replies("201", "Anne", chosen["Dossier bien reçu"])
    assert f"Bonjour Claire Martin,\n\nNous avons bien reçu votre dossier préliminaire nº {sent}" in shown.text
    assert "Dole (Jura)" in shown.text
    assert "Nous avons bien reçu" not in player.deliver_to("clerk"), "nothing leaves by being shown"
    team.replies("201", "Anne", shown.choices[0].id)
    assert "Nous avons bien reçu" in player.deliver_to("clerk")
    assert player.dossiers()[0].holder_name == "Anne"


def test_a_place_that_nothing_is_known_for_keeps_it_here_and_is_named(player: Player, team: Team, sent: str) -> None:
    player.says("quelle est la couleur du formulaire ?")
    player.says("oui")
    (shown,) = team.replies("201", "Anne", f"s:modele:dossier:{sent}:manque")
    told = team.writes("201", "Anne", f"/modele {sent} manque")
    assert "il manque les réponses qui manquent (il n'en manque pas)" in told or "Téléphone" in told
    blocked = next(
        each
        for each in player.database.run_now(
            lambda t: list_replies(player.desk, t, "thread:1", player.member(t, "Anne"), player.now)
        )
        if each.id == "vague"
    )
    assert blocked.missing == ("le numéro du dossier", "la vague visée", "la clôture de la vague visée")
    assert "…" in blocked.text
    assert not blocked.can_leave
    assert shown.choices == () or "Envoyer" in shown.choices[0].label


@pytest.mark.parametrize("verb", ["modele", "partir"])
def test_what_lacks_something_does_not_leave_by_an_old_button(player: Player, team: Team, sent: str, verb: str) -> None:
    player.deliver_to("clerk")
    missing = [each for each in ("manque",) if each]
    ready = player.database.run_now(
        lambda t: list_replies(player.desk, t, f"dossier:{sent}", player.member(t, "Anne"), player.now)
    )
    gaps = {each.id: each.missing for each in ready}
    assert missing == [each for each, places in gaps.items() if places]
    (told,) = team.replies("201", "Anne", f"s:{verb}:dossier:{sent}:manque")
    assert "ne peut pas partir" in told.text
    assert told.choices == ()
    assert player.deliver_to("clerk") == ""


def test_who_sees_no_dossier_is_told_nothing_of_it(player: Player, sent: str) -> None:
    def read(transaction: Transaction) -> str:
        anne = player.member(transaction, "Anne")
        about = f"dossier:{sent}"
        return str(list_replies(player.desk, transaction, about, anne, player.now, sees_dossiers=False))

    told = player.database.run_now(read)
    assert sent not in told
    assert "Dole" not in told


def test_a_dossier_that_is_not_there_has_none(team: Team, player: Player) -> None:
    assert "Aucun dossier" in team.writes("201", "Anne", "/modele AAA-AAA-AA3")
