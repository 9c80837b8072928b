"""Of documents that are not taken, and of one that was replaced, each is named; nothing is passed over unsaid."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.conversation.talk.document_types import MOST
from bot.conversation.talk.messages import EDITED
from storage.engine.encryption import KeyRing
from tests.dialogues.player import DESK, Player, at
from tests.dialogues.ways import goes
from tests.shipped import shipped


@pytest.fixture
def player(tmp_path: Path, keys: KeyRing) -> Iterator[Player]:
    player = Player(shipped(), tmp_path, keys, now=at(date(2020, 10, 15)))
    yield player
    player.close()


@pytest.fixture
def filling(player: Player) -> Player:
    goes(player, "je veux commencer un dossier", "oui", "Dole", "1")
    return player


def test_each_document_of_an_album_beyond_what_a_dossier_takes_is_named(filling: Player) -> None:
    sent = [filling.attachment(f"piece-{rank}.pdf", album="9") for rank in range(MOST + 3)]
    said = [reply.text for reply in filling.sends(*sent)]
    for beyond in sent[MOST:]:
        assert any(f"{beyond.name} " in text or f"« {beyond.name} »" in text for text in said if "retenu" in text), said
    again = [text for text in said if "retenu non plus" in text]
    assert len(again) == 2
    assert all("\n" not in text for text in again), "the question of the form is not put again for each"


def test_a_document_that_is_replaced_in_its_message_is_said_not_to_be(filling: Player) -> None:
    filling.sends(filling.attachment("avant.pdf"))
    after = filling.attachment("après.pdf")
    filling._receive("", None, EDITED, "1", after)
    said = " ".join(reply.text for reply in filling.deliver())
    assert "je garde le document tel que je l'ai reçu d'abord" in said
    assert [each.name for each in filling.dossiers()[0].documents] in ([], ["avant.pdf"])


def test_in_an_thread_its_changed_words_go_to_the_staff_and_the_document_is_said_not_to(player: Player) -> None:
    goes(player, "Le perroquet du maire peut-il signer la convention ?", "oui")
    player.staff("take_thread", 1, "Anne")
    player.deliver()
    player._receive("Voici la bonne version", None, EDITED, "1", player.attachment("après.pdf"))
    said = [reply.text for reply in player.deliver()]
    assert len(said) == 1
    assert "je garde le document" in said[0]
    assert "Voici la bonne version" in player.deliver_to(DESK.address)
