"""Keys of the outbox that say what their row is: the one place where such a key is made, and read again.

A key begins with what its row is about (see `About.of_key`), which these keep.
"""

from bot.conversation.values.about import About

_TO_DESK, _LOST, _WITHDRAWAL, _CORRECTION = ":desk:", ":lost", ":withdrawn:", ":corrected:"


def of_desk(key: str, rank: int) -> str:
    """Return the key of what a desk is told; `rank`: which of the desks."""
    return f"{key}{_TO_DESK}{rank}"


def is_of_desk(key: str) -> bool:
    return _TO_DESK in key


def of_loss(key: str) -> str:
    """Return the key of what says that the row of `key` will never leave."""
    return f"{key}{_LOST}"


def is_of_loss(key: str) -> bool:
    return key.endswith(_LOST)


def of_withdrawal(about: About, row: int) -> str:
    """Return the key of what takes a row back from where it was sent."""
    return f"{about}{_WITHDRAWAL}{row}"


def is_of_withdrawal(key: str) -> bool:
    return _WITHDRAWAL in key


def of_correction(key: str, row: int, update: str) -> str:
    """Return the key of what corrects a row; `storage.outbox.list_by_key` takes it for no copy of the message."""
    return f"{start_of_corrections(key, row)}{update}"


def start_of_corrections(key: str, row: int) -> str:
    """Return how the keys of all that corrects a row begin; `key`: its message's."""
    return f"{About.of_key(key)}{_CORRECTION}{row}:"
