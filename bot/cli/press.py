"""The command of the press office: `guichet presse list`. It opens what it needs and hands over."""

from typing import Any

import click

from bot.base.wording import tell, text, texts
from bot.cli.commands import FrenchGroup, clock_of, command, library_of
from bot.conversation.reading.legible import indented
from bot.settings import Settings


@click.group(cls=FrenchGroup, help=text("help", "presse"), subcommand_metavar="COMMANDE [OPTIONS]…")
def press() -> None:
    """What the press office reads. It answers in the threads: `guichet echanges`."""


@command("list", "presse_list", press)
def list_requests(settings: Settings) -> None:
    """List the requests that are not closed, those that wait first."""
    from bot.app import open_application

    with open_application(settings, clock_of(settings), library_of(settings)) as application:
        found = application.database.run_now(application.desk.list_press_requests)
        if not found:
            click.echo(text("presse", "none"))
        for request in found:
            tell("\n".join(_lines(application, request)))


def _lines(application: Any, request: Any) -> list[str]:
    library = application.library
    labels = {each.id: each.label for form in library.call.forms.values() for each in form.questions()}
    head = text(
        "presse",
        "line",
        reference=request.reference,
        day=library.day(request.sent_at),
        status=texts("press_statuses")[request.status],
        urgent=text("presse", "urgent") if request.is_urgent else "",
        thread=request.thread_id,
    )
    answers = (
        text("presse", "answer", label=labels.get(name, name), shown=indented(shown))
        for name, shown in request.content.items()
    )
    return [head, *answers]
