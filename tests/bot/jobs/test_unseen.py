"""Nothing waits unseen: reminders and the digest, each told once, at the hours at which somebody reads them."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.conversation.values.dossier import keep_answer
from bot.conversation.values.field import Parsed
from bot.jobs.unseen import Rules, remind_staff, tell_digest
from bot.services.dossiers import keep_dossier, read_dossier
from knowledge.library import Library
from storage import dossiers, press_requests, recipients, threads
from storage.engine.database import Transaction
from storage.engine.encryption import KeyRing
from storage.press_requests import KeptRequest
from tests.bot.search.making import hand_over, make_dossier
from tests.dialogues.player import DESK, PRESS_DESK, Player, at
from tests.shipped import shipped

#: A Thursday.
START = at(date(2020, 10, 15))


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped()


@pytest.fixture
def player(library: Library, tmp_path: Path, keys: KeyRing) -> Iterator[Player]:
    player = Player(library, tmp_path, keys, now=START.replace(hour=8), has_press_desk=True)
    yield player
    player.close()


def _send(player: Player, reference: str, code: str = "39198") -> None:
    def work(transaction: Transaction) -> None:
        owner = recipients.register(transaction, "test", reference, player.now)
        hand_over(transaction, make_dossier(player.library, reference, code, player.now), owner, player.now)

    player.database.run_now(work)


def _complete(transaction: Transaction, player: Player) -> None:
    """Let the town give the complement."""
    for kept in dossiers.list_all(transaction):
        dossier = read_dossier(kept, player.library)
        assert dossier is not None
        question = player.desk.form.question("courriel")
        assert question is not None
        completed, events = keep_answer(dossier, question, Parsed("d@dole.org", "d@dole.org"), player.now)
        keep_dossier(transaction, completed, events, None, player.now)


USUAL = Rules()


def _told(player: Player, now: datetime, rules: Rules = USUAL, desk: str = DESK.address) -> str:
    """Return what a desk is told at an instant, looked at twice."""
    player.now = now
    for _ in range(2):
        player.database.run_now(lambda t: remind_staff(player.desk, rules, t, now))
        player.database.run_now(lambda t: tell_digest(player.desk, rules, t, now))
    return player.deliver_to(desk)


NO_DIGEST = Rules(hours=24, digest_hour=None)


def test_what_nobody_takes_is_recalled_once_and_again_when_it_moved(player: Player) -> None:
    _send(player, "AAA-AAA-AA3")
    assert _told(player, START + timedelta(hours=5), NO_DIGEST) == ""
    told = _told(player, START + timedelta(days=1, hours=1), NO_DIGEST)
    assert told.count("Personne n'a encore pris") == 1
    assert "- AAA-AAA-AA3, Dole (Jura), depuis 1\N{NO-BREAK SPACE}jour.\n" in f"{told}\n"
    assert _told(player, START + timedelta(days=4), NO_DIGEST) == "", "it was said"
    player.staff("take", "AAA-AAA-AA3", "Anne")
    player.staff("release", "AAA-AAA-AA3", "Anne")
    player.deliver_to(DESK.address)
    assert "AAA-AAA-AA3" in _told(player, START + timedelta(days=6), NO_DIGEST), "it waits anew"


def test_a_complement_that_nobody_looks_at_is_recalled(player: Player) -> None:
    _send(player, "AAA-AAA-AA3")
    player.staff("take", "AAA-AAA-AA3", "Anne")
    player.staff("ask", "AAA-AAA-AA3", "Anne", "courriel", "Lequel ?")
    player.database.run_now(_complete, player)
    assert player.dossiers()[0].status == "completed"
    player.deliver_to(DESK.address)
    told = _told(player, START + timedelta(days=1, hours=3), NO_DIGEST)
    assert "La collectivité a complété ces dossiers" in told
    assert "(Anne)" in told


@pytest.mark.parametrize("day", [date(2020, 10, 17), date(2020, 10, 18)])
def test_nobody_is_reminded_on_a_week_end_or_by_night(player: Player, day: date) -> None:
    _send(player, "AAA-AAA-AA3")
    assert _told(player, at(day).replace(hour=10)) == ""
    assert _told(player, (START + timedelta(days=5)).replace(hour=4)) == ""
    assert "AAA-AAA-AA3" in _told(player, (START + timedelta(days=5)).replace(hour=10))


def test_who_wants_none_gets_none(player: Player) -> None:
    _send(player, "AAA-AAA-AA3")
    assert _told(player, START + timedelta(days=5), Rules(None, None)) == ""


def test_the_digest_is_told_once_a_day_with_what_is_old_and_what_closes(player: Player) -> None:
    assert _told(player, START + timedelta(hours=1)) == "", "nothing is open"
    _send(player, "AAA-AAA-AA3")
    _send(player, "CCC-CCC-CC4", "35288")
    player.staff("take", "CCC-CCC-CC4", "Anne")
    player.deliver_to(DESK.address)
    told = _told(player, (START + timedelta(days=1)).replace(hour=7))
    assert told.count("Le point du jour") == 1
    assert "À prendre : 1. En cours, en tout : 2." in told
    assert "Vague 1 : elle ferme dans 21 jours" in told.replace("\N{NO-BREAK SPACE}", " ")
    assert "AAA-AAA-AA3, Dole (Jura)" in told
    assert "Le point du jour" not in _told(player, (START + timedelta(days=1)).replace(hour=15))
    assert "Le point du jour" in _told(player, (START + timedelta(days=4)).replace(hour=7))


def test_an_urgent_request_to_the_press_is_recalled_before_its_hour_even_by_night(player: Player) -> None:
    needed = START.replace(hour=22)

    def work(transaction: Transaction) -> None:
        person = recipients.register(transaction, "test", "journalist", player.now)
        thread = threads.open_for(transaction, person, None, player.now)
        request = KeptRequest("PPP-PPP-PP3", thread, "waiting", True, {"media": "Le Progrès"}, player.now, needed)
        press_requests.add(transaction, "key", person, request)

    player.database.run_now(work)
    assert _told(player, needed - timedelta(hours=2), NO_DIGEST, PRESS_DESK.address) == ""
    told = _told(player, needed - timedelta(minutes=50), NO_DIGEST, PRESS_DESK.address)
    assert told.count("URGENT, toujours sans réponse : demande de presse PPP-PPP-PP3") == 1
    assert _told(player, needed + timedelta(hours=1), NO_DIGEST, PRESS_DESK.address) == ""
