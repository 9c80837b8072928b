"""The texts of forms, verdicts and messages, each with its place and an example; judges nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.call.criteria import eligibility_texts
from knowledge.call.form_check import form_texts, short_texts
from knowledge.call.loader import ELIGIBILITY, FORM, Draft, Placed
from knowledge.call.positions import Path
from knowledge.templates.plain import Examples


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text that is no entry's, and an example of what it is filled with; None: none is known."""

    placed: Placed[Any]
    path: Path
    template: str
    example: Mapping[str, Any] | None
    #: The name of a message; empty for another text.
    message: str = ""


def texts_beside_entries(draft: Draft, messages: Examples) -> Iterator[PlacedText]:
    if form := draft.files.get(FORM):
        for path, template in form_texts(form.model):
            yield PlacedText(form, path, template, {})
    for short in draft.forms:
        for path, template, example in short_texts(short.model):
            yield PlacedText(short, path, template, example)
    if criteria := draft.files.get(ELIGIBILITY):
        for path, template, example in eligibility_texts(criteria.model):
            yield PlacedText(criteria, path, template, example)
    if placed := draft.files.get("messages.yaml"):
        for name, template in placed.model.messages.items():
            yield PlacedText(placed, ("messages", name), template, messages.get(name), name)
