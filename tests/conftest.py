"""What all tests share: how long property tests look, and programs that must be there.

A test that needs a program of the system runs where the program is. Where it is not, the test is
left out and the end of the run says so loudly; with CI=true that is an error.
"""

import fcntl
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from ending import pytest_addoption as pytest_addoption
from ending import pytest_configure as pytest_configure
from ending import pytest_timeout_cancel_timer as pytest_timeout_cancel_timer
from ending import pytest_timeout_set_timer as pytest_timeout_set_timer
from ending import pytest_unconfigure as pytest_unconfigure
from hypothesis import settings

from minesafe.embedded import kernels
from minesafe.embedded.kernels import Compiled
from minesafe.engine.kernels import Kernels

# Every run tries the same examples, so that a red one is about the change; the soak looks further.
settings.register_profile("minesafe", max_examples=40, deadline=None, derandomize=True)
settings.register_profile("soak", max_examples=2_000, deadline=None)
settings.load_profile("minesafe")

# A shell that puts a run into the background has it ignore Ctrl-C, and every child inherits that:
# a demo of the tests is somebody's at a terminal.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def loops(request: pytest.FixtureRequest) -> Compiled:
    """All loops; what a run before has compiled is taken from its cache.

    One worker compiles and the others wait for it: all at once would each need as long as they
    need together. The lock is given back by the system however its holder ends.
    """
    cache = request.config.cache
    assert cache is not None
    place = Path(cache.mkdir("kernels"))
    with place.with_suffix(".lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        return kernels.compiled(place)


@pytest.fixture(scope="session")
def compiled(loops: Compiled) -> Kernels:
    """The engine's."""
    return loops.kernels


LEFT_OUT = pytest.StashKey[dict[str, int]]()
LEFT_OUT_THERE = "left out"
"""Under this name a worker's count travels to the process that ends the run."""


def _needed(item: pytest.Item) -> set[str]:
    marked = {name for mark in item.iter_markers("needs") for name in mark.args}
    browser = {"chromium"} if "tests/browser/" in item.nodeid else set()
    return marked | browser


def _missing(program: str) -> bool:
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin") is None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Imported here: whoever runs one file needs nothing of it."""
    from sharing import Sharing

    config.option.loadscopereorder = False
    return Sharing(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    _leave_out(config, items)
    _leave_compiling_untimed(items)
    if hasattr(config, "workerinput"):
        from sharing import turn

        items.sort(key=lambda item: turn(item.nodeid))


def _leave_compiling_untimed(items: list[pytest.Item]) -> None:
    """A minute of compiling beside other work is no fault of the test that is first to ask.

    What the test itself does has its time-out all the same.
    """
    for item in items:
        if "compiled" in getattr(item, "fixturenames", ()):
            mark = item.get_closest_marker("timeout")
            args, given = (mark.args, mark.kwargs) if mark else ((), {})
            untimed = pytest.mark.timeout(*args, **{**given, "func_only": True})
            item.add_marker(untimed, append=False)


def _leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    needs = {item: {p for p in _needed(item) if _missing(p)} for item in items}
    counts = {p: sum(p in n for n in needs.values()) for n in needs.values() for p in n}
    config.stash[LEFT_OUT] = counts
    if (answer := getattr(config, "workeroutput", None)) is not None:
        answer[LEFT_OUT_THERE] = counts
    config.hook.pytest_deselected(items=[item for item in items if needs[item]])
    items[:] = [item for item in items if not needs[item]]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker has ended; all of them collect, and leave out, the same."""
    if (counts := getattr(node, "workeroutput", {}).get(LEFT_OUT_THERE)) is not None:
        node.config.stash[LEFT_OUT] = counts


def pytest_sessionfinish(session: pytest.Session) -> None:
    """CI leaves nothing out, and `.ci/prepare` has already said so."""
    if session.config.stash.get(LEFT_OUT, {}) and os.environ.get("CI") == "true":
        session.exitstatus = pytest.ExitCode.USAGE_ERROR


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    refused = os.environ.get("CI") == "true"
    for program, count in terminalreporter.config.stash.get(LEFT_OUT, {}).items():
        told = "CI leaves nothing out" if refused else f"apt install {program}"
        terminalreporter.write_line(
            f"!! NOT RUN: {count} tests need {program}: {told}", red=True, bold=True
        )
