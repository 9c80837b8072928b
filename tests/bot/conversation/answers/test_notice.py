"""What is said first outside the days of the call is said once, not again where the answer says it word for word."""

from datetime import UTC, datetime

import pytest

from bot.conversation.answers.answers import unsaid
from knowledge.library import Library
from tests.bot.conversation.test_turn import BEFORE, CLOSED, Talk


@pytest.mark.parametrize(
    ("now", "asked", "words"),
    [
        (CLOSED, "L'appel est-il encore ouvert ?", "appel est clos depuis"),
        (CLOSED, "Figeac peut candidater ?", "appel est clos depuis"),
        (CLOSED, "Arlanc", "appel est clos depuis"),
        (datetime(2022, 1, 10, 9, tzinfo=UTC), "Dole", "appel est clos depuis"),
        (BEFORE, "L'appel est-il encore ouvert ?", "appel n'est pas encore ouvert"),
        (BEFORE, "Quelle est la prochaine date limite ?", "appel n'est pas encore ouvert"),
    ],
)
def test_a_first_answer_says_once_that_the_call_is_not_open(
    library: Library, now: datetime, asked: str, words: str
) -> None:
    assert Talk(library, now).says(asked).count(words) == 1


def test_a_notice_is_kept_where_the_answer_says_something_else() -> None:
    assert unsaid("L'appel est clos.", "Une délibération ? Nos sources ne le disent pas.") == "L'appel est clos."
    assert unsaid("L'appel est clos.", "Oui : l'appel est clos depuis mai.") is None
    assert unsaid(None, "Oui.") is None
