"""« Ma ville peut-elle candidater ? »: which town is meant, and what is asked of it. What is told is in `verdicts`."""

import re
from collections.abc import Sequence

from bot.conversation.answers import answers
from bot.conversation.answers.in_departement import PREFIX_OF_DEPARTEMENT, list_of_departement, told_of_departement
from bot.conversation.answers.verdicts import (
    CHANGE,
    EXACTLY,
    PREFIX,
    TOLD_TOGETHER,
    label_of,
    those_told_together,
    told_together,
    told_verdict,
)
from bot.conversation.reading.asked_of_town import AskedOfTown, asked_of_town
from bot.conversation.reading.heard import hear
from bot.conversation.reading.naming import NAME_WORDS, Named, code_of, read_places
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.talk.visit import Turn, Visit
from knowledge.call.eligibility import told_retained
from knowledge.call.model import Action, Entry
from knowledge.hearing.phrases import phrases
from knowledge.library import Library
from knowledge.matching.matcher import Outcome
from knowledge.places.towns import Candidate, Intercommunality, Town
from knowledge.templates.plain import Plain

_ABOUT_TOWNS = frozenset({Action.CHOOSE_TOWN, Action.CHECK_TOWN})

#: What the ids of several places of the same name begin with: once one is picked, the others are of no interest.
NAMESAKE = "t:one:"
#: … and of those that may have been meant by a name misspelt: a yes picks the first.
MEANT = "t:near:"

#: Places offered when a name is that of several: as many as a postal code has.
OFFERED = 15
#: From this likeness (0..100) on, what answers « which town? » may be a name misspelt.
LIKE_ENOUGH, NEAR_OFFERED = 80.0, 3
#: Words of a name that no register knows; more are a sentence, where an entry may be meant.
_MOST_OF_A_STRANGE_NAME = 3
#: « Une comcom », « des agglos »: no one of them is meant.
_ANY = frozenset({"un", "une", "des"})
_POSTAL_CODE = re.compile(r"\b\d{5}\b")
#: Words of a message that nothing answers which is looked through for towns: a longer one tells of more.
_MOST_OF_A_SENTENCE = 16


def about_a_town(visit: Visit, answer: answers.Answer) -> Turn | None:
    """Return what is known of the town that is named, or ask which one is meant; None for other questions."""
    if visit.library.call.eligibility is None:
        return None
    if (listed := told_of_departement(visit)) is not None:
        return listed
    topics = town_topics(visit.library)
    considered = [answer.best] if answer.best else list(answer.candidates)
    may_ask = any(candidate.entry.topic in topics for candidate in considered) or _asks_of_several(visit)
    words = len(visit.incoming.text.split())
    is_unknown = answer.outcome is Outcome.NONE and words <= _MOST_OF_A_SENTENCE
    if not (may_ask or is_unknown or words <= NAME_WORDS):
        return None
    named = places_named(visit)
    if named.places:
        return _of_named(visit, named, answer, may_ask=may_ask)
    if not may_ask and words > NAME_WORDS:
        return None  # what only resembles a name, in a sentence about something else
    is_sure = answer.outcome is Outcome.ANSWER
    if not named.near and (its := _its_group(visit)) is not None and (may_ask or not is_sure):
        return its
    if named.near and (may_ask or not is_sure or _is_only_a_name(visit)):
        return propose(visit, named)
    first = answer.best or next(iter(answer.candidates), None)
    if first is not None and first.entry.action is Action.CHOOSE_TOWN:
        return _ask_which(visit, first.entry)
    return None


def _asks_of_several(visit: Visit) -> bool:
    """« … qui suit Cahors et Figeac. Sont-elles concernées ? » asks of those named, whatever else is said around."""
    concerned = phrases(visit.library.call.hearing.town_questions.concerned)
    return concerned.are_in(hear(visit).words) and len(places_named(visit).likeliest) > 1


def places_named(visit: Visit) -> Named:
    """Return the places that the message names: worked out once."""
    key = f"places:{visit.incoming.text}"
    if key not in visit.worked_out:
        visit.worked_out[key] = read_places(visit.incoming.text, visit.library)
    named = visit.worked_out[key]
    assert isinstance(named, Named)
    return named


def _of_named(visit: Visit, named: Named, answer: answers.Answer, *, may_ask: bool) -> Turn | None:
    asked = asked_of_town(hear(visit), named)
    is_sure = answer.outcome is Outcome.ANSWER
    if asked is AskedOfTown.BEGIN:  # of several places, and of namesakes, which one is asked first
        return settle(visit, named)
    if asked is AskedOfTown.APPLIED:
        return _not_known(visit, named, "town_applied_unknown")
    if asked is AskedOfTown.ELIGIBILITY:
        if may_ask or named.is_all or _is_an_address(visit):
            return settle(visit, named)
        if answer.outcome is not Outcome.NONE:
            return None
    if asked is AskedOfTown.RETAINED and (told := _retained(visit, [each.town for each in named.likeliest])):
        return visit.turn(Reply(told), awaiting_town=False, unanswered=None, guesses=(), town=_only(named))
    if is_sure and not may_ask:
        return None  # another question, which an entry answers
    if asked is AskedOfTown.RETAINED:
        return (
            None
            if is_sure and answer.best and answer.best.entry.action not in _ABOUT_TOWNS
            else _not_known(visit, named, "town_retained_unknown")
        )
    return _not_known(visit, named, "town_fact_unknown")


def _is_an_address(visit: Visit) -> bool:
    """« 12 rue de la République 58000 Nevers » asks nothing else of the town that it names."""
    return _POSTAL_CODE.search(visit.incoming.text) is not None and not hear(visit).is_asking


def _only(named: Named) -> str | None:
    return code_of(named.likeliest[0].town) if len(named.likeliest) == 1 else None


def _retained(visit: Visit, places: Sequence[Town | Intercommunality]) -> str | None:
    """Say which of the places, or whose intercommunalité or commune, a call chose, with the source; None: none."""
    library, eligibility = visit.library, visit.library.call.eligibility
    assert eligibility is not None  # every way here has looked
    today = library.day(visit.now)
    told = [told_retained(place, eligibility, library.renderer, today) for place in places]
    return "\n\n".join(filter(None, told)) or None


def _not_known(visit: Visit, named: Named, message: str) -> Turn:
    """Say that what was asked of a town is not known; its verdict is offered, not given."""
    found = named.likeliest[:TOLD_TOGETHER]
    verdicts = [Choice(PREFIX + code_of(each.town), visit.text("town_verdict", name=each.town.name)) for each in found]
    names = [each.town.name for each in found]
    team = answers.team_choices(visit.library, visit.now)
    question = visit.incoming.text.strip()
    reply = visit.say(message, *verdicts, *team, names=names)
    return visit.turn(reply, awaiting_town=False, unanswered=question, guesses=())


def _its_group(visit: Visit) -> Turn | None:
    """« Et son agglo ? »: the intercommunalité of the town talked about."""
    lists, heard = visit.library.call.hearing, hear(visit)
    words = lists.town_questions.its_group
    if phrases(lists.town_questions.their_groups).are_in(heard.words):
        return _their_groups(visit)
    place = visit.library.towns.place(visit.state.town) if visit.state.town else None
    if _is_any_group(visit) or (
        not isinstance(place, Town)
        or not place.epci
        or not (phrases(words).are_in(heard.words) or heard.says_only(lists.town_questions.the_group, lists.connectors))
    ):
        return None
    group = visit.library.towns.get_epci(place.epci)
    return told_verdict(visit, group) if group else None


def _is_any_group(visit: Visit) -> bool:
    """« Et pour une comcom ? » is about any, not about that of the town talked about."""
    words, groups = hear(visit).words, phrases(visit.library.call.hearing.town_questions.the_group)
    return any(groups.at(words, place) and words[place - 1].folded in _ANY for place in range(1, len(words)))


def _their_groups(visit: Visit) -> Turn | None:
    """« Et leurs agglos ? »: the intercommunalités of the towns talked about."""
    towns = visit.library.towns
    told = [towns.place(code) for code in visit.state.towns]
    groups = [towns.get_epci(each.epci) for each in told if isinstance(each, Town) and each.epci]
    found = list({each.siren: each for each in groups if each is not None}.values())
    if not found:
        return None
    named = Named(tuple((Candidate(each, EXACTLY, each.name),) for each in found), is_all=True)
    return settle(visit, named)


def _is_only_a_name(visit: Visit) -> bool:
    """Whether nothing but what may be a name, misspelt, was written."""
    heard = hear(visit)
    return not heard.is_asking and len(heard.words) <= NAME_WORDS


def town_topics(library: Library) -> frozenset[str]:
    """Return the topics in which a town that is named gets its verdict instead of an entry's answer."""
    return frozenset().union(*(library.topics_by_action[action] for action in _ABOUT_TOWNS))


def awaited_town(visit: Visit) -> Turn | None:
    """Take the message as the name of the town that was asked for; None when it is rather something else."""
    text, heard = visit.incoming.text, hear(visit)
    if not visit.state.awaiting_town or visit.incoming.choice or heard.small_talk or len(text.split()) > NAME_WORDS:
        return None
    meant = next((each.id for each in visit.state.offered if each.id.startswith(MEANT)), None)
    if meant is not None and heard.is_yes:
        return picked_town(visit, meant)
    is_offered = any(each.id.startswith((NAMESAKE, MEANT)) for each in visit.state.offered)
    if not is_offered and (heard.says_nothing or heard.refuses_all):  # « aucune » is no name, and asks nothing
        return visit.turn(visit.say("town_unsure"), awaiting_town=True)
    is_another = phrases(visit.library.call.hearing.another).at(heard.words, 0) == len(heard.words)
    if is_another or heard.is_no or heard.refuses_all:
        return visit.turn(visit.say("town_ask"), awaiting_town=True)
    named = places_named(visit)
    if not named.places and not named.near and (its := _its_group(visit)) is not None:
        return its
    if not named.is_all and _is_another_question(visit, named):
        return None
    if named.places:
        return settle(visit, named)
    if named.near:
        return propose(visit, named)
    if heard.is_unknowing:
        return visit.turn(visit.say("town_unsure"), awaiting_town=True)
    return _nearest(visit) if _may_hold_a_name(visit) else None


def _may_hold_a_name(visit: Visit) -> bool:
    """« Et ? », « ok et du coup », « oui » hold no name that no register knows."""
    lists = visit.library.call.hearing
    around = (lists.connectors, lists.open_questions, lists.agreeing, lists.acknowledging, lists.last_answer.next_step)
    return bool(hear(visit).meaning(*map(phrases, around)))


def _is_another_question(visit: Visit, named: Named) -> bool:
    """Whether an entry surely answers it: « Qui peut candidater ? » is the matter of towns as well, and names none."""
    answer = answers.find_answer(visit.incoming.text, visit.library)
    if answer.outcome is not Outcome.ANSWER or answer.best is None:
        return False
    return answer.best.entry.action not in _ABOUT_TOWNS or (hear(visit).is_asking and not named.places)


def _nearest(visit: Visit) -> Turn | None:
    """Offer the names that are like what was written; say that none is known, unless it is rather something else."""
    text = visit.incoming.text
    near = [each for each in visit.library.towns.find(text, OFFERED) if each.score >= LIKE_ENOUGH]
    if near:
        return _choose(visit, "town_near", near[:NEAR_OFFERED])
    heard = hear(visit)
    if len(heard.words) > _MOST_OF_A_STRANGE_NAME and _may_be_asked(visit):
        return None
    if heard.goes_on and heard.is_asking and all(visit.library.matcher.knows(each.folded) for each in heard.meaning()):
        return None  # « et leur délai ? » goes on from the towns told
    team = answers.team_choices(visit.library, visit.now)
    return visit.turn(
        visit.say("town_unknown", *team), unanswered=visit.text("town_question", name=text.strip()), guesses=()
    )


def _may_be_asked(visit: Visit) -> bool:
    return answers.find_answer(visit.incoming.text, visit.library).outcome is not Outcome.NONE


def propose(visit: Visit, named: Named) -> Turn:
    """« Vouliez-vous dire Châtellerault (86, Vienne) ? »: a verdict on a guess would be taken for one's own."""
    message = "town_elsewhere" if named.is_elsewhere else "town_code" if named.is_code else "town_meant"
    return _choose(visit, message, named.near, name=label_of(visit, named.near[0].town))


def picked_town(visit: Visit, choice: str) -> Turn | None:
    """Do what a choice about towns does; None for one that is not, or names no place."""
    if not choice.startswith(PREFIX) or visit.library.call.eligibility is None:
        return None
    if choice == CHANGE:
        return visit.turn(visit.say("town_ask"), awaiting_town=True)
    if choice.startswith(PREFIX_OF_DEPARTEMENT):
        return list_of_departement(visit, choice.removeprefix(PREFIX_OF_DEPARTEMENT))
    place = visit.library.towns.place(choice.removeprefix(NAMESAKE).removeprefix(MEANT).removeprefix(PREFIX))
    return told_verdict(visit, place) if place else None


def settle(visit: Visit, named: Named) -> Turn:
    """Tell the verdict on the place named; of several places, in one answer; of namesakes, ask which."""
    if len(named.likeliest) > 1:
        return told_together(visit, named)
    meant = named.places[0]
    if len(meant) == 1:
        return told_verdict(visit, meant[0].town)
    return _choose(visit, "town_which", meant)


def _choose(visit: Visit, message: str, places: Sequence[Candidate], **values: Plain) -> Turn:
    prefix = MEANT if message == "town_meant" else NAMESAKE
    choices = [Choice(prefix + code_of(found.town), label_of(visit, found.town)) for found in places[:OFFERED]]
    change = Choice(CHANGE, visit.text("town_change"))
    return visit.turn(visit.say(message, *choices, change, **values), awaiting_town=True)


def _ask_which(visit: Visit, asked: Entry) -> Turn:
    """Answer for the town remembered, or with the entry, which asks for one; the next message may then be its name."""
    remembered = visit.library.towns.place(visit.state.town) if visit.state.town else None
    if _is_any_group(visit):
        remembered = None
    elif (together := those_told_together(visit)) is not None:
        return told_together(visit, together)
    if remembered:
        return told_verdict(visit, remembered)
    told = answers.ENTRY_PREFIX + asked.id
    if visit.state.awaiting_town and visit.state.last_told == told:  # what it is for was said a moment ago
        return visit.turn(visit.say("town_ask"), awaiting_town=True, unanswered=None, guesses=())
    reply = answers.reply_with_entry(asked, visit.library, visit.now, first=None, other=None)
    return visit.turn(reply, awaiting_town=True, unanswered=None, guesses=(), last_told=told)
