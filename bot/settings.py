"""The settings, read once from the environment: the only reader of it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

#: The folder of the call that ships with Guichet.
SHIPPED_CALL = Path(__file__).resolve().parent.parent / "knowledge" / "calls" / "au-coeur-des-territoires-2"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set from outside. Each field names its variable."""

    #: GUICHET_CALL: the folder of the call's knowledge base.
    call: Path
    #: GUICHET_TODAY: a date, or a date and hour of Paris, at which the clock starts; None: the real clock.
    today: str | None
    #: GUICHET_DATABASE_URL: an SQLAlchemy URL; None: an SQLite file in `data_folder`.
    database_url: str | None
    #: GUICHET_SECRET_KEY: Fernet keys, newest first, separated by commas; None: the key file in `data_folder`.
    secret_key: str | None
    #: GUICHET_DATA: where the database and the key file are kept when nothing else is said.
    data_folder: Path
    #: GUICHET_CACHE: where the fitted matcher is kept; may be emptied at any time.
    cache_folder: Path
    #: GUICHET_DESKS: where the staff are told, « channel:address » separated by commas; none: they read the lists.
    desks: tuple[tuple[str, str], ...] = ()


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of `environ`, by default of this process. An empty variable counts as absent."""
    given = {name: value for name, value in (os.environ if environ is None else environ).items() if value}
    return Settings(
        call=Path(given.get("GUICHET_CALL", SHIPPED_CALL)),
        today=given.get("GUICHET_TODAY"),
        database_url=given.get("GUICHET_DATABASE_URL"),
        secret_key=given.get("GUICHET_SECRET_KEY"),
        data_folder=Path(given.get("GUICHET_DATA") or platformdirs.user_data_path("guichet", appauthor=False)),
        cache_folder=Path(given.get("GUICHET_CACHE") or platformdirs.user_cache_path("guichet", appauthor=False)),
        desks=_read_desks(given.get("GUICHET_DESKS", "")),
    )


def _read_desks(text: str) -> tuple[tuple[str, str], ...]:
    """Return (channel, address) of each desk: an address may itself hold a colon."""
    pairs = (desk.strip().partition(":") for desk in text.split(","))
    return tuple((channel, address) for channel, _, address in pairs if channel and address)
