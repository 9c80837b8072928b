"""What stands in the menu of the desk, in one table; each sees what they may open."""

from dataclasses import dataclass

from bot.base.wording import text
from bot.desk.office.roles import Right, Role, has


@dataclass(frozen=True, slots=True)
class Item:
    #: By which `command_line.yaml` words it.
    name: str
    path: str
    #: None: for whoever has signed in.
    needs: Right | None

    @property
    def label(self) -> str:
        return text("desk_menu", self.name)


MENU = (
    Item("inbox", "/bureau", Right.INBOX),
    Item("editing", "/bureau/redaction", Right.EDITING),
    Item("figures", "/bureau/chiffres", Right.FIGURES),
    Item("exports", "/bureau/exports", Right.EXPORTS),
    Item("journal", "/bureau/journal", Right.AUDIT),
)


def items_of(role: Role) -> list[Item]:
    return [item for item in MENU if has(role, item.needs)]


def home_of(role: Role) -> str:
    """Return the first page that a role may open."""
    return next((item.path for item in items_of(role)), "/bureau/compte")
