"""`guichet town`: a name looked up in the registers, with the verdict on the likeliest place, as text or JSON."""

from datetime import datetime
from pathlib import Path
from typing import Any

from bot.base.complaints import Complaint
from bot.base.wording import text
from knowledge.call.eligibility import Verdict, assess, lookup_record
from knowledge.call.model import Call
from knowledge.call.rendering import Renderer
from knowledge.language.written import write_number
from knowledge.places.towns import Candidate, load_towns

#: Places told for one name.
TOLD = 5
#: Likeness (0..100) from which a place is told at all; from which a program is given the verdict on the first, since it
#: can weigh the score; and from which a person is, who would take a verdict on a guess for their own.
LIKE_ENOUGH = 75.0
SURE = 80.0
SAME_NAME = 90.0


class TownLookup:
    """The registers and the criteria, ready for any number of names. Errors: Complaint for a call without criteria."""

    def __init__(self, call: Call, now: datetime, cache: Path | None = None) -> None:
        if call.eligibility is None:
            raise Complaint("no-eligibility", folder=call.facts.id)
        self._criteria = call.eligibility
        self._renderer = Renderer(call.facts, call.phrases, call.privacy)
        self._today = self._renderer.day(now)
        self._towns = load_towns(cache)

    def as_json(self, query: str) -> dict[str, Any]:
        candidates, verdict = self._look_up(query)
        return lookup_record(query, candidates, verdict)

    def as_text(self, query: str) -> str:
        candidates, verdict = self._look_up(query)
        if candidates and candidates[0].score < SAME_NAME:
            near = [_line(rank, each) for rank, each in enumerate(candidates, start=1)]
            return "\n".join([text("town", "near", query=query), *near])
        if verdict is None:
            return text("town", "none", query=query)
        findings = [text("town", "finding", label=each.label, text=each.text) for each in verdict.findings]
        parts = [verdict.text, "\n".join(findings)]
        if len(candidates) > 1:
            others = [_line(rank, each) for rank, each in enumerate(candidates[1:], start=2)]
            parts.append("\n".join([text("town", "others"), *others]))
        return "\n\n".join(parts)

    def _look_up(self, query: str) -> tuple[list[Candidate], Verdict | None]:
        candidates = self._towns.find(query, TOLD)
        if not candidates:
            # Not a name, but perhaps a sentence that holds one.
            candidates = [found for mention in self._towns.find_in(query) for found in mention.candidates][:TOLD]
        if not candidates or candidates[0].score < SURE:
            return [each for each in candidates if each.score >= LIKE_ENOUGH], None
        return candidates, assess(candidates[0].town, self._criteria, self._renderer, self._today)


def _line(rank: int, candidate: Candidate) -> str:
    place = candidate.town
    named = [text("town", "programme", kind=text("town", each.kind), name=each.name) for each in place.programmes]
    return text(
        "town",
        "candidate",
        rank=rank,
        name=place.name,
        departement=place.departement,
        departement_name=place.departement_name,
        population=write_number(place.population),
        programmes=", ".join(named) or text("town", "no-programme"),
    )
