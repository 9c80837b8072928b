"""The process in which folders are checked: an order a line on standard input, its faults a line on standard output.

It is kept, so that only what changed since its last order is looked at again. It ends at once when its standard input
closes, whatever it is at, for nobody reads on; and when no order comes for a while.
"""

import json
import os
import sys
import threading
from datetime import date
from pathlib import Path
from queue import Empty, SimpleQueue

from bot.base.wording import text
from bot.conversation.reading.legible import legible
from bot.conversation.talk.message_names import MESSAGES
from bot.conversation.talk.message_values import CHOICES
from knowledge.cache.memory import Memory
from knowledge.call.check import check_folder
from knowledge.call.faults import Fault


def serve(most_bytes: int, idle: float) -> None:
    """Answer orders until none has come for `idle` seconds.

    `most_bytes`: of memory, beyond which the process ends with MemoryError.
    """
    _limit_memory(most_bytes)
    orders: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_take_orders, args=(orders,), daemon=True).start()
    memory = Memory()
    while (line := _next(orders, idle)) is not None:
        order = json.loads(line)
        memory.begin()
        folder, today = Path(order["folder"]), date.fromisoformat(order["today"])
        faults = check_folder(folder, today, MESSAGES, CHOICES, memory=memory)
        print(json.dumps([_told(fault) for fault in faults]), flush=True)


def _take_orders(orders: SimpleQueue[str]) -> None:
    for line in sys.stdin:
        orders.put(line)
    os._exit(0)  # from this thread nothing else ends a check that is under way


def _next(orders: SimpleQueue[str], idle: float) -> str | None:
    try:
        return orders.get(timeout=idle)
    except Empty:
        return None


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
    serve(int(sys.argv[1]), float(sys.argv[2]))
    # Not by way of the interpreter's end, at which the thread that reads holds standard input.
    os._exit(0)
