"""Who is offered the press way and who is not; how an answer is read; what is sent, urgent or not."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml

from bot.conversation.press.questions import QUESTIONS, question_of, read_answer
from bot.conversation.press.route import give_way, waiting
from bot.conversation.talk.context import Context, Fresh
from bot.conversation.talk.effects import SendPressRequest
from bot.conversation.talk.exchange import Exchange, Turn
from bot.conversation.talk.messages import Incoming
from bot.conversation.talk.state import Cursor, PressDraft, State
from bot.conversation.turn import take_turn
from bot.conversation.values.field import Parsed, Refused
from knowledge.call.model import Action
from knowledge.library import Library
from tests.bot.conversation.conftest import ALIVE

_QUESTIONS = Path(__file__).resolve().parents[3] / "questions"
FRESH = Fresh("K7R-M3W-X9A", "K7RA-M3WC-X9AE")


def questions(entry: str) -> list[str]:
    return list(yaml.safe_load((_QUESTIONS / f"{entry}.yaml").read_text(encoding="utf-8"))["questions"])


class Talk:
    """A conversation without anything behind it."""

    def __init__(self, library: Library, now: datetime = ALIVE) -> None:
        self.library, self.now, self.state = library, now, State()

    def says(self, text: str, choice: str | None = None) -> Turn:
        incoming = Incoming("test", "1", "anne", text, self.now, choice)
        turn = take_turn(self.state, incoming, self.library, Context(self.now, FRESH))
        self.state = turn.state
        return turn


@pytest.fixture
def talk(library: Library) -> Talk:
    return Talk(library)


def read(library: Library, step: str, text: str) -> Parsed | Refused:
    exchange = Exchange(State(), Incoming("test", "1", "anne", text, ALIVE), library, Context(ALIVE, FRESH))
    question = question_of(step)
    assert question
    reading = read_answer(text, question, exchange)
    assert isinstance(reading, Parsed | Refused)
    return reading


def test_only_the_entries_that_give_the_press_contact_offer_a_request(library: Library) -> None:
    for entry in library.call.entries:
        assert (entry.contact == "presse") == (entry.action is Action.PRESS_REQUEST), entry.id


@pytest.mark.parametrize("text", ["presse", "je suis journaliste", *questions("contact-presse")])
def test_a_journalist_gets_the_card_and_the_offer(talk: Talk, text: str) -> None:
    (reply,) = talk.says(text).replies
    assert reply.contact
    assert [choice.id for choice in reply.choices[:2]] == ["press:start:yes", "press:start:no"]
    assert not any(choice.id.startswith("d:") for choice in reply.choices)


@pytest.mark.parametrize(
    "text",
    [
        "parler à quelqu'un",
        "ma ville peut-elle candidater",
        *(each for entry in ("contact-equipe", "coordonnees-equipe", "referent-regional") for each in questions(entry)),
    ],
)
def test_an_applicant_is_never_given_the_press_officer(talk: Talk, text: str) -> None:
    for reply in talk.says(text).replies:
        assert reply.contact is None
        assert "Zanetti" not in reply.text
        assert not any(choice.id.startswith("press:") for choice in reply.choices)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("06 12 34 56 78", "06 12 34 56 78"),
        ("0612345678", "06 12 34 56 78"),
        ("Anne Roy, 0612345678", "Anne Roy, 0612345678"),
        ("a.roy@exemple.fr", "a.roy@exemple.fr"),
        ("Anne Roy\na.roy@exemple.fr", "Anne Roy a.roy@exemple.fr"),
        ("06 12 34 56 78 ou a.roy@exemple.fr", "06 12 34 56 78 ou a.roy@exemple.fr"),
    ],
)
def test_one_may_be_called_back_by_telephone_or_by_mail(library: Library, text: str, shown: str) -> None:
    reading = read(library, "callback", text)
    assert isinstance(reading, Parsed)
    assert reading.shown == shown


def test_figures_left_over_beside_a_number_are_doubted(library: Library) -> None:
    reading = read(library, "callback", "01 23 45 67 89 01 23")
    assert isinstance(reading, Parsed)
    assert (reading.needs_confirmation, reading.shown) == (True, "01 23 45 67 89 01 23")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Anne Roy", "press_callback_none"),
        ("06 12 34", "phone_wrong"),
        ("a.roy@exemple", "email_wrong"),
        (f"{'x' * 400} 0612345678", "field_too_long"),
    ],
)
def test_without_a_way_to_be_reached_the_answer_is_refused(library: Library, text: str, message: str) -> None:
    reading = read(library, "callback", text)
    assert isinstance(reading, Refused)
    assert reading.message == message


def test_a_deadline_is_shown_as_it_was_understood(library: Library) -> None:
    reading = read(library, "deadline", "demain 18h")
    assert isinstance(reading, Parsed)
    assert reading.shown.replace("\N{NO-BREAK SPACE}", " ") == "vendredi 16 octobre 2020, à 18 h (heure de Paris)"
    assert reading.needs_confirmation


def write_request(talk: Talk, deadline: str) -> None:
    for text in ("presse", "oui", "AFP", "Une citation sur l'appel.", deadline):
        talk.says(text)
    if talk.state.press and talk.state.press.pending:
        talk.says("oui")
    talk.says("0612345678")


def test_nothing_is_sent_before_the_consent_and_then_all_of_it(talk: Talk) -> None:
    write_request(talk, "pas de délai")
    assert talk.state.press
    assert talk.state.press.step is None
    turn = talk.says("oui")
    (effect,) = turn.effects
    assert isinstance(effect, SendPressRequest)
    assert effect.request.reference == FRESH.reference
    assert set(effect.request.answers) == {question.id for question in QUESTIONS}
    assert all(shown in effect.told.text for shown in effect.request.answers.values())
    assert (effect.request.is_urgent, effect.request.needed_at) == (False, None)
    assert turn.state.press is None


def test_what_became_urgent_while_it_was_written_is_sent_as_urgent(talk: Talk) -> None:
    write_request(talk, "samedi 18h")
    talk.now += timedelta(days=2)
    (effect,) = talk.says("oui").effects
    assert isinstance(effect, SendPressRequest)
    assert effect.request.is_urgent
    assert "URGENT" in effect.told.text


def test_a_button_of_a_request_that_is_over_does_nothing(talk: Talk) -> None:
    for choice in ("press:send:yes", "press:skip:deadline", "press:edit:medium", "press:drop", "press:x", "press:"):
        turn = talk.says("", choice)
        assert (turn.effects, turn.state.press) == ((), None)
        assert "ne sert plus" in turn.replies[0].text


def test_a_request_is_never_sent_before_it_was_read_back(talk: Talk) -> None:
    for text in ("presse", "oui", "AFP"):
        talk.says(text)
    assert talk.says("", "press:send:yes").effects == ()
    assert talk.says("envoyer").effects == ()


def test_what_is_written_long_after_is_asked_about(talk: Talk) -> None:
    for text in ("presse", "oui"):
        talk.says(text)
    talk.now += timedelta(days=2)
    turn = talk.says("la date limite de la vague 2")
    assert [choice.id for choice in turn.replies[-1].choices] == ["press:doubt:answer", "press:doubt:question"]


def test_a_dossier_that_is_opened_puts_the_request_aside() -> None:
    draft = PressDraft(step="medium", asked_at=ALIVE)
    cursor = Cursor(dossier=FRESH.reference, asked_at=ALIVE)
    open_beside, paused = State(press=draft, cursor=cursor), cursor.model_copy(update={"paused": True})
    assert waiting(open_beside) == draft
    assert waiting(give_way(open_beside)) is None
    assert waiting(give_way(State(press=draft, cursor=paused))) == draft
