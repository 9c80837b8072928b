"""No question of a person ends by itself; what is over can be opened again, and an answer that comes late leaves."""

from datetime import timedelta

import pytest

from storage import threads
from storage.engine.tables import ThreadStatus
from storage.threads import KeptThread
from tests.bot.desk.conftest import Team
from tests.dialogues.player import DESK, Player

QUESTION = "Le perroquet du maire peut-il signer la convention ?"


@pytest.fixture
def thread(player: Player) -> int:
    player.says(QUESTION)
    player.says("oui")
    return 1


def kept(player: Player, number: int = 1) -> KeptThread:
    found = player.database.run_now(threads.find, number)
    assert found
    return found


def test_what_nobody_answered_goes_back_to_be_taken_and_is_reminded_of(player: Player, team: Team, thread: int) -> None:
    player.staff("take_thread", thread, "Anne")
    player.deliver_to("clerk")
    player.deliver_to(DESK.address)
    player.wait(timedelta(days=3))
    assert "Votre question reste posée" in player.deliver_to("clerk")
    assert "la personne attend une réponse depuis deux jours" in player.deliver_to(DESK.address)
    assert (kept(player).status, kept(player).holder_id) == (ThreadStatus.WAITING, None)
    player.wait(timedelta(days=8))  # a Monday
    assert "Échange nº 1" in player.deliver_to(DESK.address)
    assert "Échange nº 1" in team.writes("202", "Bob", "/ouverts")
    assert "Échange nº 1" in team.writes("202", "Bob", "/rappel")
    assert "envoyé" in team.writes("202", "Bob", "/repondre 1 Non.")
    assert "Non." in player.deliver_to("clerk")


def test_the_staff_are_reminded_once_a_working_day(player: Player, thread: int) -> None:
    told = []
    for _ in range(7 * 8):
        player.deliver_to(DESK.address)
        player.wait(timedelta(hours=3))
        told.append("attendent une réponse" in player.deliver_to(DESK.address))
    assert sum(told) == 4  # Thursday's question, from Saturday on: Monday to Thursday


def test_what_was_answered_may_go_quiet_and_is_opened_again_by_the_person(player: Player, thread: int) -> None:
    player.staff("take_thread", thread, "Anne")
    player.staff("write_in_thread", thread, "Anne", "Non.")
    player.deliver()
    player.wait(timedelta(days=3))
    player.deliver()
    assert kept(player).status == ThreadStatus.CLOSED
    player.press("Reprendre l'échange")
    assert "Votre échange avec Anne, de l'équipe, est rouvert" in player.last[0].text
    assert kept(player).status == ThreadStatus.HELD
    assert player.says("Et le chat ?") == []
    written = [message.text for message in player.database.run_now(player.desk.list_messages, thread)]
    assert written == [QUESTION, "Non.", "Et le chat ?"]


def test_the_person_opens_it_again_in_words(player: Player, thread: int) -> None:
    player.staff("take_thread", thread, "Anne")
    player.staff("write_in_thread", thread, "Anne", "Non.")
    player.staff("give_back_thread", thread, "Anne")
    player.deliver()
    player.says("reprendre l'échange")
    assert "est rouvert" in player.last[0].text
    assert kept(player).status == ThreadStatus.HELD


@pytest.mark.parametrize(
    ("answer", "status"),
    [("Oui, j'attends la réponse", ThreadStatus.WAITING), ("Non, je la retire", ThreadStatus.CLOSED)],
)
def test_who_ends_an_unanswered_question_says_whether_it_stands(
    player: Player,
    thread: int,
    answer: str,
    status: ThreadStatus,
) -> None:
    player.staff("take_thread", thread, "Anne")
    player.deliver()
    player.press("Terminer l'échange")
    assert "reste-t-elle posée" in player.last[0].text
    assert kept(player).status == ThreadStatus.HELD
    player.press(answer)
    assert kept(player).status == status
    player.says("quand ferme la vague 2 ?")
    assert "2021" in player.last[0].text  # the assistant answers again


def test_a_typed_yes_answers_it_too_and_what_is_written_instead_goes_to_the_staff(player: Player, thread: int) -> None:
    player.staff("take_thread", thread, "Anne")
    player.says("terminer l'échange")
    assert player.says("Un instant, j'ajoute ceci.") == []
    assert player.says("oui") == []
    texts = [message.text for message in player.database.run_now(player.desk.list_messages, thread)]
    assert texts[-2:] == ["Un instant, j'ajoute ceci.", "oui"]
    player.says("terminer l'échange")
    player.says("oui")
    assert "Votre question reste posée" in player.last[0].text


def test_who_gives_an_unanswered_question_back_does_not_end_it(player: Player, thread: int) -> None:
    player.staff("take_thread", thread, "Anne")
    assert player.staff("give_back_thread", thread, "Anne").is_done
    assert kept(player).status == ThreadStatus.WAITING
    town = player.deliver_to("clerk")
    assert "n'a pas pu vous répondre" in town
    assert "Votre question reste posée" in town
    assert player.staff("close_thread", thread, "Bob", "Réponse donnée au téléphone.").is_done
    assert "Réponse donnée au téléphone." in player.deliver_to("clerk")
    assert kept(player).status == ThreadStatus.CLOSED


def test_an_answer_that_comes_late_opens_it_again_and_leaves(player: Player, team: Team, thread: int) -> None:
    player.staff("close_thread", thread, "Anne", "Sans objet.")
    player.deliver_to("clerk")
    assert "envoyé" in team.writes("202", "Bob", "/repondre 1 Non, pas de perroquet.")
    assert "pas de perroquet" in player.deliver_to("clerk")
    assert kept(player).status == ThreadStatus.HELD


def test_an_answer_leaves_also_where_another_thread_is_open(player: Player, team: Team, thread: int) -> None:
    player.staff("close_thread", thread, "Anne", "Sans objet.")
    player.says("Et le chat de la mairie, signe-t-il la convention du perroquet ?")
    player.says("oui")
    assert kept(player, 2).status == ThreadStatus.WAITING
    player.deliver_to("clerk")
    assert "nº 2" in team.writes("202", "Bob", "/rouvrir 1")
    assert "envoyé" in team.writes("202", "Bob", "/repondre 1 Non, pas de perroquet.")
    assert "pas de perroquet" in player.deliver_to("clerk")
    assert kept(player).status == ThreadStatus.CLOSED


def test_the_staff_open_it_again(player: Player, team: Team, thread: int) -> None:
    player.staff("close_thread", thread, "Anne", "Sans objet.")
    player.deliver_to("clerk")
    assert "est terminé. Pour le rouvrir : /rouvrir 1" in team.writes("202", "Bob", "/prendre 1")
    assert "Bob l'a rouvert" in team.writes("202", "Bob", "/rouvrir 1")
    assert "Bob, de l'équipe, reprend votre échange" in player.deliver_to("clerk")


def test_a_stranger_opens_nothing_of_anothers(player: Player, thread: int) -> None:
    player.staff("close_thread", thread, "Anne", "Sans objet.")
    player.person = "another"
    player.says("", "dialogue:reopen:1")
    assert kept(player).status == ThreadStatus.CLOSED
