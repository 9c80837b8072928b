"""Figures -> SVG, drawn by hand. Colours are classes of the page's stylesheet: light, dark and print are its matter.

Each picture has a title that is read aloud; what it shows also stands in a table beside it, for who does not see it.
"""

from collections.abc import Iterator, Mapping
from html import escape

from bot.desk.figures.numbers import Series
from bot.desk.figures.tiles import COLUMNS, ROWS, TILES

#: Units of a drawing: its width, what a bar and a column take, where bars begin, the longest name that is written.
_WIDTH, _BAR, _NAMES, _LETTERS = 640, 26, 230, 27
_HIGH, _FOOT = 180, 24
_TILE, _GAP = 46, 3
#: Shades of a tile: none, then these shares of the most.
_SHADES = (0.25, 0.5, 0.75, 1.0)
#: Series of so many rows or more are drawn as columns.
_MANY = 20


def draw(series: Series) -> str:
    """Return the picture of a series."""
    return _columns(series) if len(series.rows) >= _MANY else _bars(series)


def _bars(series: Series) -> str:
    """Bars from left to right, each with its name and its number."""
    room, parts = _WIDTH - _NAMES - 60, []
    for rank, (name, count) in enumerate(series.rows):
        top, length = rank * _BAR, round(room * count / max(series.most, 1))
        shown = name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…"
        parts += [
            f'<text class="name" x="{_NAMES - 8}" y="{top + 18}" text-anchor="end">{escape(shown)}</text>',
            f'<rect class="bar" x="{_NAMES}" y="{top + 4}" width="{max(length, 1)}" height="{_BAR - 8}" rx="2"/>',
            f'<text class="count" x="{_NAMES + length + 6}" y="{top + 18}">{count}</text>',
        ]
    return _svg(series.id, series.title, _WIDTH, max(len(series.rows), 1) * _BAR, parts)


def _columns(series: Series) -> str:
    """Columns side by side; the first, the highest and the last are named."""
    wide, parts = _WIDTH / len(series.rows), []
    for rank, (_, count) in enumerate(series.rows):
        high = round((_HIGH - 20) * count / max(series.most, 1))
        left = round(rank * wide, 1)
        top = _HIGH - max(high, 1)
        parts.append(
            f'<rect class="bar" x="{left + 1}" y="{top}" width="{round(wide - 2, 1)}" height="{max(high, 1)}"/>'
        )
        if count and count == series.most:
            parts.append(
                f'<text class="count" x="{left + wide / 2:.1f}" y="{top - 4}" text-anchor="middle">{count}</text>'
            )
    first, last = series.rows[0][0], series.rows[-1][0]
    foot = _HIGH + 18
    parts += [
        f'<line class="ground" x1="0" x2="{_WIDTH}" y1="{_HIGH}" y2="{_HIGH}"/>',
        f'<text class="name" x="0" y="{foot}">{escape(first)}</text>',
        f'<text class="name" x="{_WIDTH}" y="{foot}" text-anchor="end">{escape(last)}</text>',
    ]
    return _svg(series.id, series.title, _WIDTH, _HIGH + _FOOT, parts)


def draw_map(title: str, departements: Mapping[str, tuple[str, int]]) -> str:
    """Return the tiles of the départements, the darker the more: each bears its code and its number."""
    most = max((count for _, count in departements.values()), default=0)
    parts = list(_tiles(departements, most))
    return _svg("carte", title, COLUMNS * (_TILE + _GAP), ROWS * (_TILE + _GAP), parts)


def _tiles(departements: Mapping[str, tuple[str, int]], most: int) -> Iterator[str]:
    for code, (column, row) in TILES.items():
        name, count = departements.get(code, (code, 0))
        left, top = column * (_TILE + _GAP), row * (_TILE + _GAP)
        middle = left + _TILE // 2
        yield f'<g class="tile shade{shade_of(count, most)}"><title>{escape(name)} : {count}</title>'
        yield f'<rect x="{left}" y="{top}" width="{_TILE}" height="{_TILE}" rx="4"/>'
        yield f'<text class="code" x="{middle}" y="{top + 19}" text-anchor="middle">{code}</text>'
        if count:
            yield f'<text class="count" x="{middle}" y="{top + 37}" text-anchor="middle">{count}</text>'
        yield "</g>"


def shade_of(count: int, most: int) -> int:
    """Return 0 for none, up to the number of shades for the most."""
    if not count:
        return 0
    return 1 + next(rank for rank, share in enumerate(_SHADES) if count <= share * most)


def _svg(name: str, title: str, width: int, height: int, parts: list[str]) -> str:
    head = (
        f'<svg class="drawing" viewBox="0 0 {width} {height}" role="img" aria-labelledby="dessin-{name}"'
        f' xmlns="http://www.w3.org/2000/svg"><title id="dessin-{name}">{escape(title)}</title>'
    )
    return "".join((head, *parts, "</svg>"))
