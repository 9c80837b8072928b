"""What members of the staff write a little beside what is expected: nothing goes astray, nothing is lost in silence."""

from collections.abc import Sequence

import pytest

from bot.conversation.talk.messages import Attachment, Choice, Doubt, Reply, StaffMessage
from bot.desk.group.group import Group
from bot.documents.fetching import Fetched
from storage import recipients, topics
from storage.engine.database import Transaction
from storage.topics import KeptTopic
from tests.dialogues.player import CHANNEL, DESK, PDF, Player
from tests.dialogues.ways import goes

ANNE, BOB = ("Anne", "201"), ("Bob", "202")
BOT, QUESTION = "guichet_bot", "Le perroquet du maire peut-il signer la convention ?"
SEND = "s:envoyer:draft:"


class Team:
    """Members who write in topics, or outside of any."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self._numbers = iter(range(1, 1000))

    def writes(
        self,
        text: str,
        about: str | None = None,
        member: tuple[str, str] = ANNE,
        *,
        edited: str | None = None,
        doubt: Doubt | None = None,
        album: tuple[str, str] | None = None,
        choice: str | None = None,
    ) -> Sequence[str]:
        """Write in the topic of `about`; return what the group is told. `edited`: the message changed; `album`: its id
        and the name of a document."""
        player, number = self.player, next(self._numbers)
        topic = player.database.run_now(keep_topic, player, about) if about else None
        documents: tuple[Attachment, ...] = ()
        if album:
            player.given[album[1]] = Fetched(PDF)
            documents = (Attachment(album[1], album[1], "application/pdf", len(PDF), album[0]),)
        message = StaffMessage(
            CHANNEL, f"staff {number}", DESK.address, *member, text, player.now, choice=choice, topic=topic,
            message=edited or f"m{number}", is_edit=edited is not None, doubt=doubt, bot=BOT, content=text,
            attachments=documents, album=album[0] if album else None,
        )  # fmt: skip
        self.message = f"m{number}"
        player.database.run_now(Group(player.desk).handle, message, player.now)
        player.deliver()
        self.asked: list[Reply] = player.told.pop(DESK.address, [])
        return [reply.text for reply in self.asked]

    def sends(self, member: tuple[str, str] = ANNE) -> Sequence[str]:
        """Press the button that sends what was asked about."""
        choice = next(each.id for reply in self.asked for each in reply.choices if each.id.startswith(SEND))
        return self.writes("", choice=choice, member=member)

    def town_got(self) -> str:
        return "\n".join(reply.text for reply in self.player.told.pop("clerk", []))


def keep_topic(transaction: Transaction, player: Player, about: str) -> str:
    group = recipients.register(transaction, CHANNEL, DESK.address, player.now)
    topics.keep(transaction, group, about, KeptTopic(about, ""))
    return about


@pytest.fixture
def team(player: Player) -> Team:
    return Team(player)


@pytest.fixture
def thread(player: Player, team: Team) -> str:
    goes(player, QUESTION, "oui")
    player.told.clear()
    return "thread:1"


@pytest.fixture
def another(player: Player, thread: str) -> str:
    """A thread with somebody else."""
    player.person = "other"
    goes(player, QUESTION, "oui")
    player.person = "clerk"
    player.told.clear()
    return "thread:2"


def test_an_answer_that_begins_with_another_threads_number_is_asked_about(team: Team, another: str) -> None:
    team.writes("/prendre", "thread:1")
    team.town_got()
    (told,) = team.writes("/repondre 2 Pour l'autre ville.", "thread:1")
    assert "2 est aussi le numéro d'un échange" in told
    assert team.town_got() == ""
    team.sends()
    assert "2 Pour l'autre ville." in team.town_got()


def test_words_that_close_and_begin_with_another_threads_number_are_asked_about(team: Team, another: str) -> None:
    team.writes("/prendre", "thread:1")
    team.town_got()
    (told,) = team.writes("/clore 2 doublon", "thread:1")
    assert "2 est aussi le numéro d'un échange" in told
    assert "est-ce le motif pour clore" in told
    assert team.town_got() == ""


@pytest.mark.parametrize("text", ["/repondre 1 Bonjour à vous.", "/clore 1 Bonjour à vous."])
def test_the_number_of_the_place_itself_is_no_word_for_the_town(team: Team, thread: str, text: str) -> None:
    team.writes("/prendre", thread)
    team.town_got()
    (told,) = team.writes(text, thread)
    assert "« Bonjour à vous. »" in told
    team.sends()
    got = team.town_got()
    assert "Bonjour à vous." in got
    assert "1 Bonjour" not in got


def test_a_figure_that_numbers_no_thread_is_a_word(team: Team, thread: str) -> None:
    team.writes("/repondre 3 pièces manquent.", thread)
    assert "3 pièces manquent." in team.town_got()


def test_why_something_is_taken_over_is_no_word_for_a_town(team: Team, thread: str) -> None:
    team.writes("/prendre", thread, BOB)
    team.writes("/reprendre", thread)
    told = team.writes("@bob est en congé", thread, doubt=Doubt.MENTION)
    assert any("l'a repris" in each for each in told), told
    assert "congé" not in team.town_got()


def test_what_is_asked_about_words_names_what_they_were_asked_for(team: Team, thread: str) -> None:
    team.writes("/prendre", thread)
    team.writes("/clore", thread)
    (told,) = team.writes("@bob l'a fait", thread, doubt=Doubt.MENTION)
    assert "motif pour clore" in told
    assert team.asked[0].choices[0].label == "Terminer"


def test_a_note_between_does_not_turn_the_words_asked_for_into_an_answer(team: Team, thread: str) -> None:
    team.writes("/prendre", thread)
    team.writes("/clore", thread)
    (told,) = team.writes("// je clos", thread)
    assert "note gardée" in told
    assert "pourquoi c'est clos" in told
    team.town_got()
    team.writes("Répondu au téléphone.", thread)
    assert "a terminé l'échange : Répondu au téléphone." in team.town_got()


def test_a_command_put_right_by_a_change_is_not_done_and_that_is_said(team: Team, thread: str) -> None:
    team.writes("/prndre 1")
    (told,) = team.writes("/prendre 1", edited=team.message)
    assert "dans un nouveau message" in told
    assert not team.writes("/prendre@autre_bot 1", edited=team.message)
    assert not team.writes("À demain", edited=team.message)


@pytest.mark.parametrize("call", ["@guichet_bot ", "  @Guichet_Bot, ", "@guichet_bot\n"])
def test_a_command_behind_the_bots_name_is_one(team: Team, thread: str, call: str) -> None:
    told = team.writes(f"{call}/prendre 1", doubt=Doubt.MENTION)
    assert "Échange nº 1 : Anne répond." in told
    team.town_got()
    (told_of_note,) = team.writes(f"{call}// entre nous", thread, doubt=Doubt.MENTION)
    assert "note gardée" in told_of_note
    assert team.town_got() == ""


def test_a_note_that_takes_back_the_rest_of_its_album_says_so(team: Team, thread: str) -> None:
    team.writes("/prendre", thread)
    team.writes("", thread, album=("9", "a.pdf"))
    team.sends()
    (told,) = team.writes("// avis interne", thread, album=("9", "b.pdf"))
    assert "je l'y retire" in told


def test_what_waits_is_given_up_by_annuler_and_never_sent(player: Player, team: Team, thread: str) -> None:
    team.writes("Oui, il peut.", thread)
    asked = team.asked
    assert team.writes("/annuler", thread) == ["Entendu, votre message qui attendait est oublié : rien n'est envoyé."]
    team.asked = asked
    assert "vous avez renoncé à ce message" in team.sends()[-1]
    assert "Oui, il peut." not in team.town_got()
    assert team.writes("/annuler", thread) == ["Entendu, rien n'est changé."]


def test_annuler_gives_up_ones_own_here_and_nobody_elses(player: Player, team: Team, thread: str, another: str) -> None:
    for member, about in ((ANNE, thread), (ANNE, another), (BOB, thread)):
        team.writes("Oui, il peut.", about, member)
    assert "votre message" in team.writes("/annuler", thread)[-1]
    assert "votre message" in team.writes("/annuler", another, ANNE)[-1]
    team.writes("/prendre", thread, BOB)
    team.asked = [Reply("", (Choice(f"{SEND}3", ""),))]
    assert "parti" in team.sends(BOB)[-1] or "envoyé" in team.asked[-1].text


def test_a_draft_that_became_a_reason_is_said_to_be_one(player: Player, team: Team, thread: str) -> None:
    team.writes("/prendre", thread)
    team.writes("", choice=f"s:clore:{thread}")
    team.writes("Réglé par téléphone. // à relire", thread)
    asked = team.asked
    team.sends()
    team.asked = asked
    told = team.sends()
    assert "le motif par lequel vous avez clos ; la personne le lit" in told[-1], told
    assert "la collectivité" not in told[-1]
