"""The commands of whoever keeps the program running: copies, keys, incidents, insights, the channel for machines."""

from pathlib import Path

import click

from bot.base.complaints import Complaint
from bot.base.wording import tell, text
from bot.cli.commands import as_json, call_of, clock_of, command, library_of, write_json
from bot.settings import Settings

_path = click.Path(path_type=Path)
_file = click.argument("file", type=_path, metavar="FICHIER")
#: Values that no key opens, told by name.
_MOST_NAMED = 20
#: Of a report: a century.
_MOST_DAYS = 36_525


@command("backup")
@_file
@click.option("--replace", "is_replacing", is_flag=True, help=text("help", "option_replace_copy"))
def backup(settings: Settings, file: Path, is_replacing: bool) -> None:
    """Write a consistent copy of the database, while it serves."""
    from bot.app import open_storage
    from storage.engine import backup as copies
    from storage.migrations import Older

    if file.exists() and not file.is_dir() and not is_replacing:
        raise Complaint("copy-exists", file=file)
    if _is_key_file(settings, file):
        raise Complaint("copy-onto-key", file=file)
    with open_storage(settings, older=Older.KEPT) as database:
        copies.backup(database, file)
    click.echo(text("storage", "backed-up", file=file, key=_where_the_key_is(settings)))


@command("restore")
@_file
@click.option("--replace", "is_replacing", is_flag=True, help=text("help", "option_replace"))
def restore(settings: Settings, file: Path, is_replacing: bool) -> None:
    """Put a copy back."""
    from bot.app import open_storage
    from storage.engine import backup as copies
    from storage.migrations import Older

    if not file.is_file():
        raise Complaint("no-file", file=file)
    with open_storage(settings, alone=True, older=Older.MIGRATED) as database:
        copies.restore(database, file, replace=is_replacing)
    click.echo(text("storage", "restored", file=file))


@command("upgrade")
def upgrade(settings: Settings) -> None:
    """Bring a database of an older version up to this one."""
    from bot.app import open_storage
    from storage.migrations import Older

    with open_storage(settings, alone=True, older=Older.MIGRATED):
        pass
    click.echo(text("storage", "upgraded"))


@command("renew-key")
def renew_key(settings: Settings) -> None:
    """Encrypt everything again with a new key."""
    from bot.app import open_storage
    from storage.engine import encryption, rotation

    in_file = settings.secret_key is None
    if settings.secret_key and len({key.strip() for key in settings.secret_key.split(",") if key.strip()}) == 1:
        raise Complaint("one-key")
    with open_storage(settings, alone=True) as database:
        if in_file:
            database.reopen_vault(encryption.add_key(settings.data_folder))
        done = rotation.rotate(database)
        if left := rotation.list_older(database):
            shown = "".join(f"\n  {place}" for place in left[:_MOST_NAMED])
            raise Complaint("unreadable-values", 1, count=len(left), shown=shown)
        retired = encryption.keep_newest_key(settings.data_folder) if in_file else None
    click.echo(text("storage", "renewed-in-file" if in_file else "renewed", count=done.renewed, retired=retired))


@command("incidents")
def incidents(settings: Settings) -> None:
    """List what went wrong: messages that could not be handled, replies that did not leave, people who blocked us."""
    from bot.app import open_storage
    from storage import inbox, outbox, recipients
    from storage.engine import rotation

    with open_storage(settings) as database:
        failed = database.run_now(inbox.list_failed)
        undelivered = database.run_now(outbox.list_undelivered)
        blocked = database.run_now(recipients.list_blocked)
        unreadable = database.run_now(rotation.list_unreadable)
        database.keys.unreadable = max(database.keys.unreadable, len(unreadable))  # what to do is told at the end
    for message in failed:
        known = {"day": message.handled_at, "channel": message.channel, "update": message.update}
        click.echo(text("incidents", "failed", error=message.error, **known))
    for row in undelivered:
        known = {"day": row.created_at, "channel": row.channel, "address": row.address, "attempts": row.attempts}
        click.echo(text("incidents", row.status.value, reason=row.reason or "", **known))
    for person in blocked:
        known = {"day": person.since, "channel": person.channel, "address": person.address}
        click.echo(text("incidents", "blocked", **known))
    for place in unreadable[:_MOST_NAMED]:
        click.echo(text("incidents", "unreadable", place=place))
    if not (failed or undelivered or blocked or unreadable):
        click.echo(text("incidents", "none"))


@command("insights")
@click.option("--days", metavar="JOURS", default="30", help=text("help", "option_days"))
@click.option("--chart", type=_path, metavar="FICHIER.png", help=text("help", "option_chart"))
@as_json
def insights(settings: Settings, days: str, chart: Path | None, in_json: bool) -> None:
    """Tell editors what is asked, what does not help, what nothing answers."""
    from bot.app import open_storage
    from bot.insights.reading import read_report
    from bot.insights.wording import report_as_json, report_as_text

    if not (days.isdecimal() and 1 <= int(days) <= _MOST_DAYS):
        raise Complaint("bad-days", value=days)
    call, now = call_of(settings), clock_of(settings)()
    with open_storage(settings) as database:
        report = database.run_now(read_report, call, settings.call, now, int(days))
    if in_json:
        write_json(report_as_json(report))
    else:
        tell(report_as_text(report))
    if chart:
        from bot.insights.chart import draw

        draw(report, chart)
        click.echo(text("insights", "drawn", file=chart), err=in_json)


@command("lines")
def lines(settings: Settings) -> None:
    """Serve JSON lines on standard input and output, for bridges and tests."""
    from bot.app import open_application
    from storage.migrations import Older

    clock = clock_of(settings)
    with open_application(settings, clock, library_of(settings), older=Older.MIGRATED) as application:
        application.serve_lines()


def _where_the_key_is(settings: Settings) -> str:
    from storage.engine.encryption import KEY_FILE

    return "GUICHET_SECRET_KEY" if settings.secret_key else str(settings.data_folder / KEY_FILE)


def _is_key_file(settings: Settings, file: Path) -> bool:
    from storage.engine.encryption import KEY_FILE

    return file.resolve() == (settings.data_folder / KEY_FILE).resolve()
