"""Which values the words of `message_names.py` can take, where these are few: an answer for another is never said.

Here only what the program tells apart by a word of its own; no sentence.
"""

from collections.abc import Iterable, Mapping, Sequence

from bot.conversation.talk.document_types import Objection
from bot.conversation.talk.messages import Speaker
from bot.conversation.values.dossier import EventKind
from bot.conversation.values.fate import Fate
from bot.conversation.values.moves import Status

#: Kept in the database, whose words the conversation does not know: of reminders, messages, threads, press requests.
REMINDER = ("planned", "sent", "dropped")
LINE = ("pending", "sent", "refused", "abandoned", "withdrawn")
THREAD = ("waiting", "held", "closed")
PRESS = ("waiting", "answered", "closed")
#: What may have become of words that waited for their author.
DRAFT = ("sent", "noted", "dropped")
#: What is written of.
SUBJECT = ("dossier", "thread")


def _words(kinds: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(kind) for kind in kinds)


_STATUS = {"status": _words(Status)}
_FATE = {"fate": _words(Fate)}
_EVENT = {"event": _words(EventKind)}
_SUBJECT = {"kind": SUBJECT}
#: Message -> name -> the values it takes.
CHOICES: Mapping[str, Mapping[str, Sequence[str]]] = {
    **dict.fromkeys(("status_name", "desk_not_now", "group_topic_dossier"), _STATUS),
    "document_refused": {"why": _words(Objection)},
    "history_line": {"kind": _words(EventKind)},
    **dict.fromkeys(("erase_confirm", "erased"), _FATE),
    **dict.fromkeys(("desk_done", "desk_done_thread"), _EVENT),
    "data_reminder": {"status": REMINDER},
    "data_bot": {"status": LINE},
    "group_topic_thread": {"status": THREAD},
    "press_standing": {"status": PRESS},
    "group_nameless": {"speaker": _words(Speaker)},
    "group_draft_gone": {"fate": DRAFT, **_SUBJECT},
    "group_verb": {"kind": (*SUBJECT, "draft")},
    "group_edited": _SUBJECT,
}
