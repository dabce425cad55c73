"""How a test ends that does not end: as one that failed, or with its process as the last resort.

pytest-timeout raises in the main thread, which is a test that fails and a run that goes on. A loop
of uvloop waits in C and hears no exception of a signal's handler; a loop that catches everything
has caught that one too. So some seconds later the process says where each of its threads stands,
and ends: a worker of pytest-xdist is then replaced (`sharing`), and its test has failed.
"""

import faulthandler
import os
from collections.abc import Generator

import pytest
from pytest_timeout import Settings

Wrapped = Generator[None, object, object]

GRACE_S = 20
"""From the exception to the end of the process; time for fixtures to be taken down."""

SAYS = pytest.StashKey[int]()
"""Where standard error went before it was caught, test by test."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("timeout_grace", "seconds after the time-out the process ends", default=GRACE_S)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SAYS] = os.dup(2)


def pytest_unconfigure(config: pytest.Config) -> None:
    faulthandler.cancel_dump_traceback_later()
    os.close(config.stash[SAYS])


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_timeout_set_timer(item: pytest.Item, settings: Settings) -> Wrapped:
    late = settings.timeout + float(item.config.getini("timeout_grace"))
    faulthandler.dump_traceback_later(late, exit=True, file=item.config.stash[SAYS])
    return (yield)


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_timeout_cancel_timer() -> Wrapped:
    faulthandler.cancel_dump_traceback_later()
    return (yield)
