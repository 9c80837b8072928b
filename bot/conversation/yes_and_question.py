"""« Oui, et c'est quand la date limite ? »: a yes or a no to what waits, and a question behind it; both are heard."""

from collections.abc import Callable
from dataclasses import replace

from bot.conversation.form.asking import current
from bot.conversation.reading.heard import Heard, hear
from bot.conversation.reading.picking import Picked, read_choice
from bot.conversation.talk.effects import SaveDossier
from bot.conversation.talk.state import OfferedChoice
from bot.conversation.talk.visit import Route, Turn, Visit
from knowledge.call.form import FieldType
from knowledge.hearing.phrases import phrases

#: Words of a question behind a yes: fewer are rather a part of it (« oui, quoi »).
_LEAST = 2


def yes_and_question(take: Callable[[Visit], Turn]) -> Route:
    """Return the route that has both parts taken by `take`, one after the other."""

    def route(visit: Visit) -> Turn | None:
        parts = _parts(hear(visit))
        if visit.incoming.choice or parts is None:
            return None
        first = _saying(visit, parts[0])
        if not isinstance(read_choice(first), Picked):  # nothing waits for it: the question alone counts
            return None if _takes_prose(visit) else take(_saying(visit, parts[1]))
        said = take(first)
        asked = take(_saying(_after(visit, said), parts[1]))
        if not said.replies or not asked.replies:
            return None
        # What came of the yes in a line; what it led to is asked again behind the answer.
        lead = said.replies[0].text.split("\n\n")[0]
        told, *others = asked.replies
        replies = (replace(told, text=f"{lead}\n\n{told.text}"), *others)
        return Turn(asked.state, replies, (*said.effects, *asked.effects))

    return route


def _after(visit: Visit, said: Turn) -> Visit:
    """Return the visit as the yes left it: what is offered, where the form is, the dossier that it began."""
    offered = tuple(OfferedChoice.of(choice) for reply in said.replies for choice in reply.choices)
    after = replace(visit, state=said.state.model_copy(update={"offered": offered}))
    for effect in said.effects:
        if isinstance(effect, SaveDossier):
            after = after.with_sheet(effect.dossier)
    return after


def _takes_prose(visit: Visit) -> bool:
    """Whether the form waits for a text, of which nothing may be cut off."""
    waiting = current(visit)
    return waiting is not None and waiting.question.type in (FieldType.SHORT_TEXT, FieldType.LONG_TEXT)


def _saying(visit: Visit, text: str) -> Visit:
    return replace(visit, incoming=replace(visit.incoming, text=text))


def _parts(heard: Heard) -> tuple[str, str] | None:
    """Return the yes or no that opens, and the question behind it; None: it is not made so."""
    if not heard.is_asking or heard.is_yes or heard.is_no:
        return None
    lists, words = heard.call.hearing, heard.words
    answers = phrases((*lists.agreeing, *lists.refusing))
    end = 0
    while end < len(words) and (length := answers.at(words, end)):
        end += length
    if not end or len(words) - end < _LEAST:
        return None
    question = heard.text[words[end - 1].end :].lstrip(" ,;.!:-\n")
    joined = phrases((*lists.connectors, "mais"))
    place = end
    while place < len(words) and (length := joined.at(words, place)):
        place += length
    if place > end and len(words) - place >= _LEAST:
        question = heard.text[words[place].start :]
    return (heard.text[: words[end - 1].end], question) if Heard(question, heard.call).is_asking else None
