"""Documents that the staff send, by what they answer; and those of a dossier, written out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.conversation.messages import Attachment, Reply, StaffMessage
from bot.desk import documents
from bot.dossier_keeping import about_dossier
from bot.staff_keeping import recognise
from knowledge.library import Library
from storage import recipients
from storage.database import Transaction
from storage.encryption import KeyRing
from tests.dialogues.player import CHANNEL, DESK, PDF, Player, at
from tests.shipped import shipped

WAY = [
    "je veux commencer un dossier", "oui", "Dole", "1", "oui", "non", "Claire Martin, DGS", "c.martin@dole.org",
    "passer", "1", "Des soudeurs.", "résumé",
]  # fmt: skip


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped()


@pytest.fixture
def player(library: Library, tmp_path: Path, keys: KeyRing) -> Iterator[Player]:
    player = Player(library, tmp_path, keys, now=at(date(2020, 10, 15)))
    for text in WAY:
        player.says(text)
    yield player
    player.close()


@pytest.fixture
def sent(player: Player) -> str:
    player.says("envoyer")
    return player.values["reference"]


def send(player: Player, about: str | None, *attachments: Attachment, text: str = "") -> Reply | None:
    """Send documents as Anne, in a message of the staff's group about `about`."""

    def work(transaction: Transaction) -> Reply | None:
        group = recipients.register(transaction, CHANNEL, DESK.address, player.now)
        message = StaffMessage(CHANNEL, "s1", DESK.address, "Anne", "1", text, player.now, attachments=attachments)
        message = replace(message, author=recognise(transaction, message, player.now))
        return documents.send(player.desk, transaction, message, group, about, player.now)

    return player.database.run_now(work)


def test_a_document_goes_to_the_town_of_the_dossier(player: Player, sent: str) -> None:
    player.staff("take", sent, "Anne")
    player.deliver()
    assert send(player, about_dossier(sent), player.attachment("modèle.pdf"), text="À remplir") is None
    (reply,) = player.deliver()
    assert "Anne" in reply.text
    assert "À remplir" in reply.text
    assert player.documents(reply) == [("modèle.pdf", PDF)]
    assert "est parti à la collectivité" in player.told[DESK.address][-1].text
    player.sends(player.attachment("rempli.pdf"))
    assert player.documents(player.told[DESK.address][-1]) == [("rempli.pdf", PDF)], "the exchange has begun"


def test_who_sends_documents_about_a_dossier_that_nobody_holds_takes_it(player: Player, sent: str) -> None:
    assert send(player, about_dossier(sent), player.attachment("modèle.pdf")) is None
    replies = player.deliver()
    assert any("Anne" in reply.text and "modèle.pdf" in reply.text for reply in replies)
    assert player.documents(*replies) == [("modèle.pdf", PDF)]
    assert any("Anne a pris en charge" in reply.text for reply in player.told[DESK.address])
    (dossier,) = player.dossiers()
    assert dossier.holder_name == "Anne"


def test_only_who_holds_the_dossier_sends_documents(player: Player, sent: str) -> None:
    player.staff("take", sent, "Bob")
    refused = send(player, about_dossier(sent), player.attachment("modèle.pdf"))
    assert refused is not None
    assert "Bob l'a en charge" in refused.text


def test_what_answers_nothing_is_the_staffs_own(player: Player) -> None:
    assert send(player, None, player.attachment("entre-nous.pdf")) is None
    assert player.deliver() == []


def test_a_note_takes_no_document(player: Player, sent: str) -> None:
    refused = send(player, about_dossier(sent), player.attachment("interne.pdf"), text="// pour nous")
    assert refused is not None
    assert "Rien n'est envoyé" in refused.text


def test_documents_are_handed_over_with_the_dossier(player: Player) -> None:
    player.sends(player.attachment("a.pdf"), player.attachment("b.pdf", PDF + b"b"), caption="Voici")
    player.says("envoyer")
    player.says("envoyer")
    assert player.documents(*player.told[DESK.address]) == [("a.pdf", PDF), ("b.pdf", PDF + b"b")]
    read = documents.read_out(player.database, player.desk, player.values["reference"])
    assert read is not None
    assert [file.name for file in read] == ["a.pdf", "b.pdf"]


def test_a_draft_is_none_of_the_staffs_business(player: Player) -> None:
    player.sends(player.attachment("a.pdf"))
    (dossier,) = player.dossiers()
    assert documents.read_out(player.database, player.desk, dossier.reference) is None


def test_a_dossier_takes_twenty_documents(player: Player) -> None:
    player.sends(*(player.attachment(f"{number}.pdf", album="7") for number in range(23)))
    said = [reply.text for reply in player.last]
    assert sum("a déjà ses 20 documents" in text for text in said) == 1
    assert "« 20.pdf » n'est pas retenu" in said[0]
