"""A message of several questions: each is answered shortly, or said not to be known. None is dropped unsaid."""

from dataclasses import dataclass

from bot.conversation.answers import answers
from bot.conversation.answers.town import town_topics
from bot.conversation.answers.verdicts import PREFIX, verdict_in_brief
from bot.conversation.of_a_wave import date_asked, told_beside
from bot.conversation.question import answer_with, noticed
from bot.conversation.reading.heard import Heard, hear
from bot.conversation.reading.naming import code_of, read_places
from bot.conversation.reading.questions import halves, is_numbered, is_one_by_itself, split_questions
from bot.conversation.talk.effects import CountAnswer, Tally
from bot.conversation.talk.messages import Choice
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.team import settled, waiting_for_team
from knowledge.call.model import Entry
from knowledge.hearing.phrases import phrases
from knowledge.library import Library
from knowledge.matching.matcher import Outcome

#: Confidence from which on a part of a message is surely about an entry.
_SURE = 0.6
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a message of several, and the entry that surely answers it; None: none does."""

    question: str
    entry: Entry | None


def several_route(visit: Visit) -> Turn | None:
    """Take the message if it asks about two matters or more, one of them surely: what of the others is told."""
    if visit.incoming.choice:
        return None
    heard, library = hear(visit), visit.library
    if (dated := date_asked(heard, library)) is not None:
        told, entry = dated
        beside = told_beside(told, entry, library)
        if beside is None:
            return answer_with(visit, entry, question=visit.incoming.text)
        return _tell(visit, [Part(told, beside), Part(entry.question, entry)], [])
    parts = several_parts(heard, library)
    if not parts:
        return None
    known = [part for part in parts if part.entry is not None]
    return _tell(visit, known, [part.question for part in parts if part.entry is None])


def several_parts(heard: Heard, library: Library) -> list[Part]:
    """Return the questions of a message of several, each matter once, one of them surely known; else none."""
    questions = split_questions(heard)
    if len(questions) < _SEVERAL:
        return []
    found = [part for each in questions for part in _read(each, heard, library)]
    parts = {part.entry.id if part.entry else part.question: part for part in reversed(found)}
    are_kept = is_numbered(heard)
    kept = [
        part
        for part in reversed(parts.values())
        if part.entry or are_kept or is_one_by_itself(Heard(part.question, heard.call))
    ]
    return kept if len(kept) >= _SEVERAL and any(part.entry for part in kept) else []


def _read(question: str, heard: Heard, library: Library) -> list[Part]:
    """Return the question with its entry; two, where it asks for two known things: « le coût et les pièces »."""
    entry = _sure_entry(question, library)
    if entry is None:
        return [Part(question, None)]
    for first, second in halves(Heard(question, heard.call)):
        entries = _sure_entry(first, library), _sure_entry(second, library)
        if None not in entries and entries[0] != entries[1] and entry in entries:
            return [Part(first, entries[0]), Part(second, entries[1])]
    return [Part(question, entry)]


def _sure_entry(question: str, library: Library) -> Entry | None:
    found = answers.find_answer(question, library)
    if found.outcome is not Outcome.ANSWER and (tail := _from_the_question_word(question, library)):
        found = answers.find_answer(tail, library)
    is_sure = found.outcome is Outcome.ANSWER and found.best is not None and found.best.confidence >= _SURE
    if not is_sure or found.best is None or not answers.is_about_the_call(found.best.entry):
        return None
    return None if library.matcher.is_courteous(found.best.entry.id) else found.best.entry


def _from_the_question_word(question: str, library: Library) -> str | None:
    """Return « combien ça coûte » of « la maire souhaite savoir combien ça coûte »; None: it begins with it."""
    heard = Heard(question, library.call)
    opening = phrases(heard.call.hearing.asking_inside)
    place = next((place for place in range(1, len(heard.words)) if opening.at(heard.words, place)), None)
    return question[heard.words[place].start :] if place is not None else None


def _verdict(visit: Visit, part: Part) -> str | None:
    """Return in brief what is said of the town that this part names; None: it names none."""
    if part.entry is None or part.entry.topic not in town_topics(visit.library):
        return None
    # « … au nom de Saint-Flour. 1) Sommes-nous éligibles ? »
    own = read_places(part.question, visit.library, may_slip=False).likeliest
    named = own or read_places(visit.incoming.text, visit.library, may_slip=False).likeliest
    briefs = [verdict_in_brief(visit, PREFIX + code_of(each.town)) for each in named]
    return "\n".join(brief[1] for brief in briefs if brief is not None) or None


def _tell(visit: Visit, parts: list[Part], unread: list[str]) -> Turn:
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
    first = parts[0].entry
    assert first is not None  # at least one is told
    turn = noticed(visit, state.model_copy(update={"last_told": answers.ENTRY_PREFIX + first.id}), reply)
    day = library.day(now)
    effects = tuple(CountAnswer(part.entry.id, day, Tally.SHOWN) for part in parts if part.entry)
    return Turn(turn.state, turn.replies, (*turn.effects, *effects))
