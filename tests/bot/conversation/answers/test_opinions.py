"""When people are asked whether an answer helped, and what becomes of what they say. On the shipped call."""

from datetime import date

import pytest

from bot.conversation.answers import answers, opinions
from bot.conversation.talk.effects import CountAnswer, Tally, TellDesks
from bot.conversation.talk.messages import CHOICE_ID_BYTES, AskTeam, Choice
from bot.conversation.talk.state import Opinions
from knowledge.call.model import Entry
from knowledge.library import Library
from tests.bot.conversation.test_turn import Talk

DAY = date(2020, 10, 15)
#: Entries that rest on a source, so that people may be asked about them.
SOURCED = ("qui-peut-candidater", "calendrier", "objectifs", "organisateurs", "programme", "les-deux-programmes")
ASKED = "Cette réponse vous a-t-elle aidé ?"


@pytest.fixture
def talk(library: Library) -> Talk:
    return Talk(library)


def gives(talk: Talk, entry: str) -> str:
    return talk.says("", choice=answers.ENTRY_PREFIX + entry)


def asked_about(talk: Talk) -> str:
    """Let answers be given until the person is asked about one; return it."""
    for entry in SOURCED:
        if ASKED in gives(talk, entry):
            return entry
    raise AssertionError


def test_the_third_answer_is_asked_about_then_every_fifth_and_none_twice(talk: Talk) -> None:
    sourced = {"official", "press", "deduced"}
    given = [entry.id for entry in talk.library.call.entries if entry.basis in sourced and not entry.action][:16]
    said = [ASKED in gives(talk, entry) for entry in given]
    assert [rank for rank, asked in enumerate(said, start=1) if asked] == [3, 8, 13]
    assert not any(ASKED in gives(talk, given[2]) for _ in range(10))


@pytest.mark.parametrize("entry", ["bonjour", "hors-etat-civil", "dossier-ou", "contact-equipe"])
def test_courtesy_other_counters_and_offers_of_the_team_are_not_judged(library: Library, entry: str) -> None:
    assert not opinions.is_due(Opinions(since=20), library.entries[entry])
    assert opinions.is_due(Opinions(since=20), library.entries["calendrier"])


def test_both_buttons_stand_last_and_in_one_row(talk: Talk) -> None:
    entry = asked_about(talk)
    assert talk.last
    *_, yes, no = talk.last.replies[0].choices
    assert (yes.id, no.id) == (f"f:y:{entry}", f"f:n:{entry}")
    assert (yes.beside, no.beside) == (False, True)
    assert talk.state.offered[-1].as_choice() == no


def test_a_choice_id_fits_with_the_longest_entry_id(library: Library) -> None:
    longest = Entry.model_fields["id"].metadata
    limit = next(each.max_length for each in longest if getattr(each, "max_length", None))
    assert len(f"{opinions.PREFIX}y:") + limit <= CHOICE_ID_BYTES


def test_what_helped_is_counted_and_what_was_offered_stays(talk: Talk) -> None:
    entry = asked_about(talk)
    assert talk.effects == (CountAnswer(entry, DAY, Tally.SHOWN),)
    offered = [choice for choice in talk.choices if not choice.startswith(opinions.PREFIX)]
    assert talk.says("oui, utile") == "Merci, c'est noté."
    assert talk.effects == (CountAnswer(entry, DAY, Tally.HELPFUL),)
    assert talk.choices == offered


def test_a_button_pressed_twice_counts_once(talk: Talk) -> None:
    entry = asked_about(talk)
    talk.says("", choice=f"f:n:{entry}")
    assert talk.effects == (CountAnswer(entry, DAY, Tally.UNHELPFUL),)
    for button in ("n", "y"):
        assert "déjà noté" in talk.says("", choice=f"f:{button}:{entry}")
        assert talk.effects == ()


@pytest.mark.parametrize("choice", ["f:y:calendrier", "f:y:gone", "f:x:calendrier", "f:"])
def test_a_button_that_nobody_was_shown_counts_nothing(talk: Talk, choice: str) -> None:
    assert "ne sert plus" in talk.says("", choice=choice)
    assert talk.effects == ()


@pytest.mark.parametrize("typed", ["oui", "non"])
def test_a_typed_yes_or_no_is_no_opinion(talk: Talk, typed: str) -> None:
    asked_about(talk)
    talk.says(typed)
    assert not any(isinstance(effect, CountAnswer) and effect.tally is not Tally.SHOWN for effect in talk.effects)


def test_after_a_no_the_question_goes_to_the_team_in_the_persons_own_words(talk: Talk) -> None:
    gives(talk, "objectifs")
    gives(talk, "organisateurs")
    assert ASKED in talk.says("qui peut candidater ?")
    said = talk.says("non, pas utile")
    assert "« qui peut candidater ? »" in said
    talk.says("oui")
    effect, told = talk.effects
    assert effect == AskTeam("qui peut candidater ?", ("qui-peut-candidater",))
    assert isinstance(told, TellDesks)


def test_after_a_no_one_may_leave_it_there(talk: Talk) -> None:
    entry = asked_about(talk)
    assert talk.library.entries[entry].question in talk.says("", choice=f"f:n:{entry}")
    assert "ne transmets rien" in talk.says("non")
    assert talk.effects == ()


def test_what_is_missing_goes_to_the_team_with_consent_only(talk: Talk) -> None:
    entry = asked_about(talk)
    talk.says("", choice=f"f:n:{entry}")
    talk.says("dire ce qui manque")
    assert "Voulez-vous que je transmette" in talk.says("on ne sait pas si l'agglo peut signer")
    assert talk.effects == ()
    talk.says("oui")
    effect, _ = talk.effects
    assert isinstance(effect, AskTeam)
    assert effect.question.endswith(" : on ne sait pas si l'agglo peut signer")
    assert talk.library.entries[entry].question in effect.question
    assert effect.guesses == (entry,)


@pytest.mark.parametrize(
    ("typed", "said"), [("aide", "Écrivez votre question sur"), ("ne rien écrire", "ne transmets rien")]
)
def test_commands_and_choices_are_no_remark(talk: Talk, typed: str, said: str) -> None:
    entry = asked_about(talk)
    talk.says("", choice=f"f:w:{entry}")
    assert "Voulez-vous que je transmette ce message" not in (told := talk.says(typed))
    assert said in told


def test_only_the_message_right_behind_is_a_remark(talk: Talk) -> None:
    entry = asked_about(talk)
    talk.says("", choice=f"f:w:{entry}")
    talk.says("mes rappels")
    assert "6 novembre 2020" in talk.says("quelle est la date limite de la vague 1 ?")


def test_the_choice_keeps_its_place_beside_through_the_outbox() -> None:
    assert Choice("a", "A").as_json() == {"id": "a", "label": "A"}
    assert Choice(**Choice("a", "A", beside=True).as_json()) == Choice("a", "A", beside=True)
