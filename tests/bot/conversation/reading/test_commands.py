"""Words that steer are commands only when they are the whole message."""

import pytest

from bot.conversation.reading.commands import Command, read_command

WORDS = {
    "help": ["/aide", "aide"],
    "cancel": ["annuler", "laisse tomber"],
    "yes": ["oui", "d'accord"],
    "start": ["/start"],
}


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("aide", Command.HELP),
        ("  AIDE ! ", Command.HELP),
        ("/aide@guichet_bot", Command.HELP),
        ("/start vague2", Command.START),
        ("D’accord", Command.YES),
        ("ANNULER", Command.CANCEL),
        ("laisse tomber.", Command.CANCEL),
        ("aide aux communes", None),
        ("je veux annuler mon dossier", None),
        ("/inconnu", None),
        ("", None),
        ("/", None),
    ],
)
def test_a_command_is_a_whole_message(text: str, command: Command | None) -> None:
    assert read_command(text, WORDS) is command
