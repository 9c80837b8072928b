"""What whoever runs the program has to know of Telegram at once: in French on the console, and in the log."""

import logging
import sys
from collections.abc import Callable
from typing import Any

from bot.base.wording import text

_log = logging.getLogger(__name__)


class Operator:
    """Tells each fault once, until it is over: it may be met twice a second."""

    def __init__(self, show: Callable[[str], object] = lambda line: print(line, file=sys.stderr, flush=True)) -> None:
        self._show = show
        self._told: set[str] = set()

    def tell(self, fault: str, **known: Any) -> None:
        """Tell the fault of this name in `command_line.yaml`, under `telegram`."""
        if fault in self._told:
            return
        self._told.add(fault)
        _log.error("action=telegram_fault fault=%s", fault)
        self._show(text("telegram", fault, **known))

    def settle(self, *faults: str) -> None:
        """Note that these are over, and tell so of those that were told."""
        for fault in self._told.intersection(faults):
            self._told.discard(fault)
            _log.warning("action=telegram_fault_over fault=%s", fault)
            self._show(text("telegram", "over"))
