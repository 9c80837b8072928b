"""`guichet check --audit`: what each answer states, from which source, on which days, for whoever signs it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.base.wording import text
from knowledge.call.claims.claim_check import renderer_of
from knowledge.call.claims.table import Row, audit
from knowledge.call.loader import read_folder
from knowledge.call.template_check import days_of


def audit_lines(folder: Path) -> Iterator[str]:
    """Yield the audit of a sound folder, line by line: a heading and a Markdown table an entry."""
    draft = read_folder(folder)
    renderer = renderer_of(draft)
    if renderer is None:
        return
    days = days_of(draft)
    sources = {source.id: source for source in draft.files["sources.yaml"].model.sources}
    for placed in sorted(draft.entries, key=lambda placed: placed.model.id):
        entry = placed.model
        yield text("audit", "entry", id=entry.id, question=entry.question, day=entry.checked_on)
        yield text("audit", "head")
        for row in audit(entry, renderer, days, sources):
            yield _line(row)
        yield ""


def _line(row: Row) -> str:
    quoted = [
        text("audit", "read", id=source.id, read=text("audit", source.read)) if source.read else source.id
        for source in row.sources
    ]
    told = ", ".join(_span(first, last) for first, last in row.told)
    return text(
        "audit",
        "row",
        sentence=row.sentence.replace("|", "/"),
        source=", ".join(quoted) or text("audit", "nothing"),
        basis=text("audit", row.basis),
        days=told,
    )


def _span(first: date | None, last: date | None) -> str:
    if first is None and last is None:
        return text("audit", "always")
    if first == last:
        return text("audit", "day", day=first)
    if first is None:
        return text("audit", "until", day=last)
    return text("audit", "since", day=first) if last is None else text("audit", "span", first=first, last=last)
