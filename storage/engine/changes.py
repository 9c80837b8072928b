"""What a transaction changed that the staff's lists show: noted by who writes it, taken up before the commit."""

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, update

from storage.engine.batches import batches
from storage.engine.tables import table

_INDEXED = table("search_subjects")
#: The version of what is to be made anew.
STALE = 0


class Kind(StrEnum):
    """What the staff have before them."""

    DOSSIER = "dossier"
    THREAD = "thread"


class Subject(NamedTuple):
    """A dossier or a thread, by the id of its row."""

    kind: Kind
    id: int


def mark_stale(connection: Connection, changed: Collection[Subject]) -> None:
    """Note that what is derived from these is to be made anew, by a process that knows how."""
    for kind, column in ((Kind.DOSSIER, _INDEXED.c.of_dossier), (Kind.THREAD, _INDEXED.c.of_thread)):
        ids = [each.id for each in changed if each.kind is kind]
        for some in batches(ids):
            connection.execute(update(_INDEXED).where(column.in_(some)).values(version=STALE))
