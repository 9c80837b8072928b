"""What a message is about, written and read."""

import pytest

from bot.conversation.values.about import About


def test_a_dossier_and_an_thread_are_read_as_they_were_written() -> None:
    dossier, thread = About.of_dossier("K7R-M3W-X9A"), About.of_thread(12)
    assert (dossier, thread) == ("dossier:K7R-M3W-X9A", "thread:12")
    assert (dossier.reference, dossier.thread) == ("K7R-M3W-X9A", None)
    assert (thread.reference, thread.thread) == (None, 12)
    assert (thread.kind, thread.name) == ("thread", "12")


@pytest.mark.parametrize("text", ["", "thread", "thread:", "thread:x", "thread:1234567890", "message:12", "draft:3"])
def test_what_names_neither_is_about_nothing(text: str) -> None:
    assert (About(text).reference, About(text).thread) == (None, None)


@pytest.mark.parametrize("key", ["thread:12:55:to:3", "thread:12:desk:0", "thread:12"])
def test_a_key_begins_with_what_its_row_is_about(key: str) -> None:
    assert About.of_key(key) == About.of_thread(12)
