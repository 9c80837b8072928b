"""A second dossier of the same town or the same person is pointed out, once, in the group and wherever it is shown."""

from datetime import timedelta

import pytest

from bot.jobs.alike import tell_of_alike
from bot.search.alike import Likeness, find_alike
from storage import recipients
from storage.engine.database import Transaction
from tests.bot.desk.conftest import library, player  # noqa: F401
from tests.bot.search.making import hand_over, make_dossier
from tests.dialogues.player import DESK, Player

DOLE, SAINT_MALO = "39198", "35288"


def _send(player: Player, reference: str, code: str, email: str) -> None:  # noqa: F811
    def work(transaction: Transaction) -> None:
        owner = recipients.register(transaction, "test", reference, player.now)
        dossier = make_dossier(player.library, reference, code, player.now, email=email)
        answers = {key: kept for key, kept in dossier.answers.items() if key != "telephone"}
        hand_over(transaction, dossier.model_copy(update={"answers": answers}), owner, player.now)

    player.database.run_now(work)
    player.now += timedelta(minutes=1)


@pytest.mark.parametrize(
    ("code", "email", "by"),
    [
        (DOLE, "b@mairie.example", Likeness.TOWN),
        (SAINT_MALO, "A@mairie.example", Likeness.PERSON),
        (SAINT_MALO, "b@mairie.example", None),
    ],
)
def test_the_second_is_pointed_out_once(player: Player, code: str, email: str, by: Likeness | None) -> None:  # noqa: F811
    _send(player, "AAA-AAA-AA3", DOLE, "a@mairie.example")
    player.database.run_now(lambda t: tell_of_alike(player.desk, t, player.now))
    assert player.deliver_to(DESK.address) == "", "the first is alone"
    _send(player, "CCC-CCC-CC4", code, email)
    second = next(each for each in player.dossiers() if each.reference == "CCC-CCC-CC4")
    found = player.database.run_now(lambda t: find_alike(player.library, t, second, player.now))
    assert [(each.row.about.name, each.by) for each in found] == ([("AAA-AAA-AA3", by)] if by else [])
    for _ in range(2):
        player.database.run_now(lambda t: tell_of_alike(player.desk, t, player.now))
    told = player.deliver_to(DESK.address)
    assert told.count("n'est pas le seul") == bool(by)
    if by:
        assert "nº AAA-AAA-AA3, Dole (Jura)" in told
        assert ("même collectivité" if by is Likeness.TOWN else "même personne") in told
