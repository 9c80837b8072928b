"""One question, one answer, outside any conversation: `guichet ask`. The same turn as everywhere, then its shape."""

from datetime import datetime
from typing import Any

from bot.channels.plain_text import write_reply
from bot.conversation.answers import answers
from bot.conversation.answers.town import town_topics
from bot.conversation.reading.heard import Heard
from bot.conversation.several import Part, several_parts
from bot.conversation.talk.context import Context
from bot.conversation.talk.folds import unfolded
from bot.conversation.talk.messages import Incoming, Reply
from bot.conversation.talk.state import State
from bot.conversation.turn import QUESTION_LIMIT, take_turn
from knowledge.library import Library
from knowledge.matching.matcher import Outcome


def answer_as_text(question: str, library: Library, now: datetime) -> str:
    return "\n\n".join(write_reply(reply) for reply in _replies(question, library, now))


def answer_as_json(question: str, library: Library, now: datetime) -> dict[str, Any]:
    """Return outcome, topic, entry, confidence, answer, sources, choices; topic and entry are null for none.

    A message of several questions has `questions` too: each of them, with its own answer.
    """
    readable = len(question) <= QUESTION_LIMIT and any(character.isalnum() for character in question)
    answer = answers.find_answer(question, library) if readable else answers.NO_ANSWER
    best = answer.best or next(iter(answer.candidates), None)
    offered = answer.candidates
    parts = several_parts(Heard(question, library.call), library) if readable else []
    several = {"questions": [_part_as_json(part, library, now) for part in parts]} if parts else {}
    return {
        "outcome": answer.outcome.value,
        "topic": best.entry.topic if best else None,
        "entry": best.entry.id if best else None,
        "confidence": round(best.confidence, 4) if best else 0.0,
        "answer": _answer_text(answer, question, library, now),
        "sources": [
            source.model_dump(mode="json", exclude={"note", "since", "editions"})
            for source in (answers.sources_of(answer.best.entry, library, now) if answer.best else ())
        ],
        "choices": [
            {
                "entry": candidate.entry.id,
                "topic": candidate.entry.topic,
                "question": candidate.entry.question,
                "confidence": round(candidate.confidence, 4),
            }
            for candidate in offered
        ],
        **several,
    }


def _part_as_json(part: Part, library: Library, now: datetime) -> dict[str, Any]:
    """Return one question of several: what is not surely known has no topic, no entry and no answer."""
    found = answers.find_answer(part.question, library)
    is_known = part.entry is not None and found.best is not None
    return {
        "question": part.question,
        "topic": part.entry.topic if part.entry else None,
        "entry": part.entry.id if part.entry else None,
        "confidence": round(found.best.confidence, 4) if is_known and found.best else 0.0,
        "answer": _answer_text(found, part.question, library, now) if is_known else None,
    }


def _answer_text(answer: answers.Answer, question: str, library: Library, now: datetime) -> str:
    if answer.outcome is not Outcome.ANSWER or answer.best is None or answer.best.entry.topic in town_topics(library):
        return "\n\n".join(unfolded(reply.text) for reply in _replies(question, library, now))
    first = answers.notice(library, now) if answers.is_about_the_call(answer.best.entry) else None
    text = answers.answer_text(answer.best.entry, library, now, question)
    first = answers.unsaid(first, text)
    return f"{first}\n\n{text}" if first else text


def _replies(question: str, library: Library, now: datetime) -> tuple[Reply, ...]:
    incoming = Incoming("ask", "1", "local", question, now)
    return take_turn(State(), incoming, library, Context(now)).replies
