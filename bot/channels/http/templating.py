"""Pages out of templates: each room has a folder of its own, and all share the layout that lies here."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.bccache import Bucket
from starlette.responses import HTMLResponse

from bot.channels.http.assets import marks_in

_HERE = Path(__file__).parent
#: The layout, and the page of an error.
SHARED = _HERE / "templates"
#: What all pages have in common, below `/static`; the files of a room are below its own name there.
ASSETS = _HERE / "static"


class _Compiled(BytecodeCache):
    """What templates are compiled to, kept as long as the program runs: the layout is one for all rooms."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (kept := self._kept.get(bucket.key)) is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class Templates:
    """The templates of one room, and the shared ones."""

    def __init__(
        self, folder: Path, zone: str, shared: Mapping[str, Any] | None = None, assets: Mapping[str, Path] | None = None
    ) -> None:
        """`shared`: what all its templates may name; `assets`: the folder of the room's own files, by its name."""
        self._environment = Environment(
            loader=FileSystemLoader([folder, SHARED]),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            bytecode_cache=_COMPILED,
            auto_reload=False,  # they are the program's own: they change with it
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._zone = ZoneInfo(zone)
        self._addresses = _addresses(ASSETS, "/static")
        for room, own in (assets or {}).items():
            self._addresses |= {f"{room}/{name}": at for name, at in _addresses(own, f"/static/{room}").items()}
        self._environment.filters.update(moment=self.moment, hour=self.hour)
        self._environment.globals.update(static=self._addresses.__getitem__, **(shared or {}))

    def moment(self, at: datetime) -> str:
        """Return « 15 octobre 2020 à 12:03 »."""
        return format_datetime(at.astimezone(self._zone), "d MMMM y 'à' HH:mm", locale="fr")

    def hour(self, at: datetime) -> str:
        return at.astimezone(self._zone).strftime("%H:%M")

    def render(self, name: str, **values: Any) -> str:
        return self._environment.get_template(name).render(values)

    def page(self, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        return HTMLResponse(self.render(name, **values), status)


def _addresses(folder: Path, below: str) -> dict[str, str]:
    return {name: f"{below}/{name}?v={mark}" for name, mark in marks_in(folder).items()}
