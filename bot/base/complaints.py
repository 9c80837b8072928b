"""What the command line says when a command cannot run: always in French, never a traceback."""

from typing import Any

import click

from bot.base.wording import text


class Complaint(Exception):
    """Something the person at the terminal can mend; the message says how. Ends the command with `exit_code`."""

    def __init__(self, name: str, /, exit_code: int = 2, **known: Any) -> None:
        super().__init__(text("errors", name, **known))
        self.exit_code = exit_code


def explain_usage(error: click.ClickException) -> str:
    """Return in French what click found wrong with the words of a command."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "guichet"
    match error:
        case click.NoSuchOption():
            return text("errors", "no-such-option", name=error.option_name, command=command)
        case click.MissingParameter(param=click.Parameter() as param) if context:
            option = f"{param.opts[0]} " if isinstance(param, click.Option) else ""
            return text("errors", "missing-argument", name=option + param.make_metavar(context), command=command)
        case click.BadOptionUsage():
            return text("errors", "missing-value", name=error.option_name, command=command)
        case click.UsageError() if context and isinstance(context.command, click.Group):
            known = ", ".join(sorted(context.command.commands))
            return text("errors", "no-such-command", name=_quoted(error.message), known=known)
        case click.UsageError() if "unexpected extra argument" in error.message:
            return text("errors", "too-many", command=command)
        case _:
            return text("errors", "usage", command=command)


def _quoted(message: str) -> str:
    """Return what click quotes in « No such command 'x'. »."""
    parts = message.split("'")
    return parts[1] if len(parts) > 2 else message
