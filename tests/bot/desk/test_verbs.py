"""The one table of what the staff do: what does it, what offers it and what names it go by the same rows."""

import pytest
import yaml

from bot.channels.telegram.presence import COMMANDS
from bot.cli.dossiers import dossiers, threads
from bot.conversation.values.member import NOBODY
from bot.conversation.values.moves import Status
from bot.desk.group.group import NAMED
from bot.desk.orders.order import Order
from bot.desk.orders.table import operation_of, verbs
from bot.desk.verbs import VERBS, Verb, offered_for_dossier, offered_for_thread
from storage.engine.tables import ThreadStatus

#: What the command line has beside them: it lists, shows, writes files.
_OF_FILES = {"list", "show", "export", "pdf", "attachments", "code"}


@pytest.mark.parametrize("verb", list(Verb))
def test_each_is_done_where_its_row_says(verb: Verb) -> None:
    row = VERBS[verb]
    assert (operation_of(Order(verb, "dossier", "K7R-M3W-X9A", NOBODY)) is not None) == row.of_dossiers
    assert (operation_of(Order(verb, "thread", "12", NOBODY)) is not None) == row.of_threads


def test_nothing_else_is_done() -> None:
    assert verbs() == set(Verb)


def test_what_is_offered_can_be_done() -> None:
    for status in Status:
        for is_held in (False, True):
            assert all(VERBS[verb].of_dossiers for verb in offered_for_dossier(status, is_held=is_held))
    for status in ThreadStatus:
        assert offered_for_thread(status.value)
        assert all(VERBS[verb].of_threads for verb in offered_for_thread(status.value))


def test_each_is_in_the_menu_of_the_group() -> None:
    menu = yaml.safe_load(COMMANDS.read_text(encoding="utf-8"))["staff"]["fr"]
    assert set(Verb) <= set(menu)
    assert set(menu) >= NAMED


def test_the_command_line_calls_them_by_their_names() -> None:
    names = {verb.name.lower() for verb in Verb}
    assert set(dossiers.commands) - _OF_FILES <= names
    assert set(threads.commands) - _OF_FILES <= names
