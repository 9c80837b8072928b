"""`guichet check --audit`: what is stated, from which source, on which days, for whoever signs it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from bot.base.wording import text
from bot.conversation.talk.message_names import MESSAGES
from knowledge.call.claims.claim_check import renderer_of
from knowledge.call.claims.table import Row, audit, audit_text
from knowledge.call.criteria import eligibility_texts, quoted_sources
from knowledge.call.loader import ELIGIBILITY, Draft, read_folder
from knowledge.call.model import Source
from knowledge.call.rendering import Renderer
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
        yield from map(_line, audit(entry, renderer, days, sources))
        yield ""
    yield from _of_the_verdict(draft, renderer, days, sources)
    yield from _of_the_messages(draft, renderer, days)


def _of_the_verdict(
    draft: Draft, renderer: Renderer, days: Sequence[date], sources: Mapping[str, Source]
) -> Iterator[str]:
    """Yield what is said of a town, with an example of one."""
    placed = draft.files.get(ELIGIBILITY)
    if placed is None:
        return
    quoted: dict[tuple[str | int, ...], list[Source]] = {}
    for path, source in quoted_sources(placed.model):
        quoted.setdefault(path[:2], []).append(sources[source])
    for path, template, example in eligibility_texts(placed.model):
        yield text("audit", "verdict", path=".".join(map(str, path)))
        yield text("audit", "head")
        yield from map(_line, audit_text(template, example, renderer, days, tuple(quoted.get(path[:2], ()))))
        yield ""


def _of_the_messages(draft: Draft, renderer: Renderer, days: Sequence[date]) -> Iterator[str]:
    """Yield what the assistant says of itself, in one table: by the name of the message, with an example."""
    placed = draft.files.get("messages.yaml")
    if placed is None:
        return
    for name, template in placed.model.messages.items():
        if name not in MESSAGES:
            continue
        yield text("audit", "message", name=name)
        yield text("audit", "head")
        yield from map(_line, audit_text(template, MESSAGES[name], renderer, days))
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
        basis=text("audit", row.basis or "nothing"),
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
