"""The staff's operations as transactions: two at once, and what a crash leaves."""

import threading

from bot.base.shelf import Shelf
from bot.desk.desk import Desk, Told
from knowledge.library import Library
from tests.bot.desk.conftest import DOSSIER
from tests.dialogues.player import Player
from tests.dialogues.ways import goes


def test_of_two_who_take_at_once_one_has_it_and_the_other_is_told_who(player: Player, sent: str) -> None:
    told: dict[str, Told] = {}
    start = threading.Barrier(2)
    members = {staff: player.database.run_now(player.member, staff) for staff in ("Anne", "Bob")}

    def take(staff: str) -> None:
        start.wait()
        told[staff] = player.database.run_now(player.desk.take, sent, members[staff], player.now)

    takers = [threading.Thread(target=take, args=(staff,)) for staff in ("Anne", "Bob")]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
    (winner,) = [staff for staff, each in told.items() if each.is_done]
    (loser,) = [staff for staff, each in told.items() if not each.is_done]
    assert winner in told[loser].text
    (dossier,) = player.dossiers()
    assert dossier.holder_name == winner


def test_a_draft_is_none_of_the_staffs_business(player: Player, library: Library) -> None:
    goes(player, *DOSSIER[:4])
    (draft,) = player.dossiers()
    desk = Desk(Shelf(library))
    assert player.database.run_now(desk.list_dossiers) == []
    assert player.database.run_now(desk.find, draft.reference) is None
    assert not player.staff("take", draft.reference, "Anne").is_done


def test_an_internal_note_is_seen_by_the_staff_alone(player: Player, sent: str) -> None:
    player.staff("take", sent, "Anne")
    player.staff("note", sent, "Bob", "Voir avec le Cnam régional.")
    found = player.database.run_now(player.desk.find, sent)
    assert found
    assert "Voir avec le Cnam régional." in [each.event.new for each in found[1]]
    player.deliver()
    goes(player, "mon dossier", "historique")
    assert all("Cnam régional" not in reply.text for reply in player.told["clerk"])


def test_what_the_town_is_told_waits_in_the_outbox_through_a_crash(player: Player, sent: str) -> None:
    player.staff("take", sent, "Anne")
    player.crash()
    assert "pris en charge" in player.deliver()[0].text


def test_an_answer_of_the_staff_waits_for_an_thread_that_another_holds(player: Player, sent: str) -> None:
    player.says("Le perroquet du maire peut-il signer la convention ?")
    player.says("oui")
    player.staff("take_thread", 1, "Anne")
    player.staff("take", sent, "Bob")
    told = player.staff("answer", sent, "Bob", "Bonjour.")
    assert not told.is_done
    assert "Anne" in told.text
