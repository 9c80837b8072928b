"""Runs the criteria of `eligibility.yaml` on a commune or an EPCI. Pure; finds no town and reads no file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from knowledge.call.criteria import (
    Answer,
    Applicant,
    CriterionId,
    Eligibility,
    Outcome,
    SecondCallWinner,
    Winner,
    Wording,
)
from knowledge.call.rendering import Renderer
from knowledge.places.registers import Intercommunality, ProgrammeKind, Town
from knowledge.places.towns import Candidate


@dataclass(frozen=True, slots=True)
class Finding:
    criterion: CriterionId
    label: str
    answer: Answer
    text: str
    sources: tuple[str, ...]
    checked_on: date


@dataclass(frozen=True, slots=True)
class Verdict:
    """`conclusion` answers the question, `reserve` says how far; `findings` follow, in the order of the file."""

    outcome: Outcome
    #: That it was chosen, told before all else; empty where nothing is known of that.
    retained: str
    conclusion: str
    reserve: str
    #: Whether it ends with the team: outside the lists, or for a commune that only its EPCI brings in.
    is_for_team: bool
    sources: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(part for part in (self.retained, self.conclusion, self.reserve) if part)


@dataclass(frozen=True, slots=True)
class _Choice:
    """A winner that concerns a place, and how: itself, the EPCI of the commune, or a member of the EPCI."""

    call: str
    winner: Winner | SecondCallWinner
    relation: str


def assess(
    place: Town | Intercommunality,
    eligibility: Eligibility,
    renderer: Renderer,
    today: date,
    applicant: Applicant | None = None,
) -> Verdict:
    """The verdict on a place; `applicant`: who asks, when it is neither the commune nor the EPCI itself."""
    who = applicant or ("commune" if isinstance(place, Town) else "intercommunality")
    winners = {w.insee: w for w in eligibility.first_call_winners if w.known_from <= today}
    chosen = list(_chosen(place, eligibility, today))
    known = describe_place(place, winners)
    known["retained"] = [_describe_choice(each, eligibility) for each in chosen]
    answers = _answers(known, who)
    findings = []
    for criterion in eligibility.criteria:
        answer = answers[criterion.id]
        if criterion.id == "applicant_kind" and answer is Answer.UNKNOWN:
            template = eligibility.other_applicant
        else:
            template = _for(place, criterion.wording(answer))
        sources = criterion.sources
        if criterion.id == "ami1_laureate" and answer is Answer.YES:
            sources = tuple(dict.fromkeys(winners[code].source for code in known["ami1_codes"]))
        text = renderer.render_on(template, today, **known)
        findings.append(Finding(criterion.id, criterion.label, answer, text, sources, criterion.checked_on))
    is_concerned = any(answers[criterion] is Answer.YES for criterion in eligibility.concerned_when)
    outcome = Outcome.CONCERNED if is_concerned else Outcome.TO_CONFIRM
    template, sources, is_for_team = _conclusion(place, eligibility, known, chosen, is_concerned=is_concerned)
    conclusion, _, reserve = renderer.render_on(template, today, **known).partition("\n\n")
    retained = told_retained(place, eligibility, renderer, today)
    if retained:
        sources = tuple(dict.fromkeys((*(each.winner.source for each in chosen), *sources)))
    return Verdict(outcome, retained, conclusion, reserve.strip(), is_for_team, sources, tuple(findings))


def told_retained(place: Town | Intercommunality, eligibility: Eligibility, renderer: Renderer, today: date) -> str:
    """Return what is told of the calls that chose the place, its EPCI or its communes; empty: none known today."""
    chosen = [_describe_choice(each, eligibility) for each in _chosen(place, eligibility, today)]
    if not chosen or eligibility.retained is None:
        return ""
    return renderer.render_on(eligibility.retained, today, retained=chosen)


def _conclusion(
    place: Town | Intercommunality,
    eligibility: Eligibility,
    known: Mapping[str, Any],
    chosen: Sequence[_Choice],
    *,
    is_concerned: bool,
) -> tuple[str, tuple[str, ...], bool]:
    """Return the template of the conclusion, its sources, and whether it ends with the team."""
    outcomes = eligibility.outcomes
    applied_itself = any(each.call == "second" and each.relation == "itself" for each in chosen)
    if not is_concerned:
        return _for(place, outcomes.to_confirm), outcomes.to_confirm.sources, not applied_itself
    is_by_its_epci = isinstance(place, Town) and not known["acv_towns"] and not applied_itself
    if is_by_its_epci and outcomes.territory is not None:
        return outcomes.territory.text, outcomes.territory.sources, True
    return _for(place, outcomes.concerned), outcomes.concerned.sources, False


def _chosen(place: Town | Intercommunality, eligibility: Eligibility, today: date) -> Iterator[_Choice]:
    """Yield the choices known by `today` that concern the place, of the latest call first."""
    calls: dict[str, tuple[Winner | SecondCallWinner, ...]] = {
        "second": eligibility.second_call_winners,
        "first": eligibility.first_call_winners,
        "unknown": eligibility.other_winners,
    }
    for call, winners in calls.items():
        for winner in winners:
            code = winner.insee if isinstance(winner, Winner) else winner.code
            relation = _relation(place, code)
            if relation and winner.known_from <= today:
                yield _Choice(call, winner, relation)


def _relation(place: Town | Intercommunality, code: str) -> str | None:
    """Return how the holder of an INSEE code or a SIREN concerns the place; None: it does not."""
    if isinstance(place, Town):
        return {place.insee: "itself", place.epci: "epci"}.get(code)
    if place.siren == code:
        return "itself"
    return "member" if any(town.insee == code for town in place.members) else None


def _describe_choice(choice: _Choice, eligibility: Eligibility) -> dict[str, Any]:
    """Return what the template of `retained` may quote of a choice."""
    winner = choice.winner
    return {
        "call": choice.call,
        "holder": winner.name,
        "relation": choice.relation,
        "confidence": winner.confidence.value,
        "told_by": eligibility.told_by.get(winner.source, "la source citée"),
    }


def describe_place(place: Town | Intercommunality, winners: Mapping[str, Winner]) -> dict[str, Any]:
    """What the templates may quote: name, departement, members, acv_projects, acv_towns, ti_names, ti_towns…"""
    towns = (place,) if isinstance(place, Town) else place.members
    return {
        "name": place.name,
        "departement": place.departement_name,
        "population": place.population,
        "epci_name": place.epci_name if isinstance(place, Town) else place.name,
        "members": len(towns),
        "acv_projects": _projects(towns, "acv"),
        "acv_towns": [town.name for town in towns if _is_in(town, "acv")],
        "ti_names": _projects(towns, "ti"),
        "ti_towns": [town.name for town in towns if _is_in(town, "ti")],
        "acv_later": [town.name for town in towns if town.acv_later],
        "ami1_towns": [winners[town.insee].name for town in towns if town.insee in winners],
        "ami1_codes": [town.insee for town in towns if town.insee in winners],
    }


def place_record(place: Town | Intercommunality) -> dict[str, Any]:
    """What `guichet town --json` says of a place; `insee` is null for an EPCI, `siren` for a commune."""
    is_town = isinstance(place, Town)
    return {
        "insee": place.insee if isinstance(place, Town) else None,
        "siren": None if isinstance(place, Town) else place.siren,
        "name": place.name,
        "departement": place.departement,
        "departement_name": place.departement_name,
        "region": place.region,
        "epci": place.epci if isinstance(place, Town) else place.siren,
        "epci_name": place.epci_name if isinstance(place, Town) else place.name,
        "population": place.population,
        "members": 1 if is_town else len(place.members if isinstance(place, Intercommunality) else ()),
        "programmes": [{"kind": p.kind, "name": p.name} for p in place.programmes],
    }


def lookup_record(query: str, candidates: Sequence[Candidate], verdict: Verdict | None) -> dict[str, Any]:
    """One answer of `guichet town --json`; `verdict` is that of the first candidate."""
    return {
        "query": query,
        "candidates": [{**place_record(c.town), "score": c.score, "matched": c.matched} for c in candidates],
        "verdict": None if verdict is None else verdict_record(verdict),
    }


def verdict_record(verdict: Verdict) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome.value,
        "text": verdict.text,
        "is_for_team": verdict.is_for_team,
        "sources": list(verdict.sources),
        "findings": [
            {
                "criterion": finding.criterion,
                "answer": finding.answer.value,
                "text": finding.text,
                "sources": list(finding.sources),
                "checked_on": finding.checked_on.isoformat(),
            }
            for finding in verdict.findings
        ],
    }


def _answers(known: Mapping[str, Any], who: Applicant) -> dict[CriterionId, Answer]:
    return {
        "in_acv": Answer.YES if known["acv_towns"] else Answer.NO,
        "in_ti": Answer.YES if known["ti_towns"] else Answer.NO,
        "applicant_kind": Answer.UNKNOWN if who == "other" else Answer.YES,
        # Our list is partial: a town that is not in it may still have been chosen.
        "ami1_laureate": Answer.YES if known["ami1_towns"] else Answer.UNKNOWN,
    }


def _for(place: Town | Intercommunality, wording: Wording) -> str:
    return wording.commune if isinstance(place, Town) else wording.intercommunality


def _is_in(town: Town, kind: ProgrammeKind) -> bool:
    return any(programme.kind == kind for programme in town.programmes)


def _projects(towns: Sequence[Town], kind: ProgrammeKind) -> list[str]:
    return list(dict.fromkeys(p.name for town in towns for p in town.programmes if p.kind == kind))
