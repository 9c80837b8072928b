"""A question for the organisers' team: what waits for the person's yes, and how it is passed on."""

from bot.conversation.answers import answers
from bot.conversation.answers.town import place_of
from bot.conversation.talk.effects import TellDesks
from bot.conversation.talk.exchange import Exchange, Turn
from bot.conversation.talk.messages import AskTeam, Reply
from bot.conversation.talk.state import State


def pick(exchange: Exchange, choice: str) -> Turn | None:
    """Do what a choice about the team does; None for another, or when nothing waits for it."""
    state = exchange.state
    if not state.unanswered:
        return None
    if choice == answers.TEAM_YES:
        effect = AskTeam(state.unanswered, state.guesses)
        told = TellDesks(_question_for_desks(exchange, state.unanswered))
        return Turn(settled(state), (exchange.say("team_asked", question=state.unanswered),), (effect, told))
    if choice == answers.TEAM_NO:
        return Turn(settled(state), (exchange.say("team_declined"),))
    return None


def waiting_for_team(state: State, question: str, guesses: tuple[str, ...]) -> State:
    return state.model_copy(update={"unanswered": question, "guesses": guesses, "awaiting_town": False})


def settled(state: State) -> State:
    return state.model_copy(update={"unanswered": None, "guesses": (), "awaiting_town": False})


def _question_for_desks(exchange: Exchange, question: str) -> Reply:
    """Return the question as the staff read it: with the town, and what the assistant would have guessed."""
    place = place_of(exchange, exchange.state.town) if exchange.state.town else None
    entries = [exchange.library.entries.get(guess) for guess in exchange.state.guesses]
    return exchange.say(
        "desk_question",
        question=question,
        town=exchange.text("place_shown", name=place.name, departement=place.departement_name) if place else None,
        guesses=[entry.question for entry in entries if entry],
    )
