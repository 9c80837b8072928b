"""While a member of the staff holds the exchange, the assistant is silent: what is written goes to them."""

from bot.conversation.commands import Command, read_command
from bot.conversation.effects import EndDialogue, TellDesks, WriteToThread
from bot.conversation.exchange import Exchange, Turn
from bot.conversation.messages import EDITED

#: The choice that gives the exchange back to the assistant.
END = "dialogue:end"

#: Words that are as well an answer to a person.
_TALK = frozenset({Command.YES, Command.NO, Command.KEEP})


def dialogue_route(exchange: Exchange) -> Turn | None:
    """Take every message but commands and choices, which stay with the assistant."""
    dialogue = exchange.context.dialogue
    choice = exchange.incoming.choice
    if dialogue is None:
        return exchange.turn(exchange.say("dialogue_none")) if choice == END else None
    command = read_command(exchange.incoming.text, exchange.library.call.commands)
    if choice == END or (not choice and command is Command.END_DIALOGUE):
        told = exchange.say("desk_dialogue_ended", thread=dialogue.thread)
        waits = exchange.say("desk_press_waits", thread=dialogue.thread)
        effects = (EndDialogue(dialogue.thread, waits), TellDesks(told, thread=dialogue.thread))
        return exchange.turn(exchange.say("dialogue_ended", holder=dialogue.holder.name), effects=effects)
    if choice or (command is not None and command not in _TALK):
        return None
    text, message = exchange.incoming.text, "desk_dialogue_message"
    if exchange.incoming.unread == EDITED:
        message = "desk_dialogue_corrected"
    told = exchange.say(message, thread=dialogue.thread, holder=dialogue.holder.shown, text=text)
    return exchange.turn(effects=(WriteToThread(dialogue.thread, text), TellDesks(told, thread=dialogue.thread)))
