"""What a message to the staff is about, a dossier or a thread: the one place where that is written and read."""

from typing import Self

#: The kinds, as they stand before the colon.
DOSSIER, THREAD = "dossier", "thread"
#: A number with more digits is no thread's.
_NUMBER_DIGITS = 9


class About(str):
    """« dossier:K7R-M3W-X9A » or « thread:12 », the text by which rows, topics, keys and buttons know it.

    Any text may be given: one that names neither has neither `reference` nor `thread`.
    """

    __slots__ = ()

    @classmethod
    def of_dossier(cls, reference: str) -> Self:
        return cls(f"{DOSSIER}:{reference}")

    @classmethod
    def of_thread(cls, thread: int) -> Self:
        return cls(f"{THREAD}:{thread}")

    @classmethod
    def of_key(cls, key: str) -> Self:
        """Return what a message of the outbox is about, with which its key begins."""
        return cls(":".join(key.split(":")[:2]))

    @property
    def kind(self) -> str:
        return self.partition(":")[0]

    @property
    def name(self) -> str:
        """The number of the dossier or of the thread, as it is shown."""
        return self.partition(":")[2]

    @property
    def reference(self) -> str | None:
        """The number of the dossier; None: it is about none."""
        return self.name if self.kind == DOSSIER else None

    @property
    def thread(self) -> int | None:
        """The number of the thread; None: it is about none."""
        is_number = self.name.isdecimal() and len(self.name) <= _NUMBER_DIGITS
        return int(self.name) if self.kind == THREAD and is_number else None


def about_dossier(reference: str) -> About:
    return About.of_dossier(reference)


def about_thread(thread: int) -> About:
    return About.of_thread(thread)
