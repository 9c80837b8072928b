"""A message of several questions: each is answered shortly, or said not to be known. None is dropped unsaid."""

from dataclasses import dataclass

from bot.conversation.answers import answers
from bot.conversation.answers.town import PREFIX, town_topics, verdict_in_brief
from bot.conversation.question import noticed
from bot.conversation.reading.heard import Heard, hear
from bot.conversation.reading.naming import code_of, read_places
from bot.conversation.reading.questions import is_one_by_itself, split_questions
from bot.conversation.talk.effects import CountAnswer, Tally
from bot.conversation.talk.messages import Choice
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.team import settled, waiting_for_team
from knowledge.call.model import Entry
from knowledge.matching.matcher import Outcome

#: Confidence from which on a part of a message is surely about an entry.
_SURE = 0.6


@dataclass(frozen=True, slots=True)
class _Part:
    question: str
    entry: Entry | None


def several_route(visit: Visit) -> Turn | None:
    """Take the message if it asks about two matters or more, one of them surely: what of the others is told."""
    if visit.incoming.choice:
        return None
    questions = split_questions(hear(visit))
    if len(questions) < 2:
        return None
    parts = [_Part(each, _sure_entry(visit, each)) for each in questions]
    told = {part.entry.id: part for part in reversed(parts) if part.entry is not None}
    unread = [part.question for part in parts if part.entry is None]
    is_surely_several = len(told) > 1 or any(is_one_by_itself(Heard(each, visit.library.call)) for each in unread)
    if not told or not is_surely_several:
        return None
    return _tell(visit, list(reversed(told.values())), unread)


def _sure_entry(visit: Visit, question: str) -> Entry | None:
    found = answers.find_answer(question, visit.library)
    is_sure = found.outcome is Outcome.ANSWER and found.best is not None and found.best.confidence >= _SURE
    if not is_sure or found.best is None or not answers.is_about_the_call(found.best.entry):
        return None
    return None if visit.library.matcher.is_courteous(found.best.entry.id) else found.best.entry


def _verdict(visit: Visit, part: _Part) -> str | None:
    """Return in brief what is said of the town that this part names; None: it names none."""
    if part.entry is None or part.entry.topic not in town_topics(visit.library):
        return None
    named = read_places(part.question, visit.library, may_slip=False).likeliest
    briefs = [verdict_in_brief(visit, PREFIX + code_of(each.town)) for each in named]
    return "\n".join(brief[1] for brief in briefs if brief is not None) or None


def _tell(visit: Visit, parts: list[_Part], unread: list[str]) -> Turn:
    library, now = visit.library, visit.now
    shown, choices = [], []
    for part in parts:
        assert part.entry is not None
        sources = answers.sources_of(part.entry, library, now)
        source = f"{sources[0].publisher}, {sources[0].published_on}" if sources else ""
        text = _verdict(visit, part) or answers.first_paragraph(part.entry, library, now, part.question)
        shown.append({"question": part.question, "text": text, "source": source})
        choices.append(Choice(answers.ENTRY_PREFIX + part.entry.id, part.entry.question))
    team = answers.team_choices(library, now) if unread else ()
    reply = visit.say("several", *choices, *team, parts=tuple(shown), unread=tuple(unread))
    state = waiting_for_team(visit.state, " ".join(unread), ()) if unread else settled(visit.state)
    turn = noticed(visit, state, reply)
    day = library.day(now)
    effects = tuple(CountAnswer(part.entry.id, day, Tally.SHOWN) for part in parts if part.entry)
    return Turn(turn.state, turn.replies, (*turn.effects, *effects))
