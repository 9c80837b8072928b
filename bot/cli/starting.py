"""`guichet init`, `guichet schema`: a knowledge base of one's own to edit, and what an editor checks it by."""

import json
import shutil
from pathlib import Path

import click

from bot.base.complaints import Complaint
from bot.base.wording import tell, text
from bot.cli.commands import command, write_json
from bot.settings import Settings


@command("init")
@click.argument("folder", type=click.Path(path_type=Path), metavar="RÉPERTOIRE")
def init(settings: Settings, folder: Path) -> None:
    """Copy the call that is set to a folder, with its schemas."""
    if not settings.call.is_dir():
        raise Complaint("no-folder", folder=settings.call)
    _is_free(folder)
    try:
        shutil.copytree(settings.call, folder)
        _write_schemas(folder)
    except OSError as error:
        raise Complaint("cannot-write", 1, folder=folder) from error
    tell(text("init", "made", folder=folder))


@command("schema")
@click.argument("kind", required=False, metavar="[FICHIER]")
def schema(_: Settings, kind: str | None) -> None:
    """Write the JSON Schema of a kind of file, or the kinds that there are."""
    from knowledge.call.loader import schemas

    made = schemas()
    if kind is None:
        tell("\n".join(made))
    elif (found := made.get(kind.removesuffix(".yaml"))) is None:
        raise Complaint("no-such-kind", kind=kind, known=", ".join(made))
    else:
        write_json(found)


def _is_free(folder: Path) -> None:
    """Errors: Complaint where something stands already, or nothing can stand."""
    if folder.exists() or folder.is_symlink():
        raise Complaint("folder-exists", folder=folder)
    if not folder.parent.is_dir():
        raise Complaint("no-folder", folder=folder.parent)


def _write_schemas(folder: Path) -> None:
    """Write `*.schema.json` below `folder`, where no file of a call is."""
    from knowledge.call.loader import schemas

    below = folder / ".schemas"
    below.mkdir()
    for name, described in schemas().items():
        written = json.dumps(described, ensure_ascii=False, indent=2)
        (below / f"{name}.schema.json").write_text(f"{written}\n", encoding="utf-8")
