"""What is written to be passed on to the team as it is: « rappelez-moi au 03 … », « dites à l'équipe que … », « annulez
ma question ». It is shown as it will be passed on, and goes on a yes. What nothing answered is in `team`.
"""

from bot.conversation import team
from bot.conversation.answers import answers
from bot.conversation.dossier.rights import withdraw
from bot.conversation.fields.addresses import contact_in
from bot.conversation.form.asking import current
from bot.conversation.reading.commands import Command
from bot.conversation.reading.heard import Heard, hear
from bot.conversation.reading.picking import read_choice
from bot.conversation.reading.questions import part_that_asks
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.dossier import moved
from bot.conversation.values.moves import Move, Status
from knowledge.call.form import FieldType
from knowledge.hearing.phrases import phrases

#: Words of what is told to the team: fewer say nothing.
_LEAST = 2
#: More words than this say more than that they are not to be reached.
_MOST_OF_A_REFUSAL = 20


def letter_to_team_route(visit: Visit) -> Turn | None:
    """Take what is said for the team; None: nothing is, or a question of a form waits, whose answer it may be."""
    heard = hear(visit)
    if visit.incoming.choice or heard.command is not None or current(visit) is not None or visit.context.fresh is None:
        return None
    return (
        _reworded(visit, heard)
        or _said_after_all(visit, heard)
        or _told(visit, heard)
        or _not_to_be_reached(visit, heard)
        or _to_be_reached(visit, heard)
        or _with_more_said(visit, heard)
    )


def cancel_sending_route(visit: Visit) -> Turn | None:
    """« Annulez l'envoi », with a draft in hand, from which nothing was sent: what else was to be sent, or was."""
    heard, draft = hear(visit), visit.dossier_in_hand
    if draft is None or draft.status is not Status.DRAFT or visit.incoming.choice or heard.wish is not Command.CANCEL:
        return None
    if visit.state.unanswered and any(each.id == answers.TEAM_YES for each in visit.state.offered):
        return Turn(team.settled(visit.state), (visit.say("team_declined"),))
    if visit.state.passed_on or visit.context.waiting:
        return team.ask_what(visit, "team_after_all")
    sent = [each for each in visit.context.dossiers if moved(each, Move.WITHDRAW, visit.now) is not None]
    return withdraw(visit, sent[0], "") if len(sent) == 1 else None


def _reworded(visit: Visit, heard: Heard) -> Turn | None:
    """« Oui, mais demandez plutôt : … », where something is offered to be passed on."""
    is_offered = any(each.id == answers.TEAM_YES for each in visit.state.offered)
    if not visit.state.unanswered or not is_offered:
        return None
    said = _behind(heard, heard.call.hearing.to_team.rewording)
    return team.check(visit, said) if said else None


def _said_after_all(visit: Visit, heard: Heard) -> Turn | None:
    """What was just passed on is corrected, or taken back: it cannot be, but more can follow it."""
    lists = heard.call.hearing.to_team
    if heard.takes_back_a_question:
        return team.ask_what(visit, "team_after_all")
    before = visit.state.passed_on
    if before is None or heard.is_asking or not heard.opens_with(lists.after_all):
        return None
    return team.check(visit, visit.text("team_about", question=before, said=heard.text.strip()))


def _told(visit: Visit, heard: Heard) -> Turn | None:
    """« Dites à l'équipe que le maire est d'accord »."""
    telling = heard.call.hearing.to_team.telling
    is_told = heard.opens_with(telling) and _behind(heard, telling)
    return team.check(visit, heard.text.strip()) if is_told else None


def _to_be_reached(visit: Visit, heard: Heard) -> Turn | None:
    """« Je voudrais être rappelé au 03 … » asks to be called, and no question that an entry answers."""
    is_wished = phrases(heard.call.hearing.to_team.reaching).are_in(heard.words)
    has_contact = any(contact_in(heard.text, kind) for kind in (FieldType.PHONE, FieldType.EMAIL))
    return team.check(visit, heard.text.strip(), "team_call_back") if is_wished and has_contact else None


def _not_to_be_reached(visit: Visit, heard: Heard) -> Turn | None:
    """« Ne me rappelez surtout pas », « ne transmettez rien »: a refusal is no letter to the team."""
    lists = heard.call.hearing
    if not heard.words or heard.is_open_question or len(heard.words) > _MOST_OF_A_REFUSAL:
        return None
    # « Oui, et ne m'appelez pas avant 14 h »: a yes with a condition, or a letter that holds one.
    is_condition = heard.opens_with(lists.agreeing) or phrases(lists.to_team.telling).are_in(heard.words)
    if is_condition or heard.rank_at(0)[0] is not None or part_that_asks(heard) is not None:
        return None
    refused = [span for each in lists.to_team.refusing for span in phrases(each).spans(heard.words)]
    if not refused:
        return None
    behind = max(end for _, end in refused)
    # « … au 03 84 79 79 79, écrivez-moi plutôt à … » is one: they say how they are to be reached.
    if phrases(lists.to_team.reaching).are_in(heard.words[behind:]):
        return None
    return Turn(team.settled(visit.state), (visit.say("not_passed_on"),))


def _with_more_said(visit: Visit, heard: Heard) -> Turn | None:
    """« Oui, et dites que c'est urgent », to what is offered for passing on: all of it is shown first."""
    waits, lists = visit.state.unanswered, heard.call.hearing
    is_offered = any(each.id == answers.TEAM_YES for each in visit.state.offered)
    if waits is None or not is_offered or heard.is_asking or read_choice(visit) is not None:
        return None
    end = phrases((*lists.agreeing, *lists.passing_on)).at(heard.words, 0)
    if not end or not phrases(lists.agreeing).at(heard.words, 0):
        return None
    end += phrases((*lists.connectors, "mais")).at(heard.words, end) if end < len(heard.words) else 0
    said = heard.text[heard.words[end].start :].strip() if end < len(heard.words) else ""
    more = Heard(said, heard.call)
    if more.is_asking:  # « oui et c'est quand la vague 2 » is a yes, and a question of its own
        return None
    if more.is_no:  # « d'accord, mais pas tout de suite »
        return Turn(team.settled(visit.state), (visit.say("not_passed_on"),))
    is_condition = bool(more.words) and bool(phrases(lists.hedging).at(more.words, 0))  # « oui, si c'est gratuit »
    least = 1 if is_condition else _LEAST
    if len(more.meaning(phrases(lists.passing_on), phrases(lists.agreeing))) < least:
        return None
    return team.check(visit, visit.text("team_about", question=waits, said=said))


def _behind(heard: Heard, listed: tuple[str, ...]) -> str | None:
    """Return what stands behind the first expression of the list; None: it is not said, or next to nothing is."""
    spans = phrases(listed).spans(heard.words)
    if not spans or len(heard.words) - spans[0][1] < _LEAST:
        return None
    said = heard.text[heard.words[spans[0][1] - 1].end :].strip(" ,;:.!-–\n")
    return said if Heard(said, heard.call).meaning() else None
