"""One browser for all stories of a worker: a start of it costs half a second."""

from collections.abc import Iterator

import pytest
from control_room import chromium
from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started
