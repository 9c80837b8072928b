"""An exchange that the staff hold and nobody writes in goes back to the assistant: nobody is left without an answer."""

from datetime import datetime, timedelta

from bot.desk.desk import Desk
from bot.desk.outcome import Wording
from storage import threads
from storage.database import Transaction

#: How long nothing may be written before the assistant answers again.
LONGEST_SILENCE = timedelta(hours=48)


def give_back_silent(desk: Desk, transaction: Transaction, now: datetime) -> None:
    """Hand every exchange that has been silent for too long back to the assistant."""
    for found in threads.list_silent(transaction, now - LONGEST_SILENCE):
        thread = threads.lock(transaction, found.id)
        if thread is not None and thread.status == found.status and thread.active_at == found.active_at:
            holder = desk.holder_of(transaction, thread)
            silent = Wording("staff_dialogue_silent", {"staff": holder.name if holder else None})
            desk.hand_back(transaction, thread, silent, now)
