"""What is said first outside the days of the call is said once, not again where the answer says it word for word."""

from datetime import UTC, datetime

import pytest

from bot.conversation.answers.answers import contact_of, unsaid
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


def test_a_contact_is_given_from_the_day_of_its_source(library: Library) -> None:
    entry = library.entries["contact-presse"]
    assert contact_of(entry, library, datetime(2020, 7, 22, 12, tzinfo=UTC)) is None
    given = contact_of(entry, library, datetime(2020, 7, 23, 12, tzinfo=UTC))
    assert given is not None
    assert given.phones == ("01 53 01 82 77", "06 33 59 34 18")
