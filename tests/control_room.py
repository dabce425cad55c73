"""A demo server as a process of its own, and people before its screens in a real browser."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from first_mine import first_mine
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright
from system.whole import demo_mine

ROOT = Path(__file__).parents[1]
SCREENS = ROOT / "build" / "screens"
"""A picture of every page, as a run of these tests saw it; whoever runs them keeps the folder."""
STATIC = ROOT / "src/minesafe/web/static"
AXE = ROOT / "src/minesafe/web/ui/node_modules/axe-core/axe.min.js"

CHROMIUM_ARGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

START_S = 60.0

# What is awaited is there in a tenth of it; two busy cores are given time, and lose none.
expect.set_options(timeout=15_000)
PASSWORDS = {user.name: user.demo_password for user in first_mine().users}


class Serving(Protocol):
    """Where pages are, and what the log-ins there are opened with."""

    url: str
    passwords: dict[str, str]


@dataclass
class Server:
    """A `minesafe demo` of the first mine that runs."""

    words: tuple[str, ...]
    url: str = ""
    said: list[str] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=lambda: PASSWORDS)
    process: "subprocess.Popen[str] | None" = None

    def begin(self) -> None:
        """Start it, for the first time or again on what it left; returns when pages may come."""
        environment = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PYTHONUNBUFFERED": "1"}
        self.process = process = subprocess.Popen(
            [sys.executable, "-m", "minesafe.cli", "demo", *self.words],
            cwd=ROOT,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        ready = threading.Event()
        threading.Thread(target=self._read, args=(process, ready), daemon=True).start()
        assert ready.wait(START_S), "".join(self.said)

    def _read(self, process: "subprocess.Popen[str]", ready: threading.Event) -> None:
        """Wait for the line with the address, then keep reading so that nothing fills up."""
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                self.said.append(line)
                if found := re.match(r"(http://[\d.:]+) ", line):
                    self.url = found.group(1)
                    ready.set()

    def _tell(self, sign: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(sign)

    def stop(self) -> None:
        """Freeze it as a hung machine would: connections stay, nothing is answered."""
        self._tell(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it live again."""
        self._tell(signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL: it says good-bye to nobody."""
        self._tell(signal.SIGKILL)
        self._wait()

    def end(self) -> None:
        """As Ctrl-C does."""
        self.go_on()
        self._tell(signal.SIGINT)
        self._wait()

    def _wait(self) -> None:
        assert self.process is not None
        self.process.wait(30)


@contextmanager
def demo(*arguments: str) -> Iterator[Server]:
    """Start `minesafe demo` and end it, with data and ports nobody else has."""
    assert (STATIC / "index.html").is_file(), "the pages are not built: pip install -e ."
    # Below /tmp and open, so that an embedded database can reach it as another user.
    folder = Path(tempfile.mkdtemp(prefix="minesafe-room-", dir="/tmp"))
    folder.chmod(0o755)
    server = Server((str(demo_mine(folder)), "--data", str(folder / "data"), *arguments))
    try:
        server.begin()
        yield server
    finally:
        server.end()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's own browser, without a screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), chromium_sandbox=False, args=CHROMIUM_ARGS
        )
        yield browser
        browser.close()


TURN = """path => {
    history.pushState(null, "", path);
    dispatchEvent(new PopStateEvent("popstate"));
}"""


@dataclass
class Console:
    """One person's screen."""

    page: Page
    server: Serving
    complaints: list[str]
    """What the browser complained about: script errors, a policy broken, a strange address."""

    def open(self, path: str = "/") -> None:
        """Go to an address of the server."""
        self.page.goto(self.server.url + path)

    def turn_to(self, path: str) -> None:
        """As a link of the page does, without loading everything anew."""
        self.page.evaluate(TURN, path)
        expect(self.page.locator("main h1").first).to_be_attached()

    def barriers(self, *rules: str) -> list[str]:
        """What axe finds that would keep somebody from reading or using the page.

        Without any rule it looks for all of them.
        """
        assert AXE.is_file(), "the pages' tools are not installed: make pages"
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text("utf-8"))
        asked: dict[str, Any] = {"resultTypes": ["violations"]}
        if rules:
            asked["runOnly"] = rules
        found = self.page.evaluate("asked => axe.run(asked)", asked)["violations"]
        return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]

    def picture(self, name: str, seen_by: str = "none") -> None:
        """Keep what is on the screen; `seen_by` deuteranopia: as one in twelve men sees it."""
        SCREENS.mkdir(parents=True, exist_ok=True)
        browser = self.page.context.new_cdp_session(self.page)
        browser.send("Emulation.setEmulatedVisionDeficiency", {"type": seen_by})
        self.page.screenshot(path=SCREENS / f"{name}.png")
        browser.send("Emulation.setEmulatedVisionDeficiency", {"type": "none"})
        browser.detach()

    def log_in(self, user: str) -> None:
        """Through the form, as people do."""
        self.page.fill("input[name=user]", user)
        self.page.fill("input[name=password]", self.server.passwords[user])
        self.page.click("form button[type=submit]")
        expect(self.page.locator("header time")).to_be_visible()

    def acknowledge(self, row: Locator) -> None:
        """Level I asks what is being done first, in one press of the usual answers."""
        button = row.get_by_role("button", name=re.compile("^确认"))
        asks = button.inner_text().endswith("…")
        button.click()
        if asks:
            self.page.get_by_role("dialog").get_by_role("button", name="正在核实").click()

    def log_out(self) -> None:
        """It stands behind "more", where nobody presses it by mistake."""
        self.page.locator("nav .more").click()
        self.page.get_by_role("button", name=re.compile("退出|Log out")).click()
        expect(self.page.locator("input[name=user]")).to_be_visible()


@contextmanager
def console(
    browser: Browser,
    server: Serving,
    user: str | None = "dispatcher",
    *,
    size: tuple[int, int] = (1920, 1080),
    lang: str = "zh",
    before: str = "",
) -> Iterator[Console]:
    """A screen of this size, logged in unless `user` is None; `before` runs first in each page."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.add_init_script(f"localStorage.setItem('minesafe.lang', '{lang}')")
    if before:
        context.add_init_script(before)
    page = context.new_page()
    seen = Console(page, server, [])
    page.on("pageerror", lambda error: seen.complaints.append(f"script: {error}"))
    page.on("console", lambda said: _listen(seen, said))
    page.on("request", lambda asked: _watch(seen, asked.url))
    seen.open()
    if user:
        seen.log_in(user)
    yield seen
    context.close()


def _listen(seen: Console, said: ConsoleMessage) -> None:
    # Browsers report every answer that says no: nobody is logged in, somebody else was quicker, a
    # room without a database.
    if said.type == "error" and not re.search("status of (401|409|503) ", said.text):
        seen.complaints.append(f"console: {said.text} {said.location['url']}")


def _watch(seen: Console, url: str) -> None:
    if not url.startswith((seen.server.url, "data:", "blob:")):
        seen.complaints.append(f"strange address: {url}")
