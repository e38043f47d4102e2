"""Chromium without a network for tests of pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser; skips where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium")
    if not path:
        pytest.skip("no chromium here: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Tab:
    """A page in a window of its own, with what it asked the network for and what it complained about."""

    def __init__(self, browser: Any, path: Path, fragment: str = "", **options: Any) -> None:
        options = {
            "viewport": {"width": 1400, "height": 900},
            "accept_downloads": True,
            "reduced_motion": "reduce",
        } | options
        self.context = browser.new_context(**options)
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.context.route("**/*", self._route)
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(path.as_uri() + fragment)
        self.page.wait_for_function("document.documentElement.dataset.ready")

    def _route(self, route: Any) -> None:
        """Refuse everything but the page itself."""
        url = route.request.url
        if url.startswith("file:") and url.split("#")[0].endswith(".html"):
            route.continue_()
        else:
            self.asked.append(url)
            route.abort()

    def __enter__(self) -> Tab:
        return self

    def __exit__(self, *details: object) -> None:
        self.context.close()
        if details[0] is None:
            assert [url for url in self.asked if not url.startswith(("data:", "blob:"))] == []
            assert self.complaints == []
