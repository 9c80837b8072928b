"""« Quelles villes du Cantal sont concernées ? »: what the lists of the two programmes have in a département."""

from collections.abc import Sequence

from bot.conversation.answers import answers
from bot.conversation.answers.verdicts import CHANGE, PREFIX, TOLD_TOGETHER, label_of
from bot.conversation.reading.heard import hear
from bot.conversation.reading.naming import read_places
from bot.conversation.talk.folds import folded
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.talk.visit import Turn, Visit
from knowledge.hearing.phrases import phrases

#: What the id of a choice of a département begins with; its code follows.
PREFIX_OF_DEPARTEMENT = f"{PREFIX}in:"
#: Départements offered of a région; the largest has thirteen.
_OFFERED = 15


def told_of_departement(visit: Visit) -> Turn | None:
    """Tell the communes and territories of the département whose list is asked for; None: none is.

    Of a région, ask which of its départements.
    """
    library, lists = visit.library, visit.library.call.hearing.town_questions
    words = hear(visit).words
    if library.call.eligibility is None or not phrases(lists.listing).are_in(words):
        return None
    if phrases((*lists.retained, *lists.applied)).are_in(words):
        return None
    if phrases(lists.other).are_in(words) and not phrases(lists.concerned).are_in(words):
        return None
    codes = library.towns.departements_in(visit.incoming.text)
    # « Mayenne » and « Vienne » are communes as well: where another is named beside, that one is asked about.
    named = read_places(visit.incoming.text, library, may_slip=False).likeliest
    if not codes or any(library.towns.departements_in(each.town.name) != codes for each in named):
        return None
    return list_of_departement(visit, next(iter(codes))) if len(codes) == 1 else _ask_which(visit, sorted(codes))


def list_of_departement(visit: Visit, code: str) -> Turn | None:
    """Tell what the lists have in the département of this code; None: there is none of it."""
    if code not in visit.library.towns.departements:
        return None
    found = visit.library.towns.in_departement(code)
    towns = [Choice(PREFIX + each.insee, label_of(visit, each)) for each in found.towns[:TOLD_TOGETHER]]
    told = visit.text(
        "town_list",
        name=found.name,
        code=found.code,
        towns=[each.name for each in found.towns],
        territories=found.territories,
        groups=[each.name for each in found.groups],
    )
    reply = Reply(f"{told}\n\n{folded(_sources(visit))}", (*towns, Choice(CHANGE, visit.text("town_change"))))
    return visit.turn(reply, awaiting_town=True, unanswered=None, guesses=())


def _ask_which(visit: Visit, codes: Sequence[str]) -> Turn:
    names = [(code, visit.library.towns.departements[code][0]) for code in codes[:_OFFERED]]
    choices = [Choice(PREFIX_OF_DEPARTEMENT + code, f"{name} ({code})") for code, name in names]
    return visit.turn(visit.say("town_list_which", *choices), awaiting_town=False, unanswered=None, guesses=())


def _sources(visit: Visit) -> str:
    eligibility = visit.library.call.eligibility
    assert eligibility is not None  # who asks has looked
    criteria = [each for each in eligibility.criteria if each.id in eligibility.concerned_when]
    ids = tuple(dict.fromkeys(source for each in criteria for source in each.sources))
    sources = [each.model_dump() for each in answers.existing_sources(ids, visit.library, visit.now)]
    checked_on = min(each.checked_on for each in criteria)
    return visit.text("town_sources", sources=sources) + "\n" + visit.text("checked_on", date=checked_on)
