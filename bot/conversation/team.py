"""A question for the organisers' team: what waits for the person's yes, and how it is passed on."""

from bot.conversation.answers import answers
from bot.conversation.answers.town import place_of
from bot.conversation.reading.commands import Command
from bot.conversation.reading.heard import hear
from bot.conversation.reading.picking import read_choice
from bot.conversation.talk.effects import TellDesks
from bot.conversation.talk.exchange import Exchange, Turn
from bot.conversation.talk.messages import AskTeam, Choice, Reply
from bot.conversation.talk.state import State
from knowledge.call.model import Action

#: The choice to word anew what is to be passed on.
REWRITE = "team:rewrite"


def pick(exchange: Exchange, choice: str) -> Turn | None:
    """Do what a choice about the team does; None for another, or when nothing waits for it."""
    state = exchange.state
    if not state.unanswered:
        return None
    if choice == REWRITE or (choice == answers.TEAM_YES and _only_asks_for_a_person(exchange)):
        return ask_what(exchange)
    if choice == answers.TEAM_YES:
        effect = AskTeam(state.unanswered, state.guesses)
        told = TellDesks(_question_for_desks(exchange, state.unanswered))
        return Turn(settled(state), (exchange.say("team_asked", question=state.unanswered),), (effect, told))
    if choice == answers.TEAM_NO:
        return Turn(settled(state), (exchange.say("team_declined"),))
    return None


def ask_what(exchange: Exchange) -> Turn:
    """Ask for the words that are to reach the team: « parler à quelqu'un » says nothing that they could answer."""
    stop = Choice(answers.TEAM_NO, exchange.text("offer_team_no"))
    return exchange.turn(exchange.say("team_what", stop), is_writing_to_team=True)


def letter_route(exchange: Exchange) -> Turn | None:
    """Take what was written for the team, and show it as it will be passed on."""
    if not exchange.state.is_writing_to_team or read_choice(exchange) is not None:
        return None
    heard = hear(exchange)
    if heard.command is not None or heard.small_talk is not None or heard.is_noise:
        return (
            Turn(settled(exchange.state), (exchange.say("team_declined"),)) if heard.command is Command.CANCEL else None
        )
    yes, no = answers.team_choices(exchange.library, exchange.now)
    again = Choice(REWRITE, exchange.text("team_rewrite"))
    question = exchange.incoming.text.strip()
    return exchange.turn(
        exchange.say("team_check", yes, again, no, question=question),
        unanswered=question,
        guesses=(),
        is_writing_to_team=False,
    )


def waiting_for_team(state: State, question: str, guesses: tuple[str, ...]) -> State:
    return state.model_copy(update={**_SETTLED, "unanswered": question, "guesses": guesses})


def settled(state: State) -> State:
    return state.model_copy(update=_SETTLED)


_SETTLED = {"unanswered": None, "guesses": (), "awaiting_town": False, "is_writing_to_team": False}


def _only_asks_for_a_person(exchange: Exchange) -> bool:
    """Whether what waits is the wish to reach somebody: it says nothing of what about."""
    guesses = [exchange.library.entries.get(guess) for guess in exchange.state.guesses]
    return len(guesses) == 1 and guesses[0] is not None and guesses[0].action is Action.WRITE_TEAM


def _question_for_desks(exchange: Exchange, question: str) -> Reply:
    """Return the question as the staff read it: with the town, and what the assistant would have guessed."""
    place = place_of(exchange, exchange.state.town) if exchange.state.town else None
    entries = [exchange.library.entry_of(guess) for guess in exchange.state.guesses]
    return exchange.say(
        "desk_question",
        question=question,
        town=exchange.text("place_shown", name=place.name, departement=place.departement_name) if place else None,
        guesses=[entry.question for entry in entries if entry],
    )
