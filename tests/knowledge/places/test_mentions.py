"""A town is found inside a sentence, and no word is taken for one."""

import pytest

from tests.knowledge.places.territories import sentences_without_town, shipped_towns


def named(sentence: str) -> list[tuple[str, str]]:
    """(what was read, the place it gives) for each mention."""
    mentions = shipped_towns().find_in(sentence)
    return [(sentence[m.start : m.end], m.candidates[0].town.name) for m in mentions]


def test_there_are_300_sentences_without_a_town() -> None:
    assert len(set(sentences_without_town())) >= 300


@pytest.mark.parametrize("sentence", sentences_without_town())
def test_no_word_is_taken_for_a_town(sentence: str) -> None:
    assert named(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "read", "name"),
    [
        ("Est-ce que la ville de Figeac est concernée ?", "Figeac", "Figeac"),
        ("est-ce que la ville de figeac est concernée ?", "figeac", "Figeac"),
        ("VILLE DE FIGEAC : SOMMES-NOUS CONCERNÉS ?", "FIGEAC", "Figeac"),
        ("Figeac peut-elle déposer ?", "Figeac", "Figeac"),
        ("figeac est dedans ?", "figeac", "Figeac"),
        ("Nous sommes à La Roche-sur-Yon, en Vendée.", "La Roche-sur-Yon, en Vendée", "La Roche-sur-Yon"),
        ("on est à la roche sur yon", "la roche sur yon", "La Roche-sur-Yon"),
        ("Je travaille pour la mairie du Havre.", "Havre", "Le Havre"),
        ("Le Havre est-il concerné ?", "Le Havre", "Le Havre"),
        ("Le Port à La Réunion, est-ce possible ?", "Le Port à La Réunion", "Le Port"),
        ("Sommes-nous éligibles, à Chalon/Saône ?", "Chalon/Saône", "Chalon-sur-Saône"),
        ("et pour St-Dié-des-Vosges ?", "St-Dié-des-Vosges", "Saint-Dié-des-Vosges"),
        ("bar le duc, c'est bon ?", "bar le duc", "Bar-le-Duc"),
        ("Valence (26) est-elle dans la liste ?", "Valence (26)", "Valence"),
        ("Je suis élu à Valence dans la Drôme.", "Valence dans la Drôme", "Valence"),
        ("La commune de Sens peut-elle candidater ?", "Sens", "Sens"),
        ("Sens est-elle concernée ?", "Sens", "Sens"),
        ("Je vous écris de Die.", "Die", "Die"),
        ("Maire de Y, dans la Somme, je m'interroge.", "Y, dans la Somme", "Y"),
        ("ville de Nice", "Nice", "Nice"),
        ("Nous sommes à Vienne.", "Vienne", "Vienne"),
        ("La ville de Condom souhaite candidater.", "Condom", "Condom"),
        ("Est-ce que Lens est éligible ?", "Lens", "Lens"),
        ("on habite à Albert, dans la Somme", "Albert, dans la Somme", "Albert"),
        ("mairie d'Eu", "Eu", "Eu"),
        ("L'agglo de Cholet peut-elle y prétendre ?", "agglo de Cholet", "Agglomération du Choletais"),
        ("Carcassonne Agglo est-elle lauréate ?", "Carcassonne Agglo", "Carcassonne Agglo"),
        ("le Grand Chalon peut-il déposer ?", "Grand Chalon", "Le Grand Chalon"),
        (
            "Je représente la communauté de communes du Pays de Fayence.",
            "communauté de communes du Pays de Fayence",
            "Communauté de communes du Pays de Fayence",
        ),
        ("ville de Carcasonne", "Carcasonne", "Carcassonne"),
        ("bonjour, je suis à carcasonne", "carcasonne", "Carcassonne"),
        ("Notre code postal est 46100.", "46100", "Figeac"),
        ("Nous sommes à Bastia, Haute-Corse.", "Bastia, Haute-Corse", "Bastia"),
        ("Mon village, Saint-Cirq-Lapopie, a-t-il ses chances ?", "Saint-Cirq-Lapopie", "Saint-Cirq-Lapopie"),
        ("Pontivy", "Pontivy", "Pontivy"),
        ("vierzon", "vierzon", "Vierzon"),
    ],
)
def test_a_town_is_read_in_its_sentence(sentence: str, read: str, name: str) -> None:
    assert named(sentence) == [(read, name)]


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Lens et Liévin déposent ensemble.", ["Lens", "Liévin"]),
        ("Pointe-à-Pitre et Les Abymes", ["Pointe-à-Pitre", "Les Abymes"]),
        ("Entre Castres, Mazamet et Revel, qui porte ?", ["Castres", "Mazamet", "Revel"]),
    ],
)
def test_several_towns_are_read_in_order(sentence: str, names: list[str]) -> None:
    assert [name for _, name in named(sentence)] == names


def test_the_departement_read_with_the_name_chooses_the_namesake() -> None:
    [mention] = shipped_towns().find_in("La commune de Valence (82) peut-elle candidater ?")
    assert mention.candidates[0].town.departement == "82"


def test_positions_are_those_of_the_text_even_with_decomposed_accents() -> None:
    sentence = "Bonjour, la ville de Gue\u0301ret voudrait savoir."
    assert named(sentence) == [("Gue\u0301ret", "Guéret")]


@pytest.mark.parametrize("sentence", ["", " ", "???", "\n\n", "12345", "a" * 5000, "Saint " * 300, "日本語"])
def test_any_text_can_be_read(sentence: str) -> None:
    assert named(sentence) == []
