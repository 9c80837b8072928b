"""The commands of `guichet staff` and `guichet audit`: who enters the desk on the web, and what was done there."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import click

from bot.base.clock import Clock, read_today
from bot.base.complaints import Complaint
from bot.base.wording import tell, text, texts
from bot.cli.commands import FrenchGroup, as_json, clock_of, command
from bot.cli.dossiers import only_member
from bot.conversation.reading.legible import as_json as as_safe_json
from bot.settings import Settings


@click.group(cls=FrenchGroup, help=text("help", "staff"), subcommand_metavar="COMMANDE [OPTIONS]…")
def staff() -> None:
    """Who of the staff may enter the desk on the web."""


_name = click.argument("name", metavar="NOM")
_role = click.option("--role", metavar="RÔLE", default="agent", help=text("help", "option_role"))


@command("add", "staff_add", staff)
@_name
@_role
@click.option("--new", "is_new", is_flag=True, help=text("help", "option_new_member"))
def add(settings: Settings, name: str, role: str, *, is_new: bool) -> None:
    """Let somebody enter, and print the link by which they do."""
    from bot.desk.office import entry
    from bot.services.staff import find_members, make_member
    from storage import staff_access

    wanted = _role_of(role)

    def work(transaction: Any, now: datetime) -> str:
        found = () if is_new else find_members(transaction, name)
        is_named_so = not (name.strip().isdecimal() or ":" in name or name.startswith("@"))
        if found and is_named_so:
            known = "\n".join(text("staff", "choose", shown=each.shown, id=each.id) for each in found)
            raise Complaint("member-known", 1, name=name, known=known)
        if not found and not is_named_so:
            raise Complaint("no-member", 1, name=name)
        member = found[0] if found else make_member(transaction, name.strip(), now)
        if staff_access.find(transaction, member.id) is not None:
            raise Complaint("member-enters", 1, name=member.shown, id=member.id)
        entry.grant(transaction, member.id, wanted, None, now)
        return entry.make_link(transaction, member.id, None, now)

    if not name.strip():
        raise Complaint("no-member", 1, name=name)
    _tell_link(settings, name.strip(), _run(settings, work))


@command("list", "staff_list", staff)
def list_staff(settings: Settings) -> None:
    """List who may enter, or might once."""
    from storage import staff_access

    found = _run(settings, lambda transaction, _: staff_access.list_all(transaction))
    if not found:
        click.echo(text("staff", "none"))
    for each in found:
        gone = text("staff", "gone", day=each.revoked_at.date()) if each.revoked_at else ""
        tell(text("staff", "line", id=each.member_id, name=each.name, role=texts("roles")[each.role], gone=gone))


@command("link", "staff_link", staff)
@_name
def link(settings: Settings, name: str) -> None:
    """Print a new link for somebody who may enter; an earlier one is worth nothing any more."""
    from bot.desk.office import entry

    def work(transaction: Any, now: datetime) -> tuple[str, str]:
        member = _entering(transaction, name)
        return member.shown, entry.make_link(transaction, member.id, None, now)

    shown, token = _run(settings, work)
    _tell_link(settings, shown, token)


@command("role", "staff_role", staff)
@_name
@click.argument("role", metavar="RÔLE")
def change_role(settings: Settings, name: str, role: str) -> None:
    """Give somebody another role; who was revoked may enter again."""
    from bot.desk.office import entry

    wanted = _role_of(role)

    def work(transaction: Any, now: datetime) -> str:
        member = _entering(transaction, name, also_gone=True)
        entry.grant(transaction, member.id, wanted, None, now)
        return str(member.shown)

    tell(text("staff", "role-changed", name=_run(settings, work), role=texts("roles")[wanted]))


@command("revoke", "staff_revoke", staff)
@_name
def revoke(settings: Settings, name: str) -> None:
    """Let somebody enter no more; their sessions end at once."""
    from bot.desk.office import entry

    def work(transaction: Any, now: datetime) -> str:
        member = _entering(transaction, name)
        entry.revoke(transaction, member.id, None, now)
        return str(member.shown)

    tell(text("staff", "revoked", name=_run(settings, work)))


@command("audit")
@click.option("--since", metavar="DATE", help=text("help", "option_since"))
@as_json
def audit(settings: Settings, since: str | None, *, in_json: bool) -> None:
    """Write the log of what the staff did and looked at, the oldest first: CSV, or JSON lines."""
    from bot.app import open_storage
    from storage import audit as log

    try:
        begin = read_today(since if "T" in since else f"{since}T00:00").astimezone(UTC) if since else None
    except ValueError:
        raise Complaint("bad-today", value=since) from None
    with open_storage(settings) as database, database.transaction() as transaction:
        for line in _lines(log.read(transaction, log.Sought(since=begin)), in_json=in_json):
            tell(line)


def _lines(entries: Iterator[Any], *, in_json: bool) -> Iterator[str]:
    from bot.desk.paper.records import as_text

    if not in_json:
        yield ",".join(texts("audit_columns").values())
    for each in entries:
        at = each.happened_at.isoformat(timespec="seconds")
        values = {"at": at, "member": each.member_id, "name": each.member, "action": each.action}
        values |= {"subject": each.subject, "to": each.to_member_id, "to_name": each.to_member}
        if in_json:
            yield as_safe_json(values)
            continue
        row = io.StringIO()
        csv.writer(row, lineterminator="").writerow(
            as_text(value) if isinstance(value, str) else value for value in values.values()
        )
        yield row.getvalue()


def _entering(transaction: Any, name: str, *, also_gone: bool = False) -> Any:
    """Return the one member of this name who may enter, `also_gone` or might once. Errors: Complaint."""
    from bot.services.staff import find_members
    from storage import staff_access

    enters = {each.member_id for each in staff_access.list_all(transaction) if also_gone or each.revoked_at is None}
    found = tuple(each for each in find_members(transaction, name) if each.id in enters)
    if not found:
        raise Complaint("no-entry", 1, name=name)
    return only_member(found, name)


def _role_of(given: str) -> Any:
    """Return the role, by its name or by what it is called. Errors: Complaint."""
    from bot.desk.office.roles import Role

    called = {name: role for role, name in texts("roles").items()}
    try:
        return Role(called.get(given.strip().lower(), given.strip().lower()))
    except ValueError:
        raise Complaint("bad-role", value=given, known=", ".join(Role)) from None


def _run(settings: Settings, work: Any) -> Any:
    from bot.app import open_storage

    clock: Clock = clock_of(settings)
    with open_storage(settings) as database:
        return database.run_now(work, clock())


def _tell_link(settings: Settings, name: str, token: str) -> None:
    from bot.channels.http.settings import WebSettings
    from bot.desk.office.entry import LINK_LIFE, link_to

    base = (settings.web or WebSettings()).base
    tell(text("staff", "link", name=name, days=LINK_LIFE.days, link=link_to(base, token)))
