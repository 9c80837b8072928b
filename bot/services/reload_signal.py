"""The staff ask that the knowledge be loaded anew: every process is asked, and each does it by itself."""

from storage import signals
from storage.engine.database import Transaction

#: What the processes are asked by (see `storage.signals`), and the subject of what the desks are told.
SIGNAL = "reload"


def ask_to_reload(transaction: Transaction) -> None:
    """Ask every process to load the knowledge anew."""
    signals.ask(transaction, SIGNAL)


def count_asked(transaction: Transaction) -> int:
    """Return how often that was asked for. To be counted before the knowledge that is served is read: what is asked
    for while it is read is then done too."""
    return signals.count(transaction, SIGNAL)
