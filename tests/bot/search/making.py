"""Dossiers made without a conversation, as one leaves them: what many are needed of."""

from datetime import datetime

from bot.conversation.values.dossier import Dossier, Event, EventKind
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import KeptAnswer
from bot.services.dossiers import keep_dossier
from knowledge.library import Library
from storage.engine.database import Transaction


def make_dossier(
    library: Library,
    reference: str,
    code: str,
    now: datetime,
    *,
    email: str = "c.martin@mairie.example",
    wave: str = "",
) -> Dossier:
    """Return a dossier of the place of this code, as it is handed over."""
    place = library.towns.get(code) or library.towns.get_epci(code)
    assert place is not None
    answers = {
        "collectivite": KeptAnswer(value={"kind": "commune", "code": code, "name": place.name}, shown=place.name),
        "personne": KeptAnswer(value="Claire Martin, DGS", shown="Claire Martin, DGS"),
        "courriel": KeptAnswer(value=email, shown=email),
        "telephone": KeptAnswer(value="+33384797979", shown="03 84 79 79 79"),
        "vague": KeptAnswer(value=wave or library.call.facts.waves[0].id, shown="Vague"),
        "besoins": KeptAnswer(value="Des soudeurs.", shown="Des soudeurs."),
    }
    return Dossier(
        reference=reference,
        status=Status.SENT,
        created_at=now,
        consented_at=now,
        sent_at=now,
        updated_at=now,
        answers=answers,
    )


def hand_over(transaction: Transaction, dossier: Dossier, owner: int | None, now: datetime) -> None:
    keep_dossier(transaction, dossier, (Event(EventKind.CREATED), Event(EventKind.SENT)), owner, now)
