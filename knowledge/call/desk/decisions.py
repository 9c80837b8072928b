"""The shape of `decisions.yaml`: what the staff decide on a dossier when they close it."""

from typing import Annotated

from pydantic import Field

from knowledge.call.form import OptionId
from knowledge.call.shapes import Model, Text


class Decision(Model):
    #: Kept with the dossier for ever, and in the ids of buttons.
    id: OptionId
    #: As it follows « Décision : », for the town and the staff.
    label: Text
    #: Ids that it had before: dossiers kept under one of them are of this decision.
    formerly: tuple[Text, ...] = ()


class DecisionsFile(Model):
    decisions: Annotated[tuple[Decision, ...], Field(min_length=1)]
