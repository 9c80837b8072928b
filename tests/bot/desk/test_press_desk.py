"""Where requests to the press are told, and what the staff do with them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.conversation.talk.messages import StaffMessage
from bot.desk.group.group import Group
from bot.services.source import DeskAddress
from knowledge.library import Library
from storage import recipients, topics
from storage.engine.database import Transaction
from storage.engine.encryption import KeyRing
from storage.press_requests import KeptRequest
from storage.topics import KeptTopic
from tests.bot.desk.group.test_group import DOSSIER
from tests.dialogues.player import CHANNEL, DESK, PRESS_DESK, Player, at
from tests.dialogues.ways import goes
from tests.shipped import shipped

WAY = ("presse", "oui", "AFP", "Une citation sur l'appel.", "ce soir", "oui", "0612345678", "oui")


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped()


@pytest.fixture
def player(library: Library, tmp_path: Path, keys: KeyRing) -> Iterator[Player]:
    player = Player(library, tmp_path, keys, now=at(date(2020, 10, 15)), has_press_desk=True)
    yield player
    player.close()


def ask(player: Player) -> KeptRequest:
    goes(player, *WAY)
    (request,) = requests(player)
    return request


def requests(player: Player) -> list[KeptRequest]:
    return list(player.database.run_now(player.desk.list_press_requests))


def told(player: Player, desk: DeskAddress) -> list[str]:
    player.deliver()
    return [reply.text for reply in player.told.pop(desk.address, [])]


def test_a_request_is_told_at_the_press_desk_alone_and_can_be_answered_to(player: Player) -> None:
    request = ask(player)
    (reply,) = player.told[PRESS_DESK.address]
    assert reply.about == f"thread:{request.thread_id}"
    assert reply.text.startswith("**URGENT.**")
    assert told(player, DESK) == []
    (message,) = player.database.run_now(player.desk.list_messages, request.thread_id)
    assert message.text == reply.text


def test_a_request_goes_from_waiting_to_answered_to_closed(player: Player) -> None:
    request = ask(player)
    assert request.status == "waiting"
    player.staff("take_thread", request.thread_id, "Zoé")
    assert requests(player)[0].status == "waiting"
    player.staff("write_in_thread", request.thread_id, "Zoé", "Je vous appelle.")
    assert requests(player)[0].status == "answered"
    player.staff("release_thread", request.thread_id, "Zoé")
    assert requests(player) == []


def test_one_that_was_never_answered_waits_though_the_person_ended_the_thread(player: Player) -> None:
    request = ask(player)
    player.staff("take_thread", request.thread_id, "Zoé")
    player.says("terminer l'échange")
    assert requests(player)[0].status == "waiting"


def test_an_answered_one_is_closed_when_the_person_ends_the_thread(player: Player) -> None:
    request = ask(player)
    player.staff("take_thread", request.thread_id, "Zoé")
    player.staff("write_in_thread", request.thread_id, "Zoé", "Je vous appelle.")
    player.says("terminer l'échange")
    assert requests(player) == []
    assert any("l'a terminé" in text for text in told(player, PRESS_DESK))
    assert told(player, DESK) == []


def test_a_question_to_the_team_stays_the_teams(player: Player) -> None:
    ask(player)
    told(player, PRESS_DESK)
    goes(player, "de quelle couleur est la coupole de la lune", "oui")
    assert any("coupole de la lune" in text for text in told(player, DESK))
    assert told(player, PRESS_DESK) == []


def test_a_request_cut_anywhere_is_sent_once(library: Library, tmp_path: Path, keys: KeyRing) -> None:
    for cut in range(len(WAY)):
        folder = tmp_path / str(cut)
        folder.mkdir()
        player = Player(library, folder, keys, now=at(date(2020, 10, 15)), has_press_desk=True)
        player.play(
            [*({"user": text} for text in WAY[:cut]), {"crash": "before-send"}, *({"user": t} for t in WAY[cut:])]
        )
        assert len(requests(player)) == 1
        assert len(told(player, PRESS_DESK)) == 1
        player.close()


def test_a_consent_that_is_delivered_twice_sends_once(player: Player) -> None:
    ask(player)
    player.updates -= 1
    with pytest.raises(AssertionError):
        player.says("oui")
    assert len(requests(player)) == 1
    assert len(told(player, PRESS_DESK)) == 1


def ask_both(player: Player) -> KeptRequest:
    """Ask the team, then the press desk: both in one thread."""
    goes(player, "Le perroquet du maire peut-il signer la convention ?", "oui")
    return ask(player)


def writes(player: Player, desk: DeskAddress, text: str, thread: int) -> None:
    """Write in the desk's own group, about a thread."""

    def handle(transaction: Transaction) -> None:
        group = recipients.register(transaction, CHANNEL, desk.address, player.now)
        topics.keep(transaction, group, f"thread:{thread}", KeptTopic("topic", ""))
        message = StaffMessage(CHANNEL, text, desk.address, "Zoé", "Zoé", text, player.now, topic="topic")
        Group(player.desk).handle(transaction, message, player.now)

    player.database.run_now(handle)


def test_what_the_team_answers_leaves_the_request_in_the_same_thread_waiting(player: Player) -> None:
    thread = ask_both(player).thread_id
    told(player, PRESS_DESK)
    player.staff("take_thread", thread, "Anne")
    player.staff("write_in_thread", thread, "Anne", "Non, pas de perroquet.")
    assert requests(player)[0].status == "waiting"
    player.staff("release_thread", thread, "Anne")
    assert requests(player)[0].status == "waiting"
    assert any("attend encore une réponse" in text for text in told(player, PRESS_DESK))
    assert player.says("Qui peut candidater ?")  # the assistant answers again
    writes(player, PRESS_DESK, "/repondre Je vous appelle.", thread)
    assert requests(player)[0].status == "answered"
    writes(player, PRESS_DESK, "/rendre", thread)
    assert requests(player) == []
    assert player.database.run_now(player.desk.list_threads) == []


def test_the_press_desk_closes_what_it_answered_elsewhere(player: Player) -> None:
    thread = ask_both(player).thread_id
    for text in ("/prendre", "/rendre"):
        writes(player, PRESS_DESK, text, thread)
    assert requests(player) == []


def test_an_thread_that_the_person_ends_is_to_be_taken_while_a_request_waits_in_it(player: Player) -> None:
    thread = ask_both(player).thread_id
    player.staff("take_thread", thread, "Anne")
    told(player, PRESS_DESK)
    player.says("terminer l'échange")
    assert any("attend encore une réponse" in text for text in told(player, PRESS_DESK))
    assert player.staff("take_thread", thread, "Zoé").is_done


def test_an_answer_about_a_dossier_leaves_the_request_waiting(player: Player) -> None:
    goes(player, *DOSSIER)
    reference = player.dossiers()[0].reference
    thread = ask(player).thread_id
    player.staff("take", reference, "Anne")
    assert player.staff("answer", reference, "Anne", "Tout est là.").is_done
    assert player.staff("release_thread", thread, "Anne").is_done
    assert requests(player)[0].status == "waiting"
    assert player.staff("take_thread", thread, "Zoé").is_done


def test_a_group_of_the_press_sees_its_requests_and_nothing_of_the_towns(player: Player) -> None:
    goes(player, *DOSSIER)
    reference = player.dossiers()[0].reference
    player.person = "journalist"
    request = ask(player)

    def writes(text: str) -> str:
        told(player, PRESS_DESK)
        message = StaffMessage(CHANNEL, text, PRESS_DESK.address, "Zoé", "777", text, player.now)
        player.database.run_now(Group(player.desk).handle, message, player.now)
        return "\n".join(told(player, PRESS_DESK))

    assert "ce groupe suit les demandes de presse" in writes(f"/voir {reference}")
    assert reference not in writes("/dossiers")
    assert f"Échange nº {request.thread_id}" in writes("/ouverts")
    assert "Zoé répond" in writes(f"/prendre {request.thread_id}")


def test_who_is_no_town_is_never_called_one(player: Player) -> None:
    """Whatever is written or pressed of a journalist's thread."""
    ask(player)
    told(player, PRESS_DESK)
    for number, (text, choice) in enumerate(
        [
            ("Bonjour", None), ("", "s:repondre:thread:1"), ("/annuler", None), ("", "s:note:thread:1"),
            ("/annuler", None), ("", "s:clore:thread:1"), ("/annuler", None), ("/prendre", None), ("Voici.", None),
            ("// entre nous", None), ("Voici. // et", None), ("", "s:envoyer:draft:2"), ("", "s:envoyer:draft:2"),
            ("/retirer", None), ("/reprendre", None), ("/clore", None), ("/annuler", None), ("/clore Fini.", None),
        ]
    ):  # fmt: skip
        write(player, number, text, choice)
        for each in player.told.pop(PRESS_DESK.address, []):
            said = " ".join([each.text, *(button.label for button in each.choices)])
            assert "collectivité" not in said, (text, choice, said)


def write(player: Player, number: int, text: str, choice: str | None) -> None:
    """Write in the topic of the first thread at the press desk."""
    topic = player.database.run_now(keep_press_topic, player)
    desk = PRESS_DESK.address
    message = StaffMessage(
        CHANNEL, f"p {number}", desk, "Anne", "201", text, player.now, choice=choice, topic=topic, message=f"p{number}"
    )
    player.database.run_now(Group(player.desk).handle, message, player.now)
    player.deliver()


def keep_press_topic(transaction: Transaction, player: Player) -> str:
    group = recipients.register(transaction, CHANNEL, PRESS_DESK.address, player.now)
    topics.keep(transaction, group, "thread:1", KeptTopic("t1", ""))
    return "t1"
