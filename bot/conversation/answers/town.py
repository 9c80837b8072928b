"""« Ma ville peut-elle candidater ? »: which town is meant, its verdict told, the town remembered. Judges nothing."""

import re
from collections.abc import Sequence

from bot.conversation.answers import answers
from bot.conversation.reading.asking import is_asking
from bot.conversation.talk.choice_ids import Verb, form_choice
from bot.conversation.talk.exchange import Exchange, Turn
from bot.conversation.talk.messages import Choice, Reply
from knowledge.call.criteria import Outcome as Standing
from knowledge.call.eligibility import Verdict, assess
from knowledge.call.model import Action, Entry
from knowledge.language.text import fold, words
from knowledge.library import Library
from knowledge.matching.matcher import Outcome
from knowledge.places.towns import Candidate, Intercommunality, Mention, Town, rivals

_ABOUT_TOWNS = frozenset({Action.CHOOSE_TOWN, Action.CHECK_TOWN})

#: Choice ids: a place by its code, another place.
PREFIX = "t:"
CHANGE = "t:change"
#: What the ids of several places of the same name begin with: once one is picked, the others are of no interest.
NAMESAKE = "t:one:"

#: Places offered when a name is that of several.
OFFERED = 5
#: From this likeness (0..100) on, what was typed is the name of the place, but for its spelling.
SAME_NAME = 95.0
#: From this one on, a place is proposed: a verdict on a guess would be taken for one's own.
LIKE_ENOUGH = 80.0
NEAR_OFFERED = 3
#: A name has at most so many words; what is longer is a sentence.
NAME_WORDS = 9
#: Where `commands.yaml` lists the words that may stand beside a town's name in a message that only names it.
LEAD = "town_lead"
#: A postal code or an INSEE code.
_CODE = re.compile(r"(?:\d{2}|2[ABab])\d{3}")


def about_a_town(exchange: Exchange, answer: answers.Answer) -> Turn | None:
    """Return the verdict when the question is whether a town may apply, or ask which town; None for other questions."""
    if exchange.library.call.eligibility is None:
        return None
    text = exchange.incoming.text
    topics = town_topics(exchange.library)
    considered = [answer.best] if answer.best else list(answer.candidates)
    may_ask = any(candidate.entry.topic in topics for candidate in considered)
    if not (may_ask or len(text.split()) <= NAME_WORDS):
        return None
    if _CODE.fullmatch(text.strip()):
        return _settle(exchange, list(rivals(exchange.library.towns.find(text, OFFERED))))
    mentions = exchange.library.towns.find_in(text)
    if mentions and (may_ask or _is_a_name(exchange, mentions)):
        return _settle(exchange, _meant(mentions), several=len(mentions) > 1)
    first = answer.best or next(iter(answer.candidates), None)
    if first is not None and first.entry.action is Action.CHOOSE_TOWN:
        return _ask_which(exchange, first.entry)
    return None


def town_topics(library: Library) -> frozenset[str]:
    """Return the topics in which a town that is named gets its verdict instead of an entry's answer."""
    return frozenset().union(*(library.topics_by_action[action] for action in _ABOUT_TOWNS))


def awaited_town(exchange: Exchange) -> Turn | None:
    """Take the message as the name of the town that was asked for; None when it is rather something else."""
    text = exchange.incoming.text
    if not exchange.state.awaiting_town or exchange.incoming.choice or len(text.split()) > NAME_WORDS:
        return None
    answer = answers.find_answer(text, exchange.library)
    towns = exchange.library.towns
    if answer.outcome is Outcome.ANSWER and answer.best:
        # « Qui peut candidater ? » is the matter of towns, and names none.
        is_question = is_asking(text) and not towns.find_in(text)
        if answer.best.entry.action not in _ABOUT_TOWNS or is_question:
            return None
    found = [candidate for candidate in towns.find(text, OFFERED) if candidate.score >= LIKE_ENOUGH]
    if found and found[0].score >= SAME_NAME:
        return _settle(exchange, list(rivals(found)))
    mentions = towns.find_in(text)
    if mentions:
        return _settle(exchange, _meant(mentions), several=len(mentions) > 1)
    if found:
        return _choose(exchange, "town_near", found[:NEAR_OFFERED])
    team = answers.team_choices(exchange.library, exchange.now)
    return exchange.turn(
        exchange.say("town_unknown", *team), unanswered=exchange.text("town_question", name=text.strip()), guesses=()
    )


def picked_town(exchange: Exchange, choice: str) -> Turn | None:
    """Do what a choice about towns does; None for one that is not, or names no place."""
    if not choice.startswith(PREFIX) or exchange.library.call.eligibility is None:
        return None
    if choice == CHANGE:
        return exchange.turn(exchange.say("town_ask"), awaiting_town=True)
    place = place_of(exchange, choice.removeprefix(NAMESAKE).removeprefix(PREFIX))
    return _verdict(exchange, place) if place else None


def place_of(exchange: Exchange, code: str) -> Town | Intercommunality | None:
    """Return the place of an INSEE code or a SIREN."""
    towns = exchange.library.towns
    return towns.get(code) or towns.get_epci(code)


def _is_a_name(exchange: Exchange, mentions: Sequence[Mention]) -> bool:
    """Whether the message only names towns: beside the names, words that the call lists as leading to one."""
    text = exchange.incoming.text
    for mention in reversed(mentions):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    lead = {fold(word) for word in exchange.library.call.commands.get(LEAD, ())}
    return set(words(text)) <= lead


def _meant(mentions: Sequence[Mention]) -> list[Candidate]:
    """Return the places to choose from: the namesakes of the one named, or the likeliest of each of several."""
    if len(mentions) == 1:
        return list(rivals(mentions[0].candidates))
    each = {_code(mention.candidates[0].town): mention.candidates[0] for mention in mentions}
    return list(each.values())


def _settle(exchange: Exchange, meant: Sequence[Candidate], *, several: bool = False) -> Turn | None:
    """Tell the verdict on the one place meant, or ask which; `several`: they were all named, and are not namesakes."""
    if not meant:
        return None
    if len(meant) == 1:
        return _verdict(exchange, meant[0].town)
    return _choose(exchange, "town_several" if several else "town_which", meant)


def _choose(exchange: Exchange, message: str, places: Sequence[Candidate]) -> Turn:
    # Of several that were all named, each may be picked in its turn.
    prefix = PREFIX if message == "town_several" else NAMESAKE
    choices = [Choice(prefix + _code(found.town), _label(exchange, found.town)) for found in places[:OFFERED]]
    return exchange.turn(exchange.say(message, *choices), awaiting_town=True)


def _ask_which(exchange: Exchange, asked: Entry) -> Turn:
    """Answer for the town remembered, or with the entry, which asks for one; the next message may then be its name."""
    remembered = place_of(exchange, exchange.state.town) if exchange.state.town else None
    if remembered:
        return _verdict(exchange, remembered)
    reply = answers.reply_with_entry(asked, exchange.library, exchange.now, first=None, other=None)
    return exchange.turn(reply, awaiting_town=True, unanswered=None, guesses=())


def _verdict(exchange: Exchange, place: Town | Intercommunality) -> Turn:
    library, now = exchange.library, exchange.now
    assert library.call.eligibility is not None  # every way here has looked
    verdict = assess(place, library.call.eligibility, library.renderer, library.day(now))
    findings = [exchange.text("town_finding", label=each.label, text=each.text) for each in verdict.findings]
    parts = [verdict.text, "\n".join(findings), _provenance(exchange, verdict)]
    code = _code(place)
    if exchange.state.town != code:
        parts.append(exchange.text("town_remembered", name=place.name))
    to_confirm = verdict.outcome is Standing.TO_CONFIRM
    if to_confirm:
        parts.append(exchange.text("offer_team"))
    choices = (*(answers.team_choices(library, now) if to_confirm else ()), *_next_steps(exchange))
    return exchange.turn(
        Reply("\n\n".join(parts), choices),
        town=code,
        awaiting_town=False,
        unanswered=exchange.text("town_question", name=_label(exchange, place)) if to_confirm else None,
        guesses=(),
    )


def _next_steps(exchange: Exchange) -> tuple[Choice, ...]:
    change = Choice(CHANGE, exchange.text("town_change"))
    if exchange.library.call.form is None or exchange.phase == "closed" or exchange.is_press:
        return (change,)
    return (form_choice("", Verb.START_ANOTHER, label=exchange.text("town_start")), change)


def _provenance(exchange: Exchange, verdict: Verdict) -> str:
    """Return all sources in one line: a verdict rests on many, and their full titles would bury it."""
    quoted = dict.fromkeys([*verdict.sources, *(source for each in verdict.findings for source in each.sources)])
    sources = answers.existing_sources(tuple(quoted), exchange.library, exchange.now)
    checked_on = min(each.checked_on for each in verdict.findings)
    return (
        exchange.text("town_sources", sources=[each.model_dump() for each in sources])
        + "\n"
        + exchange.text("checked_on", date=checked_on)
    )


def _label(exchange: Exchange, place: Town | Intercommunality) -> str:
    return exchange.text("town_label", name=place.name, code=place.departement, departement=place.departement_name)


def _code(place: Town | Intercommunality) -> str:
    return place.insee if isinstance(place, Town) else place.siren
