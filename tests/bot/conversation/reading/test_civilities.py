"""Persons with a civility are blanked out, and nothing else is."""

import pytest

from bot.conversation.reading.civilities import without_persons
from tests.shipped import shipped


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("M. Durand", ""),
        ("Mme Dole, maire de Figeac", ", maire de Figeac"),
        ("je suis mme dole de figeac", "je suis de figeac"),
        ("M. de Vernon et Dr Albi", "et"),
        ("M. Jean Castres. Dole", ". Dole"),
        ("M. le sénateur Castres et Mazamet", "et Mazamet"),
        ("Me Cahors", ""),
        ("peut-on me dire si Dole l'est", "peut-on me dire si Dole l'est"),
        ("Madame la Maire de Dole", "Madame la Maire de Dole"),
        ("Monsieur le maire, Dole est-elle", "Monsieur le maire, Dole est-elle"),
        ("Madame, Dole est-elle", "Madame, Dole est-elle"),
        ("bonjour madame dole est elle", "bonjour madame dole est elle"),
        ("M'Tsangamouji", "M'Tsangamouji"),
        ("", ""),
    ],
    ids=str,
)
def test_only_persons_are_blanked_out(text: str, left: str) -> None:
    blanked = without_persons(text, shipped().call.hearing)
    assert len(blanked) == len(text)
    assert " ".join(blanked.split()) == " ".join(left.split())
