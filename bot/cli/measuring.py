"""`guichet evaluate`: labelled questions from a file, the report as text or JSON. The measures are in `knowledge`."""

import time
from dataclasses import fields
from pathlib import Path
from typing import Any

from bot.base.complaints import Complaint
from bot.base.wording import text
from knowledge.call.model import OUT_OF_SCOPE
from knowledge.library import Library
from knowledge.matching.evaluation import Labelled, Mistake, Report, evaluate


def measure(file: Path, library: Library) -> Report:
    """Return the report on the questions of `file`. Errors: Complaint for a file that cannot be read as such."""
    topics = {entry.id: entry.topic for entry in library.call.entries}
    lines = _read(file, {topic.id for topic in library.call.topics} | {OUT_OF_SCOPE})
    return evaluate(lines, library.matcher, topics, time.perf_counter)


def _read(file: Path, topics: set[str]) -> list[Labelled]:
    try:
        content = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Complaint("not-utf8", file=file) from None
    except OSError:
        raise Complaint("no-file", file=file) from None
    lines = []
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        question, tab, topic = line.rstrip("\r").partition("\t")
        topic = topic.split("\t")[0].strip()
        if not tab or not topic:
            raise Complaint("bad-line", file=file, line=number)
        if topic not in topics:
            raise Complaint("bad-topic", file=file, line=number, topic=topic)
        lines.append(Labelled(question, topic))
    if not lines:
        raise Complaint("no-lines", file=file)
    return lines


def report_as_json(report: Report) -> dict[str, Any]:
    measures = {field.name: getattr(report, field.name) for field in fields(report) if field.name != "mistakes"}
    rounded = {name: round(value, 4) for name, value in measures.items()}
    return {**rounded, "mistakes": [_as_dict(mistake) for mistake in report.mistakes]}


def report_as_text(report: Report) -> str:
    measures = {field.name: getattr(report, field.name) for field in fields(report) if field.name != "mistakes"}
    parts = [text("evaluate", "table", **measures)]
    if report.mistakes:
        parts += ["", text("evaluate", "mistakes")]
        nothing = text("evaluate", "nothing")
        for mistake in report.mistakes:
            known = _as_dict(mistake) | {"topic": mistake.topic or nothing, "entry": mistake.entry or nothing}
            parts.append(text("evaluate", "mistake", **known))
    return "\n".join(parts)


def _as_dict(mistake: Mistake) -> dict[str, Any]:
    return {
        "question": mistake.question,
        "expected": mistake.expected,
        "topic": mistake.topic,
        "entry": mistake.entry,
        "confidence": round(mistake.confidence, 4),
        "fate": mistake.fate.value,
    }
