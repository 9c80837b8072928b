"""The article before the name of an intercommunalité."""

import pytest

from knowledge.language.articles import with_article


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Communauté de communes du Pays de Lure", "la Communauté de communes du Pays de Lure"),
        ("Communauté d'agglomération du Grand Dole", "la Communauté d'agglomération du Grand Dole"),
        ("Grand-Figeac", "le Grand-Figeac"),
        ("Territoire de la Côte Ouest (TCO)", "le Territoire de la Côte Ouest (TCO)"),
        ("Intercommunale de la Réunion Est (CIREST)", "l'Intercommunale de la Réunion Est (CIREST)"),
        ("Pays de Montbéliard Agglomération", "le Pays de Montbéliard Agglomération"),
        ("Rodez Agglomération", "Rodez Agglomération"),
        ("Les Sables d'Olonne Agglomération", "Les Sables d'Olonne Agglomération"),
    ],
    ids=str,
)
def test_a_name_takes_its_article(name: str, said: str) -> None:
    assert with_article(name) == said
