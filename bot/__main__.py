"""The way in: runs a command, and turns what goes wrong into a French message and an exit code."""

import atexit
import gc
import io
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

import bot.cli.operator
import bot.cli.starting  # noqa: F401  # its commands join the group as they are defined, as those of `commands` do
from bot.base.complaints import Complaint, explain_usage
from bot.base.trail import JsonFormatter, LegibleFormatter, traces
from bot.base.wording import tell, text
from bot.cli import privacy as privacy_commands
from bot.cli.commands import guichet
from bot.cli.dossiers import GROUPS
from bot.cli.press import press
from bot.cli.staff import staff
from bot.settings import read_log_format, read_log_level, restrain_libraries

#: Exit codes: what an operator can mend (2: the command's words or files), a fault of ours, Ctrl-C.
_USAGE, _FAILED, _INTERRUPTED = 2, 1, 130

_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"

#: By its name: run as a program, this module is called otherwise.
_log = logging.getLogger("bot.command")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command that `arguments` (by default those of this process) say, and exit."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show « œ » shows « ? », not a traceback
    restrain_libraries()
    atexit.register(gc.freeze)  # at its end a process gives everything back: it need not look for what nothing uses
    sys.exit(_run(arguments))


def _start_log() -> None:
    """Write the log to standard error, ours from the level that is set on. Errors: Complaint.

    Libraries are heard from warnings on only: what they say besides holds addresses with the bot's token, and messages.
    """
    to_terminal = logging.StreamHandler(sys.stderr)
    to_terminal.setFormatter(JsonFormatter() if read_log_format() == "json" else LegibleFormatter(_LOG_FORMAT))
    logging.basicConfig(level=logging.WARNING, handlers=[to_terminal])
    level = read_log_level()
    for room in ("bot", "storage", "knowledge"):
        logging.getLogger(room).setLevel(level)


def _run(arguments: Sequence[str] | None) -> int:
    for name, group in {**GROUPS, **privacy_commands.GROUPS, "presse": press, "staff": staff}.items():
        guichet.add_command(group, name)
    try:
        _start_log()
        guichet.main(
            args=list(arguments) if arguments is not None else None, prog_name="guichet", standalone_mode=False
        )
    except click.exceptions.NoArgsIsHelpError as error:
        tell(error.format_message())
        return _USAGE
    except click.ClickException as error:
        return _complain(explain_usage(error), _USAGE)
    except Complaint as error:
        return _complain(str(error), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return _complain(text("errors", "interrupted"), _INTERRUPTED)
    except BrokenPipeError:
        # The reader has gone (« | head »): nothing more can be said, and Python must not try to at exit.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _FAILED
    except PermissionError as error:
        return _explain_no_right(error)
    except Exception as error:  # the edge: nobody at a terminal is shown a traceback; the log has it
        if _is_told_in_french(error):
            _log.debug("action=command_refused\n%s", traces(error))
            return _complain(str(error), _FAILED)
        return _explain_unexpected(error)
    return 0


def _explain_no_right(error: PermissionError) -> int:
    """Say to which file the account has no right: a path of whoever administers the machine, given to the service's."""
    if not isinstance(error.filename, str):
        return _explain_unexpected(error)
    _log.debug("action=command_refused\n%s", traces(error))
    return _complain(text("errors", "no-right", file=Path(error.filename).absolute()), _FAILED)


def _explain_unexpected(error: Exception) -> int:
    _log.debug("action=command_failed\n%s", traces(error))
    return _complain(text("errors", "unexpected", kind=type(error).__name__), _FAILED)


def _is_told_in_french(error: Exception) -> bool:
    """Whether the storage worded it for operators. Imported here: most commands never open a database."""
    from storage.engine.errors import StorageError

    return isinstance(error, StorageError)


def _complain(message: str, code: int) -> int:
    tell(message, err=True)
    return code


if __name__ == "__main__":
    main()
