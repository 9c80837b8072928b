"""A dossier or a thread passes to a colleague: taken over from someone absent, or handed by name."""

import pytest

from bot.conversation.talk.messages import Reply
from bot.conversation.values.dossier import EventKind
from storage import audit
from tests.bot.desk.conftest import DOSSIER, Team
from tests.dialogues.player import Player

QUESTION = "Le perroquet du maire peut-il signer la convention ?"


def press(team: Team, account: str, name: str, replies: list[Reply], label: str) -> list[Reply]:
    (choice,) = {choice.id for reply in replies for choice in reply.choices if choice.label == label}
    return team.replies(account, name, choice)


@pytest.fixture
def thread(player: Player) -> int:
    player.says(QUESTION)
    player.says("oui")
    return 1


def test_a_refusal_says_how_to_take_over_and_its_button_does(player: Player, team: Team, sent: str) -> None:
    team.writes("201", "Anne", f"/prendre {sent}", "anne_d")
    refused = team.replies("202", "Bob", f"/clore {sent} retenu : Complet.")
    assert "Anne l'a en charge" in refused[0].text
    assert "/reprendre suivi du motif" in refused[0].text
    (asked,) = press(team, "202", "Bob", refused, "Reprendre")
    assert "pourquoi vous reprenez" in asked.text
    player.deliver_to("clerk")
    told = team.writes("202", "Bob", "Anne est en congé.")
    assert "Bob a repris le dossier" in told
    assert "@anne_d" in told  # who had it is told by her channel
    assert "Anne est en congé." in told
    town = player.deliver_to("clerk")
    assert "Bob, de l'équipe, suit désormais votre dossier" in town
    assert "à la place de Anne" in town
    assert "congé" not in town
    player.says("mon dossier")
    player.says("historique")
    assert "repris par Bob, à la place de Anne" in player.last[-1].text
    assert "congé" not in player.last[-1].text
    dossier, history = player.database.run_now(player.desk.find, sent) or (None, ())
    assert dossier
    assert dossier.holder_name == "Bob"
    kinds = [dated.event.kind for dated in history[-2:]]
    assert kinds == [EventKind.TAKEN_OVER, EventKind.NOTE]
    assert "clos" in team.writes("202", "Bob", f"/clore {sent} retenu : Complet.")


def test_taking_over_needs_a_reason_and_a_colleague(player: Player, sent: str) -> None:
    player.staff("take", sent, "Anne")
    assert "dites pourquoi" in player.staff("take_over", sent, "Bob", " ").text
    assert "vous l'avez déjà" in player.staff("take_over", sent, "Anne", "Je reviens.").text
    player.staff("release", sent, "Anne")
    assert player.staff("take_over", sent, "Bob", "Personne ne l'avait.").is_done


def test_the_thread_follows_the_dossier(player: Player, sent: str) -> None:
    player.staff("take", sent, "Anne")
    player.staff("answer", sent, "Anne", "Bonjour.")
    assert player.staff("take_over", sent, "Bob", "Congé d'Anne.").is_done
    assert player.staff("answer", sent, "Bob", "Bonjour, je remplace Anne.").is_done
    assert "je remplace Anne" in player.deliver_to("clerk")


@pytest.mark.parametrize("again", [("release", "take"), ("close", "reopen")], ids=["given back", "closed"])
def test_a_thread_left_behind_follows_the_dossier_to_who_takes_it_next(
    player: Player, sent: str, again: tuple[str, str]
) -> None:
    player.staff("take", sent, "Anne")
    player.staff("answer", sent, "Anne", "Bonjour.")
    left, begun = again
    assert player.staff(left, sent, "Anne", *(("Réglé.",) if left == "close" else ())).is_done
    assert player.staff(begun, sent, "Bob").is_done
    assert player.staff("answer", sent, "Bob", "Je prends la suite.").is_done
    assert "Je prends la suite." in player.deliver_to("clerk")
    assert "Bob l'a en charge" in player.staff("write_in_thread", 1, "Anne", "Encore moi.").text


def test_an_thread_is_taken_over(player: Player, team: Team, thread: int) -> None:
    team.writes("201", "Anne", f"/prendre {thread}")
    refused = team.replies("202", "Bob", f"/repondre {thread} Non.")
    assert "/reprendre" in refused[0].text
    player.deliver_to("clerk")
    told = team.writes("202", "Bob", f"/reprendre {thread} Anne est malade.")
    assert "Bob l'a repris, Anne l'avait en charge. Motif : Anne est malade." in told
    town = player.deliver_to("clerk")
    assert "Bob, de l'équipe, suit désormais cet échange, à la place de Anne" in town
    assert "malade" not in town
    assert "envoyé" in team.writes("202", "Bob", f"/repondre {thread} Non.")
    shown = team.writes("202", "Bob", f"/voir {thread}")
    assert "note interne" in shown
    assert "Motif : Anne est malade." in shown


def test_a_dossier_is_handed_by_name_and_those_of_one_name_are_asked(player: Player, team: Team, sent: str) -> None:
    for account, name in (("201", "Anne"), ("202", "Bob Roy"), ("203", "Bob Lys")):
        team.writes(account, name, "/aide")
    team.writes("201", "Anne", f"/prendre {sent}")
    (asked,) = team.replies("201", "Anne", f"/confier {sent} Bob")
    assert [choice.label for choice in asked.choices] == ["Bob Roy", "Bob Lys"]
    player.deliver_to("clerk")
    (told,) = press(team, "201", "Anne", [asked], "Bob Lys")
    assert "Anne a confié le dossier" in told.text
    assert "Bob Lys, de l'équipe, suit désormais" in player.deliver_to("clerk")
    assert player.dossiers()[0].holder_name == "Bob Lys"
    refused = team.writes("202", "Bob Roy", f"/confier {sent} Anne")
    assert "Bob Lys l'a en charge" in refused
    (unknown,) = team.replies("203", "Bob Lys", f"/confier {sent} Zoé")
    assert "Personne de l'équipe n'est connu sous le nom « Zoé »" in unknown.text
    assert {choice.label for choice in unknown.choices} == {"Anne", "Bob Roy"}
    assert _handed(player) == [(f"dossier:{sent}", "Anne", "Bob Lys")]


def _handed(player: Player) -> list[tuple[str | None, str | None, str | None]]:
    """Return what the log says of what was handed: what, by whom, to whom."""
    read = player.database.run_now(lambda transaction: list(audit.read(transaction)))
    return [(each.subject, each.member, each.to_member) for each in read if each.action == "confier"]


def test_an_thread_is_handed(player: Player, team: Team, thread: int) -> None:
    team.writes("202", "Bob", "/aide")
    team.writes("201", "Anne", f"/prendre {thread}")
    assert "Anne l'a confié à Bob" in team.writes("201", "Anne", f"/confier {thread} bob")
    assert _handed(player) == [(f"thread:{thread}", "Anne", "Bob")]
    assert "envoyé" in team.writes("202", "Bob", f"/repondre {thread} Non.")


def test_to_be_asked_what_a_complement_is_about_is_not_to_have_asked_for_it(
    player: Player, team: Team, sent: str
) -> None:
    team.writes("201", "Anne", f"/prendre {sent}")
    team.writes("201", "Anne", f"/demander {sent}")
    read = player.database.run_now(lambda transaction: [each.action for each in audit.read(transaction)])
    assert "demander" not in read


def test_of_a_person_who_is_with_a_colleague_the_other_dossier_says_so(player: Player, team: Team, sent: str) -> None:
    player.says("je veux commencer un dossier")
    player.press("Nouveau dossier, pour une autre collectivité")
    for said in DOSSIER[1:4]:
        player.says(said)
    player.press("Celui que je viens de commencer")
    for said in DOSSIER[4:]:
        player.says(said)
    other = next(each.reference for each in player.dossiers() if each.reference != sent)
    assert "envoyé" in team.writes("202", "Bob", f"/repondre {sent} Bonjour.")
    team.writes("201", "Anne", f"/prendre {other}")
    (told,) = team.replies("201", "Anne", f"/repondre {other} Bonsoir.")
    assert "déjà en échange avec Bob (échange nº 1)" in told.text
    assert "Bob l'a en charge" not in told.text, "it is Anne who has this dossier"
    assert "/reprendre suivi" not in told.text, "a figure typed in a topic is a word: the button alone says which"
    assert [choice.id for choice in told.choices] == ["s:reprendre:thread:1"]
