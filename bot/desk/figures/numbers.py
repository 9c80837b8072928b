"""The figures of the desk: how many dossiers by wave, région, département, day and delay; what is asked by topic."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.base.wording import text, texts
from bot.search.terms import facet
from knowledge.language.written import write_short_date
from knowledge.library import Library
from storage import figures, search_index
from storage.engine.changes import Kind
from storage.engine.database import Transaction
from storage.search_index import Sought

#: How far back days and topics are counted.
DAYS, TOPIC_DAYS = 30, 90
#: Upper bounds of the delays to a first answer, in hours, by how each is called; the last two have none.
DELAYS = ((4, "soon"), (24, "day"), (72, "days"), (168, "week"))
_LATER, _NOT_YET = "later", "not_yet"


@dataclass(frozen=True, slots=True)
class Series:
    """What a chart shows: a name and a number, in order."""

    id: str
    title: str
    #: How the first column of its table is called.
    named: str
    rows: Sequence[tuple[str, int]]

    @property
    def most(self) -> int:
        return max((count for _, count in self.rows), default=0)


@dataclass(frozen=True, slots=True)
class Figures:
    #: Dossiers that were sent, and how many of them nobody of the staff has answered.
    sent: int
    unanswered: int
    series: Sequence[Series]
    #: Code of the département -> its name and how many dossiers.
    departements: Mapping[str, tuple[str, int]]


def count(library: Library, transaction: Transaction, now: datetime) -> Figures:
    sent = figures.list_sent(transaction)
    named = library.towns.departements
    waves = library.call.facts.waves
    regions = sorted({region for _, region in named.values()})
    dossiers = Sought(kind=Kind.DOSSIER)
    wanted = [
        *(facet("wave", wave.id) for wave in waves),
        *(facet("region", region) for region in regions),
        *(facet("departement", code) for code in named),
    ]
    found = search_index.count_words(transaction, wanted, dossiers)
    called, by_wave = texts("figures"), {wave.id: found[facet("wave", wave.id)] for wave in waves}
    by_region = [(region, found[facet("region", region)]) for region in regions]
    return Figures(
        sent=len(sent),
        unanswered=sum(first is None for _, first in sent),
        series=(
            _series(
                "vagues",
                "vagues_named",
                [(called["wave"].format(number=each.number), by_wave[each.id]) for each in waves],
            ),
            _series(
                "regions",
                "regions_named",
                sorted((row for row in by_region if row[1]), key=lambda row: (-row[1], row[0])),
            ),
            _series("jours", "jours_named", _by_day(library, sent, now)),
            _series("delais", "delais_named", _by_delay(sent)),
            _series("sujets", "sujets_named", _by_topic(library, transaction, now)),
        ),
        departements={code: (name, found[facet("departement", code)]) for code, (name, _) in named.items()},
    )


def _series(name: str, named: str, rows: Sequence[tuple[str, int]]) -> Series:
    """Return a series, worded by its own name and that of its first column."""
    return Series(name, text("figures", name, days=DAYS, topic_days=TOPIC_DAYS), text("figures", named), rows)


def _by_day(library: Library, sent: Sequence[tuple[datetime, datetime | None]], now: datetime) -> list[tuple[str, int]]:
    today = library.day(now)
    counted = Counter(library.day(at) for at, _ in sent)
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    return [(write_short_date(day), counted[day]) for day in days]


def _by_delay(sent: Sequence[tuple[datetime, datetime | None]]) -> list[tuple[str, int]]:
    names, called = [*(name for _, name in DELAYS), _LATER, _NOT_YET], texts("figures")
    counted: Counter[str] = Counter()
    for at, first in sent:
        hours = (first - at).total_seconds() / 3600 if first is not None else None
        bounds = (name for bound, name in DELAYS if hours is not None and hours < bound)
        counted[_NOT_YET if hours is None else next(bounds, _LATER)] += 1
    return [(called[name], counted[name]) for name in names]


def _by_topic(library: Library, transaction: Transaction, now: datetime) -> list[tuple[str, int]]:
    topics = {entry.id: entry.topic for entry in library.call.entries}
    called = {topic.id: topic.about for topic in library.call.topics}
    counted: Counter[str] = Counter()
    since = library.day(now) - timedelta(days=TOPIC_DAYS)
    for entry, shown in figures.shown_by_entry(transaction, since).items():
        if entry in topics:
            counted[called.get(topics[entry], topics[entry])] += shown
    return counted.most_common()
