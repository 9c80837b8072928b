"""A form that is neither the dossier nor the press request: a file of YAML, a key in an entry, and it is asked."""

import shutil

import pytest

from bot.conversation.talk.context import Context, Fresh
from bot.conversation.talk.messages import EDITED, AskTeam, Incoming
from bot.conversation.talk.state import State
from bot.conversation.talk.visit import Turn
from bot.conversation.turn import take_turn
from bot.settings import SHIPPED_CALL
from knowledge.library import Library, open_library
from tests.bot.conversation.conftest import ALIVE
from tests.shipped import cache_folder

FORM = """
name: demande de visite
word: visite
handed_to: team
offer: Voulez-vous demander une visite de vos locaux ?
start: Demander une visite
privacy: Vos réponses sont lues par l'équipe.
sent: Votre demande de visite est transmise.
told: |
  Demande de visite{% if is_urgent %}, URGENTE{% endif %}.
  {% for row in rows %}
  - {{ row.label }} : {{ row.shown|as_written }}
  {% endfor %}
sections:
  - id: visite
    title: Demande de visite
    questions:
      - {id: ville, label: Commune, ask: Dans quelle commune ?, help: Son nom., type: place, required: true}
      - id: membres
        label: Membres
        ask: Combien de communes la composent ?
        help: Un nombre.
        type: number
        when: {question: ville, is: [intercommunalite]}
      - {id: acces, label: Accès, ask: Le lieu est-il accessible ?, help: Oui ou non., type: yes_no}
      - id: obstacles
        label: Obstacles
        ask: Quels obstacles y a-t-il ?
        help: En quelques mots.
        type: short_text
        when: {question: acces, is: ["no"]}
      - id: choix
        label: Présents
        ask: Qui sera là ?
        help: Un ou plusieurs.
        type: choices
        options: [{id: maire, label: Le maire}, {id: dgs, label: La DGS}]
"""


class Talk:
    def __init__(self, library: Library) -> None:
        self.library, self.state = library, State()

    def says(self, text: str = "", choice: str | None = None, **more: str) -> Turn:
        incoming = Incoming("test", "1", "anne", text, ALIVE, choice, **more)
        context = Context(ALIVE, Fresh("K7R-M3W-X9A", "K7RA-M3WC-X9AE"))
        turn = take_turn(self.state, incoming, self.library, context)
        self.state = turn.state
        return turn

    def hears(self, text: str = "", choice: str | None = None, **more: str) -> str:
        return "\n".join(reply.text for reply in self.says(text, choice, **more).replies)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("third") / "call"
    shutil.copytree(SHIPPED_CALL, folder)
    (folder / "forms" / "visite.yaml").write_text(FORM, encoding="utf-8")
    entry = folder / "answers" / "antenne-locaux.yaml"
    entry.write_text(entry.read_text(encoding="utf-8") + "form: visite\n", encoding="utf-8")
    return open_library(folder, cache_folder())


@pytest.fixture
def talk(library: Library) -> Talk:
    return Talk(library)


def test_a_form_of_yaml_alone_is_asked_read_over_and_handed_to_the_team(talk: Talk, library: Library) -> None:
    offered = talk.says(library.entries["antenne-locaux"].question).replies[-1]
    assert "Voulez-vous demander une visite" in offered.text
    assert "Dans quelle commune" in talk.hears("oui")
    assert "1/3" in talk.hears("aide")
    assert "Dole (Jura)" in talk.says("Dole").replies[-1].choices[0].label
    assert "accessible" in talk.hears("1")
    assert "Quels obstacles" in talk.hears("non")
    assert "Qui sera là" in talk.hears("Un seuil de 12 cm")
    assert "Voici votre demande" in talk.hears("le maire")
    (effect,) = talk.says("oui").effects
    assert isinstance(effect, AskTeam)
    for told in ("Commune : Dole (Jura)", "Accès : Non", "Obstacles : Un seuil de 12 cm", "Présents : Le maire"):
        assert told in effect.question
    assert (talk.state.sheets, talk.state.cursor) == ({}, None)


def test_a_question_may_be_for_intercommunalites_alone(talk: Talk) -> None:
    talk.says("", "d:visite:start::yes")
    town = talk.says("Grand-Figeac").replies[-1]
    assert "Combien de communes" in talk.hears("", town.choices[0].id)
    assert "accessible" in talk.hears("92")
    assert talk.state.sheets["visite"].answers["membres"].value == 92


def test_it_has_all_that_the_dossier_has(talk: Talk, library: Library) -> None:
    talk.says("", "d:visite:start::yes")
    assert "6 novembre 2020" in talk.hears("Quelles sont les dates des vagues ?")  # a question in the middle
    talk.says("Dole")
    talk.says("1")
    assert "Dans quelle commune" in talk.hears("retour")
    assert "accessible" in talk.hears("garder")
    assert "mise de côté" in talk.hears("plus tard")
    assert "accessible" in talk.hears("reprendre")
    talk.says("non")
    talk.says("Un seuil.", message="m1")
    assert "C'est corrigé" in talk.hears("Deux seuils.", message="m1", unread=EDITED)
    assert talk.state.sheets["visite"].answers["obstacles"].shown == "Deux seuils."
    assert "Voici votre demande" in talk.hears("passer")
    assert "Quelle réponse" in talk.hears("non")
    assert "abandonnée" in talk.hears("annuler")


def test_two_forms_are_filled_one_at_a_time(talk: Talk) -> None:
    talk.says("", "d:visite:start::yes")
    assert "Pour quel média" in talk.hears("", "d:press:start::yes")
    assert talk.hears("AFP").startswith("C'est noté : AFP")
    assert "Dans quelle commune" in talk.hears("", "d:visite:r")
    assert talk.state.sheets["press"].answers["medium"].shown == "AFP"
    assert "Quel est votre sujet" in talk.hears("", "d:press:r")
