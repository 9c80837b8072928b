"""« Ma ville peut-elle candidater ? », on the shipped call and the real registers."""

import pytest

from bot.conversation.answers import answers
from bot.conversation.answers.town import CHANGE, NAMESAKE
from bot.conversation.talk.effects import AskTeam
from knowledge.library import Library
from tests.bot.conversation.conftest import ALIVE, CLOSED
from tests.bot.conversation.test_turn import Talk

FIGEAC, CHALON, VALENCE = "46102", "71076", "26362"


@pytest.fixture
def talk(library: Library) -> Talk:
    return Talk(library)


@pytest.mark.parametrize(
    "question",
    [
        "est-ce que Figeac est concernée ?",
        "FIGEAC ELIGIBLE ?",
        "Figeac",
        "la ville de figeac peut elle candidater",
        "commune de Figeac",
        "et pour Figeac ?",
        "mairie de Figeac",
        "46102",
    ],
)
def test_a_named_town_gets_its_verdict_at_once(talk: Talk, question: str) -> None:
    said = talk.says(question)
    assert said.startswith("Oui : Figeac (Lot)")
    assert talk.state.town == FIGEAC
    assert "Je retiens Figeac" in said


def test_a_slip_is_proposed_and_not_judged(talk: Talk) -> None:
    talk.says("ma ville est-elle éligible ?")
    assert "Est-ce l'une de ces collectivités" in talk.says("figac")
    assert talk.says("1").startswith("Oui : Figeac (Lot)")


def test_several_towns_are_not_taken_for_namesakes(talk: Talk) -> None:
    assert "Vous citez plusieurs" in talk.says("Bar-le-Duc et Verdun peuvent-elles candidater ?")


def test_a_postal_code_names_the_town_that_was_asked_for(talk: Talk) -> None:
    talk.says("ma ville est-elle éligible ?")
    assert "Laquelle est la vôtre" in talk.says("08000")
    assert f"{NAMESAKE}08105" in talk.choices


def test_the_verdict_goes_criterion_by_criterion_with_its_sources(talk: Talk) -> None:
    said = talk.says("Figeac est-elle éligible ?")
    for criterion in ("Action cœur de ville", "Territoires d'industrie", "Qui dépose", "Premier appel (2019)"):
        assert f"- **{criterion}**" in said
    assert "Sources : Cnam, 23 juillet 2020" in said
    assert "(copie non officielle)" in said


def test_a_town_in_neither_list_is_to_be_confirmed_and_the_team_offered(talk: Talk) -> None:
    said = talk.says("Guingamp est éligible ?")
    assert said.startswith("À confirmer avec l'équipe : Guingamp")
    assert "non éligible" not in said.lower()
    talk.says("oui")
    assert any("Guingamp" in effect.question for effect in talk.effects if isinstance(effect, AskTeam))


def test_my_town_asks_which_and_takes_the_name_that_follows(talk: Talk) -> None:
    talk.says("ma ville est-elle éligible ?")
    assert talk.state.awaiting_town
    assert "Chalon-sur-Saône (Saône-et-Loire)" in talk.says("chalon/saone")
    assert not talk.state.awaiting_town


def test_a_namesake_is_asked_by_buttons(talk: Talk) -> None:
    assert "Laquelle" in talk.says("Valence peut candidater ?")
    assert f"{NAMESAKE}{VALENCE}" in talk.choices
    assert "Valence (Drôme)" in talk.says("1")
    assert talk.state.town == VALENCE


def test_a_town_described_but_not_named_is_asked_its_name(talk: Talk) -> None:
    talk.says("J'ai 18 000 habitants, ma commune est-elle concernée ?")
    assert talk.state.awaiting_town


def test_the_remembered_town_answers_the_next_time_and_can_be_changed(talk: Talk) -> None:
    talk.says("Figeac est-elle éligible ?")
    said = talk.says("ma ville peut-elle candidater ?")
    assert said.startswith("Oui : Figeac")
    assert "Je retiens" not in said
    assert "De quelle commune" in talk.says("", choice=CHANGE)
    assert talk.says("Chalon-sur-Saône").startswith("Oui : Chalon-sur-Saône")
    assert talk.state.town == CHALON


def test_another_question_may_come_instead_of_the_name(talk: Talk) -> None:
    talk.says("ma ville est-elle éligible ?")
    assert "6 novembre 2020" in talk.says("la date limite de la vague 1 ?")
    assert not talk.state.awaiting_town


def test_a_name_that_is_in_no_register_leaves_a_way(talk: Talk) -> None:
    talk.says("ma ville est-elle éligible ?")
    assert "Je ne trouve pas" in talk.says("Zzyzxville")
    assert talk.choices == [answers.TEAM_YES, answers.TEAM_NO]
    assert talk.says("Figeac").startswith("Oui : Figeac"), "the name may be given again"


def test_an_intercommunality_is_judged_by_its_communes(talk: Talk) -> None:
    assert talk.says("L'agglo de Cholet peut-elle candidater ?").startswith("Oui : Agglomération du Choletais")


def test_a_town_that_is_beside_the_point_gets_no_verdict(talk: Talk) -> None:
    for question in ("Quel temps fait-il à Limoges demain ?", "horaires de la mairie de Nevers"):
        assert "concernées par l'appel" not in talk.says(question)
        assert talk.state.town is None


def test_after_the_call_the_verdict_says_that_it_is_closed(library: Library) -> None:
    said = Talk(library, CLOSED).says("Figeac peut candidater ?")
    assert said.startswith("L'appel est clos")
    assert "il n'est plus possible de candidater" in said


@pytest.mark.parametrize("choice", ["t:nowhere", "t:", "t:99999"])
def test_a_button_of_no_town_is_said_so(talk: Talk, choice: str) -> None:
    assert "plus ancien" in talk.says("", choice=choice)


def test_the_clock_of_these_tests_is_within_the_call(talk: Talk) -> None:
    assert talk.library.renderer.phase(ALIVE) == "open"
