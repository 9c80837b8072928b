"""When an answer is needed, as people in a hurry write it -> the day and hour meant, or why not. Pure: now is given.

What may be meant in two ways is read as the earlier: to mark a request urgent for nothing costs less than to be late.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bot.conversation.fields.dates import NUMBERS, WEEKDAYS, Days, NoDate, read_days
from knowledge.language.text import fold

#: What is needed within this time is urgent.
URGENT = timedelta(hours=24)


class DayPart(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    LATE = "late"  # « fin de journée »
    EVENING = "evening"


#: The hour at which a part of the day begins, at the earliest.
_BEGINS = {DayPart.MORNING: 6, DayPart.AFTERNOON: 12, DayPart.LATE: 16, DayPart.EVENING: 18}
#: And the hour from which it is over.
_OVER = {DayPart.MORNING: 12, DayPart.AFTERNOON: 18, DayPart.LATE: 20, DayPart.EVENING: 24}


@dataclass(frozen=True, slots=True)
class Deadline:
    """When an answer is needed; without `days`: as soon as possible."""

    days: Days | None = None
    hour: time | None = None
    part: DayPart | None = None
    #: The earliest instant that may be meant, aware.
    starts_at: datetime | None = None
    #: The reading depends on now: the person has to confirm it.
    is_inferred: bool = False
    #: The hour said has gone by today.
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class NoDeadline:
    """The person says that there is none."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Why a text is no deadline: "unknown", "hour", "impossible", "weekday" or "past" (`day` then says which)."""

    reason: str
    day: date | None = None


_NONE = re.compile(
    r"(?:(?:il n'y a|il y a|j'ai|y a|nous n'avons|je n'ai)? ?(?:pas|aucune?|ni) ?(?:vraiment )?"
    r"(?:de |d')?(?:delai|deadline|date|echeance|limite|bouclage|urgent|presse|contrainte|urgence)?s?"
    r"(?: (?:particulier|precise?|fixee?))?|rien ne presse|c'est pas urgent|ce n'est pas (?:urgent|presse)"
    r"|quand vous (?:voulez|pouvez)|peu importe|no deadline|non)"
)
_AT_ONCE = re.compile(
    r"(?:c'est )?(?:(?:tres|super|hyper) )?(?:urgent|asap|presse)|(?:au plus|le plus) (?:vite|tot)(?: possible)?"
    r"|(?:des|aussitot|aussi vite) que possible|rapidement|vite|immediatement|maintenant|tout de suite|tout a l'heure"
)
#: Words that change nothing of when.
_ASIDE = re.compile(
    r"\b(?:au plus tard|dernier delai|grand max|maximum|maxi?|imperativement|precises?|pile|heure de paris|si possible"
    r"|svp|stp|s'il vous plait|merci|environ)\b|,"
)
_LEAD = re.compile(
    r"^(?:(?:j'ai|on a|nous avons|il me faut|il nous faut|je|on|nous|une?|mon|ma|notre|le|la|l'|pour|avant|reponse"
    r"|attendue?|souhaitee?|bouclage|boucle|bouclons|deadline|delai|echeance|parution|publication|diffusion|rendu|jt|direct"
    r"|c'est|est|urgent|d'ici|de|du|:)\s+)+"
)
_TRAIL = re.compile(
    r"(?:\s+(?:a|vers|avant|pour|dans|des|la|le|l'|en|de|du|et|-|:)){1,8}$|^(?:a|vers|dans|des|en|-)\s+"
)
_WORD_OR_NUMBER = rf"(?P<count>\d{{1,3}}|{'|'.join(NUMBERS)})"
_IN_HOURS = re.compile(
    rf"(?P<lead>dans|sous|d'ici|d'ici a)?\s*(?:les )?{_WORD_OR_NUMBER} ?(?P<unit>h|heures?|minutes?|mn|min)"
    r"(?: ?(?P<minutes>\d{2}))?(?P<half> et demie)?"
)
_HALF_HOUR = re.compile(r"(?:dans|sous|d'ici) (?:une |1/2 )?(?:demi[- ])?(?:l')?heure")
#: Above, « d'ici 14 h » is the time of day; a day and more is a time to come even with nothing before it.
_FEW_HOURS, _A_DAY = 6, 24
_CLOCK = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2}) ?(?:h|heures?|:)(?![a-z])(?: ?(?P<minute>\d{2})(?!\d))?(?: et (?P<part>demie?|quart))?"
    r"(?: (?P<half>du matin|du soir|de l'apres-midi))?"
)
_NAMED_HOUR = re.compile(r"(?<!apres-)(?<!apres )\b(?:(?P<noon>midi)(?P<half> et demie?)?|minuit)\b")
_PARTS = (
    (re.compile(r"\bfin (?:de (?:la )?journee|d'apres-midi|d'aprem)\b"), DayPart.LATE),
    (re.compile(r"\b(?:(?:debut|milieu) d')?(?:apres-midi|apres midi|aprem)\b"), DayPart.AFTERNOON),
    (
        re.compile(r"\b(?:(?:fin|debut|milieu) de )?(?:matin|matinee)\b|\bpremiere heure\b"),
        DayPart.MORNING,
    ),
    (re.compile(r"\b(?:(?:fin|debut) de )?(?:soir|soiree|nuit)\b"), DayPart.EVENING),
)
_TODAY = re.compile(r"(?:d'ici )?(?:ce|cet|cette|auj|ajd|aujourdhui|aujourd'hui|le jour meme|la journee|journee)")
_THIS_WEEK = re.compile(r"(?:d'ici )?(?:la )?(?P<end>fin de (?:la )?)?(?:cette )?(?P<what>semaine|week-end|weekend)")
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6


def read_deadline(text: str, now: datetime) -> Deadline | NoDeadline | Unclear:
    """Return when `text` says that an answer is needed; `now`: aware, in the time zone that hours are said in."""
    said = re.sub(r"\s+", " ", fold(text).replace("’", "'")).strip(" .!?")
    if _NONE.fullmatch(said):
        return NoDeadline()
    if _AT_ONCE.fullmatch(_tidy(said)):
        return Deadline()
    tidy = _tidy(said)
    if (soon := _in_hours(tidy, now)) is not None:
        return soon
    try:
        hour, part, rest = _hour(_LEAD.sub("", tidy))
    except ValueError:
        return Unclear("hour")
    return _on_a_day(_trimmed(rest), hour, part, now)


def is_urgent(starts_at: datetime | None, now: datetime) -> bool:
    """Whether what is needed by then is urgent; None: as soon as possible."""
    return starts_at is None or starts_at - now <= URGENT


def _tidy(said: str) -> str:
    return re.sub(r"\s+", " ", _ASIDE.sub(" ", said)).strip(" .:")


def _trimmed(said: str) -> str:
    said = re.sub(r"\s+", " ", said).strip(" .:")
    while (shorter := _TRAIL.sub("", f"{said} ".strip()).strip()) != said:
        said = shorter
    return "" if said in ("a", "vers", "avant", "pour", "dans", "le", "la", "l'", "en", "de") else said


def _in_hours(said: str, now: datetime) -> Deadline | None:
    """« dans deux heures », « sous 48 h », « d'ici une demi-heure »."""
    if _HALF_HOUR.fullmatch(said):
        return _after(timedelta(minutes=30 if "demi" in said or "1/2" in said else 60), now)
    found = _IN_HOURS.fullmatch(said)
    if not found:
        return None
    word, lead = found["count"], found["lead"]
    count = int(word) if word.isdigit() else NUMBERS[word]
    if found["unit"].startswith("m"):
        return _after(timedelta(minutes=count), now) if lead else None
    is_clock = word.isdigit() and lead not in ("dans", "sous") and not (lead and count <= _FEW_HOURS)
    if is_clock and (count < _A_DAY or count % _A_DAY):
        return None
    minutes = 30 if found["half"] else int(found["minutes"] or 0)
    return _after(timedelta(hours=count, minutes=minutes), now)


def _after(delay: timedelta, now: datetime) -> Deadline:
    at = (now.astimezone(UTC) + delay).astimezone(now.tzinfo)  # in UTC: a night in March has an hour less
    hour = time(at.hour, at.minute)
    return Deadline(Days(at.date(), at.date()), hour, None, at.astimezone(UTC), is_inferred=True)


def _hour(said: str) -> tuple[time | None, DayPart | None, str]:
    """Return the hour or the part of the day, and what is left: the day. Errors: ValueError for « 27 h »."""
    if found := _CLOCK.search(said):
        return _clock(found), None, _without(said, found)
    if found := _NAMED_HOUR.search(said):
        hour = time(12, 30 if found["half"] else 0) if found["noon"] else time(23, 59)
        return hour, None, _without(said, found)
    for pattern, part in _PARTS:
        if found := pattern.search(said):
            return None, part, _without(said, found)
    return None, None, said


def _clock(found: re.Match[str]) -> time:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    minute += {"demi": 30, "demie": 30, "quart": 15}.get(found["part"] or "", 0)
    if found["half"] in ("du soir", "de l'apres-midi") and hour < 12:
        hour += 12
    return time(23, 59) if (hour, minute) == (24, 0) else time(hour, minute)


def _without(said: str, found: re.Match[str]) -> str:
    """Return what stands around the hour, without the part of the day said beside it: « ce soir à 20 h »."""
    rest = f"{said[: found.start()]} {said[found.end() :]}"
    for pattern, _ in _PARTS:
        rest = pattern.sub(" ", rest)
    return rest


def _on_a_day(said: str, hour: time | None, part: DayPart | None, now: datetime) -> Deadline | Unclear:
    today = now.date()
    is_timed = hour is not None or part is not None
    if not said and not is_timed:
        return Unclear("unknown")
    if not said or _TODAY.fullmatch(said):
        deadline = _deadline(Days(today, today), hour, part, now, is_inferred=True)
        # « 9 h », written at ten, is rather tomorrow's; « ce matin » is what it says.
        if not said and deadline.is_over:
            tomorrow = today + timedelta(days=1)
            return _deadline(Days(tomorrow, tomorrow), hour, part, now, is_inferred=True)
        return deadline
    days = _this_week(said, today) or read_days(said, today)
    if isinstance(days, NoDate):
        return Unclear(days.reason if days.reason in ("impossible", "weekday") else "unknown", days.day)
    if days.last < today:
        return Unclear("past", days.last)
    if is_timed and said in WEEKDAYS and WEEKDAYS[said] == today.weekday():
        deadline = _deadline(Days(today, today), hour, part, now, is_inferred=True)
        if not deadline.is_over:
            return deadline
    return _deadline(days, hour, part, now, is_inferred=days.is_inferred)


def _this_week(said: str, today: date) -> Days | None:
    """« cette semaine », « fin de semaine », « ce week-end »."""
    found = _THIS_WEEK.fullmatch(said.removeprefix("ce "))
    if not found:
        return None
    monday = today - timedelta(days=today.weekday())
    if found["what"] == "semaine":
        friday = max(monday + timedelta(days=_FRIDAY), today)
        return Days(friday if found["end"] else today, friday, is_inferred=True)
    saturday, sunday = (monday + timedelta(days=day) for day in (_SATURDAY, _SUNDAY))
    return Days(max(saturday, today), sunday, is_inferred=True)


def _deadline(days: Days, hour: time | None, part: DayPart | None, now: datetime, *, is_inferred: bool) -> Deadline:
    begins = hour or time(_BEGINS[part] if part else 0)
    starts_at = datetime.combine(days.first, begins, now.tzinfo)
    is_today = days.last == now.date()
    is_over = is_today and (starts_at < now if hour else part is not None and now.hour >= _OVER[part])
    return Deadline(days, hour, part, starts_at.astimezone(UTC), is_inferred, is_over)
