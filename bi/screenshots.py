"""Take pictures of dashboards in Chromium, and say what was wrong in the browser.

Run by Superset's own Python, against a running Superset:

    .venv-bi/bin/python bi/screenshots.py so-lieu-cong-bo --width 1400 --width 390

Needs Debian's ``chromium`` and ``chromium-driver``, or others on PATH. Exit code 1
means that a chart failed, the console has an error, or a request left the server.
"""

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

MISSING = 3
_POLICY = "violates the following Content Security Policy directive"
PHONE = 500  # narrower windows are shown as a phone's
_PHONE_AGENT = "Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Mobile Safari/537.36"

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_SECONDS = 90
_SCREEN = 1000
_LOADING = (
    'return document.querySelectorAll(\'.loading, [data-test="loading-indicator"],'
    " .ant-skeleton-active').length"
)
_CHARTS = "return document.querySelectorAll('[data-test-viz-type]').length"
_FAILED = (
    "return [...document.querySelectorAll('[role=\"alert\"], .ant-alert-error')]"
    ".map(element => element.innerText).filter(text => text)"
)
_HEIGHT = (
    "const grid = document.querySelector('.dashboard-content, .grid-container');"
    "return Math.max(document.documentElement.scrollHeight,"
    " grid ? grid.getBoundingClientRect().bottom + 40 : 0)"
)


@dataclass
class Seen:
    """What the browser said of one page."""

    picture: Path
    charts: int = 0
    console_errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    """Addresses outside that the page asked for, and its policy kept it from."""

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.console_errors or self.outside or self.failures)


def main() -> int:
    """Take the pictures that the command line asks for."""
    asked = _arguments()
    if not (shutil.which("chromedriver") and _browser()):
        print(
            "No pictures: chromium and chromedriver are not installed "
            "(Debian: apt install chromium chromium-driver)",
            file=sys.stderr,
        )
        return MISSING
    asked.output.mkdir(parents=True, exist_ok=True)
    is_good = True
    for width in asked.width or [1400]:
        with Browser(asked.address, width) as browser:
            browser.log_in(asked.user, asked.password)
            for slug in asked.dashboards:
                seen = browser.look_at(slug, asked.output / f"{slug}-{width}.png")
                is_good &= seen.is_good
                print(json.dumps(vars(seen), default=str, ensure_ascii=False))
    return 0 if is_good else 1


class Browser:
    """Chromium with one window, logged in to one Superset."""

    def __init__(self, address: str, width: int) -> None:
        self._address, self._width = address, width

    def __enter__(self) -> "Browser":
        options = Options()
        options.binary_location = _browser() or ""
        for argument in (
            "--headless=new",
            "--no-sandbox",  # as root, in a container
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--hide-scrollbars",
            "--lang=vi",
            f"--window-size={max(self._width, PHONE)},{_SCREEN}",
        ):
            options.add_argument(argument)
        if self._width < PHONE:
            options.add_experimental_option(
                "mobileEmulation",
                {
                    "deviceMetrics": {
                        "width": self._width,
                        "height": 844,
                        "pixelRatio": 2.0,
                        "touch": True,
                    },
                    "userAgent": _PHONE_AGENT,
                },
            )
        options.set_capability(
            "goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"}
        )
        service = Service(shutil.which("chromedriver"))
        self._driver = webdriver.Chrome(options=options, service=service)
        return self

    def __exit__(self, *_: object) -> None:
        self._driver.quit()

    def log_in(self, user: str, password: str) -> None:
        """Fill in the login page."""
        self._driver.get(f"{self._address}/login/")
        wait = WebDriverWait(self._driver, _SECONDS)
        wait.until(lambda driver: driver.find_elements(By.ID, "username"))
        self._driver.find_element(By.ID, "username").send_keys(user)
        self._driver.find_element(By.ID, "password").send_keys(password)
        self._driver.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
        wait.until(lambda driver: "/login" not in driver.current_url)

    def look_at(self, slug: str, picture: Path) -> Seen:
        """Open a dashboard, wait until its charts are drawn, take its picture."""
        seen = Seen(picture)
        self._driver.get("about:blank")  # so that the page before asks no more
        list(self._drain())  # what it said
        self._resize(_SCREEN)  # the page before may have been longer
        self._driver.get(f"{self._address}/superset/dashboard/{slug}/")
        self._wait_until_drawn()
        height = int(self._driver.execute_script(_HEIGHT))
        self._resize(height)  # charts are drawn when they come into view
        self._wait_until_drawn()
        seen.charts = int(self._driver.execute_script(_CHARTS))
        seen.failures = list(self._driver.execute_script(_FAILED))
        self._driver.save_screenshot(str(picture))
        for kind, text in self._drain():
            if kind == "error":
                seen.console_errors.append(text)
            elif kind == "blocked":
                seen.blocked.append(text)
            elif urlsplit(text).netloc != urlsplit(self._address).netloc:
                seen.outside.append(text)
        return seen

    def _resize(self, height: int) -> None:
        metrics = {
            "width": self._width,
            "height": min(max(height, 600), 12_000),
            "deviceScaleFactor": 2 if self._width < PHONE else 1,
            "mobile": self._width < PHONE,
        }
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def _wait_until_drawn(self) -> None:
        """Wait until there are charts, none is loading, for a second on end."""
        deadline = time.monotonic() + _SECONDS
        quiet = 0
        while quiet < 4 and time.monotonic() < deadline:
            time.sleep(0.5)
            is_quiet = self._driver.execute_script(_CHARTS) > 0
            is_quiet &= self._driver.execute_script(_LOADING) == 0
            quiet = quiet + 1 if is_quiet else 0

    def _drain(self) -> Iterator[tuple[str, str]]:
        """Yield console errors and requested addresses since the last call."""
        requested, blocked = {}, set()
        for entry in self._driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            params = message["params"]
            if message["method"] == "Network.requestWillBeSent":
                requested[params["requestId"]] = params["request"]["url"]
            elif params.get("blockedReason") == "csp":
                blocked.add(params["requestId"])
        for request, url in requested.items():
            if url.startswith(("http:", "https:", "ws:", "wss:")):
                yield "blocked" if request in blocked else "request", url
        for entry in self._driver.get_log("browser"):
            if entry["level"] == "SEVERE" and _POLICY not in entry["message"]:
                yield "error", entry["message"]


def _browser() -> str | None:
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dashboards", nargs="+", help="slugs")
    parser.add_argument("--address", default="http://127.0.0.1:8088")
    parser.add_argument("--user", default="admin")
    parser.add_argument("--password", default=os.environ.get("SUPERSET_ADMIN_PASSWORD"))
    parser.add_argument("--width", type=int, action="append")
    parser.add_argument("--output", type=Path, default=Path(".local/superset/pictures"))
    asked = parser.parse_args()
    if asked.password is None:
        secrets = json.loads(Path(".local/secrets.json").read_text(encoding="utf-8"))
        asked.password = secrets["superset_admin"]
    return asked


if __name__ == "__main__":
    sys.exit(main())
