"""Towns whose dossiers lie before the staff, and what they write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.conversation.values.dossier import Event, EventKind
from bot.services.dossiers import write_event
from storage import dossiers, recipients, threads
from storage.engine.database import Transaction
from storage.press_requests import KeptRequest, add
from tests.bot.channels.web.served import Served
from tests.bot.search.making import hand_over, make_dossier
from tests.shipped import shipped

DOLE, PAU = "39198", "64445"


@dataclass
class Town:
    """A person of a town on the page, whose dossier was handed over."""

    served: Served
    reference: str
    recipient: int

    @property
    def path(self) -> str:
        return f"/bureau/dossiers/{self.reference}"

    def write(self, text: str) -> int:
        """Write in the open thread, begun if there is none; return its number."""

        def work(transaction: Transaction) -> int:
            now = self.served.clock[0]
            kept = dossiers.find(transaction, self.reference)
            thread = threads.open_for(transaction, self.recipient, kept.id if kept else None, now)
            threads.write(transaction, thread, None, text, now)
            transaction.changes_thread(thread)
            return thread

        return self.served.database.run_now(work)

    def happens(self, transaction: Transaction) -> None:
        """Let something happen to the dossier that colleagues are to know."""
        kept = dossiers.find(transaction, self.reference)
        assert kept is not None
        event = write_event(Event(EventKind.NOTE, new="Le maire a appelé.", staff="Bruno"))
        dossiers.add_events(transaction, kept.id, [event], None, self.served.clock[0])

    def told(self) -> list[str]:
        """Return what was put in the outbox for the person."""
        from storage.engine.tables import table

        outbox = table("outbox")

        def read(transaction: Transaction) -> list[str]:
            wanted = outbox.select().where(outbox.c.recipient_id == self.recipient).order_by(outbox.c.id)
            return [row.content["text"] for row in transaction.connection.execute(wanted)]

        return self.served.database.run_now(read)


def settle(served: Served, reference: str = "K7R-M3W-X9A", code: str = DOLE) -> Town:
    """Let a town hand a dossier over."""
    return settle_all(served, [reference], code)[0]


def give(served: Served, reference: str, recipient_id: int) -> None:
    """Hand the dossier to another person of a town, as by a code."""

    def work(transaction: Transaction) -> None:
        kept = dossiers.find(transaction, reference)
        assert kept is not None
        dossiers.replace_owner(transaction, kept.id, recipient_id, served.clock[0])

    served.database.run_now(work)


def settle_all(served: Served, references: Sequence[str], code: str = DOLE) -> list[Town]:
    """`settle`, for many: a commit for all of them."""
    now = served.clock[0] - timedelta(days=2)

    def work(transaction: Transaction) -> list[Town]:
        owners = [recipients.register(transaction, "web", f"v-{reference}", now) for reference in references]
        for reference, owner in zip(references, owners, strict=True):
            dossier = make_dossier(shipped(), reference, code, now, email="mairie@ville.example")
            hand_over(transaction, dossier, owner, now)
        return [Town(served, reference, owner) for reference, owner in zip(references, owners, strict=True)]

    return served.database.run_now(work)


def ask(served: Served, text: str, name: str = "someone") -> int:
    """Let somebody without a dossier ask the team; return the thread."""

    def work(transaction: Transaction) -> int:
        now = served.clock[0]
        person = recipients.register(transaction, "web", f"v-{name}", now)
        thread = threads.open_for(transaction, person, None, now)
        threads.write(transaction, thread, None, text, now)
        return thread

    return served.database.run_now(work)


def ask_press(served: Served, medium: str = "Le Progrès", *, is_urgent: bool = False) -> int:
    """Let a journalist ask; return the thread."""

    def work(transaction: Transaction) -> int:
        now = served.clock[0]
        person = recipients.register(transaction, "web", f"v-{medium}", now)
        thread = threads.open_for(transaction, person, None, now)
        content = {"medium": medium, "subject": "Une interview", "deadline": "demain", "contact": "06"}
        request = KeptRequest(f"PRE-SSE-{thread:03d}", thread, "waiting", is_urgent, content, now, None)
        add(transaction, f"press {medium}", person, request)
        threads.write(transaction, thread, None, "Une interview", now)
        return thread

    return served.database.run_now(work)
