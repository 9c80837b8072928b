"""What a message asks, by what stands around it: a letter that leads to it, what was offered, a short way to ask."""

from dataclasses import replace

from bot.conversation.answers import answers
from bot.conversation.answers.town import places_named
from bot.conversation.answers.verdicts import PREFIX as TOWN_PREFIX
from bot.conversation.reading.heard import hear
from bot.conversation.reading.questions import part_that_asks
from bot.conversation.talk.visit import Visit
from knowledge.call.model import Entry
from knowledge.hearing.phrases import phrases
from knowledge.matching.matcher import Outcome

#: Confidence (0..1) from which on the part of a message that asks is surely about an entry.
_SURE = 0.6
#: Words of what may be the name of a body; more ask something else.
_MOST_OF_A_BODY = 6
#: Words of a message that asks in a short way, and those beside it that may mean something.
_MOST_OF_A_SHORT_WAY, _MOST_BESIDE = 14, 2


def in_context(visit: Visit, answer: answers.Answer) -> answers.Answer:
    """Make sure of an answer by what stands around: what was offered just before, the part of a letter that asks."""
    offered = {each.id for each in visit.state.offered}
    first = next(iter(answer.candidates), None)
    is_offered = first is not None and answers.ENTRY_PREFIX + first.entry.id in offered
    if answer.outcome is Outcome.CHOICES and is_offered and answers.NONE_OF_THESE not in offered:
        return replace(answer, outcome=Outcome.ANSWER, best=first, other=None)
    asks, body = part_that_asks(hear(visit)), _of_a_body(visit, answer)
    if asks is None and body is None:
        return answer
    found = answers.find_answer(asks or body or "", visit.library)
    if asks is None and found.best is not None and not _goes_on_from(visit, found.best.entry):
        return answer
    is_sure = found.outcome is Outcome.ANSWER and found.best is not None and found.best.confidence >= _SURE
    if answer.best is not None and found.best is not None and answer.best.confidence > found.best.confidence:
        return answer  # « je suis journaliste, … à qui puis-je parler ? »: who asks tells more than the part
    return found if is_sure and found.best is not None and answers.is_about_the_call(found.best.entry) else answer


def asked_as(visit: Visit) -> str | None:
    """« Un numéro direct ? »: return the question that a short way to ask stands for; None: it says more."""
    heard = hear(visit)
    for each in heard.call.hearing.asked_as:
        said, of = phrases(each.said), phrases(each.of)
        is_said = said.are_in(heard.words) and (not each.of or of.are_in(heard.words))
        if len(heard.words) <= _MOST_OF_A_SHORT_WAY and is_said:
            lists = heard.call.hearing
            left = heard.meaning(said, of, phrases(lists.open_questions), phrases(lists.connectors))
            if len(left) <= _MOST_BESIDE or len(places_named(visit).likeliest) > 1:
                return each.question
    return None


def _of_a_body(visit: Visit, answer: answers.Answer) -> str | None:
    """« Et les CMA ? », « le lycée Duhamel »: whether that may apply is what is asked, where no entry is surer."""
    heard = hear(visit)
    if answer.outcome is Outcome.ANSWER or not 0 < len(heard.words) <= _MOST_OF_A_BODY:
        return None
    lists = heard.call.hearing
    place = phrases(lists.connectors).at(heard.words, 0)
    while place < len(heard.words) and (length := phrases(lists.fillers).at(heard.words, place)):
        place += length
    is_body = place < len(heard.words) and phrases(lists.town_questions.bodies).at(heard.words, place)
    what = heard.text[heard.words[place].start :].strip(" ?!.") if is_body else ""
    return visit.text("body_question", what=what) if what else None


def _goes_on_from(visit: Visit, entry: Entry) -> bool:
    """Whether the entry goes on from what was told last: a town, or one of its topic; or nothing was told."""
    last = visit.state.last_told
    told = visit.library.entries.get(last.removeprefix(answers.ENTRY_PREFIX)) if last is not None else None
    return last is None or last.startswith(TOWN_PREFIX) or (told is not None and told.topic == entry.topic)
