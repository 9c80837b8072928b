"""A question for the organisers' team: what waits for the person's yes, and how it is passed on."""

from bot.conversation.answers import answers
from bot.conversation.form.asking import current
from bot.conversation.reading.commands import Command
from bot.conversation.reading.heard import hear
from bot.conversation.reading.picking import only_asks_for_a_person, read_choice
from bot.conversation.talk.effects import TellDesks
from bot.conversation.talk.messages import AskTeam, Choice, Reply
from bot.conversation.talk.state import State
from bot.conversation.talk.visit import Turn, Visit

#: Words from which on a text is no order to the counter, and no plain question that it may answer itself.
_LONG = 10
#: The choice to word anew what is to be passed on.
REWRITE = "team:rewrite"


def pick(visit: Visit, choice: str) -> Turn | None:
    """Do what a choice about the team does; None for another, or when nothing waits for it."""
    state = visit.state
    if choice == answers.TEAM_WHERE:
        return check(visit, visit.text("team_where_question"))
    if choice == answers.TEAM_NO and state.is_writing_to_team:  # nothing is written yet that could wait
        return Turn(settled(state), (visit.say("team_declined"),))
    if not state.unanswered:
        return None
    if choice == REWRITE or (choice == answers.TEAM_YES and only_asks_for_a_person(visit)):
        return ask_what(visit)
    if choice == answers.TEAM_YES:
        effect = AskTeam(state.unanswered, state.guesses)
        told = TellDesks(_question_for_desks(visit, state.unanswered))
        state = settled(state).model_copy(update={"passed_on": state.unanswered})
        return Turn(state, (visit.say("team_asked", question=visit.state.unanswered),), (effect, told))
    if choice == answers.TEAM_NO:
        return Turn(settled(state), (visit.say("team_declined"),))
    return None


def ask_what(visit: Visit, message: str = "team_what") -> Turn:
    """Ask for the words that are to reach the team: « parler à quelqu'un » says nothing that they could answer."""
    stop = Choice(answers.TEAM_NO, visit.text("offer_team_no"))
    return visit.turn(visit.say(message, stop), is_writing_to_team=True)


def check(visit: Visit, question: str, message: str = "team_check") -> Turn:
    """Show what was written for the team as it will be passed on; it goes on a yes."""
    yes, no = answers.team_choices(visit.library, visit.now)
    again = Choice(REWRITE, visit.text("team_rewrite"))
    reply = visit.say(message, yes, again, no, question=question)
    return visit.turn(reply, unanswered=question, guesses=(), is_writing_to_team=False)


def letter_route(visit: Visit) -> Turn | None:
    """Take what was written for the team, and show it as it will be passed on."""
    if not visit.state.is_writing_to_team or read_choice(visit) is not None:
        return None
    heard = hear(visit)
    if Command.CANCEL in (heard.command, heard.wish):
        return Turn(settled(visit.state), (visit.say("team_declined"),))
    if heard.command is not None or heard.small_talk is not None or heard.is_noise:
        return None
    return check(visit, visit.incoming.text.strip())


def long_letter_route(visit: Visit) -> Turn | None:
    """Take a long text, where the person was asked to write to the team: whatever it holds, it is for them."""
    incoming, context = visit.incoming, visit.context
    if incoming.choice or incoming.attachments or incoming.unread is not None or context.is_banned or context.dialogue:
        return None
    is_invited = current(visit) is None and any(each.id == answers.TEAM_YES for each in visit.state.offered)
    is_asked = visit.state.is_writing_to_team or (is_invited and only_asks_for_a_person(visit))
    if not is_asked or len(hear(visit).words) < _LONG:
        return None
    return check(visit, incoming.text.strip())


def waiting_for_team(state: State, question: str, guesses: tuple[str, ...]) -> State:
    return state.model_copy(update={**_SETTLED, "unanswered": question, "guesses": guesses})


def settled(state: State) -> State:
    return state.model_copy(update=_SETTLED)


_SETTLED = {"unanswered": None, "guesses": (), "awaiting_town": False, "is_writing_to_team": False}


def _question_for_desks(visit: Visit, question: str) -> Reply:
    """Return the question as the staff read it: with the town, and what the assistant would have guessed."""
    place = visit.library.towns.place(visit.state.town) if visit.state.town else None
    entries = [visit.library.entry_of(guess) for guess in visit.state.guesses]
    return visit.say(
        "desk_question",
        question=question,
        town=visit.text("place_shown", name=place.name, departement=place.departement_name) if place else None,
        guesses=[entry.question for entry in entries if entry],
    )
