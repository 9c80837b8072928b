"""The program as it serves its pages, and what is asked of each screen; for the tests in a browser."""

import os
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect

from bot.__main__ import main
from storage.engine.encryption import new_key
from tests.databases import copy_unopened
from tests.end_to_end.guichet_process import START_SECONDS, Guichet
from tests.shipped import cache_folder

#: Milliseconds that an answer is given, on a machine that has much else to do.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)  # five seconds, where a test says nothing else
#: Where the program writes its log, in the folder it is given.
LOG = "log"
#: What Playwright gives a page that asks for none.
_SIZE: ViewportSize = {"width": 1280, "height": 720}
#: Colours of a page, as people ask for them.
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
_FIND_VIOLATIONS = "async (options) => (await axe.run(document, options)).violations"
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
    if not (data := folder / "data").exists():
        data.mkdir(mode=0o700)
        copy_unopened(data / "guichet.sqlite3")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
    environment |= {
        "GUICHET_TODAY": "2020-10-15",
        "GUICHET_DATA": str(data),
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


@dataclass
class Tabs:
    """Pages that tests have one after the other: to open one for each took the browser longer than most tests do.

    Whoever has one finds it as a new one is: nothing that a test said, kept, held back or left open is there any more.
    """

    chromium: Browser
    address: str
    #: Which words of the console tell of an error.
    is_fault: Callable[[ConsoleMessage], bool]
    _faults: list[str] = field(default_factory=list)
    _free: list[Page] = field(default_factory=list)
    _given: list[Page] = field(default_factory=list)
    _alone: list[BrowserContext] = field(default_factory=list)

    def open(self) -> Page:
        """Give a page in a browser that nobody used before, as far as it can tell."""
        page = self._free.pop() if self._free else self._new()
        self._given.append(page)
        return page

    def open_other(self, **how: Any) -> Page:
        """Give a page in a browser of another kind, which ends with the test."""
        page = self._new(**how)
        self._alone.append(page.context)
        return page

    def give_back(self) -> None:
        """End what a test did with its pages, whose consoles must have been silent."""
        faults = list(self._faults)
        for page in self._given:
            _forget(page)
        self._free += self._given
        for context in self._alone:
            context.close()
        for each in (self._given, self._alone, self._faults):
            each.clear()
        assert not faults, f"the console is not silent: {faults}"

    def _hear(self, message: ConsoleMessage) -> None:
        # Of what is no page of ours, such as /healthz, the browser asks for an icon by itself.
        if self.is_fault(message) and not message.location["url"].endswith("/favicon.ico"):
            self._faults.append(f"{message.text} {message.location['url']}")

    def close(self) -> None:
        for page in self._free:
            page.context.close()

    def _new(self, **how: Any) -> Page:
        context = self.chromium.new_context(base_url=self.address, locale="fr-FR", **how)
        context.set_default_timeout(PATIENCE)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self._faults.append(str(error.error)))
        return context.new_page()


def _forget(page: Page) -> None:
    context = page.context
    for other in context.pages:
        if other is not page:
            other.close()
    page.unroute_all()
    context.set_offline(False)
    page.set_viewport_size(_SIZE)
    page.goto("/healthz")  # of the same origin, and runs nothing; a page may keep something on its way out
    page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    context.clear_cookies()


def check_accessibility(page: Page, where: str, schemes: Sequence[Scheme] = ("light",)) -> None:
    """See that axe-core finds no violation on the screen, in each scheme of colours."""
    page.evaluate(Axe().axe_script)
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate(_FIND_VIOLATIONS, {"runOnly": _TAGS, "resultTypes": ["violations"]})
        faults = [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]
        assert faults == [], f"{where} {scheme}"
