"""Bad input and trouble before a screen: hostile names, a flood, a mute wire, a wrong clock."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from control_room import console
from first_mine import first_mine
from near_room import NearRoom, near_room, wire_to
from playwright.sync_api import Browser, Route, expect

from minesafe.model.events import AlarmState
from minesafe.model.mine import Mine, Name, Person, Point, Role, User, Zone
from minesafe.model.time import SECOND

P = TypeVar("P", Point, Zone)

FLOOD = 500
WARM = "1201 工作面温度"

MUTE_MS = 3 * 3_000
"""Three times what a page may take to say that nothing is heard any more."""

TASK_MS = 3 * 1_000
"""Three times the second in which everything is to be on the screen."""

WATCH_TASKS = """() => {
    window.tasks = [];
    const keep = (seen) => window.tasks.push(...seen.getEntries().map((task) => task.duration));
    new PerformanceObserver(keep).observe({ entryTypes: ["longtask"] });
}"""

TURNED_AWAY = """state => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    Object.defineProperty(document, "hidden", { value: state === "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""

SCRIPT = "<script>window.hit=1</script>"
IMAGE = '<img src="x" onerror="window.hit=1">'
HAN, LATIN = "采" * 80, "W" * 80
"""Eighty characters, and none at which a line breaks."""

PEOPLE = {"P03": IMAGE, "P04": LATIN, "P07": SCRIPT, "P01": HAN}
POINTS = {"CH4-T0": SCRIPT, "CH4-T1": LATIN, "WIND-01": HAN, "CO-01": IMAGE}
ZONES = {"FACE-1201": IMAGE, "HEAD-1202": LATIN, "CORNER": SCRIPT, "D12": HAN}

PAGES = (
    *("/", "/alarms", "/people", "/people?q=P", "/zone/FACE-1201", "/roster", "/health"),
    *("/evac", "/outputs", "/reports"),
)

WIDTHS = (1920, 390)


def hostile_mine() -> Mine:
    """The first mine with names nobody should have."""
    mine = first_mine()
    return replace(
        mine,
        people=tuple(renamed_person(one) for one in mine.people),
        points=tuple(renamed(one, POINTS) for one in mine.points),
        zones=tuple(renamed(one, ZONES) for one in mine.zones),
    )


def warm_mine() -> Mine:
    """The first mine with 500 points more."""
    mine = first_mine()
    warm = next(point for point in mine.points if point.id == "TEMP-01")
    named = {n: Name(f"{n} 号温度", f"Temperature {n}") for n in range(100, 100 + FLOOD)}
    more = tuple(
        replace(warm, id=f"TEMP-{n}", name=name, chainage_m=n / 8) for n, name in named.items()
    )
    return replace(mine, points=(*mine.points, *more))


def renamed_person(one: Person) -> Person:
    return replace(one, name=PEOPLE.get(one.id, one.name))


def renamed(one: P, names: dict[str, str]) -> P:
    given = names.get(one.id)
    return replace(one, name=Name(given, given)) if given else one


CUT = """() => {
    const cut = [];
    for (const one of document.querySelectorAll("button, a, input, select")) {
        const { width, left, right } = one.getBoundingClientRect();
        const hidden = [...ancestors(one)].some((above) => {
            const edge = above.getBoundingClientRect();
            const clips = getComputedStyle(above).overflowX !== "visible";
            return clips && (right > edge.right + 1 || left < edge.left - 1);
        });
        if (width && (hidden || right > innerWidth + 1)) cut.push(one.outerHTML);
    }
    function* ancestors(one) {
        for (let above = one.parentElement; above; above = above.parentElement) yield above;
    }
    return cut;
}"""
"""What can be pressed and is not wholly on the screen, however far it is scrolled down."""


def test_a_script_in_a_name_is_text_and_eighty_characters_push_nothing_off_the_screen(
    browser: Browser, tmp_path: Path
) -> None:
    with near_room(hostile_mine(), tmp_path) as room, console(browser, room) as seen:
        room.shows(CH4_T0=1.7)
        page = seen.page
        expect(page.locator("section.banner")).to_contain_text(SCRIPT)
        for path in PAGES:
            seen.turn_to(path)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 1080})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path
                assert page.evaluate(CUT) == [], (path, width)
        page.goto(room.link("P01"))
        expect(page.locator("body")).to_contain_text(IMAGE)
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[-1]
        assert page.evaluate("window.hit") is None
        assert seen.complaints == []


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NearRoom]:
    second = User("second", "P02", (Role.DISPATCHER,), "demo-second")
    mine = replace(first_mine(), users=(*first_mine().users, second))
    with near_room(mine, tmp_path_factory.mktemp("room")) as opened:
        yield opened


FAST_BY_AN_HOUR = """(() => {
    const Real = Date;
    window.Date = class extends Real {
        constructor(...given) { given.length ? super(...given) : super(Real.now() + 3600e3); }
        static now() { return Real.now() + 3600e3; }
    };
})()"""


def test_a_clock_that_is_an_hour_fast_makes_nothing_older(browser: Browser, room: NearRoom) -> None:
    with console(browser, room, before=FAST_BY_AN_HOUR) as seen:
        header = seen.page.locator("header").first
        expect(header).to_contain_text(re.compile("本机时钟快 (1:00:0|59:5)"))
        expect(header).to_contain_text(re.compile(r"最旧 \d+ 秒"))
        mine = datetime.fromtimestamp(room.line.clock.now() / SECOND, ZoneInfo("Asia/Shanghai"))
        expect(header.locator("time")).to_have_text(re.compile(f"^{mine:%H:%M}|^{mine:%H}:"))
        assert seen.complaints == []


def test_a_wire_that_goes_mute_is_called_out_and_the_page_comes_back_by_itself(
    browser: Browser, room: NearRoom
) -> None:
    with wire_to(room) as wire, console(browser, wire) as seen:
        lost = seen.page.get_by_text("数据中断").filter(visible=True).first
        expect(lost).not_to_be_visible()
        wire.goes_mute()
        began = seen.page.evaluate("performance.now()")
        expect(lost).to_be_visible()
        assert seen.page.evaluate("performance.now()") - began < MUTE_MS
        expect(seen.page.locator("main")).to_have_class(re.compile("stale"))
        room.shows(TEMP_01=29.0)
        wire.is_mended()
        expect(lost).not_to_be_visible()
        expect(seen.page.locator("section.banner")).to_contain_text("1201 工作面温度")
        room.shows(TEMP_01=23.0)


def test_of_two_who_acknowledge_at_once_one_is_told_who_was_quicker(
    browser: Browser, room: NearRoom
) -> None:
    room.shows(TEMP_01=29.0)
    with console(browser, room) as first, console(browser, room, "second") as second:
        held: list[Route] = []
        second.page.route("**/acknowledge", lambda route: held.append(route))
        for one in (second, first):
            one.page.locator("main li", has_text=WARM).get_by_role("button", name="确认").click()
        for one in (first, second):
            expect(one.page.locator("main li", has_text=WARM)).to_contain_text("✓ 宋晓梅")
        with second.page.expect_response("**/acknowledge") as told:
            held[0].continue_()
        assert told.value.status == 409
        assert told.value.json() == {
            "code": "already_acknowledged",
            "params": {"by": "P20"},
        }
        [alarm] = [a for a in room.line.desk.alarms() if a.subject == "TEMP-01"]
        assert alarm.acknowledged_by == "P20"
        room.shows(TEMP_01=23.0)
        assert first.complaints == second.complaints == []


def test_a_session_that_ends_in_an_evacuation_leaves_the_display_and_asks_who_it_is(
    browser: Browser, room: NearRoom
) -> None:
    with console(browser, room) as seen:
        page = seen.page
        page.locator(".glass").click()
        page.get_by_role("dialog").get_by_role("button", name="确认下令：停产撤人").click()
        head = page.locator("header", has_text="第 001 号")
        expect(head).to_be_visible()
        for cookie in page.context.cookies():
            room.accounts.end_session(cookie["value"])
        expect(page.locator("input[name=password]")).to_be_visible()
        expect(head).to_be_visible()
        expect(page.get_by_text("数据中断").filter(visible=True).first).to_be_visible()
        seen.log_in("dispatcher")
        expect(page.locator("main")).not_to_have_class(re.compile("stale"))
        expect(head).to_be_visible()
        expect(page.locator("input[name=password]")).to_have_count(0)


def test_a_tab_that_was_hidden_for_an_hour_comes_back_with_the_right_ages(
    browser: Browser, room: NearRoom
) -> None:
    with console(browser, room, None) as seen:
        page = seen.page
        page.clock.install()
        seen.open()
        seen.log_in("dispatcher")
        room.shows(TEMP_01=29.0)
        row = page.locator("main li", has_text=WARM)
        expect(row).to_contain_text("0:0")
        page.evaluate(TURNED_AWAY, "hidden")
        room.passes(3600)
        page.clock.fast_forward("01:00:00")
        page.evaluate(TURNED_AWAY, "visible")
        expect(row).to_contain_text(re.compile(r"1:00:\d\d"))
        expect(page.get_by_text("数据中断").filter(visible=True)).to_have_count(0)
        expect(page.locator("header").first).to_contain_text(re.compile(r"最旧 \d+ 秒"))


def test_in_a_flood_of_500_alarms_the_worst_stays_on_top_and_none_is_lost(
    browser: Browser, tmp_path: Path
) -> None:
    with near_room(warm_mine(), tmp_path) as room, console(browser, room) as seen:
        page = seen.page
        page.evaluate(WATCH_TASKS)
        for point in room.line.mine.points:
            if point.kind == "temperature":
                room.line.shown.reads(point.id, 29.0)
        room.shows(CH4_T0=1.7)
        waiting = [a for a in room.line.desk.alarms() if a.state is AlarmState.UNACKED]
        assert len(waiting) > FLOOD
        banner = page.locator("section.banner")
        expect(banner).to_contain_text("1201 回风隅角甲烷")
        expect(page.locator("nav a[href='/alarms']")).to_contain_text(str(len(waiting)))
        first = page.locator("main li", has=page.get_by_role("button", name="确认")).first
        expect(first).to_contain_text("1201 回风隅角甲烷")

        page.click("nav a[href='/evac']")
        expect(page.locator("h1", has_text="1201 采煤工作面")).to_be_visible()
        expect(banner).to_contain_text("1201 回风隅角甲烷")
        assert page.evaluate("Math.max(0, ...window.tasks)") < TASK_MS
        assert seen.complaints == []
