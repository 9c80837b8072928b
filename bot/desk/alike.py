"""What the staff are told of other dossiers of the same town or person."""

from datetime import datetime

from bot.base.wording import texts
from bot.conversation.values.dossier import Dossier
from bot.desk.desk import Desk
from bot.search.alike import find_alike
from knowledge.templates.plain import Plain
from storage.engine.database import Transaction


def tell_alike(desk: Desk, transaction: Transaction, dossier: Dossier, now: datetime) -> str | None:
    """Return a line on each other dossier of the same town or person; None: there is none."""
    statuses = texts("statuses")
    rows: list[Plain] = [
        {
            "reference": each.row.about.name,
            "town": each.row.town,
            "status": statuses[each.row.status],
            "holder": each.row.holder.shown if each.row.holder else None,
            "by": each.by.value,
        }
        for each in find_alike(desk.library, transaction, dossier, now)
    ]
    return desk.library.say("desk_alike", now, reference=dossier.reference, rows=rows) if rows else None
