"""What is loaded stays until a process ends: nobody looks through it for garbage while it is made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def staying() -> Iterator[None]:
    """Look for no garbage meanwhile, nor while a function runs that bears this as its decorator.

    Half a million objects are made when a call and the registers are read, and Python looks through all of them again
    and again. What counts its uses is freed as ever; circles wait until the end.
    """
    is_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_collecting:
            gc.enable()
