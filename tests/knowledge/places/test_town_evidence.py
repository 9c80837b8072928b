"""What stands around a name decides: each rule, on a name that could be either."""

import pytest

from knowledge.places.town_evidence import load_word_lists
from tests.knowledge.places.territories import shipped_registers, shipped_towns


def towns_in(sentence: str) -> list[str]:
    return [mention.candidates[0].town.name for mention in shipped_towns().find_in(sentence)]


@pytest.mark.parametrize(
    ("town", "other"),
    [
        ("Nous sommes à Vienne.", "Dans la Vienne, rien."),  # an article that is not the name's
        ("La ville de Mayenne candidate.", "En Mayenne, personne ne candidate."),  # a département
        ("Est-ce que Valence est éligible ?", "Est-ce que Jean Valence est élu ?"),  # a first name before
        ("La ville d'Albert candidate.", "M. Albert candidate."),  # a title before
        ("Bonjour, ici Albert, dans la Somme.", "Bonjour, ici Albert Dupont."),  # a surname after
        ("Un local à Paris est vide.", "Un local rue de Paris est vide."),  # a street
        ("La ville de Die candidate.", "Die Stadt ist klein."),  # never a town without more
        ("la ville de vienne candidate", "il faut que la ville vienne"),
        ("on est à sens", "on est à bout"),
        ("sens est éligible ?", "le sens est clair"),
        ("Le maire de Grasse est là.", "Une matinée grasse."),
        ("bar le duc est dedans", "entre deux dates"),  # several ordinary words
        ("Nous sommes à PAU.", "Nous sommes ACV."),  # a short word in capitals
        ("Nous sommes au Port.", "Nous sommes au port."),
        ("Bressuire et Parthenay ensemble", "Bourgogne et Champagne ensemble"),  # former régions
        ("La ville de Troyes candidate.", "Une ville de Bourgogne candidate."),
        ("Le Port à La Réunion candidate.", "Nous sommes à La Réunion."),
        ("Nous aimons Troyes.", "Nous aimons le Troyes de jadis."),
    ],
)
def test_the_same_letters_are_a_town_or_not(town: str, other: str) -> None:
    assert len(towns_in(town)) >= 1
    assert towns_in(other) == []


def test_the_lists_are_folded_and_hold_what_the_registers_hold() -> None:
    lists = load_word_lists()
    assert {"vienne", "sens", "mars", "trois"} <= lists.ordinary
    assert not {"le", "de", "sur", "lyon", "figeac"} & lists.ordinary
    assert {"albert", "jean", "amelie"} <= lists.first_names
    assert all(word.isascii() and word.islower() for word in lists.ordinary | lists.first_names)


@pytest.mark.parametrize(
    "template",
    [
        "Est-ce que {} est éligible ?",
        "Bonjour, ville {}, à qui envoyer le dossier ?",
        "et pour {} ?",
        "{} peut-elle candidater ?",
    ],
)
def test_the_towns_of_action_coeur_de_ville_are_read_in_ordinary_questions(template: str) -> None:
    registers = shipped_registers()
    codes = [code for code, found in registers.programmes.items() if found[0].kind == "acv"]
    missed = []
    for code in codes:
        name = registers.names[registers.rows[code]]
        written = template.format(f"de {name}" if "ville {}" in template else name).replace("de Le ", "du ")
        mentions = shipped_towns().find_in(written)
        if len(mentions) != 1 or name not in [candidate.town.name for candidate in mentions[0].candidates]:
            missed.append(written)
    assert len(missed) <= 2, missed
