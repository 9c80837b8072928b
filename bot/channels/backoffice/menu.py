"""What stands in the menu of the desk, in one table; each sees what they may open."""

from dataclasses import dataclass

from bot.desk.office.roles import Right, Role, has


@dataclass(frozen=True, slots=True)
class Item:
    path: str
    label: str
    #: None: for whoever has signed in.
    needs: Right | None


MENU = (
    Item("/bureau", "À traiter", Right.INBOX),
    Item("/bureau/chiffres", "Chiffres", Right.FIGURES),
    Item("/bureau/exports", "Exports", Right.EXPORTS),
    Item("/bureau/redaction", "Rédaction", Right.EDITING),
    Item("/bureau/journal", "Journal", Right.AUDIT),
)


def items_of(role: Role) -> list[Item]:
    return [item for item in MENU if has(role, item.needs)]


def home_of(role: Role) -> str:
    """Return the first page that a role may open."""
    return next((item.path for item in items_of(role)), "/bureau/compte")
