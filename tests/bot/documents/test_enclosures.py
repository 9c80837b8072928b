"""What a message encloses is printed when it leaves: the staff's sheet, the town's copy, nothing of what is gone."""

import asyncio
import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from bot.conversation.privacy.own_data_sheet import write_sheet
from bot.conversation.talk.context import OwnData
from bot.conversation.talk.messages import File
from bot.documents.enclosures import Enclosures
from storage import dossiers
from storage.engine.encryption import KeyRing
from tests.dialogues.player import Player, at
from tests.dialogues.ways import goes
from tests.shipped import shipped

DRAFT = ("je veux commencer un dossier", "oui", "Dole", "1", "oui", "non", "Claire Martin, DGS")
REST = ("c.martin@dole.org", "passer", "1", "Des soudeurs.", "résumé", "envoyer")


@pytest.fixture
def player(tmp_path: Path, keys: KeyRing) -> Iterator[Player]:
    player = Player(shipped(), tmp_path, keys, now=at(date(2020, 10, 15)))
    goes(player, *DRAFT)
    yield player
    player.close()


def opened(player: Player, name: str) -> File | None:
    enclosures = Enclosures(player.database, player.desk, lambda: player.now)
    return asyncio.run(enclosures.open(name))


def read(file: File | None) -> str:
    assert file is not None
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(file.content)).pages)


def test_a_draft_is_its_towns_alone(player: Player) -> None:
    (draft,) = player.dossiers()
    assert "Claire Martin" in read(opened(player, f"copy:{draft.reference}"))
    assert opened(player, f"sheet:{draft.reference}") is None


def test_the_staffs_notes_are_on_their_sheet_only(player: Player) -> None:
    goes(player, *REST)
    (sent,) = player.dossiers()
    player.staff("note", sent.reference, "Bob", "Appeler la sous-préfecture.")
    for kind, is_there in (("sheet", True), ("copy", False)):
        file = opened(player, f"{kind}:{sent.reference}")
        text = read(file)
        assert "Des soudeurs." in text
        assert "Ceci n'est pas un dépôt" in text.replace("’", "'")
        assert ("sous-préfecture" in text) is is_there
        assert file is not None
        assert file.name == f"dossier-{sent.reference}.pdf"


def test_the_receipt_comes_with_the_towns_copy(player: Player) -> None:
    for text in REST:
        last = player.says(text)
    (sent,) = player.dossiers()
    assert [reply.enclosed for reply in last if sent.reference in reply.text] == [(f"copy:{sent.reference}",)]


@pytest.mark.parametrize("name", ["copy:AAA-AAA-AAA", "sheet:AAA-AAA-AAA", "unknown:1", ""])
def test_what_is_not_there_is_not_enclosed(player: Player, name: str) -> None:
    assert opened(player, name) is None


def test_what_was_erased_meanwhile_is_not_enclosed(player: Player) -> None:
    (draft,) = player.dossiers()
    kept = player.database.run_now(dossiers.find, draft.reference)
    assert kept is not None
    player.database.run_now(dossiers.erase, kept.id)
    assert opened(player, f"copy:{draft.reference}") is None


LONG = "\n".join(str(number) for number in range(800))


def test_the_copy_of_ones_data_is_made_when_it_leaves_not_in_the_turn(player: Player) -> None:
    for _ in range(3):
        player.says(LONG)
    (reply, *_) = player.says("/mesdonnees")
    assert reply.files == ()
    kinds = [name.partition(":")[0] for name in reply.enclosed]
    assert kinds == ["own-sheet", "own-data"]
    sheet, data = (opened(player, name) for name in reply.enclosed)
    assert "799" in read(sheet)
    assert data is not None
    assert LONG in [row["text"] for row in json.loads(data.content)["kept"]["inbox"]]


def test_a_person_has_three_copies_in_ten_minutes_then_is_told_when(player: Player) -> None:
    for _ in range(3):
        assert player.says("/mesdonnees")[0].enclosed
    (refused, *_) = player.says("/mesdonnees")
    assert refused.enclosed == ()
    assert "Je pourrai vous en remettre une autre à partir de" in refused.text
    player.now += timedelta(minutes=10)
    assert player.says("/mesdonnees")[0].enclosed


def test_who_erased_their_data_meanwhile_is_given_none(player: Player) -> None:
    assert opened(player, "own-sheet:99999") is None
    assert opened(player, "own-data:99999") is None


def test_a_copy_beyond_what_one_reads_says_where_the_rest_is() -> None:
    rows = [
        {"status": "sent", "created_at": at(date(2020, 10, 15)), "content": {"text": f"réponse {number} " * 60}}
        for number in range(2_000)
    ]
    sheet = write_sheet(OwnData({"outbox": rows}, 1), shipped(), at(date(2020, 10, 15)))
    told = [text for section in sheet.sections for _, text in section.rows]
    assert len(told) < 1_000
    assert f"La suite, {2_000 - len(told) + 1} entrées, est dans le fichier .json" in told[-1]
