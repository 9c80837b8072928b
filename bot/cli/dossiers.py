"""The commands of the staff: `guichet dossiers …` and `guichet echanges …`. Each opens what it needs and hands over."""

import itertools
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from bot.base.complaints import Complaint
from bot.base.wording import tell, text, texts
from bot.cli.commands import FrenchGroup, clock_of, command, library_of
from bot.conversation.reading.legible import indented, on_one_line
from bot.settings import Settings


@click.group(cls=FrenchGroup, help=text("help", "dossiers"), subcommand_metavar="COMMANDE [OPTIONS]…")
def dossiers() -> None:
    """What the staff do with dossiers."""


@click.group(cls=FrenchGroup, help=text("help", "echanges"), subcommand_metavar="COMMANDE [OPTIONS]…")
def threads() -> None:
    """What the staff do with threads."""


GROUPS: dict[str, click.Group] = {"dossiers": dossiers, "echanges": threads}

_reference = click.argument("reference", metavar="NUMÉRO")


def _known_size(_: click.Context, __: click.Parameter, number: int) -> int:
    """Return the number of a thread; databases take none of any length. Errors: Complaint."""
    if not 0 < number < _NUMBERS:
        raise Complaint("no-thread", 1, number=number)
    return number


#: No thread has this number, nor one above.
_NUMBERS = 10**9
_thread = click.argument("thread", type=int, metavar="NUMÉRO", callback=_known_size)
_staff = click.option("--as", "staff", metavar="NOM", required=True, help=text("help", "option_as"))
_over = click.option("--over", "reason", metavar="MOTIF", help=text("help", "option_over"))
_to = click.option("--to", "to", metavar="NOM", required=True, help=text("help", "option_to"))
_file = click.argument("file", type=click.Path(path_type=Path), metavar="FICHIER")


@contextmanager
def _application(settings: Settings) -> Iterator[Any]:
    from bot.app import open_application

    with open_application(settings, clock_of(settings), library_of(settings)) as application:
        if "staff" not in click.get_current_context().params:  # whoever is at the machine only looks
            application.database.run_now(_record, None, application.clock())
        yield application


def _record(transaction: Any, member: int | None, now: datetime, to: int | None = None) -> None:
    """Write down that the command which runs was given, what it is about, and `to` whom that was handed."""
    from storage import audit

    context = click.get_current_context()
    reference, thread = (context.params.get(name) for name in ("reference", "thread"))
    subject = f"thread:{thread}" if thread is not None else None
    if reference is not None:
        subject = f"dossier:{_number(reference)}"
    audit.record(transaction, member, f"guichet {context.command_path.partition(' ')[2]}", subject, now, to=to)


def _operate(
    settings: Settings, operation: Callable[[Any], Callable[..., Any]], subject: Any, staff: str, *words: Any
) -> None:
    """Run an operation of the desk in a transaction and say what came of it; exit 1 if nothing was done.

    `staff`: who does it, as --as names them. Errors: Complaint.
    """
    with _application(settings) as application:
        now: datetime = application.clock()

        def work(transaction: Any) -> Any:
            member = _member(transaction, staff, now)
            told = operation(application.desk)(transaction, subject, member, *words, now)
            if told.is_done:
                _record(transaction, member.id, now, told.to)
            return told

        told = application.database.run_now(work)
    tell(told.text, err=not told.is_done)
    if told.held is not None:
        group, number = ("echanges", told.held.removeprefix("thread:"))
        if told.held.startswith("dossier:"):
            group, number = ("dossiers", told.held.removeprefix("dossier:"))
        tell(text("staff", "take_over", group=group, number=number, staff=staff), err=True)
    if not told.is_done:
        sys.exit(1)


def _beside(desk: Any, module: str, operation: str) -> Callable[..., Any]:
    """Return an operation that lives beside `Desk`; imported here, for the help must not wait for it."""
    from bot.desk import passing, thread_operations

    return partial(getattr({"thread_operations": thread_operations, "passing": passing}[module], operation), desk)


def _handing(desk: Any, module: str, to: str) -> Callable[..., Any]:
    """Return the handing over to a member whom `to` names. Errors: Complaint."""

    def hand(transaction: Any, subject: Any, member: Any, now: datetime) -> Any:
        return _beside(desk, module, "hand")(transaction, subject, member, _colleague(transaction, to), now)

    return hand


def _member(transaction: Any, named: str, now: datetime) -> Any:
    """Return the member of the staff of this name, number or account; a name that nobody bears makes a new one."""
    from bot.services.staff import find_members, make_member

    found = find_members(transaction, named)
    if found:
        return only_member(found, named)
    if named.strip().isdecimal() or ":" in named or named.startswith("@"):
        raise Complaint("no-member", 1, name=named)
    return make_member(transaction, named.strip(), now)


def only_member(found: Any, named: str) -> Any:
    if len(found) > 1:
        known = "\n".join(text("staff", "choose", shown=each.shown, id=each.id) for each in found)
        raise Complaint("which-member", 1, name=named, known=known)
    return found[0]


def _colleague(transaction: Any, named: str) -> Any:
    """Return the one member whom `named` means: nobody is made by a slip of the keyboard. Errors: Complaint."""
    from bot.services.staff import find_members, guess_members

    found = find_members(transaction, named) or guess_members(transaction, named)
    if not found:
        raise Complaint("no-colleague", 1, name=named)
    return only_member(found, named)


def _number(reference: str) -> str:
    """Return the number as it is written, however it was typed. Errors: Complaint."""
    from bot.conversation.reading.codes import read_reference

    read = read_reference(reference)
    if read is None:
        raise Complaint("bad-reference", value=reference)
    return read


# --- reading


@command("list", "dossiers_list", dossiers)
def list_dossiers(settings: Settings) -> None:
    """List the dossiers that were sent."""
    with _application(settings) as application:
        found = application.database.run_now(application.desk.list_dossiers)
        unreadable = application.database.run_now(application.desk.list_unreadable)
        if not (found or unreadable):
            click.echo(text("dossiers", "none"))
        for dossier in found:
            tell(on_one_line(_line(application, dossier)))
        _tell_unreadable(unreadable)


def _tell_unreadable(references: Sequence[str], *, err: bool = False) -> None:
    for reference in references:
        click.echo(text("dossiers", "unreadable", reference=reference), err=err)


def _line(application: Any, dossier: Any) -> str:
    day = application.library.day(dossier.sent_at) if dossier.sent_at else ""
    status = texts("statuses")[dossier.status.value]
    holder = text("dossiers", "held", holder=dossier.holder.shown) if dossier.holder else ""
    name = application.desk.name_of(dossier)
    return text("dossiers", "line", reference=dossier.reference, status=status, holder=holder, day=day, name=name)


@command("show", "dossiers_show", dossiers)
@_reference
def show_dossier(settings: Settings, reference: str) -> None:
    """Show one dossier with its history and notes."""
    with _application(settings) as application:
        sheet = _sheet(application, _number(reference))
    tell("\n".join(map(indented, [sheet.title, *sheet.lines])))
    for section in sheet.sections:
        tell(f"\n{section.title}")
        for label, value in section.rows:
            tell(indented(f"  {label} : {value}" if label else f"  {value}"))


def _missing(application: Any, reference: str) -> Complaint:
    unreadable = application.database.run_now(application.desk.list_unreadable)
    return Complaint("unreadable-dossier" if reference in unreadable else "no-dossier", 1, value=reference)


def _sheet(application: Any, reference: str) -> Any:
    from bot.desk.paper.record_sheet import make_sheet

    found = application.database.run_now(application.desk.find, reference)
    if found is None:
        raise _missing(application, reference)
    dossier, history = found
    return make_sheet(dossier, history, application.desk, application.clock())


@command("export", "dossiers_export", dossiers)
@click.option("--format", "kind", type=click.Choice(["xlsx", "csv", "json"]), help=text("help", "option_format"))
@click.option("--words", metavar="MOTS", help=text("help", "option_words"))
@click.option("--region", metavar="RÉGION", help=text("help", "option_region"))
@click.option("--departement", metavar="CODE", help=text("help", "option_departement"))
@click.option("--wave", metavar="VAGUE", help=text("help", "option_wave"))
@click.option("--decision", metavar="DÉCISION", help=text("help", "option_decision_only"))
@_file
def export(settings: Settings, kind: str | None, file: Path, **narrowed: str | None) -> None:
    """Write the dossiers that were sent to a file, narrowed as the desk's lists are."""
    from bot.desk.paper.export import Taker, take_away
    from bot.desk.paper.records import WRITERS
    from bot.search.indexing import index_missing
    from bot.search.listing import Filter
    from storage.search_index import Tab

    chosen = kind or file.suffix.lower().lstrip(".")
    if chosen not in WRITERS:
        raise Complaint("bad-format", value=chosen)
    wanted = Filter.read({name: value for name, value in narrowed.items() if value})
    with _application(settings) as application:
        now, database = application.clock(), application.database
        while database.run_now(partial(index_missing, application.shelf), now):
            pass

        taker = Taker(None, chosen)
        export = database.run_now(
            lambda transaction: take_away(application.desk, transaction, wanted, Tab.ALL, taker, now)
        )
    WRITERS[chosen](export.rows, export.columns, file)
    click.echo(text("dossiers", "written", count=len(export.rows), file=file))
    _tell_unreadable(export.unreadable, err=True)


@command("pdf", "dossiers_pdf", dossiers)
@_reference
@_file
def pdf(settings: Settings, reference: str, file: Path) -> None:
    """Write one dossier as a PDF."""
    from bot.desk.paper.pdf import write_pdf

    with _application(settings) as application:
        sheet = _sheet(application, _number(reference))
    write_pdf(sheet, file)
    click.echo(text("dossiers", "written", count=1, file=file))


@command("attachments", "dossiers_attachments", dossiers)
@_reference
@click.argument("folder", type=click.Path(path_type=Path), metavar="RÉPERTOIRE")
def attachments(settings: Settings, reference: str, folder: Path) -> None:
    """Write the documents of one dossier to a folder, each for its owner only; none is written over another."""
    from bot.desk.paper.documents import read_out

    number = _number(reference)
    with _application(settings) as application:
        documents = read_out(application.database, application.desk, number)
        if documents is None:
            raise _missing(application, number)
        count = sum(_write_new(folder, rank, file) for rank, file in enumerate(documents, start=1))
    done = text("dossiers", "documents_written", count=count, folder=folder)
    tell(done if count else text("dossiers", "no_documents"))


def _write_new(folder: Path, rank: int, file: Any) -> int:
    """Write a document as « 01 délibération.pdf », or with a free number behind where that name is taken."""
    from bot.conversation.talk.document_types import disk_name
    from storage.engine.private_files import FileExists, make_private_folder, write_private

    make_private_folder(folder)
    name_there = disk_name(file.name)
    for again in itertools.count():
        name = f"{rank:02} {name_there}" if not again else f"{rank:02}-{again} {name_there}"
        with suppress(FileExists):
            write_private(folder / name, file.content, may_replace=False)
            break
    return 1


# --- operating


@command("take", "dossiers_take", dossiers)
@_reference
@_staff
@_over
def take(settings: Settings, reference: str, staff: str, reason: str | None) -> None:
    if reason is None:
        _operate(settings, lambda desk: desk.take, _number(reference), staff)
    else:
        _operate(settings, lambda desk: _beside(desk, "passing", "take_over"), _number(reference), staff, reason)


@command("hand", "dossiers_hand", dossiers)
@_reference
@_to
@_staff
def hand(settings: Settings, reference: str, to: str, staff: str) -> None:
    _operate(settings, lambda desk: _handing(desk, "passing", to), _number(reference), staff)


@command("release", "dossiers_release", dossiers)
@_reference
@_staff
def release(settings: Settings, reference: str, staff: str) -> None:
    _operate(settings, lambda desk: desk.release, _number(reference), staff)


@command("ask", "dossiers_ask", dossiers)
@_reference
@click.argument("question", metavar="QUESTION")
@click.argument("reason", metavar="MOTIF")
@_staff
def ask(settings: Settings, reference: str, question: str, reason: str, staff: str) -> None:
    _operate(settings, lambda desk: desk.ask, _number(reference), staff, question, reason)


@command("answer", "dossiers_answer", dossiers)
@_reference
@click.argument("message", metavar="TEXTE")
@_staff
def answer(settings: Settings, reference: str, message: str, staff: str) -> None:
    _operate(settings, lambda desk: desk.answer, _number(reference), staff, message)


@command("note", "dossiers_note", dossiers)
@_reference
@click.argument("message", metavar="TEXTE")
@_staff
def note(settings: Settings, reference: str, message: str, staff: str) -> None:
    _operate(settings, lambda desk: desk.note, _number(reference), staff, message)


@command("close", "dossiers_close", dossiers)
@_reference
@click.argument("reason", metavar="MOTIF")
@click.option("--decision", metavar="DÉCISION", help=text("help", "option_decision"))
@_staff
def close(settings: Settings, reference: str, reason: str, decision: str | None, staff: str) -> None:
    _operate(settings, lambda desk: partial(desk.close, decision=decision), _number(reference), staff, reason)


@command("reopen", "dossiers_reopen", dossiers)
@_reference
@_staff
def reopen(settings: Settings, reference: str, staff: str) -> None:
    _operate(settings, lambda desk: desk.reopen, _number(reference), staff)


@command("code", "dossiers_code", dossiers)
@_reference
@_staff
def code(settings: Settings, reference: str, staff: str) -> None:
    """Let another person of the town take a dossier over."""
    from bot.conversation.reading.codes import make_code

    _operate(settings, lambda desk: desk.give_code, _number(reference), staff, make_code(secrets.choice))


# --- threads


@command("list", "echanges_list", threads)
def list_threads(settings: Settings) -> None:
    """List the threads that are open."""
    with _application(settings) as application:
        found = application.database.run_now(application.desk.list_threads)
        if not found:
            click.echo(text("echanges", "none"))
        for thread in found:
            member = application.database.run_now(application.desk.holder_of, thread)
            holder = member.shown if member else text("echanges", "waiting")
            day = application.library.day(thread.active_at)
            click.echo(text("echanges", "line", number=thread.id, holder=holder, day=day, channel=thread.channel))


@command("show", "echanges_show", threads)
@_thread
def show_thread(settings: Settings, thread: int) -> None:
    """Show what was written in a thread."""
    from storage import threads

    with _application(settings) as application:
        if application.database.run_now(threads.find, thread) is None:
            raise Complaint("no-thread", 1, number=thread)
        for message in application.database.run_now(application.desk.list_messages, thread):
            who = message.staff or text("echanges", "person")
            if message.is_note:
                who = text("echanges", "note", who=who)
            elif message.is_seen is False and message.withdrawn_at is None:
                who = text("echanges", "unseen", who=who)
            day = application.library.day(message.written_at)
            click.echo(text("echanges", "message", day=day, who=who, text=indented(message.text)))


@command("take", "echanges_take", threads)
@_thread
@_staff
@_over
def take_thread(settings: Settings, thread: int, staff: str, reason: str | None) -> None:
    if reason is None:
        _operate(settings, lambda desk: desk.take_thread, thread, staff)
    else:
        _operate(settings, lambda desk: _beside(desk, "thread_operations", "take_over"), thread, staff, reason)


@command("hand", "echanges_hand", threads)
@_thread
@_to
@_staff
def hand_thread(settings: Settings, thread: int, to: str, staff: str) -> None:
    _operate(settings, lambda desk: _handing(desk, "thread_operations", to), thread, staff)


@command("answer", "echanges_answer", threads)
@_thread
@click.argument("message", metavar="TEXTE")
@_staff
def answer_thread(settings: Settings, thread: int, message: str, staff: str) -> None:
    """Write to the person, also where the thread is over."""
    _operate(settings, lambda desk: _beside(desk, "thread_operations", "write"), thread, staff, message)


@command("release", "echanges_release", threads)
@_thread
@_staff
def release_thread(settings: Settings, thread: int, staff: str) -> None:
    _operate(settings, lambda desk: _beside(desk, "thread_operations", "release"), thread, staff)


@command("close", "echanges_close", threads)
@_thread
@click.argument("reason", metavar="MOTIF")
@_staff
def close_thread(settings: Settings, thread: int, reason: str, staff: str) -> None:
    _operate(settings, lambda desk: _beside(desk, "thread_operations", "close"), thread, staff, reason)


@command("reopen", "echanges_reopen", threads)
@_thread
@_staff
def reopen_thread(settings: Settings, thread: int, staff: str) -> None:
    _operate(settings, lambda desk: _beside(desk, "thread_operations", "reopen"), thread, staff)
