"""What the first message would wait for is there before it."""

import subprocess
import sys

from tests.end_to_end.guichet_process import ROOT

#: In a process of its own: in this one, other tests have loaded everything.
_REHEARSED = """
import sys
from datetime import UTC, datetime
from bot.rehearsal import rehearse
from tests.shipped import shipped
library = shipped()
assert "icalendar" not in sys.modules and "towns" not in vars(library) and "hasty" not in vars(library.call)
assert "_wishes" not in vars(library)
rehearse(library, datetime(2020, 10, 15, 10, tzinfo=UTC))
assert "icalendar" in sys.modules and "towns" in vars(library) and "hasty" in vars(library.call)
assert "_wishes" in vars(library)
assert "rows" in vars(library.towns._registers) and "known" in vars(library.call.hasty)
indexes = (library.towns._names._communes, library.towns._names._groups)
parts = ("_exact", "_loose", "_sounds", "_beginnings", "_endings")
assert all("_places" in vars(getattr(index, part)) for index in indexes for part in parts)
assert "_places" in vars(library.towns._names._postal_codes)
"""


def test_what_is_loaded_on_demand_is_there_after_a_rehearsal() -> None:
    subprocess.run([sys.executable, "-c", _REHEARSED], cwd=ROOT, check=True, timeout=60)
