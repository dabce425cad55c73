"""A run outlives a test that never ends: the test has failed, and every other one is run once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sharing import Sharing
from xdist.remote import Producer

HERE = Path(__file__).parents[1]
pytest_plugins = ["pytester"]

CONFTEST = """
import pytest
from ending import *
from ending import pytest_addoption

@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from sharing import Sharing
    config.option.loadscopereorder = False
    return Sharing(config, log)
"""

HANGS = """
import asyncio
import uvloop

def test_before(): pass

def test_hangs():
    uvloop.run(asyncio.Event().wait())

def test_after(): pass
"""

DIES = """
import os, signal

def test_dies():
    os.kill(os.getpid(), signal.SIGKILL)
"""

ANOTHER = "def test_one(): pass\ndef test_two(): pass\n"


def test_workers_that_die_are_replaced_and_no_test_is_run_twice_or_left(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{HERE}")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest(CONFTEST)
    pytester.makeini("[pytest]\ntimeout = 1\ntimeout_grace = 0.5\n")
    pytester.makepyfile(test_a=HANGS, test_b=ANOTHER, test_c=DIES, test_d=ANOTHER)
    with_these = ("-p", "xdist", "-p", "pytest_timeout", "-n2")
    ended = pytester.runpytest_subprocess(*with_these, timeout=100)
    ended.assert_outcomes(passed=6, failed=2)
    for dead in ("test_a.py::test_hangs", "test_c.py::test_dies"):
        ended.stdout.fnmatch_lines([f"worker 'gw?' crashed while running '{dead}'"])
    assert "in test_hangs" in ended.stderr.str(), "where the loop stood that hears no signal"


# --- the scheduler, over workers that are played -------------------------------------------------


@dataclass(eq=False)
class Worker:
    """What a scheduler knows of a worker, and how pytest-xdist's own goes through its tests."""

    given: list[int] = field(default_factory=list)
    shutting_down: bool = False

    def send_runtest_some(self, indices: Sequence[int]) -> None:
        self.given += indices

    def shutdown(self) -> None:
        self.shutting_down = True

    @property
    def next(self) -> int | None:
        """The last one it has is not begun before it knows what comes behind."""
        return self.given[0] if len(self.given) > 1 or (self.shutting_down and self.given) else None


def played(tests: Sequence[str], kills: set[str], pytestconfig: pytest.Config) -> list[str]:
    """Every test that was begun, in order: one worker, and another one for each that dies."""
    sharing = Sharing(pytestconfig, Producer("played"))
    sharing.numnodes = 1
    begun: list[str] = []
    worker = Worker()
    while True:
        sharing.add_node(worker)  # type: ignore[arg-type]  # what it asks of one, it has
        sharing.add_node_collection(worker, tests)  # type: ignore[arg-type]  # likewise
        sharing.schedule()
        died = False
        while (test := worker.next) is not None and not died:
            begun.append(tests[test])
            died = tests[test] in kills
            if not died:
                del worker.given[0]
                sharing.mark_test_complete(worker, test)  # type: ignore[arg-type]  # likewise
        crashed = sharing.remove_node(worker)  # type: ignore[arg-type]  # likewise
        if crashed is None:
            return begun
        assert crashed == begun[-1]
        worker = Worker()


TESTS = [f"test_{file}.py::test_{n}" for file in "abcd" for n in range(3)] + ["test_e.py::test_0"]


@pytest.mark.parametrize("kills", [{0}, {2}, {0, 1, 2}, {5, 12}, {12}, set(range(13))])
def test_each_test_is_begun_once_whichever_kill_their_worker(
    kills: set[int], pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pytestconfig.option, "loadscopereorder", False, raising=False)
    monkeypatch.setattr(pytestconfig.option, "tx", ["popen"])
    begun = played(TESTS, {TESTS[n] for n in kills}, pytestconfig)
    assert sorted(begun) == sorted(TESTS)
