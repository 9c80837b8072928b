"""How much one person may have here at a time: enough for every town that they speak for, too little to fill a disk."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.talk.document_types import MOST
from bot.conversation.talk.state import SentDocument

#: Dossiers that one person began and has not sent yet.
MOST_DRAFTS = 10
#: Documents of one person in dossiers that are not sent and in threads that are not over, and megabytes of them all.
MOST_DOCUMENTS, MOST_MEGABYTES = 60, 200
#: Of these, documents in one thread.
MOST_IN_THREAD = MOST


@dataclass(frozen=True, slots=True)
class Tally:
    """What the person has sent and still counts, what is on its way included; sizes in bytes."""

    documents: int = 0
    size: int = 0
    #: Documents in the thread that goes on.
    in_thread: int = 0


def divide(
    documents: Sequence[SentDocument], tally: Tally, *, is_thread: bool
) -> tuple[list[SentDocument], list[SentDocument]]:
    """Return the documents that there is room for, and those that there is none for, each in order."""
    fit: list[SentDocument] = []
    beyond: list[SentDocument] = []
    count, size, in_thread = tally.documents, tally.size, tally.in_thread
    for document in documents:
        more = document.attachment.size or 0
        is_full = count >= MOST_DOCUMENTS or size + more > MOST_MEGABYTES * 1024 * 1024
        if is_full or (is_thread and in_thread >= MOST_IN_THREAD):
            beyond.append(document)
        else:
            fit.append(document)
            count, size, in_thread = count + 1, size + more, in_thread + 1
    return fit, beyond
