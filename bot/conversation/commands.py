"""What a person writes to steer the conversation rather than to ask or answer. The words are in `commands.yaml`."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from knowledge.text import fold


class Command(StrEnum):
    """The commands, by the names that `commands.yaml` lists their words under."""

    START = "start"
    HELP = "help"
    CANCEL = "cancel"
    RESUME = "resume"
    RESTART = "restart"
    YES = "yes"
    NO = "no"


def read_command(text: str, words: Mapping[str, Sequence[str]]) -> Command | None:
    """Return the command that `text` is, as a whole: « /aide », « annuler », « oui, merci »."""
    said = fold(text).strip()
    # Telegram adds the bot's name in groups (« /aide@guichet_bot ») and a payload to /start.
    slash = said.split()[0].split("@")[0] if said.startswith("/") else None
    for command in Command:
        known = {fold(word) for word in words.get(command, ())}
        if said.strip(" .!") in known or (slash and slash in known):
            return command
    return None
