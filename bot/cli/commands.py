"""The commands: what is typed in a terminal, said in French. Each opens what it needs and hands over; none decides."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from bot import __version__
from bot.base.clock import Clock, clock_starting_at, read_today, system_clock
from bot.base.complaints import Complaint
from bot.base.wording import tell, text
from bot.conversation.reading.legible import as_json as as_safe_json
from bot.settings import Settings, read_settings
from knowledge.cache.staying import staying


class FrenchHelp(click.Command):
    """A command whose help page has French headings."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option:
            option.help = text("help", "option_help")
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=text("help", "usage"))


class FrenchGroup(FrenchHelp, click.Group):
    """The group of all commands, with their help in full."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, self.commands[name].get_short_help_str(200)) for name in sorted(self.commands)]
        with formatter.section(text("help", "commands")):
            formatter.write_dl(rows)


@click.group(
    cls=FrenchGroup, help=text("help", "guichet"), subcommand_metavar="COMMANDE [OPTIONS]…", no_args_is_help=True
)
@click.version_option(
    __version__, prog_name="guichet", message="%(prog)s %(version)s", help=text("help", "option_version")
)
def guichet() -> None:
    """The group; its help is in the wording file."""


def command(
    name: str, help_text: str | None = None, group: click.Group = guichet
) -> Callable[[Callable[..., None]], click.Command]:
    """Declare a command with the options that all take; its function receives `settings` in their place.

    `help_text`: the name of its help in the wording file, when it is not the command's own.
    """

    def declare(function: Callable[..., None]) -> click.Command:
        def run(call: Path | None, today: str | None, **given: Any) -> None:
            settings = read_settings()
            chosen = replace(settings, call=call or settings.call, today=today or settings.today)
            function(chosen, **given)

        run.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
        folder = click.Path(path_type=Path)
        run = click.option("--today", metavar="DATE", help=text("help", "option_today"))(run)
        run = click.option("--call", type=folder, metavar="RÉPERTOIRE", help=text("help", "option_call"))(run)
        page = text("help", help_text or name)
        return group.command(name, cls=FrenchHelp, help=page, options_metavar="[OPTIONS]")(run)

    return declare


def as_json(function: Callable[..., None]) -> Callable[..., None]:
    return click.option("--json", "in_json", is_flag=True, help=text("help", "option_json"))(function)


def clock_of(settings: Settings) -> Clock:
    """Return the clock the whole program sees. Errors: Complaint for a date that cannot be read."""
    if settings.today is None:
        return system_clock
    try:
        return clock_starting_at(read_today(settings.today))
    except ValueError:
        raise Complaint("bad-today", value=settings.today) from None


@command("ask")
@click.argument("question", metavar="QUESTION")
@as_json
@staying()
def ask(settings: Settings, question: str, in_json: bool) -> None:
    """Answer one question."""
    from bot.cli.single_question import answer_as_json, answer_as_text

    clock = clock_of(settings)
    question = _printable(question)
    if not question.strip():
        raise Complaint("empty-question")
    library = library_of(settings)
    if in_json:
        write_json(answer_as_json(question, library, clock()))
    else:
        tell(answer_as_text(question, library, clock()))


@command("explain")
@click.argument("message", metavar="MESSAGE")
@staying()
def explain(settings: Settings, message: str) -> None:
    """Tell what is read in a message."""
    from bot.cli.explaining import explained

    clock = clock_of(settings)
    message = _printable(message)
    if not message.strip():
        raise Complaint("empty-question")
    tell(explained(message, library_of(settings), clock()))


@command("chat")
@click.option("--new", "is_new", is_flag=True, help=text("help", "option_new"))
def chat(settings: Settings, is_new: bool) -> None:
    """Converse in the terminal."""
    from bot.app import open_application
    from storage.migrations import Older

    clock = clock_of(settings)
    if sys.stdin is None:
        raise Complaint("no-input")
    if sys.stdout.isatty():
        click.echo(text("chat", "opening"))  # the first time, the matcher is fitted: some seconds
    with open_application(settings, clock, library_of(settings), older=Older.MIGRATED) as application:
        application.converse_in_terminal(is_new=is_new)


@command("serve")
def serve(settings: Settings) -> None:
    """Serve the channels until the program is told to end."""
    from bot.app import open_server
    from bot.channels.http.server import CannotListen
    from bot.channels.telegram.channel import TokenRefused

    if not settings.serves_something:
        raise Complaint("nothing-to-serve")
    clock = clock_of(settings)
    with open_server(settings, clock, lambda: library_of(settings)) as (application, asked):
        try:
            application.serve(settings, asked)
        except TokenRefused:
            raise Complaint("token-refused", 1) from None
        except CannotListen as error:
            raise Complaint("cannot-listen", 1, listen=error.address, reason=error) from error


@command("calendar")
@click.argument("file", type=click.Path(path_type=Path), metavar="FICHIER")
@click.option("--wave", metavar="VAGUE", help=text("help", "option_wave"))
def calendar(settings: Settings, file: Path, wave: str | None) -> None:
    """Write the closing days as an iCalendar file."""
    from bot.conversation.reminders.closing_days import write_calendar
    from storage.engine.private_files import write_private

    library, now = library_of(settings), clock_of(settings)()
    known = library.call.facts.waves
    waves = [each for each in known if wave in (None, each.id, str(each.number))]
    if not waves:
        raise Complaint("no-such-wave", wave=wave, known=", ".join(each.id for each in known))
    write_private(file, write_calendar(library, waves, now))
    click.echo(text("calendar", "written", file=file, count=len(waves)))


@command("check")
@click.argument("folder", type=click.Path(path_type=Path), required=False, metavar="[DOSSIER]")
@click.option("--strict", "is_strict", is_flag=True, help=text("help", "option_strict"))
@click.option("--production", "is_production", is_flag=True, help=text("help", "option_production"))
@click.option("--audit", "is_audit", is_flag=True, help=text("help", "option_audit"))
def check(settings: Settings, folder: Path | None, *, is_strict: bool, is_production: bool, is_audit: bool) -> None:
    """List all faults of a knowledge base; exit 1 if there are any. `is_audit`: the table of all answers first."""
    from bot.conversation.talk.message_names import MESSAGES
    from bot.conversation.talk.message_values import CHOICES
    from knowledge.cache.memory import Memory
    from knowledge.call.check import check_folder
    from knowledge.call.loader import read_folder

    folder = folder or settings.call
    if not folder.is_dir():
        raise Complaint("no-folder", folder=folder)
    memory, today = Memory(), clock_of(settings)().date()
    faults = check_folder(folder, today, MESSAGES, CHOICES, is_production=is_production, memory=memory)
    for fault in faults:
        tell(text("check", "warning", fault=fault) if fault.is_warning else str(fault))
    warnings = sum(fault.is_warning for fault in faults)
    if is_audit and len(faults) == warnings:
        from bot.cli.auditing import audit_lines

        tell("\n".join(audit_lines(folder)))
    if faults:
        click.echo(text("check", "summary", faults=len(faults) - warnings, warnings=warnings))
    else:
        click.echo(text("check", "clean", folder=folder, entries=len(read_folder(folder, memory=memory).entries)))
    if len(faults) > warnings or (is_strict and faults):
        sys.exit(1)


@command("evaluate")
@click.argument("file", type=click.Path(path_type=Path), metavar="FICHIER.tsv")
@as_json
def evaluate(settings: Settings, file: Path, in_json: bool) -> None:
    """Measure the matcher on a file of labelled questions."""
    from bot.cli.measuring import measure, report_as_json, report_as_text

    report = measure(file, library_of(settings))
    if in_json:
        write_json(report_as_json(report))
    else:
        tell(report_as_text(report))


@command("town")
@click.argument("name", metavar="[NOM]", required=False)
@as_json
def town(settings: Settings, name: str | None, in_json: bool) -> None:
    """Say whether the call concerns a town."""
    with staying():
        from bot.cli.town_lookup import TownLookup

        lookup = TownLookup(call_of(settings), clock_of(settings)(), settings.cache_folder)
    if name is None:
        for line in sys.stdin.buffer:
            query = line.decode(errors="replace").rstrip("\r\n")
            click.echo(as_safe_json(lookup.as_json(query)))
    elif in_json:
        write_json(lookup.as_json(_printable(name)))
    else:
        tell(lookup.as_text(_printable(name)))


def call_of(settings: Settings) -> Any:
    """Return the call, without its matcher. Errors: as `library_of`."""
    from knowledge.library import open_call

    return _loaded(settings, lambda folder: open_call(folder, settings.cache_folder))


def library_of(settings: Settings) -> Any:
    """Return the library of the call. Errors: Complaint where the folder is missing or its knowledge base faulty."""
    from knowledge.library import open_library

    return _loaded(settings, lambda folder: open_library(folder, settings.cache_folder, before_fit=_tell_of_fit))


def _tell_of_fit() -> None:
    """Say to a person who waits why they do; a program that reads what we write is told nothing."""
    if sys.stderr.isatty():
        click.echo(text("start", "fitting"), err=True)


def _loaded(settings: Settings, load: Callable[[Path], Any]) -> Any:
    from knowledge.call.faults import KnowledgeError

    if not settings.call.is_dir():
        raise Complaint("no-folder", folder=settings.call)
    try:
        with staying():
            return load(settings.call)
    except KnowledgeError as error:
        raise Complaint(
            "bad-knowledge", 1, folder=error.folder, count=len(error.faults), details=f"\n{error}"
        ) from error


def _printable(given: str) -> str:
    """Return `given` without the bytes that are no UTF-8, which Python keeps as lone surrogates."""
    return given.encode(errors="replace").decode()


def write_json(value: Any) -> None:
    click.echo(as_safe_json(value, indent=2))
