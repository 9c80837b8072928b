"""What stands behind a fold, and what no person can fold."""

import pytest

from bot.conversation.talk.folds import FOLD, folded, unfolded, without_folds
from knowledge.language.written import as_written

SOURCES = "- **Liste** : oui.\n\nSource : Cnam."


def test_a_fold_is_taken_away_or_opened_whole() -> None:
    text = f"Oui.\n\n{folded(SOURCES)}\n\nEnsuite ?"
    assert unfolded(text) == f"Oui.\n\n{SOURCES}\n\nEnsuite ?"
    assert without_folds(text) == "Oui.\n\nEnsuite ?"
    assert len(FOLD.findall(text)) == 1
    assert folded("") == ""


@pytest.mark.parametrize("written", ["> cité", "avant\n> cité", ">"])
def test_what_a_person_quotes_is_not_folded(written: str) -> None:
    assert FOLD.findall(written)
    assert FOLD.findall(as_written(written)) == []
