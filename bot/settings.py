"""The settings, read once from the environment: the only reader of it."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from bot.base.complaints import Complaint
from bot.channels import names
from bot.channels.http.settings import WebSettings
from bot.channels.telegram.settings import API_URL, PER_SECOND, WEBHOOK_PORTS, TelegramSettings

#: Where the web server listens when nothing else is said: on this machine only. And what it is told not to by.
LISTEN, NOWHERE = "127.0.0.1:8080", "off"
#: Where whoever watches may be told, as an example.
METRICS = "127.0.0.1:9187"

#: What GUICHET_LOG may be: with the traces of what failed, with normal life, with what an operator is to see only.
LOG_LEVELS = ("debug", "info", "warning")
#: What GUICHET_LOG_FORMAT may be.
LOG_FORMATS = ("text", "json")

#: What turns on what is off unless it is said.
ON = "on"
#: At which hour the staff are told how all stands, and after how many hours they are reminded of what waits.
DIGEST_HOUR, REMIND_HOURS = 8, 24

#: Every variable that is read; `read_log_level` reads GUICHET_LOG.
_VARIABLES = (
    *("GUICHET_CALL", "GUICHET_TODAY", "GUICHET_DATABASE_URL", "GUICHET_SECRET_KEY", "GUICHET_DATA", "GUICHET_CACHE"),
    *("GUICHET_DESKS", "GUICHET_PRESS_DESKS", "GUICHET_LOG", "GUICHET_LISTEN", "GUICHET_PUBLIC_URL"),
    *("GUICHET_STAFF_CHAT", "GUICHET_STAFF_IDS", "GUICHET_TELEGRAM_TOKEN", "GUICHET_TELEGRAM_API_URL"),
    *("GUICHET_TELEGRAM_PER_SECOND", "GUICHET_PROXIES", "GUICHET_EMBEDDERS", "GUICHET_WEB_PER_MINUTE"),
    "GUICHET_HOLD_SECONDS",
    *("GUICHET_METRICS", "GUICHET_DIGEST_HOUR", "GUICHET_REMIND_HOURS", "GUICHET_LOG_FORMAT"),
    *("GUICHET_EDITING",),
)
#: Those that are secrets: each may stand in a file, which its name with this behind it names.
_SECRETS, _IN_FILE = ("GUICHET_SECRET_KEY", "GUICHET_TELEGRAM_TOKEN", "GUICHET_DATABASE_URL"), "_FILE"
_NAMES = (*_VARIABLES, *(f"{name}{_IN_FILE}" for name in _SECRETS))
#: Seconds that an answer may be held at most: an hour.
_LONGEST_HOLD = 3_600
#: How much of two names is to be the same for one to be taken for the other.
_NEAR = 0.85

#: The channels that a desk of the staff can be on.
_DESK_CHANNELS = (names.TELEGRAM, names.LINES)

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
    #: GUICHET_SECRET_KEY: keys, newest first, separated by commas; None: the key file in `data_folder`.
    secret_key: str | None
    #: GUICHET_DATA: where the database and the key file are kept when nothing else is said.
    data_folder: Path
    #: GUICHET_CACHE: where the fitted matcher is kept; may be emptied at any time.
    cache_folder: Path
    #: GUICHET_DESKS: where the staff are told, « channel:address » separated by commas; none: they read the lists.
    desks: tuple[tuple[str, str], ...] = ()
    #: GUICHET_PRESS_DESKS: where requests to the press are told, in the same form; none: at the desks above.
    press_desks: tuple[tuple[str, str], ...] = ()
    #: GUICHET_TELEGRAM_TOKEN and what begins with GUICHET_TELEGRAM_; None without a token.
    telegram: TelegramSettings | None = None
    #: GUICHET_EDITING: whether entries that are written at the desk may be saved in the folder of the call.
    may_edit: bool = False
    #: GUICHET_DIGEST_HOUR: the hour of the call at which the staff are told how all stands; None: they are not.
    digest_hour: int | None = DIGEST_HOUR
    #: GUICHET_REMIND_HOURS: hours after which the staff are reminded of what waits; None: they are not.
    remind_hours: int | None = REMIND_HOURS
    #: GUICHET_METRICS: host and port at which whoever watches is told, for Prometheus; None: nobody is.
    metrics: tuple[str, int] | None = None
    #: GUICHET_LISTEN, GUICHET_PUBLIC_URL, GUICHET_PROXIES, GUICHET_EMBEDDERS, GUICHET_WEB_PER_MINUTE; None: no HTTP.
    web: WebSettings | None = field(default_factory=WebSettings)

    @property
    def serves_something(self) -> bool:
        """Whether a channel is set that `serve` can serve."""
        return self.telegram is not None or self.web is not None


def restrain_libraries() -> None:
    """Keep libraries, before they are loaded, from what delays each command and nobody uses.

    pydantic looks through all that is installed for plugins. OpenBLAS starts threads, which wait for work in a loop;
    all products are made with one (`knowledge/matching/ridge.py`).
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of `environ`, by default of this process. An empty variable counts as absent.

    Errors: Complaint for what cannot be read or does not exist.
    """
    given = {name: value for name, value in (os.environ if environ is None else environ).items() if value}
    _refuse_misspelt(given)
    given |= _from_files(given)
    return Settings(
        call=Path(given.get("GUICHET_CALL", SHIPPED_CALL)),
        today=given.get("GUICHET_TODAY"),
        database_url=given.get("GUICHET_DATABASE_URL"),
        secret_key=given.get("GUICHET_SECRET_KEY"),
        data_folder=Path(given.get("GUICHET_DATA") or platformdirs.user_data_path("guichet", appauthor=False)),
        cache_folder=Path(given.get("GUICHET_CACHE") or platformdirs.user_cache_path("guichet", appauthor=False)),
        desks=_desks(given),
        press_desks=_read_desks(given, "GUICHET_PRESS_DESKS"),
        telegram=_telegram(given),
        web=_web(given),
        may_edit=_is_on(given, "GUICHET_EDITING"),
        digest_hour=_hours(given, "GUICHET_DIGEST_HOUR", DIGEST_HOUR, 23),
        remind_hours=_hours(given, "GUICHET_REMIND_HOURS", REMIND_HOURS, 24 * 365),
        metrics=_address(given, "GUICHET_METRICS", METRICS) if "GUICHET_METRICS" in given else None,
    )


def read_log_format(environ: Mapping[str, str] | None = None) -> str:
    """Return GUICHET_LOG_FORMAT: "text" or "json". Errors: Complaint."""
    given = (os.environ if environ is None else environ).get("GUICHET_LOG_FORMAT") or LOG_FORMATS[0]
    if given.strip().lower() not in LOG_FORMATS:
        raise Complaint("bad-setting", name="GUICHET_LOG_FORMAT", value=given, example=", ".join(LOG_FORMATS))
    return given.strip().lower()


def read_log_level(environ: Mapping[str, str] | None = None) -> str:
    """Return GUICHET_LOG: from which level on the program's own log is written. Errors: Complaint."""
    given = (os.environ if environ is None else environ).get("GUICHET_LOG") or LOG_LEVELS[-1]
    if given.strip().lower() not in LOG_LEVELS:
        raise Complaint("bad-setting", name="GUICHET_LOG", value=given, example=", ".join(LOG_LEVELS))
    return given.strip().upper()


def _from_files(given: Mapping[str, str]) -> dict[str, str]:
    """Return the secrets that stand in files, without the blanks around them. Errors: Complaint."""
    found = {}
    for name in _SECRETS:
        in_file = f"{name}{_IN_FILE}"
        if in_file not in given:
            continue
        if name in given:
            raise Complaint("set-twice", name=name, file=in_file)
        try:
            found[name] = Path(given[in_file]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            found[name] = ""
        if not found[name]:
            raise Complaint("no-secret", name=in_file, file=given[in_file])
    return found


def _refuse_misspelt(given: Mapping[str, str]) -> None:
    """Errors: Complaint for a name that is nearly one of ours: what it was to set would be left out in silence.

    Other names pass: they may belong to what starts us.
    """
    for name in given:
        if name.upper().startswith("GUICHET") and name not in _NAMES:
            near = get_close_matches(name.upper(), _NAMES, 1, _NEAR)
            if near:
                raise Complaint("no-such-setting", name=name, near=near[0])


def _read_desks(given: Mapping[str, str], variable: str) -> tuple[tuple[str, str], ...]:
    """Return (channel, address) of each desk: an address may itself hold a colon. Errors: Complaint."""
    desks = [desk.strip() for desk in given.get(variable, "").split(",") if desk.strip()]
    pairs = [tuple(part.strip() for part in desk.split(":", 1)) for desk in desks]
    if any(len(pair) != 2 or not all(pair) for pair in pairs):
        raise Complaint("bad-setting", name=variable, value=given[variable], example="telegram:-1001234567890")
    for channel, _ in pairs:
        if channel not in _DESK_CHANNELS:
            near = get_close_matches(channel.lower(), _DESK_CHANNELS, 1)
            raise Complaint("no-such-channel", name=variable, channel=channel, near=" ou ".join(near or _DESK_CHANNELS))
    return tuple((channel, address) for channel, address in pairs)


def _desks(given: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the desks that are told: those of GUICHET_DESKS, and the staff's group on Telegram."""
    named = _read_desks(given, "GUICHET_DESKS")
    chat = str(_number(given, "GUICHET_STAFF_CHAT")) if "GUICHET_STAFF_CHAT" in given else None
    return (*named, (names.TELEGRAM, chat)) if chat and (names.TELEGRAM, chat) not in named else named


def _telegram(given: Mapping[str, str]) -> TelegramSettings | None:
    if "GUICHET_TELEGRAM_TOKEN" not in given:
        return None
    per_second = given.get("GUICHET_TELEGRAM_PER_SECOND", str(PER_SECOND))
    if not per_second.replace(".", "", 1).isdecimal() or not float(per_second):
        raise Complaint("bad-setting", name="GUICHET_TELEGRAM_PER_SECOND", value=per_second, example=PER_SECOND)
    api_url = given.get("GUICHET_TELEGRAM_API_URL", API_URL)
    return TelegramSettings(
        token=given["GUICHET_TELEGRAM_TOKEN"],
        api_url=api_url,
        public_url=_public_url(given, api_url),
        per_second=float(per_second),
        staff_chat=_number(given, "GUICHET_STAFF_CHAT") if "GUICHET_STAFF_CHAT" in given else None,
        other_chats=_groups(given, "GUICHET_DESKS"),
        press_chats=_groups(given, "GUICHET_PRESS_DESKS"),
        staff_ids=frozenset(map(int, _numbers(given))),
    )


def _groups(given: Mapping[str, str], name: str) -> tuple[int, ...]:
    """Return the groups on Telegram among the desks of a variable: their numbers are negative, those of people not."""
    addresses = [address for channel, address in _read_desks(given, name) if channel == names.TELEGRAM]
    for address in addresses:
        if not re.fullmatch(r"-?\d+", address):
            raise Complaint("bad-setting", name=name, value=given[name], example="telegram:-1001234567890")
    chat = given.get("GUICHET_STAFF_CHAT")
    return tuple(int(address) for address in addresses if address.startswith("-") and address != chat)


def _public_url(given: Mapping[str, str], api_url: str) -> str | None:
    """Return the address that Telegram is to call. A Bot API server of one's own calls others than https, too."""
    url = given.get("GUICHET_PUBLIC_URL")
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Complaint("bad-public-url", value=url) from None
    is_callable = parts.scheme == "https" and (port or 443) in WEBHOOK_PORTS
    if not host or not (is_callable or (api_url != API_URL and parts.scheme in ("http", "https"))):
        raise Complaint("bad-public-url", value=url)
    return url


def _number(given: Mapping[str, str], name: str) -> int:
    if not re.fullmatch(r"-?\d+", given[name]):
        raise Complaint("bad-setting", name=name, value=given[name], example="-1001234567890")
    return int(given[name])


def _numbers(given: Mapping[str, str]) -> list[str]:
    if "GUICHET_STAFF_IDS" not in given:
        return []
    numbers = [number for number in re.split(r"[,\s]+", given["GUICHET_STAFF_IDS"]) if number]
    if not numbers or not all(number.isdecimal() for number in numbers):  # without a number, anybody could act
        raise Complaint(
            "bad-setting", name="GUICHET_STAFF_IDS", value=given["GUICHET_STAFF_IDS"], example="123456789,987654321"
        )
    return numbers


def _web(given: Mapping[str, str]) -> WebSettings | None:
    listen = given.get("GUICHET_LISTEN", LISTEN)
    if listen.strip().lower() == NOWHERE:
        if "GUICHET_PUBLIC_URL" in given:
            raise Complaint("bad-setting", name="GUICHET_LISTEN", value=listen, example=LISTEN)
        return None
    host, port = _address(given, "GUICHET_LISTEN", LISTEN)
    return WebSettings(
        host, port, _proxies(given), _embedders(given), _per_minute(given), _hold_seconds(given), _web_url(given)
    )


def _web_url(given: Mapping[str, str]) -> str | None:
    """Return what the links to the desk begin with, which sign in: never in the clear over a network."""
    if "GUICHET_PUBLIC_URL" not in given:
        return None
    url = given["GUICHET_PUBLIC_URL"].rstrip("/")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise Complaint("public-url-in-the-clear", value=url) from None
    is_here = parts.scheme == "http" and (host == "localhost" or _is_loopback(host))
    if not host or re.search(r"\s", url) or not (parts.scheme == "https" or is_here):
        raise Complaint("public-url-in-the-clear", value=url)
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _proxies(given: Mapping[str, str]) -> tuple[str, ...]:
    name = "GUICHET_PROXIES"
    proxies = tuple(each for each in re.split(r"[,\s]+", given.get(name, "")) if each)
    for each in proxies:
        try:
            ip_network(each)
        except ValueError:  # « * » would let anybody say where they come from
            raise Complaint("bad-setting", name=name, value=given[name], example="127.0.0.1") from None
    return proxies


def _embedders(given: Mapping[str, str]) -> tuple[str, ...]:
    name = "GUICHET_EMBEDDERS"
    origins = tuple(each.rstrip("/") for each in re.split(r"[,\s]+", given.get(name, "")) if each)
    for each in origins:
        if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?", each):
            raise Complaint("bad-setting", name=name, value=given[name], example="https://www.exemple.fr")
    return origins


def _hours(given: Mapping[str, str], name: str, usual: int, most: int) -> int | None:
    """Return a number of hours; None for « off ». Errors: Complaint."""
    value = given.get(name, str(usual)).strip()
    if value.lower() == NOWHERE:
        return None
    if not value.isdecimal() or not int(value) <= most:
        raise Complaint("bad-setting", name=name, value=value, example=f"{usual}, {NOWHERE}")
    return int(value)


def _is_on(given: Mapping[str, str], name: str) -> bool:
    """Return whether something is « on »; it is « off » unless it is said. Errors: Complaint."""
    value = given.get(name, NOWHERE).strip().lower()
    if value not in (ON, NOWHERE):
        raise Complaint("bad-setting", name=name, value=given[name], example=f"{ON}, {NOWHERE}")
    return value == ON


def _per_minute(given: Mapping[str, str]) -> int | None:
    name = "GUICHET_WEB_PER_MINUTE"
    if name not in given:
        return None
    if not given[name].isdecimal() or not int(given[name]):
        raise Complaint("bad-setting", name=name, value=given[name], example="120")
    return int(given[name])


def _hold_seconds(given: Mapping[str, str]) -> int | None:
    name = "GUICHET_HOLD_SECONDS"
    if name not in given:
        return None
    if not given[name].isdecimal() or int(given[name]) > _LONGEST_HOLD:
        raise Complaint("bad-setting", name=name, value=given[name], example="10")
    return int(given[name])


def _address(given: Mapping[str, str], name: str, example: str) -> tuple[str, int]:
    value = given.get(name, example)
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise Complaint("bad-setting", name=name, value=value, example=example)
    return host.strip("[]"), int(port)
