"""What the staff write in their group: what they look over, entries drawn from threads, bans, orders with words."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import select

from bot.conversation.talk.message_names import MESSAGES
from bot.conversation.talk.messages import Reply, StaffMessage
from bot.desk.group.group import ORDER_LIFE, Group
from bot.settings import SHIPPED_CALL
from knowledge.call.check import check_folder
from storage import recipients
from storage.engine.encryption import KeyRing
from storage.engine.tables import table
from tests.dialogues.player import CHANNEL, DESK, Player, at
from tests.dialogues.ways import goes
from tests.shipped import shipped

UNANSWERED = "Le perroquet du maire peut-il signer la convention ?"
DOSSIER = (
    "je veux commencer un dossier", "oui", "Dole", "1", "oui", "non", "Claire Martin, DGS", "c.martin@dole.org",
    "passer", "1", "Des soudeurs.", "résumé", "envoyer",
)  # fmt: skip


class Staff:
    """The members of the group, who write and press."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._updates = 0

    def writes(self, text: str, about: str | None = None, member: str = "Anne") -> list[Reply]:
        """Write in the topic of `about`; return what the group is told."""
        return self._take(member, text, about, None)

    def presses(self, choice: str, member: str = "Anne") -> list[Reply]:
        return self._take(member, "", None, choice)

    def _take(self, member: str, text: str, about: str | None, choice: str | None) -> list[Reply]:
        player = self._player
        self._updates += 1
        topic = player.database.run_now(_topic, about) if about else None
        update = f"staff {self._updates}"
        message = StaffMessage(
            CHANNEL, update, DESK.address, member, member, text, player.now, choice=choice, topic=topic
        )
        player.deliver()
        player.told.pop(DESK.address, None)
        player.database.run_now(Group(player.desk).handle, message, player.now)
        player.deliver()
        return player.told.pop(DESK.address, [])


def _topic(transaction, about: str) -> str:  # type: ignore[no-untyped-def]
    from storage import topics
    from storage.topics import KeptTopic

    group = recipients.register(transaction, CHANNEL, DESK.address, at(date(2020, 10, 15)))
    topics.keep(transaction, group, about, KeptTopic(f"topic of {about}", ""))
    return f"topic of {about}"


@pytest.fixture
def player(tmp_path: Path, keys: KeyRing) -> Iterator[Player]:
    player = Player(shipped(), tmp_path, keys, now=at(date(2020, 10, 15)))
    yield player
    player.close()


@pytest.fixture
def staff(player: Player) -> Staff:
    return Staff(player)


@pytest.fixture
def thread(player: Player) -> str:
    """A thread with someone who speaks for Dole and asked what no entry answers."""
    player.says("Ma ville, Dole, peut-elle candidater ?")
    player.says(UNANSWERED)
    player.says("oui")
    return "thread:1"


@pytest.fixture
def dossier(player: Player) -> str:
    goes(player, *DOSSIER)
    return f"dossier:{player.dossiers()[0].reference}"


def test_the_staff_learn_the_town_and_what_was_guessed(player: Player, thread: str) -> None:
    player.deliver()
    told = player.told[DESK.address][-1].text
    assert told.startswith("Une personne demande à l'équipe :")
    assert UNANSWERED in told
    assert "Dole (Jura)" in told


def test_that_a_message_failed_is_told_and_not_kept(player: Player) -> None:
    message = StaffMessage(CHANNEL, "failed", DESK.address, "Anne", "Anne", "/liste", player.now)
    player.deliver()
    player.told.pop(DESK.address, None)
    player.database.run_now(Group(player.desk).record_failure, message, "ValueError somewhere", player.now)
    player.deliver()
    [told] = player.told[DESK.address]
    assert told.text.startswith("Un incident est survenu")
    with player.database.transaction() as transaction:
        kept = transaction.connection.execute(select(table("outbox").c.key)).scalars().all()
    assert [key for key in kept if "failed" in key] == []


@pytest.mark.parametrize(
    ("guesses", "told"),
    [(["Qui ?"], "pensait à « Qui ? »."), (["Qui ?", "Quand ?"], "entre : « Qui ? », « Quand ? ».")],
)
def test_one_guess_is_no_hesitation(guesses: list[str], told: str) -> None:
    question = shipped().say("desk_question", at(date(2020, 10, 15)), question="Où ?", town=None, guesses=guesses)
    assert told in question


def test_an_entry_drawn_from_an_thread_can_be_served(player: Player, staff: Staff, thread: str, tmp_path: Path) -> None:
    (told,) = staff.writes("/fiche", thread)
    assert "pas encore de question et de réponse" in told.text
    staff.writes("/prendre", thread)
    staff.writes("Non : {{ le perroquet }} n'est pas élu.\nLe maire signe lui-même.", thread)
    staff.writes("// c'est la troisième fois qu'on le demande", thread)
    (told,) = staff.writes("/fiche", thread)
    (file,) = told.files
    written = file.content.decode()
    assert UNANSWERED in written
    assert "troisième fois" not in written, "a note is not for the public"
    call = tmp_path / "call"
    copytree(SHIPPED_CALL, call)
    (call / "answers" / file.name).write_bytes(file.content)
    assert [fault for fault in check_folder(call, date(2026, 11, 25), MESSAGES) if not fault.is_warning] == []


def test_whom_the_staff_ban_is_told_so_and_answered_nothing_else(player: Player, staff: Staff, thread: str) -> None:
    (told,) = staff.writes("/bannir", thread)
    assert "ne peut plus écrire" in told.text
    assert "suspendu" in player.deliver_to("clerk")
    (said,) = player.says("Quelles sont les dates limites ?")
    assert "je n'ai pas lu votre message" in said.text
    assert "coeurterritoires@lecnam.net" in said.text, "how to reach the organisers"
    assert "6 novembre" not in said.text
    assert player.says("Et la vague 2 ?") == player.says("Allô ?") == []
    assert player.says("/confidentialite"), "one's rights on one's data remain"
    staff.writes("/debannir", thread)
    assert "rétabli" in player.deliver_to("clerk")
    assert player.says("Quelles sont les dates limites ?")


def test_who_erases_their_data_stays_banned_and_is_told_so(player: Player, staff: Staff, thread: str) -> None:
    (screen,) = player.says("/effacer")
    assert "suspen" not in screen.text
    staff.writes("/bannir", thread)
    (screen,) = player.says("/effacer")
    assert "suspension demeure" in screen.text
    (farewell,) = player.press("Oui, tout effacer")
    assert "suspension demeure" in farewell.text
    assert "repartirons de zéro" not in farewell.text
    player.deliver()
    with player.database.transaction() as transaction:
        left = transaction.connection.execute(select(table("recipients").c.address, table("recipients").c.banned_at))
        assert [address for address, banned_at in left if banned_at] == [""]
    (said,) = player.says("Quelles sont les dates limites ?")
    assert "suspendu" in said.text


def test_of_who_is_suspended_and_writes_on_the_staff_know_and_both_are_told_now_and_then(
    player: Player, staff: Staff, thread: str
) -> None:
    staff.writes("/bannir", thread)
    player.deliver_to("clerk")
    told, shown = [], []
    for _ in range(20):
        player.wait(timedelta(hours=12))
        player.deliver_to(DESK.address)
        told.append(len(player.says("Répondez-moi !")))
        shown.append("la personne dont vous avez suspendu l'accès écrit encore" in player.deliver_to(DESK.address))
    assert sum(told) == 10, "once a day"
    assert (shown[0], sum(shown)) == (True, 2), "once a week"
    assert "Répondez-moi" not in player.deliver_to(DESK.address)
    staff.writes("/debannir 1")
    assert "rétabli" in player.deliver_to("clerk")


def test_what_has_waited_for_long_is_listed(player: Player, staff: Staff, dossier: str) -> None:
    (told,) = staff.writes("/rappel")
    assert "Rien n'attend" in told.text
    player.wait(timedelta(days=4))
    (told,) = staff.writes("/rappel")
    assert dossier.removeprefix("dossier:") in told.text


def test_a_town_is_reminded_of_what_was_asked_only(player: Player, staff: Staff, dossier: str) -> None:
    reference = dossier.removeprefix("dossier:")
    (told,) = staff.writes(f"/rappel {reference}")
    assert "aucun complément" in told.text
    staff.writes(f"/prendre {reference}")
    staff.writes(f"/demander {reference} courriel Celle de la mairie.")
    player.deliver_to("clerk")
    staff.writes(f"/rappel {reference}")
    assert "Celle de la mairie." in player.deliver_to("clerk")
    assert any("rappelé" in reply.text for text in ("mon dossier", "historique") for reply in player.says(text))


def test_a_town_is_reminded_by_number_only_and_not_twice_in_a_day(player: Player, staff: Staff, dossier: str) -> None:
    reference = dossier.removeprefix("dossier:")
    staff.writes("/prendre", dossier)
    staff.writes(f"/demander {reference} courriel Celle de la mairie.")
    player.deliver_to("clerk")
    (told,) = staff.writes("/rappel", dossier)
    assert "/rappel suivi du numéro" in told.text, "alone, even in its topic, it lists what waits"
    assert "attend toujours" not in player.deliver_to("clerk")
    staff.writes(f"/rappel {reference}", "thread:1")
    assert "attend toujours" in player.deliver_to("clerk"), "the number says which, wherever it is written"
    (told,) = staff.writes(f"/rappel {reference}")
    assert "Rien n'est envoyé : le dernier rappel est parti le 15 octobre 2020 à " in told.text
    assert "attend toujours" not in player.deliver_to("clerk")
    player.wait(timedelta(days=1, minutes=1))
    staff.writes(f"/rappel {reference}")
    assert "attend toujours" in player.deliver_to("clerk")


def test_the_staff_are_told_what_was_done(player: Player, staff: Staff, dossier: str) -> None:
    reference = dossier.removeprefix("dossier:")
    staff.writes("/prendre", dossier)
    for text, done in (
        ("Bonjour.", "envoyé à la collectivité"),
        ("// À revoir.", "note gardée ; la collectivité ne la voit pas, sauf dans une copie de ses données"),
        (f"/demander {reference} courriel Celle de la mairie.", "la demande de complément part vers la collectivité"),
        (f"/rappel {reference}", "le rappel part vers la collectivité"),
    ):
        (told,) = staff.writes(text, None if reference in text else dossier)
        assert told.text == f"C'est fait, {done} (dossier {reference})."


def test_of_an_thread_too_the_staff_are_told_what_was_done(staff: Staff, thread: str) -> None:
    staff.writes("/prendre", thread)
    assert staff.writes("Bonjour.", thread)[-1].text == "C'est fait, envoyé à la personne (échange nº 1)."
    (told,) = staff.writes("// À revoir.", thread)
    assert told.text == "C'est fait, note gardée ; la personne ne la voit pas (échange nº 1)."


def test_the_figures_tell_how_much_and_of_nobody(player: Player, staff: Staff, dossier: str, thread: str) -> None:
    (told,) = staff.writes("/stats")
    assert "questions transmises à l'équipe : 1" in told.text
    assert "- dossiers : 1 transmis" in told.text
    assert "Martin" not in told.text


def test_the_words_of_an_order_are_the_next_message_of_who_gave_it(player: Player, staff: Staff, dossier: str) -> None:
    staff.writes("/prendre", dossier, member="Bruno")
    staff.presses(f"s:note:{dossier}")
    staff.writes("Bonjour à la ville.", dossier, member="Bruno")  # not his note: it goes to the town
    assert "Bonjour à la ville." in player.deliver_to("clerk")
    staff.writes("À revoir lundi.", dossier)
    assert "À revoir lundi." not in player.deliver_to("clerk")
    (told,) = staff.writes("/voir", dossier)
    assert "À revoir lundi." in told.text


def test_an_order_without_words_is_forgotten_in_time(player: Player, staff: Staff, dossier: str) -> None:
    staff.writes("/prendre", dossier)
    staff.presses(f"s:clore:{dossier}:retenu")
    player.now += ORDER_LIFE + timedelta(minutes=1)
    player.deliver_to("clerk")
    (asked,) = staff.writes("Nous vous appelons demain.", dossier)
    assert "vous écrit" not in player.deliver_to("clerk"), "who took long may not know any more what was asked"
    staff.presses(asked.choices[0].id)
    assert "vous écrit" in player.deliver_to("clerk")
    (kept,) = player.dossiers()
    assert kept.status == "taken"


@pytest.mark.parametrize("text", ["Bonjour à tous", "/inconnue", "/prendre"])
def test_what_is_about_nothing_changes_nothing(staff: Staff, text: str) -> None:
    told = staff.writes(text)
    assert all("Rien" in reply.text or "De quel" in reply.text for reply in told)


def test_what_a_command_names_wins_over_where_it_is_written(
    player: Player, staff: Staff, dossier: str, thread: str
) -> None:
    reference = dossier.removeprefix("dossier:")
    staff.writes(f"/repondre {reference.lower()} Bonjour de l'équipe.", thread)
    assert "Bonjour de l'équipe." in player.deliver_to("clerk")
    (kept,) = player.dossiers()
    assert kept.holder_name == "Anne"
    staff.writes(f"/rendre {reference}", thread)
    (kept,) = player.dossiers()
    assert kept.holder is None
    (told,) = staff.writes("/voir 1", dossier)
    assert UNANSWERED in told.text


@pytest.mark.parametrize("words", ["2 places restent.", "Restons-en là."])
def test_words_that_name_nothing_stay_words(player: Player, staff: Staff, thread: str, words: str) -> None:
    staff.writes(f"/repondre {words}", thread)
    assert words in player.deliver_to("clerk")


@pytest.mark.parametrize("place", [None, "thread:1"])
def test_a_number_too_long_is_no_threads(staff: Staff, thread: str, place: str | None) -> None:
    (told,) = staff.writes("/prendre 99999999999999999999", place)
    assert "Aucun échange ne porte le numéro 99999999999999999999" in told.text
    assert staff.presses("s:prendre:thread:99999999999999999999") == []


def test_whom_the_staff_ban_is_put_no_question_of_a_form(player: Player, staff: Staff, thread: str) -> None:
    goes(player, "je veux commencer un dossier", "oui", "Dole")
    assert player.says("", unread="sticker")
    staff.writes("/bannir", thread)
    player.deliver_to("clerk")
    (said,) = player.says("", unread="sticker")
    assert said.choices == ()
    assert player.says("", unread="sticker") == []
    notice = player.says("/confidentialite")
    assert notice
    assert all("attend votre réponse" not in reply.text for reply in notice)


def test_of_an_thread_a_number_that_never_was_and_one_that_is_over_are_told_apart(staff: Staff, thread: str) -> None:
    for verb in ("prendre", "rendre", "confier", "clore", "repondre", "note", "rouvrir"):
        (told,) = staff.writes(f"/{verb} 99 Bob")
        assert "Aucun échange ne porte le numéro 99" in told.text, verb
        assert "ouvert ne" not in told.text
    staff.writes("/clore 1 Fini.")
    for verb in ("prendre", "rendre", "clore"):
        (told,) = staff.writes(f"/{verb} 1 Fini.")
        assert "L'échange nº 1 est terminé" in told.text, verb
