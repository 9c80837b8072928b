"""A template of a reply, filled with what is known of a town; a place that nothing is known for is named."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from knowledge.call.desk.replies import PLACES, ReplyTemplate
from knowledge.call.rendering import Renderer
from knowledge.templates.plain import Plain

#: Signs that nobody types, around the name of a place that is not known.
_GAP = re.compile("\ue000([a-z_]+)\ue001")


@dataclass(frozen=True, slots=True)
class Filled:
    """A reply as it would leave, or the names of the places of `PLACES` that nothing is known for."""

    text: str
    missing: tuple[str, ...]


def fill_reply(renderer: Renderer, template: ReplyTemplate, known: Mapping[str, str | None], now: datetime) -> Filled:
    """Return the reply, filled with what is `known` of `PLACES`."""
    values: dict[str, Plain] = {name: known.get(name) or f"\ue000{name}\ue001" for name in PLACES}
    values["has"] = {name: bool(known.get(name)) for name in PLACES}
    text = renderer.render(template.text, now, **values)
    return Filled(_GAP.sub("…", text), tuple(dict.fromkeys(_GAP.findall(text))))
