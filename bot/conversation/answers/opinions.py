"""« Cette réponse vous a-t-elle aidé ? »: under which answers it is asked, and what is done with what people say.

The rule: under the third answer of a conversation, then under every fifth at most; of each entry once; not while a form
is being filled. Only where it makes sense: the answer rests on a source, and neither the team nor a second answer is
offered with it.
"""

from dataclasses import replace

from bot.conversation.answers import answers
from bot.conversation.reading.heard import hear
from bot.conversation.reading.picking import read_choice
from bot.conversation.talk.effects import CountAnswer, Tally
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.talk.state import Opinions
from bot.conversation.talk.visit import Turn, Visit
from knowledge.call.model import Basis, Entry

#: Answers of a conversation before the first that is asked about; then, from one that is to the next.
BEFORE_THE_FIRST = 3
BETWEEN_TWO = 5

#: Choice ids, the entry's id behind: it helped, it did not; what is missing will be said, it will not after all.
#: With the longest entry id (60) they have 64 bytes, as many as Telegram carries.
PREFIX = "f:"
_HELPFUL, _UNHELPFUL, _SAY, _SAY_NOTHING = "f:y:", "f:n:", "f:w:", "f:s:"

_RESTS_ON_A_SOURCE = frozenset({Basis.OFFICIAL, Basis.PRESS, Basis.DEDUCED})


def is_due(opinions: Opinions, entry: Entry) -> bool:
    """Whether the person is to be asked about `entry`, which answers them now."""
    wanted = BETWEEN_TWO if opinions.asked else BEFORE_THE_FIRST
    return _can_be_judged(entry) and entry.id not in opinions.asked and opinions.since + 1 >= wanted


def answered(opinions: Opinions, entry: Entry, question: str | None, *, is_asked: bool) -> Opinions:
    """Return what is remembered once `entry` has answered; `question`: the person's own words."""
    if is_asked:
        return Opinions(asked=(*opinions.asked, entry.id), told=opinions.told, question=question)
    return opinions.model_copy(update={"since": opinions.since + _can_be_judged(entry)})


def choices(visit: Visit, entry: Entry) -> tuple[Choice, ...]:
    return (
        Choice(_HELPFUL + entry.id, visit.text("opinion_yes")),
        Choice(_UNHELPFUL + entry.id, visit.text("opinion_no"), beside=True),
    )


def pick(visit: Visit, choice: str) -> Turn | None:
    """Do what a choice about an answer does; None for another, or one of an entry that is gone."""
    verb, entry = choice[: len(_HELPFUL)], visit.library.entries.get(choice[len(_HELPFUL) :])
    if entry is None or not choice.startswith(PREFIX):
        return None
    if verb == _SAY:
        stop = Choice(_SAY_NOTHING + entry.id, visit.text("opinion_say_nothing"))
        return visit.turn(visit.say("opinion_say_what", stop))
    if verb == _SAY_NOTHING:
        return visit.turn(visit.say("team_declined"), unanswered=None, guesses=())
    if verb not in (_HELPFUL, _UNHELPFUL) or entry.id not in visit.state.opinions.asked:
        return None
    if entry.id in visit.state.opinions.told:
        return visit.turn(_with_open_choices(visit, "opinion_known"))
    return _told(visit, entry, is_helpful=verb == _HELPFUL)


def remark_route(visit: Visit) -> Turn | None:
    """Take what is written right after « Dites ce qui manque », and ask whether it may go to the team."""
    entry = _awaited(visit)
    incoming = visit.incoming
    is_remark = read_choice(visit) is None and not hear(visit).command
    if entry is None or not is_remark:
        return None
    remark = visit.text("opinion_remark", question=entry.question, remark=incoming.text.strip())
    team = answers.team_choices(visit.library, visit.now)
    return visit.turn(visit.say("opinion_pass_on", *team), unanswered=remark, guesses=(entry.id,))


def _can_be_judged(entry: Entry) -> bool:
    return entry.in_scope and entry.basis in _RESTS_ON_A_SOURCE and not answers.leads_to_team(entry)


def _told(visit: Visit, entry: Entry, *, is_helpful: bool) -> Turn:
    opinions = visit.state.opinions
    kept = opinions.model_copy(update={"told": (*opinions.told, entry.id)})
    tally = Tally.HELPFUL if is_helpful else Tally.UNHELPFUL
    effects = (CountAnswer(entry.id, visit.library.day(visit.now), tally),)
    if is_helpful:
        return visit.turn(_with_open_choices(visit, "opinion_helpful"), effects=effects, opinions=kept)
    # The words are those that the latest of them answered; of an older one, the entry's own question stands for them.
    own = opinions.question if opinions.asked[-1] == entry.id else None
    question = own or entry.question
    yes, no = answers.team_choices(visit.library, visit.now)
    say = Choice(_SAY + entry.id, visit.text("opinion_say"))
    reply = visit.say("opinion_unhelpful", yes, say, no, question=question)
    return visit.turn(reply, effects=effects, opinions=kept, unanswered=question, guesses=(entry.id,))


def _with_open_choices(visit: Visit, message: str) -> Reply:
    """Return `message` with what could be picked before, but for the opinion that was just given."""
    still_open = (each.as_choice() for each in visit.state.offered if not each.id.startswith(PREFIX))
    return replace(visit.say(message), choices=tuple(still_open))


def _awaited(visit: Visit) -> Entry | None:
    """Return the entry of which the person has just been asked what is missing in it."""
    stop = next((each.id for each in visit.state.offered if each.id.startswith(_SAY_NOTHING)), "")
    return visit.library.entries.get(stop.removeprefix(_SAY_NOTHING))
