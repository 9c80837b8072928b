"""What the notice promises is what the code does: its spans and numbers are those of the constants they tell of."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.channels import web
from bot.conversation.privacy.retention import FIRST_WARNING, LAST_WARNING
from bot.conversation.talk.document_types import LIMIT_MEGABYTES
from bot.conversation.talk.message_names import MESSAGES
from bot.desk.office.roles import RIGHTS, Right, Role
from bot.documents.arrival import GIVE_UP_AFTER
from bot.jobs.silence import LONGEST_SILENCE
from bot.services.dossiers import CODE_LIFE
from knowledge.library import Library
from storage.engine.encryption import ENCRYPTED
from storage.engine.tables import Kept
from storage.question_log import KEPT_FOR

_WORDS = {"deux": 2, "sept": 7, "une": 1}
#: Columns that hold what people write, their documents or their address: the notice says that these are encrypted.
_PERSONAL = ("text", "content", "question", "address", "caption", "name", "title", "state")
#: Of ours, or of nobody: an id, a name of a signal.
_OURS = {("signals", "name"), ("staff_orders", "question"), ("staff_drafts", "question")}


def told(library: Library, message: str) -> str:
    return library.renderer.render_on(library.call.messages[message], date(2020, 10, 15), **MESSAGES[message])


def test_the_days_after_which_logged_questions_are_erased(library: Library) -> None:
    assert f"effacées après {KEPT_FOR.days} jours" in told(library, "privacy_notice")


def test_the_months_are_those_of_the_operator(library: Library) -> None:
    said = told(library, "privacy_notice")
    for months in library.call.privacy.retention.model_dump().values():
        assert f"{months} mois" in said


def test_it_warns_as_often_as_it_says(library: Library) -> None:
    assert "je vous préviens deux fois" in told(library, "privacy_notice")
    assert FIRST_WARNING > LAST_WARNING


@pytest.mark.parametrize(
    ("message", "pattern", "count"),
    [
        ("invite_code", r"pendant (\w+) jours", CODE_LIFE.days),
        ("transfer_code", r"pendant (\w+) jours", CODE_LIFE.days),
        ("staff_dialogue_silent", r"depuis (\w+) jours", LONGEST_SILENCE.days),
        ("document_late", r"pendant (\w+) journée", GIVE_UP_AFTER.days),
    ],
)
def test_a_span_that_a_message_tells_is_the_code_s(library: Library, message: str, pattern: str, count: int) -> None:
    found = re.search(pattern, told(library, message))
    assert found
    assert _WORDS[found[1]] == count


def test_the_size_of_a_document_is_told_alike_everywhere(library: Library) -> None:
    templates = Path(web.__file__).parent / "templates"
    assert f"{LIMIT_MEGABYTES} Mo" in (templates / "chat.html").read_text(encoding="utf-8")
    form = library.call.form
    assert form is not None
    assert f"{LIMIT_MEGABYTES} Mo" in next(
        each.help for section in form.sections for each in section.questions if each.id == "pieces"
    )


def test_who_reads_requests_to_the_press_is_told(library: Library) -> None:
    """Agents may open them at the desk on the web: the press is not alone."""
    readers = {role for role in Role if Right.PRESS in RIGHTS[role]}
    assert Role.AGENT in readers
    request = library.call.forms["press"].privacy
    for to_press in (True, False):
        said = library.renderer.render_on(request, date(2020, 10, 15), to_press=to_press, is_urgent=False)
        assert "l'équipe de l'appel" in said
    assert "le service de presse" in told(library, "privacy_notice")


def test_what_the_notice_calls_encrypted_is() -> None:
    plain = [
        f"{table.name}.{column.name}"
        for table in Kept.metadata.sorted_tables
        for column in table.columns
        if column.name in _PERSONAL
        and not isinstance(column.type, ENCRYPTED)
        and (table.name, column.name) not in _OURS
    ]
    assert plain == []


def test_the_notice_tells_what_outlives_an_erasure(library: Library) -> None:
    """`audit_log` keeps numbers of dossiers and threads; the staff's group on Telegram keeps what it was sent."""
    said = told(library, "privacy_notice")
    for words in ("journal", "copies de sauvegarde", "copies que l'équipe a pu faire", "groupe Telegram"):
        assert words in said
