"""A question -> what the knowledge base answers, and how it is said. Decides nothing of the talk around it."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from bot.conversation.talk.folds import folded
from bot.conversation.talk.messages import Choice, Contact, Reply
from knowledge.call.claims.statements import Told, existing, joined, sources_on, statements_on
from knowledge.call.model import OUT_OF_SCOPE, Action, Basis, Entry, Read, Source, SourceKind
from knowledge.hearing.phrases import phrases, split_words
from knowledge.hearing.polarity import fitted
from knowledge.library import Library
from knowledge.matching.matcher import Match, Outcome, Ranking

#: Entries offered when the assistant is unsure.
CHOICES_OFFERED = 3

#: Below this confidence an entry is not worth reading beside the others.
LEAST_OFFERED = 0.08

#: A number of one figure, which may be that of a wave, or a rank.
_NUMBER_OR_RANK = re.compile(r"(?<![\w.,+])\d(?!\d)|[ei][eè]me\b|premi|second", re.IGNORECASE)

#: Choice ids: an entry to answer, the team to ask or not, none of those offered.
ENTRY_PREFIX = "e:"
TEAM_YES = "team:yes"
TEAM_NO = "team:no"
#: To ask them where a candidature itself is handed in.
TEAM_WHERE = "team:where"
NONE_OF_THESE = "none"

_LABELS = {
    SourceKind.OFFICIAL: "source_official",
    SourceKind.SECONDARY: "source_secondary",
    SourceKind.COMPILED: "source_compiled",
    SourceKind.PRESS: "source_press",
    SourceKind.COPY: "source_copy",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may be meant."""

    entry: Entry
    confidence: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question. `best` is the entry answered; `candidates` are those offered, best first."""

    outcome: Outcome
    best: Candidate | None
    candidates: tuple[Candidate, ...]
    #: The sure second question of a message of several.
    other: Entry | None = None


NO_ANSWER = Answer(Outcome.NONE, None, ())


def find_answer(question: str, library: Library) -> Answer:
    """Return the entry that answers `question`, or those that may, or none."""
    question = library.call.hasty.spelt_out(question)
    ranking = library.matcher.rank(question)
    if (bare := _without_other_numbers(question, ranking, library)) != question:
        ranking = library.matcher.rank(bare)

    def candidate(match: Match) -> Candidate:
        return Candidate(library.entries[match.entry], match.confidence)

    other = library.entries[ranking.other.entry] if ranking.other else None
    if ranking.outcome is Outcome.ANSWER:
        return Answer(ranking.outcome, candidate(ranking.matches[0]), (), other)
    likely = [match for match in ranking.matches if match.confidence >= LEAST_OFFERED]
    offered = tuple(candidate(match) for match in likely[:CHOICES_OFFERED])
    return Answer(ranking.outcome, None, offered, other)


def _without_other_numbers(question: str, ranking: Ranking, library: Library) -> str:
    """Return « le conseil est le, délai ? » of « le conseil est le 3, délai ? »: a day or a count names no wave.

    Only where entries on the wave of that number came first: elsewhere it does no harm.
    """
    named = [match.entry for match in ranking.matches[:CHOICES_OFFERED]]
    waves = [wave for wave in library.call.facts.waves if any(each.startswith(f"{wave.id}-") for each in named)]
    if not waves or not _NUMBER_OR_RANK.search(question):
        return question
    words, lists = split_words(question), library.call.hearing
    numbers = [str(wave.number) for wave in waves]
    ranks = phrases(tuple(chain.from_iterable(lists.ranks.get(each, ()) for each in numbers)))
    if words.said.isdisjoint(numbers) and not ranks.are_in(words):
        return question
    others = lists.other_numbers
    before, behind, ranked = phrases(others.before), phrases(others.behind), phrases(others.ranked)
    kept, end = [], 0
    for place, word in enumerate(words):
        following = place + 1 if place + 1 < len(words) else place
        if word.folded in numbers:
            is_other = behind.at(words, following) or (place and before.at(words, place - 1))
        else:
            is_other = ranks.at(words, place) == 1 and ranked.at(words, following)
        if is_other:
            kept.append(question[end : word.start])
            end = word.end
    return "".join([*kept, question[end:]])


def answer_text(entry: Entry, library: Library, now: datetime, asked: str | None = None) -> str:
    """Return the answer as it opens to what was `asked`; None: the entry's own question was picked."""
    return fitted(joined(told_on(entry, library, now)), entry.question, asked, library.call.hearing)


def told_on(entry: Entry, library: Library, now: datetime) -> tuple[Told, ...]:
    """Return what the entry states at `now`, part by part."""
    return statements_on(entry, library.renderer, library.day(now))


def notice(library: Library, now: datetime) -> str | None:
    """Return what must be said first while the call is not open, or None while it is."""
    phase = library.renderer.phase(now)
    return None if phase == "open" else library.say(f"notice_{phase}", now)


def unsaid(first: str | None, text: str) -> str | None:
    """Return the notice `first`, or None where `text` says it word for word."""
    return None if first is None or first.rstrip(". ").casefold() in text.casefold() else first


def is_about_the_call(entry: Entry) -> bool:
    """Whether the notice belongs before this answer: not before another counter's matter."""
    return entry.topic != OUT_OF_SCOPE


def sources_of(entry: Entry, library: Library, now: datetime) -> tuple[Source, ...]:
    """Return the sources of what `entry` states at `now`, those that exist by then."""
    return sources_on(told_on(entry, library, now), library.sources, library.day(now))


def existing_sources(ids: Sequence[str], library: Library, now: datetime) -> tuple[Source, ...]:
    """Return those of the sources `ids` that exist on the day of `now`, as they are dated then."""
    return existing(ids, library.sources, library.day(now))


def reply_with_entry(
    entry: Entry,
    library: Library,
    now: datetime,
    *,
    first: str | None,
    other: Entry | None,
    with_follow_ups: bool = True,
    opinion: str | None = None,
    offer: Reply | None = None,
    asked: str | None = None,
    cited: Container[str] = (),
) -> Reply:
    """Return the whole reply: the notice `first`, the answer, its sources, what is asked or offered, what follows.

    `cited`: the sources that the conversation was given already.
    """
    parts = told(entry, library, now, first, asked, cited)
    if opinion:
        parts.append(opinion)
    choices = [_entry_choice(library.entries[follow_up]) for follow_up in entry.follow_ups if with_follow_ups]
    if offer is not None:
        parts.append(offer.text)
        choices = [*offer.choices, *choices]
    elif other is not None:
        parts.append(library.say_of_call("other_question", now, question=other.question))
        choices = [_entry_choice(other), *(choice for choice in choices if choice.id != ENTRY_PREFIX + other.id)]
    elif offers_team(entry, library, now):
        parts.append(library.say("offer_team", now))
        choices = [*team_choices(library, now), *choices]
    elif choices:
        parts.append(library.say("follow_ups", now))
    return Reply("\n\n".join(parts), tuple(choices), contact_of(entry, library, now))


def told(
    entry: Entry,
    library: Library,
    now: datetime,
    first: str | None,
    asked: str | None = None,
    cited: Container[str] = (),
) -> list[str]:
    """Return the notice `first`, the answer to what was `asked` and, behind a fold, its sources."""
    provenance = folded(_provenance(entry, library, now, cited))
    text = answer_text(entry, library, now, asked)
    return [part for part in (unsaid(first, text), text, provenance) if part]


def offers_team(entry: Entry, library: Library, now: datetime) -> bool:
    """Whether the team is offered after this answer: no source tells, or a person was asked for."""
    return basis_on(entry, library, now) is Basis.NONE or leads_to_team(entry)


def leads_to_team(entry: Entry) -> bool:
    """Whether the entry itself ends with the team, whatever the day."""
    return entry.action in (Action.ASK_TEAM, Action.WRITE_TEAM)


def basis_on(entry: Entry, library: Library, now: datetime) -> Basis:
    """Return what the first statement told at `now` rests on."""
    return next((told.statement.basis for told in told_on(entry, library, now)), entry.basis)


def reply_with_choices(answer: Answer, library: Library, now: datetime) -> Reply:
    """Return « Vouliez-vous dire … ? » with the candidates."""
    choices = [_entry_choice(candidate.entry) for candidate in answer.candidates]
    choices.append(Choice(NONE_OF_THESE, library.say("none_of_these", now)))
    return Reply(library.say("did_you_mean", now), tuple(choices))


def reply_without_answer(question: str | None, library: Library, now: datetime) -> Reply:
    """Return the honest « not in my sources », with the offer to pass on `question`, as it would be passed on."""
    return Reply(library.say("none", now, question=question), team_choices(library, now))


def team_choices(library: Library, now: datetime) -> tuple[Choice, ...]:
    return (Choice(TEAM_YES, library.say("offer_team_yes", now)), Choice(TEAM_NO, library.say("offer_team_no", now)))


def where_choice(library: Library, now: datetime) -> Choice:
    """Return the choice to ask the team where a candidature itself is handed in: no source tells."""
    return Choice(TEAM_WHERE, library.say("team_where", now))


def _entry_choice(entry: Entry) -> Choice:
    return Choice(ENTRY_PREFIX + entry.id, entry.question)


def first_paragraph(entry: Entry, library: Library, now: datetime, asked: str | None = None) -> str:
    """Return what an answer says first, a list that it announces included."""
    first, *rest = answer_text(entry, library, now, asked).strip().split("\n\n")
    return f"{first}\n{rest[0]}" if rest and first.rstrip().endswith(":") else first


def source_lines(entry: Entry, library: Library, now: datetime) -> list[str]:
    """Return the sources of an answer in full, a line each."""
    return [f"- {_source_line(source, library, now)}" for source in sources_of(entry, library, now)]


def _source_line(source: Source, library: Library, now: datetime) -> str:
    return library.say_of_call(
        _LABELS[source.kind],
        now,
        title=f"[{source.title}]({source.url})" if source.url else source.title,
        publisher=source.publisher,
        published_on=source.published_on,
        is_excerpt=source.read is Read.EXCERPT,
    )


def _provenance(entry: Entry, library: Library, now: datetime, cited: Container[str]) -> str:
    sources = sources_of(entry, library, now)
    lines = [_source_line(source, library, now) for source in sources if source.id not in cited]
    if again := [source.model_dump() for source in sources if source.id in cited]:
        lines.append(library.say("source_again", now, sources=again))
    if not lines and basis_on(entry, library, now) is Basis.OFFICIAL:
        lines.append(library.say("source_to_come", now))
    if lines and basis_on(entry, library, now) is Basis.DEDUCED:
        lines.append(library.say("source_deduced", now))
    if lines:
        lines.append(library.say_of_call("checked_on", now, date=entry.checked_on))
    return "\n".join(lines)


def contact_of(entry: Entry, library: Library, now: datetime) -> Contact | None:
    """Return whom the entry gives to be reached, once the source that gives them exists."""
    found = next((contact for contact in library.call.facts.contacts if contact.id == entry.contact), None)
    if found is None or not library.sources[found.source].exists_on(library.day(now)):
        return None
    return Contact(found.name, found.role, found.phones, found.email)
