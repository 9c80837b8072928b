"""The shape of `eligibility.yaml`: the criteria as data, what is said of each and of the whole. Judges no town."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from knowledge.call.shapes import Day, Model, Slug, Text

CriterionId = Literal["in_acv", "in_ti", "applicant_kind", "ami1_laureate"]
Applicant = Literal["commune", "intercommunality", "other"]
INSEE = r"^(?:\d{2}|2[AB])\d{3}$"


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """There is no « not eligible »: outside the lists, only the team can tell."""

    CONCERNED = "concerned"
    TO_CONFIRM = "to_confirm"


class Wording(Model):
    """What to say for a commune and for an EPCI: templates, see `describe_place` for their names."""

    commune: Text
    intercommunality: Text


class Criterion(Model):
    id: CriterionId
    label: Text
    sources: Annotated[tuple[Slug, ...], Field(min_length=1)]
    checked_on: Day
    yes: Wording
    no: Wording | None = None
    unknown: Wording | None = None

    def wording(self, answer: Answer) -> Wording:
        """Errors: KeyError for an answer that this criterion never gives."""
        wording = {Answer.YES: self.yes, Answer.NO: self.no, Answer.UNKNOWN: self.unknown}[answer]
        if wording is None:
            raise KeyError(f"{self.id}: {answer}")
        return wording


class Confidence(StrEnum):
    """How far a source settles that a town was chosen."""

    HIGH = "high"
    MEDIUM = "medium"


class SecondCallWinner(Model):
    """A commune or intercommunalité chosen at this call, as far as a source tells; told from `known_from` on."""

    code: Annotated[str, Field(pattern=r"^(\d{9}|\d{5}|2[AB]\d{3})$")]
    name: Text
    source: Slug
    known_from: Day
    confidence: Confidence = Confidence.HIGH


class Winner(Model):
    """A town chosen at the first call, as far as a source tells; told from `known_from` on."""

    insee: Annotated[str, Field(pattern=INSEE)]
    name: Text
    source: Slug
    known_from: Day
    confidence: Confidence = Confidence.HIGH


class Conclusion(Wording):
    sources: Annotated[tuple[Slug, ...], Field(min_length=1)]


class OneConclusion(Model):
    """A conclusion that only communes meet with."""

    text: Text
    sources: Annotated[tuple[Slug, ...], Field(min_length=1)]


class Outcomes(Model):
    concerned: Conclusion
    to_confirm: Conclusion
    #: Of a commune that only the territory of its EPCI brings into a programme; absent: it is concerned as others are.
    territory: OneConclusion | None = None


class Eligibility(Model):
    """`eligibility.yaml`: the criteria, what to say of each, and of the whole."""

    concerned_when: Annotated[tuple[CriterionId, ...], Field(min_length=1)]
    """One « yes » among these is enough."""
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    outcomes: Outcomes
    other_applicant: Text
    first_call_winners: tuple[Winner, ...]
    second_call_winners: tuple[SecondCallWinner, ...] = ()
    #: Chosen at a call that no source names.
    other_winners: tuple[SecondCallWinner, ...] = ()
    #: A source -> how the texts name it.
    told_by: dict[Slug, Text] = Field(default_factory=dict)
    #: What is told first of a place that was chosen; absent: nothing is.
    retained: Text | None = None


#: What a place outside the lists, and one in several, give the templates to quote: `guichet check` tries them so.
_RETAINED = {
    "call": "second",
    "holder": "CA d'Exemple",
    "relation": "epci",
    "confidence": "high",
    "told_by": "la presse",
}
_OUTSIDE: dict[str, Any] = {
    "name": "Figeac",
    "departement": "Lot",
    "population": 9_800,
    "members": 1,
    "acv_projects": [],
    "acv_towns": [],
    "ti_names": [],
    "ti_towns": [],
    "acv_later": ["Figeac"],
    "ami1_towns": [],
    "epci_name": "CC d'Exemple",
    "retained": [_RETAINED],
}
_INSIDE: dict[str, Any] = {
    "name": "CA d'Exemple",
    "departement": "Lot",
    "population": 98_000,
    "members": 12,
    "acv_projects": ["Un", "Deux"],
    "acv_towns": ["Un", "Deux"],
    "ti_names": ["Un", "Deux"],
    "ti_towns": ["Un"],
    "acv_later": [],
    "ami1_towns": ["Un"],
    "epci_name": "CA d'Exemple",
    "retained": [_RETAINED],
}


def eligibility_texts(eligibility: Eligibility) -> Iterator[tuple[tuple[str | int, ...], str, dict[str, Any]]]:
    """Yield every template of the file: its path, itself, an example of the values it is filled with."""
    for rank, criterion in enumerate(eligibility.criteria):
        for answer, example in (("yes", _INSIDE), ("no", _OUTSIDE), ("unknown", _OUTSIDE)):
            yield from _of_wording(("criteria", rank, answer), getattr(criterion, answer), example)
    yield from _of_wording(("outcomes", "concerned"), eligibility.outcomes.concerned, _INSIDE)
    yield from _of_wording(("outcomes", "to_confirm"), eligibility.outcomes.to_confirm, _OUTSIDE)
    if eligibility.outcomes.territory is not None:
        yield ("outcomes", "territory", "text"), eligibility.outcomes.territory.text, _INSIDE
    yield ("other_applicant",), eligibility.other_applicant, _OUTSIDE
    if eligibility.retained is not None:
        yield ("retained",), eligibility.retained, _INSIDE


def _of_wording(
    path: tuple[str | int, ...], wording: Wording | None, example: dict[str, Any]
) -> Iterator[tuple[tuple[str | int, ...], str, dict[str, Any]]]:
    if wording is not None:
        yield (*path, "commune"), wording.commune, example
        yield (*path, "intercommunality"), wording.intercommunality, example


def quoted_sources(eligibility: Eligibility) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every source that the file quotes, with its path."""
    for rank, criterion in enumerate(eligibility.criteria):
        for place, source in enumerate(criterion.sources):
            yield ("criteria", rank, "sources", place), source
    for outcome in ("concerned", "to_confirm", "territory"):
        conclusion = getattr(eligibility.outcomes, outcome)
        for place, source in enumerate(conclusion.sources if conclusion else ()):
            yield ("outcomes", outcome, "sources", place), source
    for path, winner in winners(eligibility):
        yield (*path, "source"), winner.source


def winners(eligibility: Eligibility) -> Iterator[tuple[tuple[str | int, ...], Winner | SecondCallWinner]]:
    """Yield everybody who was chosen at a call, with the path at which the file has them."""
    for call in ("first_call_winners", "second_call_winners", "other_winners"):
        for rank, winner in enumerate(getattr(eligibility, call)):
            yield (call, rank), winner
