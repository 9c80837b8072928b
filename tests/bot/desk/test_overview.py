"""What the staff look over: all of it, page by page; and a dossier found by its town."""

from datetime import timedelta

import pytest

from storage import recipients, threads
from storage.engine.database import Transaction
from tests.bot.desk.conftest import DOSSIER, Team
from tests.dialogues.player import Player
from tests.dialogues.ways import goes

QUESTIONS = 40


@pytest.fixture
def many(player: Player) -> None:
    """Forty people who wait for an answer, one a day; two of them are answered."""

    def ask(transaction: Transaction) -> None:
        member = player.member(transaction, "Anne")
        for number in range(1, QUESTIONS + 1):
            at = player.now - timedelta(days=QUESTIONS - number)
            person = recipients.register(transaction, "web", str(number), at)
            thread = threads.open_for(transaction, person, None, at)
            threads.write(transaction, thread, None, f"Ma question numéro {number} porte sur les antennes ?", at)
        player.desk.take_thread(transaction, 1, member, player.now)

    player.database.run_now(ask)


def test_every_thread_is_on_a_page_the_oldest_that_waits_first(many: None, team: Team) -> None:
    (page,) = team.replies("201", "Bob", "/ouverts")
    shown = page.text
    assert "Page 1 sur 3, 40 en tout" in shown
    assert shown.index("Échange nº 2 ") < shown.index("Échange nº 3 ")
    assert "à prendre, depuis 38 jours" in shown.replace("\N{NO-BREAK SPACE}", " ")
    assert "« Ma question numéro 2 porte sur les antennes ? »" in shown
    for _ in range(2):
        (following,) = [choice.id for choice in page.choices if choice.label == "Suivants ›"]
        (page,) = team.replies("201", "Bob", following)
        shown += page.text
    assert all(f"Échange nº {number} " in shown for number in range(1, QUESTIONS + 1))
    assert "en charge : Anne" in page.text  # what somebody has comes last
    assert [choice.label for choice in page.choices] == ["‹ Précédents"]


def test_a_page_that_is_no_more_is_the_nearest_and_a_strange_one_is_nothing(many: None, team: Team) -> None:
    (page,) = team.replies("201", "Bob", "s:page:ouverts:99")
    assert "Page 3 sur 3" in page.text
    assert team.replies("201", "Bob", "s:page:autre:1") == []
    assert team.replies("201", "Bob", "s:page:ouverts:x") == []


def test_what_waits_for_long_is_paged_too(many: None, team: Team) -> None:
    (page,) = team.replies("201", "Bob", "/rappel")
    assert "Page 1 sur 3" in page.text
    assert "Ce qui attend depuis plus de" in page.text


@pytest.mark.parametrize("words", ["Dole", "dole", "DOLE (Jura)", "Do"])
def test_a_dossier_is_found_by_its_town(sent: str, team: Team, words: str) -> None:
    assert "c.martin@dole.org" in team.writes("201", "Bob", f"/voir {words}")


def test_of_several_of_a_town_one_is_chosen(player: Player, sent: str, team: Team) -> None:
    player.person = "colleague"
    goes(player, *DOSSIER)
    (asked,) = team.replies("201", "Bob", "/voir Dole")
    assert len(asked.choices) == 2
    assert "c.martin@dole.org" in team.writes("201", "Bob", asked.choices[0].id)


def test_a_town_without_a_dossier_is_said(sent: str, team: Team) -> None:
    assert "ni une collectivité de ce nom" in team.writes("201", "Bob", "/voir Roanne")


def test_what_was_written_to_the_town_stands_in_the_sheet(player: Player, sent: str, team: Team) -> None:
    team.writes("201", "Bob", f"/prendre {sent}")
    team.writes("201", "Bob", f"/repondre {sent} Combien de postes ?")
    team.writes("201", "Bob", f"/note {sent} Voir le Cnam.")
    shown = team.writes("202", "Zoé", f"/voir {sent}")
    assert "Bob a écrit à la collectivité : « Combien de postes ? »" in shown
    assert "note interne de Bob : Voir le Cnam." in shown
