"""A burst is told as one: what waits for the staff's group, because a channel takes only so many messages a minute, is
put together. Nothing is lost: what is folded is in the dossier or the thread, and each line says how it is seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.talk.messages import Reply
from bot.conversation.values.about import About
from bot.desk.desk import Desk
from bot.desk.subjects import find_subject
from bot.transport.delivery import PACE
from knowledge.templates.plain import Plain
from storage import backlog, outbox, recipients
from storage.backlog import Waiting
from storage.engine.database import Transaction
from storage.outbox import Departure

#: So many messages may wait as they are; of more, the oldest few leave so, and the rest is told as one.
FEW, KEPT = 5, 3
#: Messages looked at in one transaction.
AT_ONCE = 300
#: Characters of the messages about one thing that are put together in one; of the others it is said how many.
TOGETHER = 3_000
#: Lines of a list.
LINES = 30

_FOLDED = "folded"
#: What the rows keep of what was folded into them, beside what is sent.
_TEXTS, _MORE, _LISTED = "folded_texts", "folded_more", "folded_list"


def fold_bursts(desk: Desk, transaction: Transaction, now: datetime) -> None:
    """Put together what waits at each desk whose channel takes no more for now."""
    for address in dict.fromkeys((*desk.addresses, *desk.press_addresses)):
        group = recipients.find(transaction, address.channel, address.address)
        if group is not None and backlog.is_held_back(transaction, group, PACE, FEW):
            _Fold(desk, transaction, address.channel, group, now).fold()


@dataclass(frozen=True, slots=True)
class _Fold:
    desk: Desk
    transaction: Transaction
    channel: str
    group: int
    now: datetime

    def fold(self) -> None:
        waiting = backlog.lock_waiting(self.transaction, self.group, AT_ONCE)
        rest = [each for each in waiting if _is_foldable(each)][KEPT:]
        if len(rest) <= FEW - KEPT:
            return
        by_about: dict[str, list[Waiting]] = {}
        for each in rest:
            by_about.setdefault(each.about or "", []).append(each)
        listed = next((each for each in waiting if _LISTED in each.content), None)
        if len(by_about) <= KEPT and listed is None:
            for rows in by_about.values():
                self._together(rows)
        else:
            self._list(by_about, listed)

    def _together(self, rows: Sequence[Waiting]) -> None:
        """Tell what is about one thing in the first of its messages."""
        first, *others = [each for each in rows if not each.content.get("enclosed")]
        if not others:
            return
        texts: list[str] = []
        more, length = 0, 0
        for each in (first, *others):
            more += each.content.get(_MORE, 0)
            for text in _texts(each):
                length += len(text)
                if length > TOGETHER:
                    more += 1
                else:
                    texts.append(text)
        about = first.about or ""
        text = "\n\n".join(text.strip() for text in texts)
        if more:
            text += "\n\n" + self._say("group_folded_more", more=more, see=_named(about))
        content = {**first.content, "text": text, _TEXTS: texts, _MORE: more}
        if outbox.rewrite(self.transaction, first.id, content):
            backlog.withdraw(self.transaction, [each.id for each in others], _FOLDED, self.now)

    def _list(self, by_about: Mapping[str, Sequence[Waiting]], listed: Waiting | None) -> None:
        """Tell of what is about many things in a list, the one that waits already if there is one."""
        counts: dict[str, int] = dict(listed.content[_LISTED]) if listed else {}
        for about, rows in by_about.items():
            counts[about] = counts.get(about, 0) + sum(len(_texts(each)) + each.content.get(_MORE, 0) for each in rows)
        lines = [self._line(about, count) for about, count in counts.items()]
        text = self._say("group_folded", lines=lines[:LINES], more=len(lines[LINES:]))
        content = {**Reply(text).as_json(), _LISTED: counts}
        folded = [each.id for rows in by_about.values() for each in rows]
        if listed is None or not outbox.rewrite(self.transaction, listed.id, content):
            key = f"folded:{self.group}:{folded[0]}:{folded[-1]}"
            # About many: it could not be erased with one of them, and is not kept.
            departure = Departure(key, self.channel, self.group, content, is_fleeting=True)
            outbox.put(self.transaction, [departure], self.now)
        backlog.withdraw(self.transaction, folded, _FOLDED, self.now)

    def _line(self, about: str, count: int) -> str:
        subject = find_subject(self.desk, self.transaction, about, self.now)
        title = subject.title if subject else _named(about)
        return self._say("group_folded_line", title=title, count=count, see=_named(about))

    def _say(self, message: str, **values: Plain) -> str:
        return self.desk.library.say(message, self.now, **values)


def _is_foldable(row: Waiting) -> bool:
    """Whether all that it says can be seen again: a document that somebody sent leaves as it is."""
    enclosed = row.content.get("enclosed", ())
    return bool(row.about) and not row.content.get("files") and all(each.startswith("sheet:") for each in enclosed)


def _texts(row: Waiting) -> list[str]:
    """Return the messages that it tells."""
    texts: list[str] = row.content.get(_TEXTS) or [row.content["text"]]
    return texts


def _named(about: str) -> str:
    """Return the number by which the staff's commands name it."""
    return About(about).name
