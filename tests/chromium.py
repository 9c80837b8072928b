"""A real browser for tests: the system's Chromium, driven by Playwright. Without it, a skip that says so."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

#: The variable by which a run refuses to do without.
NEEDED = "GUICHET_TESTS_NEED_CHROMIUM"
#: What Debian, others and Google call it.
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
#: What Playwright turns off: of several such flags the last one counts, and ours is.
_OFF_FOR_PLAYWRIGHT = (
    *("AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose"),
    *("HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled"),
    "PreconnectToSearch",
)
#: The list below its address bar, which nobody sees here: two pages that it loads beside each page that a test opens,
#: and as much work as three of ours.
_ADDRESS_BAR = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
#: They keep it from trying the network, and from a graphics card that is not there.
_FLAGS = (
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"),
    *("--disable-quic", "--disable-gpu", f"--disable-features={','.join((*_OFF_FOR_PLAYWRIGHT, *_ADDRESS_BAR))}"),
)


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Yield a browser. Without one: a failure where it is needed, else a skip."""
    path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get(NEEDED):
            pytest.fail("these tests need Chromium: apt install chromium")
        pytest.skip("NOT TESTED IN A BROWSER: no Chromium found (apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()
