"""Where requests to the press are told, and what the staff do with them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.dossier_keeping import DeskAddress
from knowledge.library import Library
from storage.encryption import KeyRing
from storage.press_requests import KeptRequest
from tests.dialogues.player import DESK, PRESS_DESK, Player, at
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
    for text in WAY:
        player.says(text)
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


def test_one_that_was_never_answered_waits_though_the_person_ended_the_exchange(player: Player) -> None:
    request = ask(player)
    player.staff("take_thread", request.thread_id, "Zoé")
    player.says("terminer l'échange")
    assert requests(player)[0].status == "waiting"


def test_an_answered_one_is_closed_when_the_person_ends_the_exchange(player: Player) -> None:
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
    for text in ("qui préside le conseil de surveillance de la lune", "oui"):
        player.says(text)
    assert any("surveillance de la lune" in text for text in told(player, DESK))
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
