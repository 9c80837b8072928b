"""The process in which folders are checked: an order a line on standard input, its faults a line on standard output.

It is kept, so that only what changed since its last order is looked at again, and ends when the orders do.
"""

import json
import sys
from datetime import date
from pathlib import Path

from bot.base.wording import text
from bot.conversation.reading.legible import legible
from bot.conversation.talk.message_names import MESSAGES
from bot.conversation.talk.message_values import CHOICES
from knowledge.cache.memory import Memory
from knowledge.call.check import check_folder
from knowledge.call.faults import Fault


def serve(most_bytes: int) -> None:
    """Answer orders until they end; `most_bytes`: of memory, beyond which the process ends with MemoryError."""
    _limit_memory(most_bytes)
    memory = Memory()
    for line in sys.stdin:
        order = json.loads(line)
        memory.begin()
        folder, today = Path(order["folder"]), date.fromisoformat(order["today"])
        faults = check_folder(folder, today, MESSAGES, CHOICES, memory=memory)
        print(json.dumps([_told(fault) for fault in faults]), flush=True)


def _told(fault: Fault) -> str:
    """Return what `guichet check` says of it."""
    return legible(text("check", "warning", fault=fault) if fault.is_warning else str(fault))


def _limit_memory(most_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, most_bytes))


if __name__ == "__main__":
    serve(int(sys.argv[1]))
