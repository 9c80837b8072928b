"""The staff are told once of each dossier whose town or person has another one: neither side may know."""

from datetime import datetime, timedelta

from bot.conversation.talk.messages import Reply
from bot.conversation.values.about import about_dossier
from bot.desk.alike import tell_alike
from bot.desk.desk import Desk
from bot.search.rows import open_rows
from bot.services.telling import tell_all_desks
from storage import said_once, search_index
from storage.engine.changes import Kind
from storage.engine.database import Transaction
from storage.search_index import Sought, Tab

#: How long after it was sent a dossier is still told of.
FRESH = timedelta(minutes=30)
#: Dossiers looked at in one transaction.
AT_ONCE = 50


def tell_of_alike(desk: Desk, transaction: Transaction, now: datetime) -> None:
    """Tell the desks of each dossier just sent that is not the only one of its town or person."""
    if not desk.addresses:
        return
    sought = Sought(kind=Kind.DOSSIER, since=now - FRESH)
    found = search_index.find(transaction, sought, Tab.TO_TAKE, latest_first=True, limit=AT_ONCE)
    new = [each for each in found if each.began_at >= now - FRESH]
    for row in open_rows(desk.library, transaction, new, now):
        period = row.began_at.isoformat()
        if row.dossier is None or not said_once.claim(transaction, f"alike:{row.about.name}", period, now):
            continue
        text = tell_alike(desk, transaction, row.dossier, now)
        if text is not None:
            about = about_dossier(row.dossier.reference)
            tell_all_desks(transaction, desk.addresses, Reply(text), f"{about}:alike:{period}", now, about)
