"""What is told of a town that is meant: its verdict with what it rests on, or several in one answer. Judges nothing."""

from bot.conversation.answers import answers
from bot.conversation.reading.naming import Named, code_of
from bot.conversation.talk.choice_ids import Verb, form_choice
from bot.conversation.talk.folds import folded
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.talk.visit import Turn, Visit
from knowledge.call.criteria import Outcome as Conclusion
from knowledge.call.eligibility import Verdict, assess
from knowledge.places.towns import Candidate, Intercommunality, Town
from knowledge.templates.plain import Plain

#: Choice ids: a place by its code, another place.
PREFIX = "t:"
CHANGE = "t:change"
#: What parts the codes of several places told together.
_AND = "+"
#: Towns of one message that are told in one answer.
TOLD_TOGETHER = 5
#: The likeness (0..100) of a place that is meant for sure.
EXACTLY = 100.0


def told_together(visit: Visit, named: Named) -> Turn:
    """Tell in a line each whether the places named are concerned; each can be asked about in full."""
    library = visit.library
    assert library.call.eligibility is not None  # every way here has looked
    told = named.likeliest[:TOLD_TOGETHER]
    lines: list[Plain] = []
    for each in told:
        verdict = assess(each.town, library.call.eligibility, library.renderer, library.day(visit.now))
        is_concerned = verdict.outcome is Conclusion.CONCERNED
        is_for_team = verdict.is_for_team
        lines.append({"name": label_of(visit, each.town), "is_concerned": is_concerned, "is_for_team": is_for_team})
    choices = [Choice(PREFIX + code_of(each.town), label_of(visit, each.town)) for each in told]
    # Of namesakes the largest is told: the others are not left out unsaid.
    doubtful = [names[0].town.name for names in named.places if len(names) > 1]
    left_out = [each.town.name for each in named.likeliest[TOLD_TOGETHER:]]
    change = Choice(CHANGE, visit.text("town_change"))
    reply = visit.say("town_table", *choices, change, towns=lines, doubtful=doubtful, left_out=left_out)
    codes = tuple(code_of(each.town) for each in told)
    told_last = PREFIX + _AND.join(codes)
    return visit.turn(reply, awaiting_town=True, unanswered=None, guesses=(), towns=codes, last_told=told_last)


def those_told_together(visit: Visit) -> Named | None:
    """Return the places of the table that was told last; None: something else was."""
    last = visit.state.last_told or ""
    if not last.startswith(PREFIX) or _AND not in last:
        return None
    places = [visit.library.towns.place(code) for code in last.removeprefix(PREFIX).split(_AND)]
    found = tuple((Candidate(each, EXACTLY, each.name),) for each in places if each is not None)
    return Named(found, is_all=True) if found else None


def told_verdict(visit: Visit, place: Town | Intercommunality) -> Turn:
    """Tell the verdict and what comes next; criteria and sources stand behind a fold."""
    verdict, code = _assess(visit, place), code_of(place)
    steps = next_steps(visit)
    # What is read on a phone without scrolling: the verdict, and what to do now.
    head = [verdict.conclusion]
    if verdict.is_for_team:
        head.append(visit.text("offer_team"))
    elif any(step.id != CHANGE for step in steps):
        head.append(visit.text("town_next"))
    parts = [verdict.retained, "\n".join(head), verdict.reserve]
    if visit.state.town != code:
        parts.append(visit.text("town_remembered", name=place.name))
    parts.append(folded(_backing(visit, verdict)))
    team = answers.team_choices(visit.library, visit.now) if verdict.is_for_team else ()
    return visit.turn(
        Reply("\n\n".join(part for part in parts if part), (*team, *steps)),
        town=code,
        towns=(*(each for each in visit.state.towns if each != code), code)[-TOLD_TOGETHER:],
        last_told=PREFIX + code,
        awaiting_town=False,
        unanswered=visit.text("town_question", name=label_of(visit, place)) if verdict.is_for_team else None,
        guesses=(),
    )


def _assess(visit: Visit, place: Town | Intercommunality) -> Verdict:
    library = visit.library
    assert library.call.eligibility is not None  # every way here has looked
    return assess(place, library.call.eligibility, library.renderer, library.day(visit.now))


def backing_of_verdict(visit: Visit, told: str) -> str:
    """Return the criteria and the sources of the verdict `told`, as a choice id."""
    codes = told.removeprefix(PREFIX).split(_AND)
    places = [place for code in codes if (place := visit.library.towns.place(code)) is not None]
    if len(places) == 1:
        return _backing(visit, _assess(visit, places[0]))
    return "\n\n".join(f"**{label_of(visit, each)}**\n{_backing(visit, _assess(visit, each))}" for each in places)


def verdict_in_brief(visit: Visit, told: str) -> tuple[str, str] | None:
    """Return what the verdict `told` answers, and its first sentence."""
    place = visit.library.towns.place(told.removeprefix(PREFIX))
    if place is None or visit.library.call.eligibility is None:
        return None
    verdict = _assess(visit, place)
    return visit.text("town_question", name=label_of(visit, place)), verdict.retained or verdict.conclusion


def next_steps(visit: Visit) -> tuple[Choice, ...]:
    change = Choice(CHANGE, visit.text("town_change"))
    if visit.library.call.form is None or visit.phase == "closed" or visit.is_press:
        return (change,)
    return (form_choice("", Verb.START_ANOTHER, label=visit.text("town_start")), change)


def _backing(visit: Visit, verdict: Verdict) -> str:
    """Return the criteria, and all sources in one line: a verdict rests on many, whose full titles would bury it."""
    findings = [visit.text("town_finding", label=each.label, text=each.text) for each in verdict.findings]
    quoted = dict.fromkeys([*verdict.sources, *(source for each in verdict.findings for source in each.sources)])
    sources = answers.existing_sources(tuple(quoted), visit.library, visit.now)
    checked_on = min(each.checked_on for each in verdict.findings)
    return (
        "\n".join(findings)
        + "\n\n"
        + visit.text("town_sources", sources=[each.model_dump() for each in sources])
        + "\n"
        + visit.text("checked_on", date=checked_on)
    )


def label_of(visit: Visit, place: Town | Intercommunality) -> str:
    return visit.text("town_label", name=place.name, code=place.departement, departement=place.departement_name)
