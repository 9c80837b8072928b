"""Every dialogue of `dialogues/`, and the whole one cut anywhere."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.conversation.values.moves import Status
from knowledge.library import Library
from storage.engine.backup import backup
from storage.engine.encryption import KeyRing
from tests.bot.conversation.conftest import shipped
from tests.dialogues.player import Player, at
from tests.listed import read_list

FOLDER = Path(__file__).parent / "dialogues"
DIALOGUES = sorted(FOLDER.glob("*.yaml"))
WHOLE = read_list(FOLDER / "du-bonjour-au-numero.yaml")


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped()


@pytest.fixture
def players(library: Library, tmp_path: Path, keys: KeyRing) -> Iterator[list[Player]]:
    made: list[Player] = []
    yield made
    for player in made:
        player.close()


def start(
    players: list[Player], library: Library, folder: Path, keys: KeyRing, day: date, *, has_press_desk: bool = False
) -> Player:
    folder.mkdir(exist_ok=True)
    player = Player(library, folder, keys, now=at(day), has_press_desk=has_press_desk)
    players.append(player)
    return player


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.stem)
def test_dialogue(path: Path, library: Library, tmp_path: Path, keys: KeyRing, players: list[Player]) -> None:
    dialogue = read_list(path)
    has_press_desk = dialogue.get("has_press_desk", False)
    start(players, library, tmp_path, keys, dialogue["today"], has_press_desk=has_press_desk).play(dialogue["steps"])


def test_from_good_morning_to_a_number_in_less_than_twenty_messages() -> None:
    written = [step for step in WHOLE["steps"] if "user" in step or "press" in step]
    assert len(written) < 20


def test_a_dialogue_cut_anywhere_ends_with_the_same_dossier(
    library: Library, tmp_path: Path, keys: KeyRing, players: list[Player]
) -> None:
    steps = [step for step in WHOLE["steps"] if "user" in step]
    uncut = start(players, library, tmp_path / "uncut", keys, WHOLE["today"])
    uncut.play(steps)
    (expected,) = uncut.dossiers()
    assert expected.status is Status.SENT
    told = [reply.text for reply in uncut.told["clerk"]]
    before = start(players, library, tmp_path / "before", keys, WHOLE["today"])
    for cut in range(len(steps)):
        backup(before.database, copy := tmp_path / f"{cut}.sqlite3")
        told_before = [reply.text for reply in before.told.get("clerk", [])]
        for crash in ("now", "before-send"):
            player = start(players, library, tmp_path / f"{cut}-{crash}", keys, WHOLE["today"])
            player.follow(before, copy)
            player.play([{"crash": crash}, *steps[cut:]])
            assert player.dossiers() == [expected]
            assert told_before + [reply.text for reply in player.told["clerk"]] == told
            player.close()
            players.remove(player)
        before.play([steps[cut]])


def test_a_message_delivered_twice_is_answered_once(
    library: Library, tmp_path: Path, keys: KeyRing, players: list[Player]
) -> None:
    player = start(players, library, tmp_path, keys, WHOLE["today"])
    for step in WHOLE["steps"]:
        if "user" in step:
            player.says(step["user"])
            player.updates -= 1
            with pytest.raises(AssertionError):
                player.says("une tout autre réponse")
    (dossier,) = player.dossiers()
    assert dossier.status is Status.SENT
