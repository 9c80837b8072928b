"""The ids of choices: what is given is read again, and what was given long ago means what it meant."""

import pytest

from bot.conversation.talk.choice_ids import WAITING, FormChoice, Verb, form_choice, read_form_choice


@pytest.mark.parametrize("verb", list(Verb))
def test_what_is_given_is_read_again(verb: Verb) -> None:
    choice = form_choice("K7R-M3W-X9A", verb, "courriel", "yes", label="Oui")
    assert read_form_choice(choice.id) == FormChoice("K7R-M3W-X9A", verb, "courriel", "yes")


@pytest.mark.parametrize(
    ("old", "means"),
    [
        ("press:start:yes", FormChoice("press", Verb.START, WAITING, "yes")),
        ("press:skip:deadline", FormChoice("press", Verb.SKIP, "deadline")),
        ("press:confirm:no", FormChoice("press", Verb.CONFIRM, WAITING, "no")),
        ("press:doubt:question", FormChoice("press", Verb.SETTLE_DOUBT, WAITING, "question")),
        ("press:send:yes", FormChoice("press", Verb.SEND, WAITING, "yes")),
        ("press:edit:no", FormChoice("press", Verb.CHOOSE_ANSWER)),
        ("press:edit:medium", FormChoice("press", Verb.CHANGE_ANSWER, "medium")),
        ("press:drop", FormChoice("press", Verb.DROP)),
    ],
)
def test_what_was_given_long_ago_means_what_it_meant(old: str, means: FormChoice) -> None:
    assert read_form_choice(old) == means


def test_the_letters_stay_what_they_were() -> None:
    letters = {"o", "p", "k", "t", "f", "s", "g", "r", "x", "e", "m", "l", "w", "send", "pdf", "hist", "att", "noatt",
               "docs", "rm", "more", "back", "del", "wd", "tr", "inv", "c", "new"}  # fmt: skip
    assert letters <= {verb.value for verb in Verb}


@pytest.mark.parametrize("choice", ["d:", "d:x", "d:x:zz", "d:a:o:b:c:d", "press:", "press:x", "press:skip", "e:faq"])
def test_what_nobody_was_shown_does_nothing(choice: str) -> None:
    assert read_form_choice(choice) is None
