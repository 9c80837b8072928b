"""French dates as people write them -> the days they mean, or why not. Pure: today is an argument.

Nothing is guessed in silence: what depends on today, or says a part of a month, is marked as to be confirmed.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from knowledge.language.text import fold

WEEKDAYS = {"lundi": 0, "mardi": 1, "mercredi": 2, "jeudi": 3, "vendredi": 4, "samedi": 5, "dimanche": 6}
MONTHS = {
    "janvier": 1,
    "janv": 1,
    "jan": 1,
    "fevrier": 2,
    "fevr": 2,
    "fevier": 2,
    "fev": 2,
    "mars": 3,
    "avril": 4,
    "avr": 4,
    "mai": 5,
    "juin": 6,
    "juillet": 7,
    "juill": 7,
    "juil": 7,
    "aout": 8,
    "septembre": 9,
    "sept": 9,
    "sep": 9,
    "octobre": 10,
    "oct": 10,
    "novembre": 11,
    "nov": 11,
    "decembre": 12,
    "dec": 12,
}
NUMBERS = {
    "un": 1,
    "une": 1,
    "deux": 2,
    "trois": 3,
    "quatre": 4,
    "cinq": 5,
    "six": 6,
    "sept": 7,
    "huit": 8,
    "neuf": 9,
    "dix": 10,
    "onze": 11,
    "douze": 12,
    "treize": 13,
    "quatorze": 14,
    "quinze": 15,
    "vingt": 20,
    "trente": 30,
}
#: « Huit jours » is a week and « quinze jours » two, when written in letters.
_IDIOMS = {"huit": 7, "quinze": 14}
#: Days of a month that « début », « mi » and « fin » mean; the end of the last is the month's own.
_PARTS = {"debut": (1, 10), "mi": (11, 20), "milieu": (11, 20), "courant": (1, 31), "fin": (21, 31)}

_DAY = r"(?P<day>\d{1,2})(?: ?er|e)?"
_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_WEEKDAY = rf"(?P<weekday>{'|'.join(WEEKDAYS)}|(?:lun|mar|mer|jeu|ven|sam|dim)(?:\.|(?= )))"
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(NUMBERS)})"

#: Words around a date that change nothing of it.
_LEADERS = re.compile(
    r"^(?:(?:c'est|ce sera|plutot|vers|pour|a partir|des|au|du|de|le|la|ce|en|avant|d'ici|en principe|environ"
    r"|si possible|je pense|peut-etre|ouverture|oui)\s+)+"
)
#: Words behind a date that change nothing of it.
_TRAILERS = re.compile(
    r"(?:[ ,]{1,3}(?:si possible|environ|svp|s'il vous plait|merci|en principe|normalement|a peu pres|au plus tot"
    r"|au plus tard|inclus|peut-etre|je pense|a confirmer|idealement|de cette annee)){1,4}$"
)
#: « Premier septembre » is the first of it; « premier trimestre » is no day.
_FIRST = re.compile(rf"\bpremier (?=(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b)")
_HOUR = re.compile(r"^\d{1,2}\s*(?:h|heures?|:)\s*\d{0,2}$")
#: Said by many, and covering months: which day is meant, only the person can tell.
_VAGUE = re.compile(
    r"\b(?:t[1-4]|[1-4](?:er|e|eme)? ?(?:trimestre|semestre)|(?:premier|deuxieme|second|troisieme|quatrieme|dernier) "
    r"(?:trimestre|semestre)|printemps|ete|automne|hiver|rentree|annee|an prochain|noel|paques|s[12]"
    r"|trimestre|semestre|prochainement|bientot|des que possible|au plus vite)\b|(?:^| )\d{4}$"
)


@dataclass(frozen=True, slots=True)
class Days:
    """The days meant, first and last included: the same for a single day."""

    first: date
    last: date
    #: The reading depends on today, or on what « fin mars » is taken for.
    is_inferred: bool = False
    #: A month was said, or a part of it.
    is_month: bool = False


@dataclass(frozen=True, slots=True)
class NoDate:
    """Why a text is no date: "vague", "hour", "impossible", "weekday" (`day` then has another), "unknown"."""

    reason: str
    day: date | None = None


_UNKNOWN = NoDate("unknown")


def read_days(text: str, today: date) -> Days | NoDate:
    """Return the days that `text` means."""
    said = re.sub(r"\s+", " ", fold(text).replace("’", "'")).strip(" .,!?")
    whole, said = said, _TRAILERS.sub("", _LEADERS.sub("", _FIRST.sub("1 ", said)))
    if _HOUR.match(said):
        return NoDate("hour")
    try:
        for pattern, read in _READERS:
            days = read(found, today) if (found := pattern.fullmatch(said)) else _UNKNOWN
            if days != _UNKNOWN:
                return days
        if (within := _only_one_in(whole, today)) is not None:
            return within
    except (ValueError, OverflowError):
        return NoDate("impossible")
    return NoDate("vague") if _VAGUE.search(whole) else _UNKNOWN


def _one(day: date, *, is_inferred: bool = False) -> Days:
    return Days(day, day, is_inferred)


def _only_one_in(said: str, today: date) -> Days | NoDate | None:
    """« Pas avant septembre 2021, pour la reprise »: the month of a year among other words; None: there is not one."""
    if len(said) > _MOST_AROUND or len(found := list(_AMONG_WORDS.finditer(said))) != 1:
        return None
    read = _in_letters(found[0], today) if found[0]["day"] else _month(found[0], today)
    return replace(read, is_inferred=True) if isinstance(read, Days) else read


def _full_year(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _iso(found: re.Match[str], _: date) -> Days:
    return _one(date(int(found["year"]), int(found["m"]), int(found["day"])))


def _figures(found: re.Match[str], today: date) -> Days | NoDate:
    day, month = int(found["day"]), int(found["m"])
    if found["year"]:
        return _checked(found, date(_full_year(found["year"]), month, day))
    return _checked(found, _next_such(today, month, day), is_inferred=True)


def _in_letters(found: re.Match[str], today: date) -> Days | NoDate:
    day, month = int(found["day"]), MONTHS[found["month"]]
    if found["year"]:
        return _checked(found, date(_full_year(found["year"]), month, day))
    return _checked(found, _next_such(today, month, day), is_inferred=True)


def _checked(found: re.Match[str], day: date, *, is_inferred: bool = False) -> Days | NoDate:
    """A weekday said beside the date must be that of the date."""
    said = found["weekday"]
    if said and _weekday_of(said) != day.weekday():
        return NoDate("weekday", day)
    return _one(day, is_inferred=is_inferred)


def _weekday_of(said: str) -> int:
    return next(number for name, number in WEEKDAYS.items() if name.startswith(said.rstrip(".")))


def _next_such(today: date, month: int, day: int) -> date:
    """Return the first such day from today on; a 29 February may take some years."""
    date(2000, month, day)  # a day that no year has is impossible at once
    for year in range(today.year, today.year + 9):
        if day <= monthrange(year, month)[1] and (such := date(year, month, day)) >= today:
            return such
    raise ValueError(day)


def _day_of_month(found: re.Match[str], today: date) -> Days | NoDate:
    day = int(found["day"])
    if not 1 <= day <= 31:
        raise ValueError(day)
    month = today.replace(day=1)
    while day > monthrange(month.year, month.month)[1] or month.replace(day=day) < today:
        month = _months_later(month, 1)
    return _checked(found, month.replace(day=day), is_inferred=True)


def _months_later(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _weekday(found: re.Match[str], today: date) -> Days:
    """« lundi », « lundi prochain »: the next one after today; « en huit », « en quinze »: a week or two later."""
    ahead = (_weekday_of(found["weekday"]) - today.weekday()) % 7
    later = found["later"]
    if later in ("en huit", "en quinze"):
        return _one(today + timedelta(days=ahead + (7 if later == "en huit" else 14)), is_inferred=True)
    return _one(today + timedelta(days=ahead or 7), is_inferred=True)


def _in_some_time(found: re.Match[str], today: date) -> Days:
    word, unit = found["count"], found["unit"]
    count = int(word) if word.isdigit() else NUMBERS[word]
    if unit.startswith("jour"):
        return _one(today + timedelta(days=_IDIOMS.get(word, count)), is_inferred=True)
    if unit.startswith("semaine"):
        return _one(today + timedelta(weeks=count), is_inferred=True)
    return _one(_months_later(today, count * (12 if unit.startswith("an") else 1)), is_inferred=True)


def _near(found: re.Match[str], today: date) -> Days:
    days = {"aujourd'hui": 0, "demain": 1, "apres-demain": 2, "apres demain": 2, "hier": -1}
    return _one(today + timedelta(days=days[found[0]]), is_inferred=True)


def _next_week(_: re.Match[str], today: date) -> Days:
    monday = today + timedelta(days=7 - today.weekday())
    return Days(monday, monday + timedelta(days=6), is_inferred=True)


def _next_month(_: re.Match[str], today: date) -> Days:
    return _days_of(_months_later(today.replace(day=1), 1), 1, 31)


def _month(found: re.Match[str], today: date) -> Days:
    """« mars 2021 », « fin mars », « mi-janvier », « début septembre 2021 »."""
    month = MONTHS[found["month"]]
    start, end = _PARTS[found["part"]] if found["part"] else (1, 31)
    if found["year"]:
        days = _days_of(date(_full_year(found["year"]), month, 1), start, end)
        return Days(days.first, days.last, is_inferred=found["part"] is not None, is_month=True)
    days = _days_of(date(today.year, month, 1), start, end)
    return days if days.last >= today else _days_of(date(today.year + 1, month, 1), start, end)


def _month_in_figures(found: re.Match[str], _: date) -> Days:
    """« 09/2021 », « 2021-09 »."""
    days = _days_of(date(int(found["year"]), int(found["m"]), 1), 1, 31)
    return Days(days.first, days.last, is_month=True)


def _next_month_of_name(found: re.Match[str], today: date) -> Days:
    """« Septembre prochain », « septembre de l'an prochain »."""
    month = MONTHS[found["month"]]
    year = today.year + 1 if found["next"] or date(today.year, month, 1) <= today else today.year
    return _days_of(date(year, month, 1), 1, 31)


def _part_of_year(found: re.Match[str], _: date) -> Days:
    """« Fin 2021 », « rentrée 2021 », « 2e trimestre 2021 », « printemps 2021 »: proposed, never taken."""
    year = _full_year(found["year"])
    first, last = _months_of(found)
    end = date(year + (last > 12), (last - 1) % 12 + 1, 1)
    return Days(date(year, first, 1), end.replace(day=monthrange(end.year, end.month)[1]), is_inferred=True)


def _months_of(found: re.Match[str]) -> tuple[int, int]:
    """Return the first and last month of a part of a year; of a winter, the last is behind the twelfth."""
    if found["season"]:
        return _SEASONS[found["season"]]
    unit = found["unit"] or found["short"]
    rank, length = _RANKS[found["rank"] or found["number"]], 3 if unit.startswith("t") else 6
    if rank < 0:
        rank = 12 // length
    if rank * length > 12:
        raise ValueError(found[0])
    return (rank - 1) * length + 1, rank * length


def _period(found: re.Match[str], today: date) -> Days | NoDate:
    """« Du 1er au 30 septembre 2021 », « entre mars et mai 2021 », « septembre/octobre 2021 »."""
    last = read_days(found["last"], today)
    if isinstance(last, NoDate):
        return last
    tail = " ".join(
        found["last"].split()[-2:] if found["first"].rstrip(" er").isdecimal() else found["last"].split()[-1:]
    )
    for said in (found["first"], f"{found['first']} {tail}"):
        first = read_days(said, today)
        if isinstance(first, Days) and first.first <= last.last and (said != found["first"] or _has_year(said)):
            is_inferred = first.is_inferred or last.is_inferred
            return Days(first.first, last.last, is_inferred=is_inferred)
    return NoDate("unknown")


def _has_year(said: str) -> bool:
    return re.search(r"\d{4}", said) is not None


def _this_month(found: re.Match[str], today: date) -> Days:
    start, end = _PARTS[found["part"]]
    days = _days_of(today.replace(day=1), start, end)
    return days if days.last >= today else _days_of(_months_later(today.replace(day=1), 1), start, end)


def _days_of(month: date, start: int, end: int) -> Days:
    last = monthrange(month.year, month.month)[1]
    return Days(month.replace(day=start), month.replace(day=min(end, last)), is_inferred=True, is_month=True)


#: Parts of a year in words -> their first and last month.
_SEASONS = {
    "debut": (1, 3), "mi": (5, 8), "milieu": (5, 8), "fin": (10, 12), "rentree": (9, 9), "printemps": (3, 5),
    "ete": (6, 8), "automne": (9, 11), "hiver": (12, 14),
}  # fmt: skip
_RANKS = {
    **{f"{lead}{number}": number for number in range(1, 5) for lead in ("", "t", "s")},
    **{f"{number}{ending}": number for number in range(1, 5) for ending in ("er", "e", "eme", "nd", "d")},
    "premier": 1, "deuxieme": 2, "second": 2, "troisieme": 3, "quatrieme": 4, "dernier": -1,
}  # fmt: skip
_Read = Callable[[re.Match[str], date], Days | NoDate]
_OPTIONAL_WEEKDAY = rf"(?:{_WEEKDAY} )?(?:le )?"
_PART = rf"(?P<part>{'|'.join(_PARTS)})"
#: A month with its year, or a day of it, among other words; and how long these may be.
_AMONG_WORDS = re.compile(
    rf"\b(?:{_OPTIONAL_WEEKDAY}{_DAY} |(?:{_PART}[ -](?:du mois de )?(?:de )?)?){_MONTH} (?P<year>20\d\d)\b"
)
_MOST_AROUND = 100
#: Each form, with what reads it; the whole text must be one of them.
_READERS: tuple[tuple[re.Pattern[str], _Read], ...] = (
    (re.compile(r"(?P<year>\d{4})-(?P<m>\d{1,2})-(?P<day>\d{1,2})"), _iso),
    (re.compile(r"(?P<m>\d{1,2}) ?[/.-] ?(?P<year>\d{4})"), _month_in_figures),
    (re.compile(r"(?P<year>\d{4}) ?[/.-] ?(?P<m>\d{1,2})"), _month_in_figures),
    (re.compile(rf"{_MONTH} (?:prochain|qui vient|(?P<next>de l'ann?e?e? prochaine?))"), _next_month_of_name),
    (
        re.compile(
            rf"(?:la |l'|le |a la |a l'|en )?(?:(?P<season>{'|'.join(_SEASONS)})|(?P<rank>{'|'.join(_RANKS)}) ?"
            r"(?P<unit>trimestre|semestre|trim|sem)|(?P<short>[ts])(?P<number>[1-4]))"
            r"[ -](?:de |d')?(?:l'annee )?(?P<year>\d{4})"
        ),
        _part_of_year,
    ),
    (re.compile(rf"{_OPTIONAL_WEEKDAY}{_DAY} ?[/.-] ?(?P<m>\d{{1,2}})(?: ?[/.-] ?{_YEAR})?"), _figures),
    (re.compile(rf"{_OPTIONAL_WEEKDAY}{_DAY} {_MONTH}(?: {_YEAR})?"), _in_letters),
    (re.compile(rf"{_OPTIONAL_WEEKDAY}{_DAY}(?: du mois)?"), _day_of_month),
    (re.compile(rf"{_WEEKDAY}(?: (?P<later>prochain|qui vient|en huit|en quinze))?"), _weekday),
    (re.compile(rf"(?:dans|sous) {_COUNT} (?P<unit>jours?|semaines?|mois|ans?)"), _in_some_time),
    (re.compile(rf"{_COUNT} (?P<unit>jours?|semaines?|mois|ans?)"), _in_some_time),
    (re.compile(r"aujourd'hui|demain|apres[- ]demain|hier"), _near),
    (re.compile(r"semaine prochaine"), _next_week),
    (re.compile(r"mois prochain"), _next_month),
    (re.compile(rf"(?:{_PART}[ -](?:du mois de )?(?:de )?)?(?:mois (?:de |d'))?{_MONTH}(?: {_YEAR})?"), _month),
    (re.compile(rf"{_PART}[ -](?:de |du |ce )?mois"), _this_month),
    (
        re.compile(
            r"(?:(?:du|de|entre) )?(?:le )?(?P<first>.{1,40}?) ?(?: au | a | et |/| - |-)(?:le )?(?P<last>.{3,40})"
        ),
        _period,
    ),
)
