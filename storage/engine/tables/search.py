"""What dossiers and threads are found by."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from storage.engine.tables.base import Identifier, Kept


class SearchSubject(Kept, table=True):
    """A dossier or a thread as the staff's lists sort and count it: nothing in it tells of anybody."""

    __tablename__ = "search_subjects"
    __table_args__ = (
        UniqueConstraint("of_dossier"),
        UniqueConstraint("of_thread"),
        Index("ix_search_subjects_listed", "updated_at", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    #: One of the two.
    of_dossier: int | None = Field(default=None, foreign_key="dossiers.id", sa_type=Identifier)
    of_thread: int | None = Field(default=None, foreign_key="threads.id", sa_type=Identifier)
    #: As the dossier, or the thread, itself says.
    status: str
    is_over: bool
    #: The next word is the town's.
    awaits_town: bool
    #: The member of the staff who has it.
    holder_id: int | None = Field(default=None, sa_type=Identifier)
    #: Whose matter it is: both may be true.
    is_press: bool
    is_team: bool
    began_at: datetime
    updated_at: datetime
    #: What made its words: of another version, they are made anew.
    version: int


class SearchWord(Kept, table=True):
    """That a word, or a facet, is found in a subject; see `storage.search_index`."""

    __tablename__ = "search_words"
    __table_args__ = (Index(None, "subject_id"), {"sqlite_with_rowid": False})

    #: The first bytes of a keyed hash, as a signed number.
    word: int = Field(primary_key=True, sa_type=BigInteger)
    subject_id: int = Field(primary_key=True, foreign_key="search_subjects.id", sa_type=Identifier)
