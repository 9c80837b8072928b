"""What becomes of a dossier when someone who fills it erases their data: one table of cases. Says nothing to anyone."""

from enum import StrEnum

from bot.conversation.values.dossier import Dossier
from bot.conversation.values.moves import Status
from knowledge.call.privacy import HandedOver


class Fate(StrEnum):
    #: Nobody else fills it, and the staff do not have it.
    ERASED = "erased"
    #: Nobody else fills it: it is withdrawn from the staff and erased.
    WITHDRAWN = "withdrawn"
    #: Nobody else fills it, and the rule of the call lets the staff keep it.
    KEPT = "kept"
    #: It belongs to a colleague.
    LEFT = "left"
    #: Colleagues fill it too: it goes to the one who joined first.
    PASSED_ON = "passed_on"


def fate_of(dossier: Dossier, *, owned: bool, shared: bool, rule: HandedOver) -> Fate:
    if shared:
        return Fate.PASSED_ON if owned else Fate.LEFT
    if dossier.status in (Status.DRAFT, Status.WITHDRAWN):
        return Fate.ERASED
    return Fate.KEPT if rule is HandedOver.KEEP else Fate.WITHDRAWN
