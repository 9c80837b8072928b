"""A report as a picture (PNG): what is asked most, what does not help, what nothing answers. Needs matplotlib."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from bot.base.complaints import Complaint
from bot.base.wording import text
from bot.conversation.reading.legible import on_one_line
from bot.insights.report import Report
from knowledge.language.written import write_short_date
from storage.engine.private_files import private_draft

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Bars of each panel.
BARS = 8
#: Inches; at DPI, 1650 pixels wide. A panel is as high as its bars.
_WIDTH, _BAR_HEIGHT, _PANEL_MARGIN, DPI = 11.0, 0.5, 1.1, 150
#: Characters of a label's line, and its lines.
_LINE, _LINES = 46, 2
#: Of Okabe and Ito: blue and orange, which colour-blind people tell apart; the hatch is for prints in black and white.
_BLUE, _ORANGE, _HATCH = "#0072B2", "#E69F00", "///"

#: A bar: its label, then the length of its first and its second part.
_Bar = tuple[str, int, int]


def draw(report: Report, path: Path) -> None:
    """Write the picture. Errors: Complaint where the library is not installed; FileNotWritten."""
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
        from matplotlib.layout_engine import ConstrainedLayoutEngine
    except ImportError:
        raise Complaint("no-chart-library", python=sys.executable) from None
    panels = _panels(report)
    heights = [_PANEL_MARGIN + _BAR_HEIGHT * max(len(bars), 1) for bars, _ in panels]
    # What people wrote is no formula: « $ » is a dollar. The fonts come with the library.
    with rc_context({"text.parse_math": False, "font.family": "DejaVu Sans", "hatch.linewidth": 0.6}):
        figure = Figure(
            figsize=(_WIDTH, sum(heights) + 0.8), dpi=DPI, layout=ConstrainedLayoutEngine(h_pad=0.12, w_pad=0.12)
        )
        title = {"since": write_short_date(report.since), "until": write_short_date(report.until)}
        figure.suptitle(text("chart", "title", **title), fontsize=15, fontweight="bold")
        axes = figure.subplots(len(panels), 1, squeeze=False, height_ratios=heights)
        for (axis,), (bars, paint) in zip(axes, panels, strict=True):
            paint(axis, bars)
        with private_draft(path) as draft:
            figure.savefig(draft, format="png")


def _panels(report: Report) -> list[tuple[list[_Bar], Callable[["Axes", list[_Bar]], None]]]:
    asked = [(each.sheet.question, each.shown, 0) for each in report.most_asked]
    disliked = [(each.sheet.question, each.unhelpful, each.helpful) for each in report.disliked]
    nowhere = [(each.question, each.count, 0) for each in report.unanswered]
    unsure = [(each.question, 0, each.count) for each in report.near_misses]
    open_questions = sorted(nowhere + unsure, key=lambda bar: -sum(bar[1:]))
    return [
        (asked[:BARS], lambda axis, bars: _bars(axis, bars, "most-asked", "times", ())),
        (disliked[:BARS], lambda axis, bars: _bars(axis, bars, "disliked", "opinions", ("unhelpful", "helpful"))),
        (open_questions[:BARS], lambda axis, bars: _bars(axis, bars, "unanswered", "times", ("nowhere", "unsure"))),
    ]


def _bars(axis: "Axes", bars: Sequence[_Bar], title: str, unit: str, legend: Sequence[str]) -> None:
    """Paint horizontal bars, the first on top, each with its numbers. `legend`: what its two parts are."""
    from matplotlib.ticker import MaxNLocator

    axis.set_title(text("chart", title), loc="left", fontsize=12, fontweight="bold")
    axis.spines[["top", "right"]].set_visible(False)
    if not bars:
        axis.axis("off")
        axis.text(0.0, 0.5, text("chart", "nothing"), transform=axis.transAxes, fontsize=11)
        return
    rows = range(len(bars))
    first, second = [bar[1] for bar in bars], [bar[2] for bar in bars]
    with_two = len(legend) == 2
    parts: list[tuple[list[int], list[int], dict[str, Any]]] = [
        (first, [0] * len(bars), {"color": _ORANGE if with_two else _BLUE, "hatch": _HATCH if with_two else ""})
    ]
    if with_two:
        parts.append((second, first, {"color": _BLUE}))
    for number, (lengths, starts, look) in enumerate(parts):
        label = text("chart", legend[number]) if legend else None
        painted = axis.barh(rows, lengths, left=starts, height=0.62, edgecolor="white", label=label, **look)
        told = [str(length) if length else "" for length in lengths]
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        axis.bar_label(painted, told, label_type="center", fontsize=9, bbox=box)
    axis.set_yticks(rows, [label_of(bar[0]) for bar in bars], fontsize=10)
    axis.invert_yaxis()
    axis.set_xlabel(text("chart", unit), fontsize=10)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    if legend:
        # Above the bars: beside the title, nothing is hidden.
        axis.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, fontsize=10, frameon=False)


def label_of(question: str) -> str:
    """Return the question on a few lines; signs that the font lacks are left out."""
    plain = "".join(sign for sign in on_one_line(question) if ord(sign) < 0x2E80)
    plain = plain.replace(" ?", "\N{NO-BREAK SPACE}?")
    lines = wrap(plain, _LINE) or ["?"]
    return "\n".join([*lines[: _LINES - 1], lines[_LINES - 1] + " …"] if len(lines) > _LINES else lines)
