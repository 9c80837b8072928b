"""Pages out of templates: each room has a folder of its own, and all share the layout that lies here."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from bot.channels.http.assets import marks_in

_HERE = Path(__file__).parent
#: The layout, and the page of an error.
SHARED = _HERE / "templates"
#: What all pages have in common, below `/static`; the files of a room are below its own name there.
ASSETS = _HERE / "static"


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
