"""The commands of `guichet privacy`: for who asked the organisation, not the assistant. Same rules, same words."""

import sys
from pathlib import Path
from typing import Any

import click

from bot.base.complaints import Complaint
from bot.base.wording import tell, text
from bot.cli.commands import FrenchGroup, clock_of, command, library_of
from bot.settings import Settings


@click.group(cls=FrenchGroup, help=text("help", "privacy"), subcommand_metavar="COMMANDE [OPTIONS]…")
def privacy() -> None:
    """What is done for someone who claims their rights."""


GROUPS: dict[str, click.Group] = {"privacy": privacy}

_person = click.argument("person", metavar="PERSONNE")


@command("export", "privacy_export", privacy)
@_person
@click.argument("folder", type=click.Path(path_type=Path), default=Path(), metavar="[DOSSIER]")
def export(settings: Settings, person: str, folder: Path) -> None:
    """Write all that is kept about someone to two files."""
    from bot.app import open_application
    from bot.conversation.privacy.own_data import data_file
    from bot.printing.own_data import print_own_sheet
    from bot.services.personal_data import read_own_data
    from storage.engine.private_files import write_private

    with open_application(settings, clock_of(settings), library_of(settings)) as application:
        recipient = application.database.run_now(_find, person)
        read = application.database.run_now(read_own_data, recipient)
        if read is None:  # erased meanwhile
            raise Complaint("no-person", 1, value=person)
        given = (read(), application.library, application.clock())
        for file in (print_own_sheet(*given), data_file(*given)):
            write_private(folder / file.name, file.content)
            click.echo(text("privacy", "written", file=folder / file.name))


@command("erase", "privacy_erase", privacy)
@_person
@click.option("--yes", "is_sure", is_flag=True, help=text("help", "option_yes"))
def erase(settings: Settings, person: str, is_sure: bool) -> None:
    """Erase all that is kept about someone, once it was shown what that means."""
    from bot.app import open_application
    from bot.conversation.privacy.erasure import describe
    from bot.services.personal_data import erase_for, part_with

    with open_application(settings, clock_of(settings), library_of(settings)) as application:
        library, database, now = application.library, application.database, application.clock()
        recipient = database.run_now(_find, person)
        _, leaving = database.run_now(part_with, recipient, library)
        click.echo(text("privacy", "told"))
        tell(describe(leaving, library, now, "erase_confirm"))
        if not is_sure and not _is_confirmed():
            click.echo(text("privacy", "nothing"))
            sys.exit(1)
        database.run_now(erase_for, recipient, library, application.desk.addresses, now)
    click.echo(text("privacy", "erased"))


def _is_confirmed() -> bool:
    if not sys.stdin.isatty():
        raise Complaint("not-sure")
    return input(text("privacy", "confirm")).strip().lower() == text("privacy", "confirm_word")


def _find(transaction: Any, person: str) -> int:
    """Return the person meant: « telegram:12345 », or the owner of a dossier by its number. Errors: Complaint."""
    from bot.conversation.reading.codes import read_reference
    from storage import dossiers, recipients

    if reference := read_reference(person):
        kept = dossiers.lock(transaction, reference)
        owners = [each for each in dossiers.list_members(transaction, kept.id) if each.is_owner] if kept else []
        if not owners:
            raise Complaint("no-owner", 1, value=reference)
        return owners[0].recipient_id
    channel, _, address = person.partition(":")
    found = recipients.find(transaction, channel, address) if address else None
    if found is None:
        raise Complaint("no-person", 1, value=person)
    return found
