"""Every command, with each kind of word that cannot be right: said in French with what to do, never with a traceback.

Generated from the commands themselves, so that none that comes later is left out.
"""

import errno
import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from bot.cli import privacy as privacy_commands
from bot.cli.commands import guichet as root
from bot.cli.dossiers import GROUPS
from bot.cli.press import press
from tests.bot.conftest import Run

pytestmark = pytest.mark.usefixtures("home")
#: What stands for a word: nothing, blanks, a number of nothing, one of any length, what no terminal shows, a path.
WORDS = {
    "empty": "", "blank": "  ", "number": "999999", "endless number": "9" * 40, "negative": "-5",
    "reference": "AAA-AAA-AA3", "words": "n'importe quoi", "control": "\x1b[2J\x07", "half": "\udce9",
    "folder": "/nulle/part/x.csv", "device": "/proc/x.csv", "through a file": "/etc/hostname/x.csv", "root": "/",
}  # fmt: skip
#: These run until they are told to end, or ask the person at the terminal.
_ENDLESS = {("serve",), ("chat",), ("lines",)}


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        elif (*path, name) not in _ENDLESS:
            yield (*path, name), command


def _all() -> dict[str, tuple[tuple[str, ...], click.Command]]:
    for name, group in {**GROUPS, **privacy_commands.GROUPS, "presse": press}.items():
        root.add_command(group, name)
    return {" ".join(path): (path, command) for path, command in commands(root)}


COMMANDS = _all()


@pytest.mark.parametrize("name", list(COMMANDS))
def test_whatever_a_command_is_given_it_answers_in_french(name: str, guichet: Run, tmp_path: Path) -> None:
    path, command = COMMANDS[name]
    names = [each for each in command.params if isinstance(each, click.Argument)]
    options = [each.opts[0] for each in command.params if isinstance(each, click.Option) and each.required]
    words = WORDS if names or options else {"nothing": ""}
    for (kind, word), by in itertools.product(words.items(), (None, "Anne") if options else (None,)):
        given = [*(word for _ in names), *(part for option in options for part in (option, by or word))]
        done = guichet(*path, *(["--", *given] if kind == "negative" and not options else given), stdin=b"")
        said = (done.stdout + done.stderr).decode(errors="replace")
        where = f"guichet {name} with {kind}: {said}"
        assert said.strip() or not names, f"{where}: silence"
        assert "Traceback" not in said, where
        assert "erreur inattendue" not in said, where
        assert not re.search(r"\b(Error|Usage|Try|Invalid|invalid|No such)\b", said), where
        assert "\x1b" not in said, where
        if done.returncode:
            assert re.search(r"[.»…?)\"]\s*$", said), where


def _takes_a_path(name: str) -> bool:
    return any(
        isinstance(each.type, click.Path) and isinstance(each, click.Argument) for each in COMMANDS[name][1].params
    )


@pytest.mark.parametrize("name", [name for name in COMMANDS if _takes_a_path(name)])
def test_a_folder_that_is_closed_to_the_account_is_told(
    name: str, guichet: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As /root is to the account of the service. Closed here by hand: to the administrator no folder is."""
    path, command = COMMANDS[name]
    closed, ask = "/ferme", os.stat

    def closed_to_us(asked: object, **how: Any) -> os.stat_result:
        if str(asked).startswith(f"{closed}/"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(asked))
        return ask(asked, **how)  # type: ignore[arg-type]  # whatever it was asked

    monkeypatch.setattr(os, "stat", closed_to_us)
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    words = [f"{closed}/x.csv" if isinstance(each.type, click.Path) else "AAA-AAA-AA3" for each in arguments]
    done = guichet(*path, *words, stdin=b"")
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert done.returncode, said
    assert "erreur inattendue" not in said, said


@pytest.mark.parametrize("name", list(COMMANDS))
def test_a_command_without_its_words_says_which_are_missing(name: str, guichet: Run) -> None:
    path, command = COMMANDS[name]
    if not any(each.required for each in command.params):
        return
    done = guichet(*path)
    assert done.returncode == 2
    assert "--help" in done.stderr.decode() or "guichet" in done.stderr.decode()
