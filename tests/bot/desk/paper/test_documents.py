"""Documents that the staff send, by what they answer; and those of a dossier, written out."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.conversation.talk.messages import Attachment, Reply, StaffMessage
from bot.conversation.values.about import about_dossier
from bot.conversation.values.dossier import EventKind
from bot.desk.group.drafts import LIFE
from bot.desk.group.group import Group
from bot.desk.paper import documents
from knowledge.library import Library
from storage import recipients, topics
from storage.engine.database import Transaction
from storage.engine.encryption import KeyRing
from storage.topics import KeptTopic
from tests.dialogues.player import CHANNEL, DESK, PDF, Player, at
from tests.dialogues.ways import goes
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
    goes(player, *WAY)
    yield player
    player.close()


@pytest.fixture
def sent(player: Player) -> str:
    player.says("envoyer")
    return player.values["reference"]


class Anne:
    """A member of the staff, who sends documents in the group, each in a message of its own."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._updates = 0

    def sends(self, about: str | None, *attachments: Attachment, text: str = "", member: str = "Anne") -> list[Reply]:
        """Send them in the topic of `about`, the first with `text`; return what the group is told."""
        for rank, attachment in enumerate(attachments):
            self._write(about, text if rank == 0 else "", (attachment,), member)
        return self._told()

    def presses(self, reply: Reply, label: str, member: str = "Anne") -> list[Reply]:
        (choice,) = [choice.id for choice in reply.choices if choice.label == label]
        self._write(None, "", (), member, choice)
        return self._told()

    def _write(
        self, about: str | None, text: str, attachments: tuple[Attachment, ...], member: str, choice: str | None = None
    ) -> None:
        player = self._player
        self._updates += 1
        topic = player.database.run_now(topic_of, about) if about else None
        written = StaffMessage(
            CHANNEL,
            f"s{self._updates}",
            DESK.address,
            member,
            member,
            text,
            player.now,
            choice=choice,
            topic=topic,
            message=f"m{self._updates}",
            attachments=attachments,
            album=attachments[0].album if attachments else None,
        )
        player.database.run_now(Group(player.desk).handle, written, player.now)

    def _told(self) -> list[Reply]:
        self._player.deliver()
        return self._player.told.pop(DESK.address, [])


def topic_of(transaction: Transaction, about: str) -> str:
    group = recipients.register(transaction, CHANNEL, DESK.address, at(date(2020, 10, 15)))
    topics.keep(transaction, group, about, KeptTopic(f"topic of {about}", ""))
    return f"topic of {about}"


@pytest.fixture
def anne(player: Player) -> Anne:
    return Anne(player)


SEND, KEEP = "Envoyer à la collectivité", "Note interne"


def test_a_document_goes_to_the_town_once_its_sender_says_so(player: Player, sent: str, anne: Anne) -> None:
    player.staff("take", sent, "Anne")
    player.deliver()
    (*_, asked) = anne.sends(about_dossier(sent), player.attachment("modèle.pdf"), text="À remplir")
    assert "modèle.pdf" in asked.text
    assert "modèle.pdf" not in player.deliver_to("clerk")
    told = anne.presses(asked, SEND)
    (reply,) = player.told["clerk"]
    assert "Anne" in reply.text
    assert "À remplir" in reply.text
    assert player.documents(reply) == [("modèle.pdf", PDF)]
    assert "est parti à la collectivité" in told[-1].text
    player.sends(player.attachment("rempli.pdf"))
    assert player.documents(player.told[DESK.address][-1]) == [("rempli.pdf", PDF)], "the thread has begun"


def test_who_sends_documents_about_a_dossier_that_nobody_holds_takes_it(player: Player, sent: str, anne: Anne) -> None:
    (*_, asked) = anne.sends(about_dossier(sent), player.attachment("modèle.pdf"))
    assert "personne ne l'a en charge" in asked.text
    told = anne.presses(asked, SEND)
    replies = player.told["clerk"]
    assert any("Anne" in reply.text and "modèle.pdf" in reply.text for reply in replies)
    assert player.documents(*replies) == [("modèle.pdf", PDF)]
    assert any("Anne a pris en charge" in reply.text for reply in told)
    (dossier,) = player.dossiers()
    assert dossier.holder_name == "Anne"


def test_only_who_holds_the_dossier_sends_documents(player: Player, sent: str, anne: Anne) -> None:
    player.staff("take", sent, "Bob")
    player.deliver_to("clerk")
    (*_, asked) = anne.sends(about_dossier(sent), player.attachment("modèle.pdf"))
    assert "Bob l'a en charge" in asked.text
    (*_, refused) = anne.presses(asked, SEND)
    assert "Bob l'a en charge" in refused.text
    assert player.deliver_to("clerk") == ""


def test_nobody_else_says_where_a_document_goes(player: Player, sent: str, anne: Anne) -> None:
    (*_, asked) = anne.sends(about_dossier(sent), player.attachment("modèle.pdf"))
    player.deliver_to("clerk")
    (told,) = anne.presses(asked, SEND, member="Bob")
    assert "seule la personne qui a écrit" in told.text
    assert player.deliver_to("clerk") == ""


def test_what_answers_nothing_is_the_staffs_own(player: Player, anne: Anne) -> None:
    assert anne.sends(None, player.attachment("entre-nous.pdf")) == []
    assert player.deliver() == []


@pytest.mark.parametrize("noted", [0, 1, 2])
def test_the_mark_of_a_note_holds_for_the_whole_album(player: Player, sent: str, anne: Anne, noted: int) -> None:
    player.staff("take", sent, "Anne")
    player.deliver_to("clerk")
    about = about_dossier(sent)
    told = []
    for rank in range(3):
        document = player.attachment(f"{rank}.pdf", album="77")
        told += anne.sends(about, document, text="// avis internes" if rank == noted else "")
    for asked in [reply for reply in told if reply.choices]:
        told += anne.presses(asked, SEND)
    assert player.deliver_to("clerk") == ""
    assert "est parti" not in "".join(reply.text for reply in told)
    history = " ".join(line.text for line in anne.sends(about, player.attachment("x.pdf"), text="/note fin"))
    assert "note gardée" in history
    _, events = player.database.run_now(player.desk.find, sent)
    notes = " ".join(each.event.new or "" for each in events if each.event.kind is EventKind.NOTE)
    assert "avis internes" in notes
    assert all(f"{rank}.pdf" in notes for rank in range(noted + 1))


def test_an_album_without_a_mark_is_asked_about_once_and_goes_whole(player: Player, sent: str, anne: Anne) -> None:
    player.staff("take", sent, "Anne")
    player.deliver_to("clerk")
    told = anne.sends(about_dossier(sent), *(player.attachment(f"{rank}.pdf", album="77") for rank in range(3)))
    first, *others = [reply for reply in told if "pour la collectivité" in reply.text]
    assert first.edits is None
    assert len({reply.edits for reply in others}) == 1, "each takes the place of the first"
    anne.presses(first, SEND)
    late = player.attachment("3.pdf", album="77")
    anne.sends(about_dossier(sent), late)
    # Several are fetched at once: which is there first, they leave first.
    assert sorted(name for name, _ in player.documents(*player.told["clerk"])) == [f"{rank}.pdf" for rank in range(4)]


def test_what_nobody_settles_goes_nowhere_and_is_said(player: Player, sent: str, anne: Anne) -> None:
    (*_, asked) = anne.sends(about_dossier(sent), player.attachment("modèle.pdf"))
    player.deliver_to("clerk")
    player.wait(LIFE + timedelta(minutes=1))
    player.deliver()
    assert any("n'est pas parti" in reply.text for reply in player.told.pop(DESK.address))
    (told,) = anne.presses(asked, SEND)
    assert "n'attend plus" in told.text
    assert player.deliver_to("clerk") == ""


def test_a_note_takes_its_document_with_it(player: Player, sent: str, anne: Anne) -> None:
    (*_, told) = anne.sends(about_dossier(sent), player.attachment("interne.pdf"), text="// pour nous")
    assert "note gardée" in told.text
    assert player.deliver() == []


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
