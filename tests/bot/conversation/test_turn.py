"""The routes of one message, on the shipped call."""

from datetime import datetime

import pytest

from bot.conversation.answers import answers
from bot.conversation.talk.context import Context
from bot.conversation.talk.effects import CountAnswer, TellDesks
from bot.conversation.talk.messages import AskTeam, Incoming
from bot.conversation.talk.state import State
from bot.conversation.turn import QUESTION_LIMIT, Turn, take_turn
from knowledge.library import Library
from tests.bot.conversation.conftest import ALIVE, BEFORE, CLOSED

UNKNOWN = "quelle est la couleur préférée des dragons"


class Talk:
    """A conversation kept in memory: what was said last, and the state it left."""

    def __init__(self, library: Library, now: datetime = ALIVE) -> None:
        self.library, self.now, self.state = library, now, State()
        self.last: Turn | None = None

    def says(self, text: str, choice: str | None = None) -> str:
        incoming = Incoming("test", "1", "alice", text, self.now, choice)
        self.last = take_turn(self.state, incoming, self.library, Context(self.now))
        # The state goes through JSON, as it does in the database.
        self.state = State.model_validate_json(self.last.state.model_dump_json())
        return "\n\n".join(reply.text for reply in self.last.replies)

    @property
    def choices(self) -> list[str]:
        assert self.last
        return [choice.id for reply in self.last.replies for choice in reply.choices]

    @property
    def labels(self) -> list[str]:
        assert self.last
        return [choice.label for reply in self.last.replies for choice in reply.choices]

    @property
    def effects(self) -> tuple[object, ...]:
        assert self.last
        return self.last.effects


@pytest.fixture
def talk(library: Library) -> Talk:
    return Talk(library)


def test_a_source_is_given_in_full_once_in_a_conversation(talk: Talk) -> None:
    title = "lancement du second appel"
    assert title in talk.says("Jusqu'à quand peut-on candidater en vague 1 ?")
    said = talk.says("Jusqu'à quand peut-on candidater en vague 2 ?")
    assert title not in said
    assert "Déjà cité : [Cnam, 23 juillet 2020]" in said or "Déjà cité : Cnam, 23 juillet 2020" in said
    assert title in talk.says("source ?")
    talk.says("/start")
    assert title in talk.says("Jusqu'à quand peut-on candidater en vague 2 ?")


def test_a_question_is_answered_with_its_source(talk: Talk) -> None:
    said = talk.says("Jusqu'à quand peut-on candidater en vague 1 ?")
    assert "vendredi 6 novembre 2020" in said
    assert "Source officielle : " in said
    assert "Vérifié le " in said


def test_the_answer_follows_the_clock(library: Library) -> None:
    question = "quelle est la date limite de la vague 1"
    assert "22\xa0jours" in Talk(library).says(question)
    assert "close" in Talk(library, CLOSED).says(question)


@pytest.mark.parametrize(("now", "first"), [(BEFORE, "L'appel n'est pas encore ouvert"), (CLOSED, "L'appel est clos")])
def test_a_call_that_is_not_open_is_said_first_and_once(library: Library, now: datetime, first: str) -> None:
    talk = Talk(library, now)
    assert talk.says("Qui peut candidater ?").startswith(first)
    assert not talk.says("Quelles sont les dates des vagues ?").startswith(first)


def test_an_open_call_needs_no_notice(talk: Talk) -> None:
    assert not talk.says("Qui peut candidater ?").startswith(("L'appel est clos", "L'appel n'est pas"))


def test_another_counters_matter_needs_no_notice(library: Library) -> None:
    said = Talk(library, CLOSED).says("Comment renouveler ma carte d'identité ?")
    assert not said.startswith("L'appel est clos")


def test_what_no_entry_answers_is_said_and_the_team_offered(talk: Talk) -> None:
    said = talk.says(UNKNOWN)
    assert "Je n'ai pas cette information" in said
    assert talk.choices == [answers.TEAM_YES, answers.TEAM_NO]


@pytest.mark.parametrize("yes", ["oui", "1", "Oui, transmettre"])
def test_a_yes_hands_the_persons_own_words_to_the_team(talk: Talk, yes: str) -> None:
    talk.says(UNKNOWN)
    talk.says(yes)
    effect, told = talk.effects
    assert isinstance(told, TellDesks)
    assert isinstance(effect, AskTeam)
    assert effect.question == UNKNOWN
    assert talk.says("oui") != ""
    assert talk.effects == (), "a second yes hands over nothing"


def test_a_no_hands_over_nothing(talk: Talk) -> None:
    talk.says(UNKNOWN)
    said = talk.says("non merci")
    assert "je ne transmets rien" in said
    assert talk.effects == ()


def test_another_question_may_follow_an_offer(talk: Talk) -> None:
    talk.says(UNKNOWN)
    assert "6 novembre" in talk.says("la date limite de la vague 1 ?")
    assert "plus ancien" in talk.says("", choice=answers.TEAM_YES)
    assert talk.effects == ()


def test_an_old_button_of_an_entry_still_answers(talk: Talk) -> None:
    entry = talk.library.call.entries[0]
    assert talk.says("", choice=answers.ENTRY_PREFIX + entry.id)
    assert [type(effect) for effect in talk.effects] == [CountAnswer]


@pytest.mark.parametrize("choice", ["e:nowhere", "nonsense", "team:yes", "none"])
def test_a_button_that_means_nothing_now_is_said_so(talk: Talk, choice: str) -> None:
    assert "plus ancien" in talk.says("", choice=choice)


def test_a_number_that_is_not_offered_keeps_the_choices(talk: Talk) -> None:
    talk.says(UNKNOWN)
    assert "ne figure pas dans la liste" in talk.says("7")
    assert talk.choices == [answers.TEAM_YES, answers.TEAM_NO]


@pytest.mark.parametrize("text", ["", "   ", "😂😂😂", "????", "\x00\x07\x1b", "\u200b\u200b"])
def test_a_message_without_words_is_asked_again(talk: Talk, text: str) -> None:
    assert "Je n'ai pas pu lire de question" in talk.says(text)


def test_a_message_that_is_too_long_is_asked_shorter(talk: Talk) -> None:
    assert "trop long" in talk.says("dates " * QUESTION_LIMIT)


def test_help_cancel_and_start_work_anywhere(talk: Talk) -> None:
    assert "assistant automatique" in talk.says("/start")
    assert talk.says("aide")
    talk.says(UNKNOWN)
    assert "je ne transmets rien" in talk.says("annuler")
    assert "Rien n'est en cours" in talk.says("annuler")


def test_a_conversation_is_resumed_where_it_was(talk: Talk) -> None:
    assert "assistant automatique" in talk.says("/reprendre")
    talk.says(UNKNOWN)
    assert "Nous reprenons" in talk.says("/reprendre")
    assert talk.choices == [answers.TEAM_YES, answers.TEAM_NO]


def test_a_new_start_forgets_what_was_open(talk: Talk) -> None:
    talk.says(UNKNOWN)
    talk.says("/nouveau")
    assert talk.state.unanswered is None


def test_the_press_is_given_the_contact_card(talk: Talk) -> None:
    talk.says("Je suis journaliste, qui est votre contact presse ?")
    assert talk.last
    contact = talk.last.replies[0].contact
    assert contact is not None
    assert contact.name == "Amélie Zanetti"


def test_an_answer_without_a_source_offers_the_team(talk: Talk) -> None:
    talk.says("Combien de pages doit faire le dossier de candidature ?")
    assert answers.TEAM_YES in talk.choices
