"""The program as it serves its pages, and what is asked of each screen; for the tests in a browser."""

import os
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import Page, expect

from bot.__main__ import main
from storage.engine.encryption import new_key
from tests.end_to_end.guichet_process import START_SECONDS, Guichet
from tests.shipped import cache_folder

#: Milliseconds that an answer is given, on a machine that has much else to do.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)  # five seconds, where a test says nothing else
#: Where the program writes its log, in the folder it is given.
LOG = "log"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Web:
    """The program, serving the page."""

    address: str
    environment: dict[str, str]

    def run(self, *arguments: str) -> str:
        """Run a command beside the server, as the staff do; in this process, where it takes no seconds to start."""
        told = {name: value for name, value in self.environment.items() if name.startswith("GUICHET_")}
        with CliRunner().isolation(env=told) as (out, err, _), pytest.raises(SystemExit) as ended:
            main(arguments)
        assert not ended.value.code, err.getvalue().decode()
        return out.getvalue().decode()


@contextmanager
def program_with_page(folder: Path, **settings: str) -> Iterator[Web]:
    """Run the program, with its page, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
    environment |= {
        "GUICHET_TODAY": "2020-10-15",
        "GUICHET_DATA": str(folder / "data"),
        "GUICHET_CACHE": str(cache_folder()),
        "GUICHET_SECRET_KEY": new_key(),
        "GUICHET_LISTEN": f"127.0.0.1:{port}",
        "GUICHET_WEB_PER_MINUTE": "6000",
        "OPENBLAS_NUM_THREADS": "1",
        **settings,
    }
    program = Guichet(environment, folder / LOG)
    program.start()
    try:
        address = f"http://127.0.0.1:{port}"
        _until_healthy(address, program)
        yield Web(address, environment)
        assert program.end() == 0
        assert "Traceback" not in program.log, program.log
    finally:
        program.kill()


def _until_healthy(address: str, program: Guichet) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5) as response:
                if response.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(program.log)


def check_accessibility(page: Page, where: str) -> None:
    """See that axe-core finds no violation on the screen."""
    found = Axe().run(page, options={"runOnly": _TAGS})
    faults = [f"{each['id']}: {node['html'][:120]}" for each in found.response["violations"] for node in each["nodes"]]
    assert faults == [], where
