"""The group takes the dossiers away as a file, narrowed by words; who did is written down."""

import pytest

from storage import audit
from tests.bot.desk.conftest import Team
from tests.dialogues.player import Player


@pytest.mark.parametrize(
    ("words", "name"),
    [("", ".xlsx"), ("csv", ".csv"), ("JSON", ".json"), ("csv Dole", ".csv"), ("jura dole", ".xlsx")],
)
def test_a_file_comes_in_the_format_asked_for(player: Player, team: Team, sent: str, words: str, name: str) -> None:
    (told,) = team.replies("201", "Anne", f"/export {words}".strip())
    (file,) = told.files
    assert file.name == f"dossiers-2020-10-15{name}"
    assert "1 dossier" in told.text
    if name != ".xlsx":
        assert sent.encode() in file.content
    assert [each.action for each in player.database.run_now(lambda t: list(audit.read(t)))] == ["export"]


def test_nothing_found_is_said(team: Team, sent: str) -> None:
    (told,) = team.replies("201", "Anne", "/export Rennes")
    assert "Aucun dossier transmis ne répond à « Rennes »" in told.text
    assert told.files == ()
