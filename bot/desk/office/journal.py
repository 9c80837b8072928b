"""The log of what the staff did and looked at, as who administers looks it through, or takes it away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from bot.base.wording import texts
from bot.conversation.reading.codes import read_reference
from bot.conversation.values.about import About, about_dossier, about_thread
from bot.conversation.values.member import Member
from bot.desk.office.entry import Signed
from bot.desk.paper.records import Cell
from bot.search.listing import PAGE_ROWS, InAddress
from bot.services.staff import read_members
from storage import audit
from storage.audit import Sought
from storage.engine.database import Transaction

#: How an address names whoever is at the machine, who is no member.
NOBODY = "machine"
#: The kinds of what is written down, as an address writes them, each with the actions that it holds.
ACTS: Mapping[str, frozenset[str]] = {
    "consulter": frozenset({"look", "voir", "document"}),
    "charge": frozenset({"prendre", "rendre", "reprendre", "confier", "together"}),
    "ecrire": frozenset({"repondre", "cancel", "modele", "partir", "demander", "rappel"}),
    "brouillon": frozenset({"draft", "drop-draft"}),
    "note": frozenset({"note"}),
    "clore": frozenset({"clore", "rouvrir"}),
    "bannir": frozenset({"bannir", "debannir"}),
    "fiche": frozenset({"fiche", "save_entry", "write_entry"}),
    "export": frozenset({"export"}),
    "acces": frozenset({"enter", "leave", "end-session", "link", "role", "revoke", "join"}),
    # What is done by the command line is written down as it was typed.
    "commande": frozenset({"guichet"}),
}
#: No number has more figures.
_FIGURES = 9


@dataclass(frozen=True, slots=True)
class Filter(InAddress):
    """What the log is narrowed to."""

    #: Id of a member, or `NOBODY`.
    member: str = ""
    #: One of `ACTS`.
    act: str = ""
    #: The number of a dossier or of a thread, or the id of an entry, as somebody types it.
    subject: str = ""
    #: Days, the first and the last, as YYYY-MM-DD.
    first: str = ""
    last: str = ""

    def sought(self, zone: tzinfo) -> Sought | None:
        """Return what the log is asked, its days being those of `zone`; None where nothing can be found by it."""
        is_member = self.member.isascii() and self.member.isdecimal() and len(self.member) <= _FIGURES
        actions = ACTS.get(self.act, frozenset())
        try:
            first, last = (date.fromisoformat(each) if each else None for each in (self.first, self.last))
            since = datetime.combine(first, time(), zone) if first else None
            until = datetime.combine(last + timedelta(days=1), time(), zone) if last else None
        except (ValueError, OverflowError):
            return None
        if (self.member and not is_member and self.member != NOBODY) or (self.act and not actions):
            return None
        return Sought(
            member_id=int(self.member) if is_member else None,
            is_nobodys=self.member == NOBODY,
            actions=actions,
            subjects=_subjects(self.subject) if self.subject else frozenset(),
            since=since,
            until=until,
        )


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


@dataclass(frozen=True, slots=True)
class Page:
    lines: Sequence[Line]
    number: int
    #: How many pages there are, one at least.
    pages: int
    #: How many lines on all of them.
    count: int
    #: Among whom one narrows the log to a person.
    members: Sequence[Member]


def read_page(transaction: Transaction, wanted: Filter, number: int, zone: tzinfo) -> Page:
    """Return a page of what was written down, the nearest there is, the latest first."""
    members, sought = read_members(transaction), wanted.sought(zone)
    if sought is None:
        return Page((), 1, 1, 0, list(members.values()))
    count = audit.count(transaction, sought)
    pages = max(1, -(-count // PAGE_ROWS))
    number = min(max(number, 1), pages)
    found = audit.read(transaction, sought, latest=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS)
    names = {each.id: each.shown for each in members.values()}
    return Page([_line(each, names) for each in found], number, pages, count, list(members.values()))


def _line(entry: audit.Entry, names: Mapping[int, str]) -> Line:
    about = About(entry.subject or "")
    to = names.get(entry.to_member_id, entry.to_member) if entry.to_member_id is not None else None
    return Line(
        entry.happened_at,
        names.get(entry.member_id, entry.member) if entry.member_id is not None else None,
        told_action(entry.action),
        _named(about, names),
        to,
        about,
    )


def take_away(
    transaction: Transaction, signed: Signed, wanted: Filter, zone: tzinfo, now: datetime
) -> list[Mapping[str, Cell]]:
    """Return the log, narrowed, as rows of a table, the oldest first; that it was taken is written down before."""
    audit.record(transaction, signed.member.id, "export", "export:journal", now)
    heads, sought = texts("audit_columns"), wanted.sought(zone)
    if sought is None:
        return []
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
        for each in audit.read(transaction, sought)
    ]


def _subjects(typed: str) -> frozenset[str]:
    """Return what somebody may mean by a number, as the log writes it; what they typed too: an entry is called so."""
    reference, number = read_reference(typed), typed.split()[-1].removeprefix("nº").removeprefix("n°")
    is_number = number.isascii() and number.isdecimal() and len(number) <= _FIGURES
    found: list[str] = [f"entry:{typed}"]
    found += [about_dossier(reference)] if reference else []
    found += [about_thread(int(number))] if is_number else []
    return frozenset(found)


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
