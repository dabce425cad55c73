"""What people do before a screen: acknowledge without a mouse, order, confirm, answer a call."""

from collections.abc import Iterator

import pytest
from control_room import Console, console
from first_mine import first_mine
from near_room import NearRoom, near_room
from playwright.sync_api import Browser, Locator, Page, expect

from minesafe.model.events import OutputConfirmed

ORDERED_MS = 3 * 5_000
"""Three times what ordering people out may take, by the page's own clock, on two noisy cores."""

THUMB_PX = 200
"""A wet glove finds it."""

FOCUSED = "document.activeElement.textContent.trim()"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NearRoom]:
    with near_room(first_mine(), tmp_path_factory.mktemp("room")) as opened:
        yield opened


@pytest.fixture(scope="module")
def desk(browser: Browser, room: NearRoom) -> Iterator[Console]:
    """The dispatcher's screen, open all the time."""
    with console(browser, room, "dispatcher") as opened:
        yield opened
        assert opened.complaints == []


@pytest.fixture(scope="module")
def leader(browser: Browser, room: NearRoom) -> Iterator[Console]:
    with console(browser, room, "leader") as opened:
        yield opened
        assert opened.complaints == []


def test_an_alarm_is_acknowledged_without_a_mouse(
    browser: Browser, room: NearRoom, desk: Console
) -> None:
    page = desk.page
    room.shows(TEMP_01=29.0)
    expect(page.locator("section.banner")).to_contain_text("1201 工作面温度")
    with console(browser, room) as wall:
        wall.open("/wall")
        banner = wall.page.locator("section.banner")
        expect(banner).to_contain_text("1201 工作面温度")
        expect(banner.locator("a, button")).to_have_count(0)
    tabs_to(page, "确认")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.locator("section.banner")).to_have_count(0)
    row = page.locator("li", has_text="1201 工作面温度")
    expect(row).to_contain_text("✓ 宋晓梅")
    [alarm] = room.line.desk.alarms()
    assert alarm.acknowledged_by == "P20"
    room.shows(TEMP_01=23.0)
    expect(row).to_have_count(0)


def tabs_to(page: Page, words: str) -> None:
    """Go on with the Tab key until this has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == words:
            return
    raise AssertionError(f"{words!r} is not reached by the Tab key")


def test_an_output_is_switched_by_two(room: NearRoom, desk: Console, leader: Console) -> None:
    mine, other = (horn_of(one) for one in (desk, leader))
    mine.get_by_placeholder("原因").fill("试警笛")
    mine.get_by_role("button", name="只看将写入什么").click()
    expect(mine).to_contain_text("尚未写入任何内容")
    mine.get_by_role("button", name="提出请求").click()
    expect(mine).to_contain_text("等待第二人确认")
    confirmed_by(mine, "demo-dispatcher")
    expect(mine.get_by_role("alert")).to_have_text("必须由两个不同的人签字")

    expect(other).to_contain_text("宋晓梅 请求")
    confirmed_by(other, "demo-leader")
    for horn in (mine, other):
        expect(horn.get_by_text("等待第二人确认")).to_have_count(0)
    [confirmed] = room.line.bodies(OutputConfirmed)
    assert confirmed.by == "P01"


def horn_of(one: Console) -> Locator:
    one.open("/outputs")
    return one.page.locator("section", has_text="HORN-1")


def confirmed_by(horn: Locator, password: str) -> None:
    horn.get_by_placeholder("再次输入密码").fill(password)
    horn.get_by_role("button", name="确认并写入").click()


def test_people_are_ordered_out_in_two_actions_within_seconds(desk: Console) -> None:
    page = desk.page
    desk.open("/")
    began = page.evaluate("performance.now()")
    page.locator(".glass").click()
    page.get_by_role("dialog").get_by_role("button", name="确认下令：停产撤人").click()
    expect(page.locator("header", has_text="第 001 号")).to_contain_text("停产撤人")
    assert page.evaluate("performance.now()") - began < ORDERED_MS


def test_the_leader_answers_by_telephone_without_scripts(
    browser: Browser, room: NearRoom, desk: Console
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=False, has_touch=True
    )
    phone = context.new_page()
    phone.goto(room.link("P01"))
    button = phone.get_by_role("button", name="我已知晓，现场撤人")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= THUMB_PX
    assert box["y"] + box["height"] <= 844, "without scrolling"
    button.tap()
    expect(phone.locator("body")).to_contain_text("已由 王建国 确认")
    expect(phone.locator("body")).to_contain_text("失联")
    expect(desk.page.locator("header", has_text="第 001 号")).to_contain_text("王建国 已确认")
    context.close()


SEEN = """() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const seen = [];
    while (texts.nextNode()) {
        const range = document.createRange();
        range.selectNodeContents(texts.currentNode);
        const { width, bottom, right, top, left } = range.getBoundingClientRect();
        const inside = top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
        if (width && inside) seen.push(texts.currentNode.textContent);
    }
    return seen.join("").replace(/\\s+/g, " ");
}"""
"""What can be read without touching anything."""


def test_nothing_keeps_anybody_from_reading_the_page_on_the_telephone(
    browser: Browser, room: NearRoom
) -> None:
    with console(browser, room, None, size=(390, 844)) as phone:
        phone.page.goto(room.link("P01"))
        expect(phone.page.locator("body")).to_contain_text("已由 王建国 确认")
        found = phone.barriers()
        # Without scripts a page is kept fresh by nothing else.
        assert [one for one in found if not one.startswith("meta-refresh")] == []


def test_somebody_new_sees_at_once_who_is_in_danger_and_what_the_leader_said(
    room: NearRoom, leader: Console
) -> None:
    """On the overview, without a click, a scroll or a hint."""
    leader.open("/")
    expect(leader.page.locator("section.banner")).to_be_visible()
    seen = leader.page.evaluate(SEEN)
    missing = [row.person for row in room.order.muster.values()]
    assert f"未清点 {len(missing)} 人" in seen
    names = {person.id: person.name for person in room.line.mine.people}
    assert sum(names[person] in seen for person in missing) == 3, "and … for the others"
    assert "王建国 已确认" in seen
