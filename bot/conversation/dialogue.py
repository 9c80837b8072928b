"""While a member of the staff holds the thread, the assistant is silent: what is written goes to them.

The person can open one that is over again. A question that nobody answered ends only if they say so.
"""

from bot.conversation.reading.commands import Command
from bot.conversation.reading.heard import hear
from bot.conversation.reading.picking import Picked, read_choice
from bot.conversation.talk.context import Dialogue
from bot.conversation.talk.effects import EndDialogue, ReopenDialogue, TellDesks, WriteToThread
from bot.conversation.talk.messages import EDITED, Choice
from bot.conversation.talk.visit import Turn, Visit

#: The choice that gives the thread back to the assistant, and those that say whether its question still stands.
END = "dialogue:end"
STANDS, WITHDRAWN = "dialogue:stands:yes", "dialogue:stands:no"
#: What the choice that opens a thread again begins with; its number follows.
REOPEN = "dialogue:reopen:"

#: The status of a request that the press has not answered.
_WAITING = "waiting"
#: Words that are as well an answer to a person.
_TALK = frozenset({Command.YES, Command.NO, Command.KEEP, Command.REOPEN_DIALOGUE})


def reopen_choice(thread: int, label: str) -> Choice:
    return Choice(f"{REOPEN}{thread}", label)


def dialogue_route(visit: Visit) -> Turn | None:
    """Take every message but commands and choices, which stay with the assistant."""
    dialogue = visit.context.dialogue or visit.context.waiting
    choice = visit.incoming.choice
    command = hear(visit).command
    if dialogue is not None and (settled := _settle(visit, dialogue)):
        return settled
    if choice == END or (not choice and command is Command.END_DIALOGUE):
        return _end(visit, dialogue)
    if visit.context.dialogue is None:
        asks = (choice or "").startswith(REOPEN) or (not choice and command is Command.REOPEN_DIALOGUE)
        return _reopen(visit) if asks or _picked(visit).startswith(REOPEN) else None
    if choice or _answers_us(visit) or (command is not None and command not in _TALK):
        return None
    return _pass_on(visit, visit.context.dialogue)


def _picked(visit: Visit) -> str:
    """Return the choice that a text typed without a button picks; empty: none."""
    match read_choice(visit):
        case Picked(choice):
            return choice
        case _:
            return ""


def _answers_us(visit: Visit) -> bool:
    """Whether a text picks among what the assistant itself showed last: what a member writes comes with END alone."""
    return visit.incoming.unread is None and _picked(visit) not in ("", END)


def _settle(visit: Visit, dialogue: Dialogue) -> Turn | None:
    """Take the answer to whether the question still stands."""
    match _picked(visit):
        case choice if choice == STANDS:
            told = visit.say("desk_dialogue_stands", thread=dialogue.thread)
            effect = EndDialogue(dialogue.thread, told, stands=True)
            return visit.turn(visit.say("dialogue_stands"), effects=(effect, TellDesks(told, thread=dialogue.thread)))
        case choice if choice == WITHDRAWN:
            return _over(visit, dialogue, "dialogue_withdrawn", "desk_dialogue_withdrawn")
        case _:
            return None


def _end(visit: Visit, dialogue: Dialogue | None) -> Turn:
    if dialogue is None:
        return visit.turn(visit.say("dialogue_none"))
    waits = any(request.status == _WAITING for request in visit.context.press_requests)
    if dialogue.is_answered or waits:  # what waits for the press is to be taken again, whoever ends the thread
        return _over(visit, dialogue, "dialogue_ended", "desk_dialogue_ended")
    choices = (
        Choice(STANDS, visit.text("do_question_stands")),
        Choice(WITHDRAWN, visit.text("do_question_withdraw")),
    )
    return visit.turn(visit.say("dialogue_unanswered", *choices))


def _over(visit: Visit, dialogue: Dialogue, said: str, told: str) -> Turn:
    desks = visit.say(told, thread=dialogue.thread)
    waits = visit.say("desk_press_waits", thread=dialogue.thread)
    effects = (EndDialogue(dialogue.thread, waits), TellDesks(desks, thread=dialogue.thread))
    again = reopen_choice(dialogue.thread, visit.text("do_reopen_dialogue"))
    return visit.turn(visit.say(said, again, holder=dialogue.holder.name), effects=effects)


def _reopen(visit: Visit) -> Turn:
    """Open the person's last thread again, with who answered in it; where nobody did, the question is asked again."""
    if visit.context.waiting is not None:
        return visit.turn(visit.say("dialogue_stands"))
    ended = visit.context.ended
    if ended is None:
        return visit.turn(visit.say("dialogue_none"))
    holder = ended.holder if ended.is_answered else None
    told = visit.say("desk_dialogue_resumed", thread=ended.thread, holder=holder.called if holder else None)
    said = visit.say("dialogue_resumed", holder=holder.name if holder else None)
    return visit.turn(said, effects=(ReopenDialogue(ended.thread), TellDesks(told, thread=ended.thread)))


def _pass_on(visit: Visit, dialogue: Dialogue) -> Turn:
    text, message = visit.incoming.text, "desk_dialogue_message"
    if visit.incoming.unread == EDITED:
        message = "desk_dialogue_corrected"
    told = visit.say(message, thread=dialogue.thread, holder=dialogue.holder.shown, text=text)
    effects = (WriteToThread(dialogue.thread, text), TellDesks(told, thread=dialogue.thread))
    # What was asked of the person before is no longer on show: their next « oui » is for the staff.
    return visit.turn(effects=effects, offered=())
