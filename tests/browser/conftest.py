"""A browser for the stories of a file: its loop may not stand in the way of the tests after it."""

from collections.abc import Iterator

import pytest
from control_room import chromium
from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started
