"""The page on a PC that has opened it before, while the server is away."""

import re
from collections.abc import Iterator

import pytest
from control_room import Console, console
from first_mine import first_mine
from near_room import NearRoom, near_room
from playwright.sync_api import Browser, expect

KEPT = """async () => {
    const cache = await caches.open("minesafe-shell");
    return (await cache.keys()).map((one) => new URL(one.url).pathname);
}"""

USED = """() => performance.getEntriesByType("resource")
    .map((one) => new URL(one.name).pathname).filter((path) => path.startsWith("/assets/"))"""

SHELL = re.compile(r"/(assets/.+\.(js|css)|favicon\.svg|manifest\.json|icons/.+)?")

TRIES = 40


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NearRoom]:
    with near_room(first_mine(), tmp_path_factory.mktemp("room")) as opened:
        yield opened


def test_a_page_that_was_opened_once_opens_without_its_server_and_shows_no_number(
    browser: Browser, room: NearRoom
) -> None:
    with console(browser, room) as seen:
        page = seen.page
        expect(page.locator("canvas").first).to_be_visible()
        kept = kept_by(seen)
        assert all(SHELL.fullmatch(path) for path in kept), "no answer of the server is kept"
        page.context.set_offline(True)
        page.reload()
        expect(page.get_by_text("数据中断")).to_be_visible()
        expect(page.get_by_text("还没有收到数据")).to_be_visible()
        expect(page.locator("canvas")).to_have_count(0)
        page.context.set_offline(False)
        expect(page.locator("canvas").first).to_be_visible()
        assert not [told for told in seen.complaints if "/api/v1/" not in told]


def kept_by(seen: Console) -> set[str]:
    """What the worker keeps, once that is all the page was made of."""
    for _ in range(TRIES):
        kept, used = set(seen.page.evaluate(KEPT)), set(seen.page.evaluate(USED))
        if {"/", *used} <= kept and used:
            return kept
        seen.page.wait_for_timeout(250)
    raise AssertionError(f"never kept: {used - kept}")
