"""Who holds something is a person: names change, names are shared, and nobody is locked out of their own."""

from sqlalchemy import text

from storage import dossiers
from tests.bot.desk.conftest import Team
from tests.dialogues.player import Player


def test_two_of_one_name_do_not_share_a_dossier(player: Player, team: Team, sent: str) -> None:
    assert "Marie a pris en charge" in team.writes("201", "Marie", f"/prendre {sent}")
    told = team.writes("202", "Marie", f"/clore {sent} retenu : Fini.", "marie_b")
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
    assert "clos" in team.writes("201", "Marie Durand", f"/clore {sent} retenu : Complet.")
    history = [dated.event for dated in (player.database.run_now(player.desk.find, sent) or (None, ()))[1]]
    assert [(event.staff, event.staff_id) for event in history if event.staff] == [("Marie", 1), ("Marie Durand", 1)]


def test_an_thread_is_held_by_one_person_too(player: Player, team: Team) -> None:
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


def test_a_name_that_is_ones_own_hands_nothing_to_oneself(player: Player, team: Team, sent: str) -> None:
    team.writes("202", "Bob", "/aide")
    (told,) = team.replies("201", "Marie", f"/confier {sent} Marie")
    assert "« Marie », c'est vous" in told.text
    assert [choice.label for choice in told.choices] == ["Bob"]
    assert player.dossiers()[0].holder is None
    team.writes("203", "Marie", "/aide", "marie_b")
    (told,) = team.replies("201", "Marie", f"/confier {sent} Marie")
    assert "Plusieurs personnes portent ce nom" in told.text
    assert [choice.label for choice in told.choices] == ["Marie (@marie_b)"]
    assert player.dossiers()[0].holder is None
