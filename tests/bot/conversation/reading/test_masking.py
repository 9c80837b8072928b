"""What editors are not to read is masked; what they need stays."""

import pytest

from bot.conversation.reading.masking import MASK, masked


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("écrivez à c.martin@mairie-dole.fr svp", f"écrivez à {MASK} svp"),
        ("écrivez à c.martin @ mairie-dole.fr, merci", f"écrivez à {MASK}, merci"),
        ("mon compte @clairemartin", f"mon compte {MASK}"),
        ("rappelez au 06 12 34 56 78 demain", f"rappelez au {MASK} demain"),
        ("tel 06.12.34.56.78", f"tel {MASK}"),
        ("tel +33 (0)6-12-34-56-78", f"tel {MASK}"),
        ("tel:0612345678!", f"tel:{MASK}!"),
        ("siren 213901982 ou 213 901 982", f"siren {MASK} ou {MASK}"),
        ("bonjour,\n\x1b[31mvoici\t:  0612345678", f"bonjour, [31mvoici : {MASK}"),
        ("nir 1 85 05 78 006 084 36", f"nir {MASK}"),
    ],
)
def test_addresses_and_numbers_are_masked(text: str, wanted: str) -> None:
    assert masked(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "la vague 2 ferme le 12/02/2021 ?",
        "et en 2020-2021 ?",
        "Dole 39100, 23 000 habitants",
        "50 000 € par antenne @ la mairie ?",
        "l'article 6.1 du dossier",
    ],
)
def test_what_an_editor_needs_stays(text: str) -> None:
    assert masked(text) == text
