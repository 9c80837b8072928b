"""What people write is shown as they typed it: no text of theirs becomes a link, or bold, in a message of ours."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.channels.telegram.sending.wording import as_html
from bot.conversation.talk.message_names import MESSAGES
from knowledge.call.form_check import short_texts
from knowledge.language.written import as_written
from storage.engine.encryption import KeyRing
from tests.dialogues.player import DESK, Player, at
from tests.shipped import shipped

#: What a message fills in that nobody outside wrote: the call's, the registers', the form's, the program's own.
OURS = frozenset({
    "aimed", "ask", "bar", "changes", "code", "content", "controller", "contact", "decision", "departement", "dpo",
    "entry", "fault", "guess", "help", "hosting", "known", "label", "lead", "legal_basis", "line", "names[name]",
    "privacy", "programmes", "publisher", "published_on", "reference", "section", "status", "title", "town",
    "url", "verb", "wave", "whole", "why",
    "nearest", "see", "references",
    "urgent", "word",
    "missing", "missing[0]", "empty", "unanswered", "phones", "names[content]",
    "thread",
})  # fmt: skip
#: A name is a place's, of the registers; in these it is a file's.
NAMES_OF_FILES = frozenset({
    "document_line", "document_refused", "do_remove", "document_late", "document_lost", "thread_document",
    "group_document_sent",
})  # fmt: skip
#: Lines that were rendered by a message of their own: (message, value).
RENDERED = frozenset({
    ("town_finding", "text"), ("summary", "document"), ("documents", "document"), ("group_undelivered", "text"),
    ("opinion_remark", "question"), ("group_ask_send", "refused"), ("group_note_with_documents", "told"),
    ("group_like_note", "told"), ("progress", "last"), ("several", "text"), ("told_shortly", "text"),
    ("told_again", "text"), ("told_again_question", "question"), ("told_disputed", "backing"),
})  # fmt: skip
#: A question or a source of the call's own, places as the registers call them, labels and numbers of the form's
#: options: values that in another message may be somebody's words: (message, value).
OF_US_HERE = frozenset({
    ("told_sources", "question"), ("told_no_source", "question"), ("told_sources", "source"), ("several", "source"),
    ("town_table", "doubtful"), ("town_table", "left_out"), ("town_list", "towns"), ("town_list", "each"),
    ("town_list", "groups"),
    ("town_fact_unknown", "names"), ("town_applied_unknown", "names"), ("town_retained_unknown", "names"),
    ("field_others", "shown"), ("wave_several", "numbers"),
    ("desk_decision_wanted", "id"), ("group_export", "unreadable"),
})  # fmt: skip
#: No channel reads light Markdown in these: documents, the titles of topics, the text of a note (shown as written).
NOT_MARKDOWN = ("data_", "group_topic_", "calendar_", "group_noted_documents")
#: What makes a text of numbers and days.
_FILTERS = re.compile(r"\|(date|short_date|days|hour|number|size)\b")
_VALUE = re.compile(r"\{\{(.+?)\}\}")
_OF_THE_CALL = (
    "call.", "contacts.", "contacts[", "figures.", "links.", "current_wave.", "wave.", "retention.", "waves[",
)  # fmt: skip
#: Phrases of the call's phrases.jinja that show nothing of what they are given but words of ours.
_PHRASE = re.compile(
    r"press_haste\(\)|questions_in_all\(count, most\)|reader\(kind\)|not_found\(\"[^\"]*\"\)|remaining\(days\)"
    r"|(?:wave_state|hour_unknown)\((?:current_)?wave\)|(?:closed_since|not_yet_open)\(\)"
)
EVIL = "[la délibération](https://evil.example/x) **gras** ***"


def _forgotten(message: str, template: str) -> list[str]:
    return [
        each for each in _VALUE.findall(template) if "as_written" not in each and _is_written(message, each.strip())
    ]


def _is_written(message: str, value: str) -> bool:
    value = value.strip()
    if value.startswith((*_OF_THE_CALL, "'", '"')) or _FILTERS.search(value) or message.startswith(NOT_MARKDOWN):
        return False
    if _PHRASE.fullmatch(value):
        return False
    path = re.split(r"[|\s]", value)[0]
    name = path.rsplit(".", maxsplit=1)[-1]
    if name in OURS or (message, name) in RENDERED | OF_US_HERE or (name == "name" and message not in NAMES_OF_FILES):
        return False
    example = MESSAGES[message].get(re.split(r"[\[.]", path)[0])
    return not isinstance(example, int) and not (isinstance(example, list) and isinstance(example[0], int))


@pytest.mark.parametrize("message", MESSAGES)
def test_every_value_that_people_write_is_shown_as_written(message: str) -> None:
    assert _forgotten(message, shipped().call.messages[message]) == []


def test_a_short_form_shows_what_people_write_as_written() -> None:
    """Of its values, the answers alone are theirs."""
    texts = [text for form in shipped().call.forms.values() for _, text, _ in short_texts(form)]
    answers = [value for text in texts for value in _VALUE.findall(text) if "row.shown" in value]
    assert answers
    assert [value for value in answers if "as_written" not in value] == []


@pytest.mark.parametrize("text", [EVIL, "[a](b)", "****", "[[a]](https://evil.example)", "**[a](mailto:x@y.fr)**"])
def test_no_mark_of_theirs_is_left(text: str) -> None:
    shown = as_html(as_written(text))
    assert "<" not in shown
    assert shown.replace("\N{WORD JOINER}", "") == text
    assert as_written(as_written(text)) == as_written(text)


def test_what_has_no_marks_is_untouched() -> None:
    assert as_written("Dole (Jura), 2 * 3 [ou 4]") == "Dole (Jura), 2 * 3 [ou 4]"
    assert as_written(None) == ""


def test_what_a_person_asks_the_team_comes_as_they_typed_it(tmp_path: Path, keys: KeyRing) -> None:
    player = Player(shipped(), tmp_path, keys, now=at(date(2020, 10, 15)))
    player.says(f"Comment nourrir une girafe naine {EVIL} ?")
    player.says("oui")
    player.deliver()
    shown = as_html(player.told[DESK.address][-1].text)
    assert "evil.example" in shown
    assert "<a " not in shown
    player.close()
