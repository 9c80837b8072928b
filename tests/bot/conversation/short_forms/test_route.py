"""Who is offered the press way and who is not; how an answer is read; what is sent, urgent or not."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.conversation.fields.fields import read_field
from bot.conversation.talk.context import Context, Fresh
from bot.conversation.talk.effects import SendPressRequest
from bot.conversation.talk.messages import EDITED, Incoming
from bot.conversation.talk.state import Cursor, State
from bot.conversation.talk.visit import Turn
from bot.conversation.turn import take_turn
from bot.conversation.values.field import Asked, Parsed, Refused
from bot.conversation.values.sheet import ShortSheet
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

    def says(self, text: str, choice: str | None = None, **more: Any) -> Turn:
        incoming = Incoming("test", "1", "anne", text, self.now, choice, **more)
        turn = take_turn(self.state, incoming, self.library, Context(self.now, FRESH))
        self.state = turn.state
        return turn


@pytest.fixture
def talk(library: Library) -> Talk:
    return Talk(library)


def read(library: Library, step: str, text: str) -> Parsed | Refused:
    question = library.call.forms["press"].question(step)
    assert question
    reading = read_field(text, Asked(question, library, ALIVE))
    assert isinstance(reading, Parsed | Refused)
    return reading


def test_only_the_entries_that_give_the_press_contact_offer_a_request(library: Library) -> None:
    for entry in library.call.entries:
        assert (entry.contact == "presse") == (entry.form == "press"), entry.id


@pytest.mark.parametrize("text", ["presse", "je suis journaliste", *questions("contact-presse")])
def test_a_journalist_gets_the_card_and_the_offer(talk: Talk, text: str) -> None:
    (reply,) = talk.says(text).replies
    assert reply.contact
    assert [choice.id for choice in reply.choices[:2]] == ["d:press:start::yes", "d:press:start::no"]
    assert not any("Commencer un dossier" in choice.label for choice in reply.choices)


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
        assert not any(choice.id.startswith("d:press:") for choice in reply.choices)


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
        ("Anne Roy", "reach_none"),
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
    if talk.state.cursor and talk.state.cursor.pending:
        talk.says("oui")
    talk.says("0612345678")


def test_nothing_is_sent_before_the_consent_and_then_all_of_it(talk: Talk) -> None:
    write_request(talk, "pas de délai")
    assert talk.state.cursor
    assert talk.state.cursor.question is None
    turn = talk.says("oui")
    (effect,) = turn.effects
    assert isinstance(effect, SendPressRequest)
    assert effect.request.reference == FRESH.reference
    assert set(effect.request.answers) == {question.id for question in talk.library.call.forms["press"].questions()}
    assert all(shown in effect.told.text for shown in effect.request.answers.values())
    assert (effect.request.is_urgent, effect.request.needed_at) == (False, None)
    assert (turn.state.sheets, turn.state.cursor) == ({}, None)


def test_what_became_urgent_while_it_was_written_is_sent_as_urgent(talk: Talk) -> None:
    write_request(talk, "samedi 18h")
    talk.now += timedelta(days=2)
    (effect,) = talk.says("oui").effects
    assert isinstance(effect, SendPressRequest)
    assert effect.request.is_urgent
    assert "URGENT" in effect.told.text


def test_a_button_of_a_request_that_is_over_does_nothing(talk: Talk) -> None:
    old = ("press:send:yes", "press:skip:deadline", "press:edit:medium", "press:drop", "press:x", "press:")
    for choice in (*old, "d:press:send::yes", "d:press:s:deadline", "d:press:e:medium", "d:press:drop"):
        turn = talk.says("", choice)
        assert (turn.effects, turn.state.sheets) == ((), {})
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
    assert [choice.id for choice in turn.replies[-1].choices] == [
        "d:press:t:medium:answer",
        "d:press:t:medium:question",
    ]


def test_a_dossier_that_is_opened_puts_the_request_aside() -> None:
    request = Cursor(sheet="press", question="medium", doubted="AFP ?", asked_at=ALIVE)
    dossier = Cursor(sheet=FRESH.reference, asked_at=ALIVE)
    sheets = {"press": ShortSheet(reference="press", updated_at=ALIVE)}
    opened = State(sheets=sheets, cursor=dossier).after(request)
    assert opened.aside == (request.put_aside(),)
    assert opened.model_copy(update={"cursor": request}).after(dossier).aside == (dossier.put_aside(),)


def test_the_buttons_of_a_request_begun_before_still_serve(talk: Talk) -> None:
    """Their ids were once others: they stand in running chats."""
    talk.says("presse")
    for choice, text in (("press:start:yes", ""), (None, "AFP"), (None, "Une citation."), ("press:skip:deadline", "")):
        talk.says(text, choice)
    talk.says("0612345678 01")
    assert talk.state.cursor
    assert talk.state.cursor.pending
    talk.says("", "press:confirm:yes")
    talk.says("", "press:edit:no")
    talk.says("", "press:edit:medium")
    assert talk.state.cursor.question == "medium"
    talk.says("Radio Jura")
    (effect,) = talk.says("", "press:send:yes").effects
    assert isinstance(effect, SendPressRequest)
    assert effect.request.answers["medium"] == "Radio Jura"
    assert effect.request.answers["deadline"] == "Pas de délai"


def test_an_answer_that_is_changed_where_it_was_typed_is_corrected(talk: Talk) -> None:
    """As in a dossier."""
    for text in ("presse", "oui"):
        talk.says(text)
    talk.says("AFP", message="m1")
    turn = talk.says("AFP Lyon", message="m1", unread=EDITED)
    assert talk.state.sheets["press"].answers["medium"].shown == "AFP Lyon"
    assert "Quel est votre sujet" in turn.replies[0].text


@pytest.mark.parametrize("text", ["je ne sais pas", "non", "..."])
def test_what_says_nothing_is_no_answer_to_what_is_necessary(talk: Talk, text: str) -> None:
    for said in ("presse", "oui", text):
        turn = talk.says(said)
    assert "medium" not in talk.state.sheets["press"].answers
    assert "Pour quel média" in turn.replies[-1].text


def test_help_is_about_the_question(talk: Talk) -> None:
    for said in ("presse", "oui", "AFP", "Une citation.", "aide"):
        turn = talk.says(said)
    assert "pas de délai" in turn.replies[0].text
