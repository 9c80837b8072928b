"""The shape of `replies.yaml`, the staff's templates of replies; `filling` beside fills one.

In a template `{{ town }}` is a place; `has.town` says whether it can be filled. A place that cannot, and that the text
needs on that day, keeps the reply from being sent: nobody reads « Bonjour , ».
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from knowledge.call.form import OptionId
from knowledge.call.shapes import Model, Text
from knowledge.templates.plain import Plain

#: What a template can hold, with an example of each; all are texts, worded by who fills them.
PLACES: Mapping[str, str] = {
    "town": "Dole (Jura)",
    "person": "Claire Martin",
    "reference": "K7R-M3W-X9A",
    "wave": "vague 2",
    "wave_day": "12 février 2021",
    "missing": "Courriel, Téléphone",
    "staff": "Anne",
}


class ReplyTemplate(Model):
    #: In the ids of buttons.
    id: OptionId
    #: What the staff pick it by.
    label: Text
    text: Text


class RepliesFile(Model):
    replies: Annotated[tuple[ReplyTemplate, ...], Field(min_length=1)]


def example_values() -> Mapping[str, Plain]:
    """Return what a template is tried with."""
    return {**PLACES, "has": dict.fromkeys(PLACES, True)}
