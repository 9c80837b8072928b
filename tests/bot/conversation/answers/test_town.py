"""« Ma ville peut-elle candidater ? », on the shipped call and the real registers."""

import textwrap

import pytest

from bot.conversation.answers import answers
from bot.conversation.answers.town import NAMESAKE
from bot.conversation.answers.verdicts import CHANGE
from bot.conversation.talk.effects import AskTeam
from bot.conversation.talk.folds import without_folds
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
        "5 rue de Colomb 46100 Figeac",
        "Mairie de Figeac, place Vival, 46100 Figeac",
    ],
)
def test_a_named_town_gets_its_verdict_at_once(talk: Talk, question: str) -> None:
    said = talk.says(question)
    assert said.startswith("Oui : l'appel concerne Figeac (Lot)")
    assert talk.state.town == FIGEAC
    assert "Je retiens Figeac" in said


def test_a_slip_is_proposed_and_not_judged(talk: Talk) -> None:
    talk.says("ma ville est-elle éligible ?")
    assert "Vouliez-vous dire Figeac (46, Lot) ?" in talk.says("figac")
    assert talk.says("1").startswith("Oui : l'appel concerne Figeac (Lot)")


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


#: Characters of a line on a phone, and lines of it that are read without scrolling.
PHONE, READ = 44, 4


@pytest.mark.parametrize("town", ["Dole", "Figeac", "Nice", "Arconsat", "Chalon-sur-Saône", "Grand Dole", "Perpignan"])
def test_the_verdict_and_the_next_step_are_read_first_and_the_criteria_are_folded(talk: Talk, town: str) -> None:
    said = talk.says(town)
    read = "\n".join(part for line in said.split("\n") for part in textwrap.wrap(line, PHONE) or [""])
    first = "\n".join(read.split("\n")[:READ])
    assert "Ensuite : préparez" in first or "Voulez-vous que je" in first
    assert "Qui dépose" in said
    assert "Qui dépose" not in without_folds(said)
    assert "Sources :" not in without_folds(said)


def test_the_source_of_a_verdict_is_told_with_its_criteria(talk: Talk) -> None:
    talk.says("Dole")
    assert "**Qui dépose**" in without_folds(talk.says("source ?"))


def test_what_was_retained_is_told_in_the_same_words_alone_and_with_the_verdict(library: Library) -> None:
    talk = Talk(library, CLOSED)
    told = "**Dole fait partie des 20 collectivités retenues au deuxième appel**"
    assert told in talk.says("Dole a-t-elle été retenue ?")
    assert talk.says("Dole").count("au deuxième appel") == 1


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
    assert said.startswith("Oui : l'appel concerne Figeac")
    assert "Je retiens" not in said
    assert "De quelle commune" in talk.says("", choice=CHANGE)
    assert talk.says("Chalon-sur-Saône").startswith("Oui : l'appel concerne Chalon-sur-Saône")
    assert talk.state.town == CHALON


def test_another_question_may_come_instead_of_the_name(talk: Talk) -> None:
    talk.says("ma ville est-elle éligible ?")
    assert "6 novembre 2020" in talk.says("la date limite de la vague 1 ?")
    assert not talk.state.awaiting_town


def test_a_name_that_is_in_no_register_leaves_a_way(talk: Talk) -> None:
    talk.says("ma ville est-elle éligible ?")
    assert "Je ne trouve pas" in talk.says("Zzyzxville")
    assert talk.choices == [answers.TEAM_YES, answers.TEAM_NO]
    assert talk.says("Figeac").startswith("Oui : l'appel concerne Figeac"), "the name may be given again"


def test_an_intercommunality_is_judged_by_its_communes(talk: Talk) -> None:
    said = talk.says("L'agglo de Cholet peut-elle candidater ?")
    assert said.startswith("Oui : l'appel concerne l'Agglomération du Choletais")


def test_a_town_that_is_beside_the_point_gets_no_verdict(talk: Talk) -> None:
    for question in ("Quel temps fait-il à Limoges demain ?", "horaires de la mairie de Nevers"):
        assert ": l'appel concerne" not in talk.says(question)
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


@pytest.mark.parametrize(
    "text",
    [
        "Figeac a-t-elle candidaté ?",
        "est-ce que Figeac a déposé un dossier",
        "qui est le maire de Figeac ?",
        "combien d'habitants a Figeac",
    ],
)
def test_another_question_about_a_town_is_not_answered_by_its_verdict(talk: Talk, text: str) -> None:
    said = talk.says(text)
    assert not said.startswith("Oui")
    assert f"t:{FIGEAC}" in talk.choices


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Lons 39", "Lons-le-Saunier"),
        ("lons jura", "Lons-le-Saunier"),
        ("Sainte-Colombe 05", "Sainte-Colombe (Hautes-Alpes)"),
        ("c'est Rodez", "Rodez"),
        ("DOLE CEDEX", "Dole"),
        ("Bû (28)", "Bû"),
        ("Oz", "Oz"),
        ("SICOVAL", "Sicoval"),
    ],
)
def test_a_name_is_read_with_all_that_was_written(talk: Talk, text: str, name: str) -> None:
    assert name in talk.says(text).split("\n")[0]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Chatelerault", "Châtellerault (86, Vienne)"),
        ("Vilefranche sur saone", "Villefranche-sur-Saône (69, Rhône)"),
        ("on est de vilefranche sur saone, on peut candidater ?", "Villefranche-sur-Saône (69, Rhône)"),
        ("Saint-Etienne du Rouvrai", "Saint-Étienne-du-Rouvray (76, Seine-Maritime)"),
        ("CAPSO", "Pays de Saint-Omer"),
        ("CUCM", "Creusot Montceau-les-Mines"),
        ("39107", "Dole (39, Jura)"),
    ],
)
def test_what_is_near_a_name_is_proposed(talk: Talk, text: str, name: str) -> None:
    said = talk.says(text)
    assert not said.startswith("Oui")
    assert any(name in label for label in talk.labels)
    assert talk.labels[-1] == "Une autre collectivité"


def test_a_yes_takes_the_place_that_was_proposed(talk: Talk) -> None:
    talk.says("Chatelerault")
    assert talk.says("oui c'est ça").startswith("Oui : l'appel concerne Châtellerault (Vienne)")


def test_towns_named_together_are_told_together(talk: Talk) -> None:
    said = talk.says("Mâcon, Dole et Oz")
    assert [line for line in said.split("\n") if line.startswith("- ")] == [
        "- Mâcon (71, Saône-et-Loire) : oui, concernée par l'appel.",
        "- Dole (39, Jura) : oui, concernée par l'appel.",
        "- Oz (38, Isère) : dans aucun des deux programmes ; à confirmer avec l'équipe, ce n'est pas un refus.",
    ]


def test_its_agglomeration_is_that_of_the_town_talked_about(talk: Talk) -> None:
    talk.says("Cahors")
    assert "Grand Cahors" in talk.says("et son agglo ?")


def test_a_place_outside_of_what_was_said_is_told(talk: Talk) -> None:
    assert "dans le département indiqué" in talk.says("Saint-Barthélemy (977)")


@pytest.mark.parametrize("word", ["rappel", "aide", "les dates", "cofinancement", "calandrier", "délibration"])
def test_a_word_of_the_call_is_no_town_misspelt(talk: Talk, word: str) -> None:
    assert "Vouliez-vous dire" not in talk.says(word).split(":")[0] or "collectivité" not in talk.says(word)


@pytest.mark.parametrize(
    "question",
    [
        "quelles villes du Cantal sont concernées ?",
        "liste des communes du 15",
        "je suis à la préfecture du Cantal, avez-vous la liste des villes concernées ?",
    ],
)
def test_the_lists_of_a_departement_are_told(talk: Talk, question: str) -> None:
    said = without_folds(talk.says(question))
    assert "**Cantal (15)**" in said
    assert "Arpajon-sur-Cère et Aurillac" in said
    assert "Aurillac - Figeac - Rodez" in said
    assert talk.says("Aurillac").count("Oui : l'appel concerne Aurillac") == 1


def test_of_a_region_one_of_its_departements_is_asked(talk: Talk) -> None:
    assert "par département" in talk.says("quelles villes de Bretagne sont concernées ?")
    assert "**Finistère (29)**" in talk.says("Finistère")


@pytest.mark.parametrize(
    "question",
    [
        "quelles villes du Cantal ont été retenues ?",
        "quelles villes du Cantal ont une antenne ?",
        "la liste des pièces à fournir dans la Loire",
        "quelles villes ferment le 15 octobre",
        "Figeac et Cahors dans le Lot, quelles communes sont concernées ?",
    ],
)
def test_another_question_is_not_answered_with_the_lists_of_a_departement(talk: Talk, question: str) -> None:
    assert "d'après nos listes :\n- **Action" not in talk.says(question)
