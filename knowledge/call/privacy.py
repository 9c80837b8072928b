"""The shape of `privacy.yaml`: who answers for the data, how long they are kept, what an erasure does. No rule here."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from knowledge.call.shapes import Model, Text, Whole

#: What a value begins with that whoever runs the counter has still to write.
TO_FILL = "À COMPLÉTER"

Months = Annotated[Whole, Field(ge=1, le=120)]


class HandedOver(StrEnum):
    """What becomes of a dossier in the staff's hands when the only person who follows it erases their data."""

    ERASE = "erase"
    KEEP = "keep"


class Retention(Model):
    """How long data are kept after the person last wrote, or after a dossier was last changed."""

    #: Of someone who only asked questions; of what the staff's groups were told that is about no dossier and no thread.
    questions_months: Months = 6
    drafts_months: Months = 12
    #: Dossiers that were handed over.
    dossiers_months: Months = 24


class Privacy(Model):
    """`privacy.yaml`: what only the body that runs this counter can say."""

    controller: Text = TO_FILL
    contact: Text = TO_FILL
    dpo: Text = TO_FILL
    hosting: Text = TO_FILL
    legal_basis: Text = TO_FILL
    handed_over: HandedOver = HandedOver.ERASE
    retention: Retention = Retention()


#: What must be filled in before the counter serves the public -> the fault that says how.
FILLED_BY_OPERATOR: Mapping[str, str] = {
    "controller": "unfilled-controller",
    "contact": "unfilled-contact",
    "dpo": "unfilled-dpo",
    "hosting": "unfilled-hosting",
    "legal_basis": "unfilled-legal-basis",
}


def stated(privacy: Privacy) -> dict[str, str | None]:
    """Return what the body that runs the counter says of itself; None for what it has still to write."""
    values = {name: str(getattr(privacy, name)) for name in FILLED_BY_OPERATOR}
    return {name: None if value.startswith(TO_FILL) else value for name, value in values.items()}
