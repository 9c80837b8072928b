"""« La 2, et mon adjointe prend la suite »: a choice by its rank, and more behind it, which is used or said unread."""

from collections.abc import Callable
from dataclasses import replace

from bot.conversation.answers.answers import NONE_OF_THESE
from bot.conversation.form.asking import current
from bot.conversation.of_a_wave import date_asked
from bot.conversation.reading.heard import Heard, hear
from bot.conversation.reading.picking import Picked, are_places, read_choice
from bot.conversation.talk.visit import Route, Turn, Visit
from bot.conversation.yes_and_question import after, led_by, saying
from knowledge.hearing.phrases import phrases

#: Words behind a choice: fewer are a part of it (« la 2, svp »).
_LEAST = 2
#: What parts a choice from what is said behind it.
_MARKS = ",;.!:–—\n"


def choice_and_more(take: Callable[[Visit], Turn]) -> Route:
    """Return the route that has both parts taken by `take`, one after the other."""

    def route(visit: Visit) -> Turn | None:
        parts = _parts(visit)
        if parts is None:
            return _of_nothing(visit, take)
        said = take(saying(visit, parts[0]))
        if not said.replies:
            return said
        more = take(saying(after(visit, said), parts[1])) if Heard(parts[1], visit.library.call).is_asking else None
        if more is None or not more.replies or _is_unanswered(said, more, parts[1]):
            first, *others = said.replies
            head, gap, tail = first.text.partition("\n\n")
            unread = visit.text("rest_unread", said=parts[1])
            return replace(said, replies=(replace(first, text=f"{head}\n\n{unread}{gap}{tail}"), *others))
        first, *others = more.replies
        first = replace(first, choices=first.choices or said.replies[-1].choices)  # what the choice led to still stands
        return led_by(said, replace(more, replies=(first, *others)))

    return route


def _of_nothing(visit: Visit, take: Callable[[Visit], Turn]) -> Turn | None:
    """« La 2 et combien ça coûte », where nothing is there to choose from: the question is answered, the rest said."""
    heard = hear(visit)
    if visit.incoming.choice or heard.command is not None or current(visit) is not None:
        return None
    end = _end_of_rank(heard)
    if end is None or read_choice(visit) is not None or date_asked(heard, visit.library) is not None:
        return None
    behind = end + phrases(heard.call.hearing.connectors).at(heard.words, end)
    rest = Heard(heard.text[heard.words[behind].start :], heard.call) if behind < len(heard.words) else None
    has_more = rest is not None and any(rest.rank_at(place)[0] is not None for place in range(len(rest.words)))
    if rest is None or has_more or not rest.is_asking or len(rest.words) < _LEAST:
        return None
    turn = take(saying(visit, rest.text))
    is_untold = turn.state.unanswered == rest.text and turn.state.last_told == visit.state.last_told
    if not turn.replies or is_untold:  # « 2, rue de la mairie » is one thing
        return None
    first, *others = turn.replies
    unread = visit.text("rest_unread", said=heard.text[: heard.words[end - 1].end])
    return replace(turn, replies=(replace(first, text=f"{unread}\n\n{first.text}"), *others))


def _is_unanswered(before: Turn, turn: Turn, question: str) -> bool:
    return turn.state.unanswered == question and turn.state.last_told == before.state.last_told


def _parts(visit: Visit) -> tuple[str, str] | None:
    """Return the rank that opens the message, where places or questions are offered, and what is said behind it."""
    offered, heard = visit.state.offered, hear(visit)
    if visit.incoming.choice or not offered or heard.command is not None or read_choice(visit) is not None:
        return None
    if not are_places(offered) and not any(each.id == NONE_OF_THESE for each in offered):
        return None
    end = _end_of_rank(heard)
    if end is None:
        return None
    joins = phrases((*heard.call.hearing.connectors, *heard.call.hearing.hedging))
    behind = end + joins.at(heard.words, end)
    if len(heard.words) - behind < _LEAST:
        return None
    rank, rest = heard.text[: heard.words[end - 1].end], heard.text[heard.words[behind].start :].strip()
    picks = isinstance(read_choice(saying(visit, rank)), Picked)
    return (rank, rest) if picks and Heard(rest, heard.call).meaning() else None


def _end_of_rank(heard: Heard) -> int | None:
    """Return behind which word the one rank that opens the message ends; None: none does, or nothing parts it."""
    lists, words = heard.call.hearing, heard.words
    around = phrases((*lists.fillers, *lists.rank_words, *lists.agreeing, *lists.connectors))
    behind = phrases((*lists.connectors, *lists.hedging))
    place, has_rank = 0, False
    while place < len(words):
        if has_rank and (_is_marked(heard, place) or behind.at(words, place)):
            return place
        rank, length = heard.rank_at(place)
        if rank is not None and has_rank:
            return None
        has_rank = has_rank or rank is not None
        length = length if rank is not None else around.at(words, place)
        if not length:
            return None
        place += length
    return None


def _is_marked(heard: Heard, place: int) -> bool:
    gap = heard.text[heard.words[place - 1].end : heard.words[place].start]
    return any(mark in gap for mark in _MARKS)
