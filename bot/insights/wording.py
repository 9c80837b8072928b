"""A report as an editor reads it, and as a program does. The sentences are in `command_line.yaml`."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from bot.base.wording import text
from bot.insights.report import Asked, Disliked, NearMiss, Report, Sheet, ToReview, Unanswered
from knowledge.language.written import write_days, write_short_date

#: Lines told of each kind; `--json` has them all.
TOLD = 10
#: Other words of one question that are told.
_ALSO_TOLD = 3


def report_as_text(report: Report) -> str:
    """Return five lists, each with what to do about it."""
    period = {"since": write_short_date(report.since), "until": write_short_date(report.until)}
    parts = [text("insights", "period", shown=report.shown, opinions=report.opinions, **period)]
    for title, lines in (
        ("most-asked", [_asked(each) for each in report.most_asked]),
        ("disliked", [_disliked(each) for each in report.disliked]),
        ("unanswered", [_unanswered(each) for each in report.unanswered]),
        ("near-misses", [_near_miss(each) for each in report.near_misses]),
        ("to-review", [_to_review(each) for each in report.to_review]),
    ):
        parts.append("\n".join([text("insights", title), *_at_most(lines)]))
    return "\n\n".join(parts)


def report_as_json(report: Report) -> dict[str, Any]:
    """Return the whole report; its keys are those of `Report`, told in the README. Days are ISO 8601."""
    return {
        "since": report.since.isoformat(),
        "until": report.until.isoformat(),
        "shown": report.shown,
        "opinions": report.opinions,
        "most_asked": [_flat(each) for each in report.most_asked],
        "disliked": [{**_flat(each), "at_least": round(each.at_least, 4)} for each in report.disliked],
        "unanswered": [
            {
                "question": each.question,
                "count": each.count,
                "also": list(each.also),
                "near": each.near.entry if each.near else None,
            }
            for each in report.unanswered
        ],
        "near_misses": [
            {
                "question": each.question,
                "count": each.count,
                "also": list(each.also),
                "offered": [sheet.entry for sheet in each.offered],
                "picked": {sheet.entry: count for sheet, count in each.picked},
                "none_right": each.none_right,
                "no_pick": each.no_pick,
            }
            for each in report.near_misses
        ],
        "to_review": [{**_flat(each), "review_by": each.review_by.isoformat()} for each in report.to_review],
    }


def _flat(line: Asked | Disliked | ToReview) -> dict[str, Any]:
    """Return the values of `line`, those of its entry among them."""
    values = asdict(line)
    return {**values.pop("sheet"), **values}


def _at_most(lines: Sequence[str]) -> Iterator[str]:
    if not lines:
        yield text("insights", "nothing")
    yield from lines[:TOLD]
    if len(lines) > TOLD:
        yield text("insights", "more", count=len(lines) - TOLD)


def _asked(each: Asked) -> str:
    known = {"shown": each.shown, "question": each.sheet.question, "file": _file(each.sheet)}
    if not each.helpful + each.unhelpful:
        return text("insights", "asked", **known)
    return text("insights", "asked-judged", helpful=each.helpful, unhelpful=each.unhelpful, **known)


def _disliked(each: Disliked) -> str:
    opinions = each.helpful + each.unhelpful
    known = {"unhelpful": each.unhelpful, "opinions": opinions, "share": round(100 * each.at_least)}
    entry = text("insights", "disliked-entry", question=each.sheet.question, file=_file(each.sheet))
    return "\n".join([entry, text("insights", "disliked-share", **known)])


def _unanswered(each: Unanswered) -> str:
    what = text("insights", "see-first", file=_file(each.near)) if each.near else text("insights", "write")
    return "\n".join([_quoted(each), what])


def _near_miss(each: NearMiss) -> str:
    offered = ", ".join(sheet.entry for sheet in each.offered)
    picks = [text("insights", "picked", entry=sheet.entry, count=count) for sheet, count in each.picked]
    if each.none_right:
        picks.append(text("insights", "none-right", count=each.none_right))
    if each.no_pick:
        picks.append(text("insights", "no-pick", count=each.no_pick))
    told = text("insights", "offered", offered=offered, picks=", ".join(picks))
    return "\n".join([_quoted(each), told, _advice(each)])


def _advice(each: NearMiss) -> str:
    if each.picked and each.picked[0][1] >= each.none_right:
        return text("insights", "add-variant", file=_file(each.picked[0][0]))
    return text("insights", "write") if each.none_right else text("insights", "tell-apart")


def _quoted(each: Unanswered | NearMiss) -> str:
    said = text("insights", "question", count=each.count, question=each.question)
    also = " ".join(text("insights", "quoted", question=other) for other in each.also[:_ALSO_TOLD])
    return f"{said} {text('insights', 'also', questions=also)}" if also else said


def _to_review(each: ToReview) -> str:
    known = {"file": _file(each.sheet), "day": write_short_date(each.review_by), "question": each.sheet.question}
    if each.days_left < 0:
        return text("insights", "review-late", days=write_days(-each.days_left), **known)
    return text("insights", "review", days=write_days(each.days_left), **known)


def _file(sheet: Sheet) -> str:
    return sheet.file or text("insights", "gone", entry=sheet.entry)
