"""Answers for another chat: what may be meant by a few words, each as a text to share. Nothing is remembered."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.answers import answers
from bot.conversation.talk.messages import Contact
from knowledge.call.model import Basis, Entry
from knowledge.language.text import fold
from knowledge.library import Library

#: Answers offered at most.
OFFERED = 5
#: Characters of a link's payload, as Telegram takes them; see `turn._linked`, which reads it as a question.
_PAYLOAD = 64
#: The payload that opens the conversation with what the assistant can do.
_HELP = "aide"


@dataclass(frozen=True, slots=True)
class Article:
    """One answer that can be shared."""

    id: str
    title: str
    #: The answer without what stands around it, to look at before it is shared.
    summary: str
    #: All that is shared; light Markdown.
    text: str
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class Offered:
    """What is shown while a person types; `link` and its `payload` lead to a conversation with the assistant."""

    articles: tuple[Article, ...]
    link: str
    payload: str


def offer(query: str, library: Library, now: datetime) -> Offered:
    """Return the answers that `query` may mean, the likeliest first; without words, those that the editor picked."""
    picked = [library.entries[each] for each in library.call.facts.shared]
    entries = _likely(query, library) if query.strip() else picked
    articles = tuple(_article(entry, library, now) for entry in entries[:OFFERED])
    return Offered(articles, library.say("inline_link", now), _payload(query))


def _likely(query: str, library: Library) -> Sequence[Entry]:
    ranked = (match for match in library.matcher.rank(query).matches if match.confidence >= answers.LEAST_OFFERED)
    entries = (library.entries[match.entry] for match in ranked)
    # What concerns the assistant itself, courtesy or another counter is of no use elsewhere.
    return [entry for entry in entries if entry.basis is not Basis.SERVICE]


def _article(entry: Entry, library: Library, now: datetime) -> Article:
    first = answers.notice(library, now) if answers.is_about_the_call(entry) else None
    text = "\n\n".join(answers.told(entry, library, now, first))
    summary = answers.answer_text(entry, library, now)
    return Article(entry.id, entry.question, summary, text, answers.contact_of(entry, library, now))


def _payload(query: str) -> str:
    """Return the words as a link can carry them: the conversation then begins with their answer."""
    return re.sub(r"[^a-z0-9]+", "-", fold(query))[:_PAYLOAD].strip("-") or _HELP
