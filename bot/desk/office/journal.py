"""The log of what the staff did and looked at, as who administers reads it, or takes it away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.base.wording import texts
from bot.conversation.values.about import About
from bot.desk.office.entry import Signed
from bot.desk.paper.records import Cell
from bot.services.staff import read_members
from storage import audit
from storage.engine.database import Transaction


@dataclass(frozen=True, slots=True)
class Line:
    happened_at: datetime
    #: None: whoever is at the machine.
    member: str | None
    #: « a ouvert le document 12 ».
    told: str
    #: « dossier K7R-M3W-X9A »; "" where it is about nothing in particular.
    subject: str
    #: To whom it was handed; None: to nobody.
    to: str | None
    about: About


def read_latest(transaction: Transaction, most: int) -> list[Line]:
    """Return what was last written down, the latest first."""
    names = {each.id: each.shown for each in read_members(transaction).values()}
    return [
        Line(
            each.happened_at,
            each.member,
            told_action(each.action),
            _named(about, names),
            names.get(each.to_member_id, each.to_member) if each.to_member_id is not None else None,
            about,
        )
        for each in audit.read(transaction, latest=most)
        for about in [About(each.subject or "")]
    ]


def take_away(transaction: Transaction, signed: Signed, now: datetime) -> list[Mapping[str, Cell]]:
    """Return the whole log as rows of a table, the oldest first, with this look at it."""
    audit.record(transaction, signed.member.id, "export", "export:journal", now)
    heads = texts("audit_columns")
    return [
        {
            heads["at"]: each.happened_at.isoformat(timespec="seconds"),
            heads["member"]: each.member_id,
            heads["name"]: each.member,
            heads["action"]: each.action,
            heads["subject"]: each.subject,
            heads["to"]: each.to_member_id,
            heads["to_name"]: each.to_member,
        }
        for each in audit.read(transaction)
    ]


def told_action(action: str) -> str:
    name, _, more = action.partition(":")
    return f"{texts('desk_log').get(name, name)} {texts('roles').get(more, more)}".strip()


def shown_subject(about: About) -> str:
    """Return « dossier K7R-M3W-X9A » or « échange nº 12 »; what is neither, as it stands."""
    named = texts("desk_kinds").get(about.kind)
    return named.format(name=about.name) if named else str(about)


def _named(about: About, names: Mapping[int, str]) -> str:
    if about.kind == "member" and about.name.isdecimal():
        return names.get(int(about.name), str(about))
    return shown_subject(about)
