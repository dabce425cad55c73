"""A quiet shift in the control room: what is on the screens, and what when the line is cut."""

import re
from collections.abc import Iterator

import pytest
from control_room import Console, Server, console, demo
from first_mine import first_mine
from playwright.sync_api import Browser, expect

HAN = re.compile(r"[\u4e00-\u9fff]")

MINE = first_mine()
PAGES = (
    *("/", "/alarms", "/people", "/people?q=zgq", "/zone/FACE-1201", "/roster", "/health"),
    *("/evac", "/sensor/CH4-T2", "/tracks/P20", "/replay", "/outputs", "/reports"),
)
"""Every page of the room but the wall's, which has no controls."""

SHOWN = {"dispatcher": PAGES, "admin": ("/users", "/audit", "/revisions", "/account")}
"""Who looks at which."""

NAMES = [
    *("中文", "回放", *(p.name for p in MINE.people), *(s.name for s in MINE.shifts)),
    *{word for p in MINE.people for word in (p.trade, p.crew)},
]
"""Chinese in an English page: the switch back, people, crews, what the roster calls its shifts."""


def named(path: str) -> str:
    """A page's picture, by its address."""
    return re.sub(r"\W+", "-", path.strip("/")) or "overview"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with demo() as started:
        yield started


@pytest.fixture
def room(browser: Browser, server: Server) -> Iterator[Console]:
    with console(browser, server) as opened:
        yield opened


def test_nothing_of_the_mine_is_shown_before_somebody_logs_in(
    browser: Browser, server: Server
) -> None:
    with console(browser, server, None) as stranger:
        page = stranger.page
        expect(page.locator("input[name=user]")).to_be_visible()
        page.fill("input[name=user]", "dispatcher")
        page.fill("input[name=password]", "not the password")
        page.click("form button[type=submit]")
        expect(page.get_by_role("alert")).to_have_text("用户名或密码不对")
        expect(page.locator("canvas")).to_have_count(0)
        assert stranger.barriers() == []


def test_every_point_is_told_with_its_unit_and_its_age(room: Console) -> None:
    room.page.click("nav a[href='/health']")
    rows = room.page.locator("tbody tr", has=room.page.locator("a[href^='/sensor/']"))
    expect(rows).to_have_count(20)
    methane = rows.filter(has_text="CH4-T2")
    expect(methane).to_contain_text(re.compile(r"0\.\d\d %"))
    expect(methane).to_contain_text("秒前")
    expect(methane).to_contain_text("断电 ≥ 1 %")


def test_the_map_is_drawn_and_a_calm_mine_is_grey(room: Console) -> None:
    room.page.wait_for_timeout(1500)
    colours = room.page.evaluate(
        """() => {
            const seen = { bright: 0, red: 0 };
            for (const canvas of document.querySelectorAll("canvas")) {
                const { width, height } = canvas;
                const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
                for (let i = 0; i < data.length; i += 4) {
                    const [r, g, b, a] = data.subarray(i, i + 4);
                    if (a > 200 && r > 150 && g > 150 && b > 150) seen.bright++;
                    if (a > 200 && r > 150 && g < 80 && b < 80) seen.red++;
                }
            }
            return seen;
        }"""
    )
    assert colours["bright"] > 2000, "labels, people and points"
    assert colours["red"] == 0


def test_a_point_on_the_map_opens_its_drawer_and_its_trend(room: Console) -> None:
    room.page.get_by_role("button", name="东部避难硐室").click()
    drawer = room.page.locator("aside")
    expect(drawer).to_contain_text("额定 20")
    room.page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    room.open("/sensor/CH4-T2")
    expect(room.page.get_by_role("heading", name="1201 回风流甲烷")).to_be_visible()
    curve = room.page.get_by_role("slider", name="曲线 1201 回风流甲烷")
    expect(curve.locator("canvas")).to_be_visible()
    expect(curve).to_have_attribute("aria-valuetext", re.compile(r"\d\d:\d\d:\d\d\s[\d.]+ %"))


def test_somebody_is_found_by_initials_and_by_the_zone_he_is_in(room: Console) -> None:
    page = room.page
    page.click("nav a[href='/people']")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("zgq")
    expect(page).to_have_url(re.compile(r"/people\?q=zgq$"))
    card = page.locator("aside", has=page.get_by_role("heading", name="张国强"))
    expect(card).to_contain_text("10003")
    expect(card).to_contain_text(re.compile(r"应撤往.*步行约 \d+ 分钟"))
    card.get_by_role("link", name="1201 采煤工作面").first.click()
    expect(page.get_by_role("heading", name="1201 采煤工作面")).to_be_visible()
    expect(page.get_by_role("link", name="张国强")).to_be_visible()
    expect(page.get_by_role("link", name="1201 回风流甲烷")).to_be_visible()
    page.get_by_role("link", name="张国强").click()
    expect(page).to_have_url(re.compile(r"/people\?q=10003$"))
    page.get_by_role("button", name="在图上显示").click()
    expect(page.locator(".map aside")).to_contain_text("张国强")


def test_the_past_is_never_taken_for_now(room: Console) -> None:
    page = room.page
    page.click("nav a[href='/replay']")
    past = page.locator("[data-replay]")
    # The database may still be starting: the page asks again.
    expect(past.locator("canvas").first).to_be_visible(timeout=60_000)
    banner = past.locator("h1")
    expect(banner).to_contain_text(re.compile(r"回放 REPLAY \d{4}-\d\d-\d\d \d\d:\d\d:\d\d"))
    expect(page).to_have_title(re.compile("回放 REPLAY"))
    expect(past.get_by_text("回放 REPLAY", exact=True)).to_have_count(4)  # the map, three lists
    assert past.evaluate("e => getComputedStyle(e).borderImageSource").startswith("repeating-")
    expect(past.get_by_role("button", name="确认")).to_have_count(0)
    expect(page.locator("header .facts", has_text="实时")).to_be_visible()

    past.get_by_role("button", name="播放").click()
    expect(past.get_by_role("button", name="暂停")).to_be_visible()
    stood = banner.inner_text()
    expect(banner).not_to_have_text(stood)
    past.get_by_role("button", name="暂停").click()
    before, url = banner.inner_text(), page.url
    past.get_by_role("button", name="−10 秒").click()
    expect(banner).not_to_have_text(before)
    expect(page).not_to_have_url(url)

    page.keyboard.press("Escape")
    expect(past).to_have_count(0)
    assert page.evaluate("location.pathname") == "/"


def test_the_wall_is_read_from_three_metres_and_has_nothing_to_press(room: Console) -> None:
    room.open("/wall")
    heads = room.page.get_by_role("heading", name=re.compile("井下人数"))
    expect(heads).to_contain_text(re.compile(r"\d+"))
    expect(room.page.locator("nav")).to_have_count(0)
    for pressed in ("停产撤人", "模拟", "确认"):
        expect(room.page.get_by_role("button", name=pressed)).to_have_count(0)
    small = room.page.evaluate(
        """() => [...document.querySelectorAll("header *, .banner *, .wall .rail *")]
            .filter((one) => one.childElementCount === 0 && one.textContent.trim())
            .filter((one) => one.checkVisibility() && !one.closest("svg"))
            .map((one) => parseFloat(getComputedStyle(one).fontSize)).sort((a, b) => a - b)[0]"""
    )
    assert small >= 24, "nothing on the wall is smaller"
    room.picture("wall-zh-dark")
    assert room.barriers() == []


def test_english_leaves_no_chinese_but_names(browser: Browser, server: Server) -> None:
    with console(browser, server, lang="en") as room:
        room.page.get_by_role("button", name="Light/dark").click()
        for path in (*PAGES, "/sensor/CO-01"):
            room.turn_to(path)
            room.picture(f"{named(path)}-en-light")
            words = room.page.locator("body").inner_text()
            for name in sorted(NAMES, key=len, reverse=True):
                words = words.replace(name, "")
            assert not [line for line in words.splitlines() if HAN.search(line)], path


def test_a_server_that_says_nothing_is_called_out_and_comes_back(
    room: Console, server: Server
) -> None:
    lost = room.page.get_by_text("数据中断")
    expect(lost).to_have_count(0)
    server.stop()
    try:
        expect(lost.first).to_be_visible(timeout=5000)
        expect(room.page.locator("main")).to_have_class(re.compile("stale"))
        expect(room.page.get_by_text(re.compile(r"画面停在 \d+ 秒前"))).to_be_visible()
    finally:
        server.go_on()
    expect(lost).to_have_count(0, timeout=20_000)
    expect(room.page.locator("main")).not_to_have_class(re.compile("stale"))


def test_a_telephone_shows_everything_without_sideways_scrolling(
    browser: Browser, server: Server
) -> None:
    with console(browser, server, size=(390, 844)) as phone:
        for path in PAGES:
            phone.turn_to(path)
            wide = phone.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 390, path


def test_the_pages_ask_nothing_of_strangers_and_break_no_rule_of_theirs(room: Console) -> None:
    for path in PAGES:
        room.open(path)
        expect(room.page.locator("header time")).to_be_visible()
    room.page.locator(".glass").click()
    expect(room.page.get_by_role("dialog")).to_be_visible()
    assert room.complaints == []


@pytest.mark.parametrize("user", SHOWN)
def test_nothing_keeps_anybody_from_reading_the_pages(
    browser: Browser, server: Server, user: str
) -> None:
    """In one theme everything, in the other what a theme changes; the next page the other way."""
    with console(browser, server, user) as seen:
        for path in SHOWN[user]:
            seen.turn_to(path)
            assert seen.barriers() == [], path
            theme = seen.page.evaluate("document.documentElement.dataset.theme")
            seen.picture(f"{named(path)}-zh-{theme}")
            seen.page.get_by_role("button", name="亮/暗").click()
            assert seen.barriers("color-contrast") == [], path
        assert seen.complaints == []


def test_logging_out_leaves_nothing_on_the_screen(room: Console) -> None:
    room.log_out()
    expect(room.page.locator("canvas")).to_have_count(0)


def test_breaking_the_glass_needs_two_presses_and_no_log_in(
    browser: Browser, server: Server
) -> None:
    with console(browser, server, "viewer") as stranger:
        stranger.log_out()
        stranger.page.locator(".glass").click()
        dialog = stranger.page.get_by_role("dialog")
        expect(dialog).to_contain_text("全矿井下")
        dialog.get_by_label("下令人姓名").fill("刘师傅")
        dialog.get_by_role("button", name="确认下令：停产撤人").click()
        expect(stranger.page.get_by_text("命令已下达")).to_be_visible()
        stranger.log_in("viewer")
        banner = stranger.page.locator("section.banner")
        expect(banner).to_contain_text("全矿井下")
        banner.get_by_role("link", name="查看").click()
        expect(stranger.page.locator("h1")).to_contain_text("全矿井下")
        expect(stranger.page.get_by_text("刘师傅 (未登录)")).to_be_visible()


def test_a_server_that_was_killed_comes_back_to_an_open_page_with_everything(
    browser: Browser, server: Server
) -> None:
    """It is about the order of the broken glass."""
    with console(browser, server, "leader") as leader:
        page = leader.page
        leader.turn_to("/evac")
        head = page.locator("header", has_text="第 001 号")
        head.get_by_role("button", name="确认").click()
        expect(head).to_contain_text("王建国 已确认")
        lost = page.get_by_text("数据中断").filter(visible=True).first
        server.kill()
        expect(lost).to_be_visible()
        expect(head).to_contain_text("王建国 已确认")
        server.begin()
        expect(lost).not_to_be_visible()
        expect(head).to_contain_text("全矿井下")
        expect(head).to_contain_text("王建国 已确认")
        expect(page.get_by_text("刘师傅 (未登录)")).to_be_visible()
