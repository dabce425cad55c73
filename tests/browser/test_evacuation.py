"""Gas breaks out; people at three screens acknowledge, muster and give the all-clear by two."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from control_room import Console, Server, console, demo
from playwright.sync_api import Browser, Locator, expect

SPEED = "18"
"""Mine seconds a second: a walk of ten minutes takes less than one."""

OUTBURST = """
zh = "采煤工作面瓦斯突出，无人代劳。"
en = "Gas outburst at the coal face; nobody lends a hand."

[[emissions]]
gas = "ch4"
at = "face"
from = 0.3
to = 1.0
profile = [[60, 0.0], [90, 2.5], [300, 2.4], [420, 0.2], [600, 0.0]]
"""

WALKED_OUT_MS = 150_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    scenario: Path = tmp_path_factory.mktemp("scenario") / "outburst.toml"
    scenario.write_text(OUTBURST, encoding="utf-8")
    with demo("--scenario", str(scenario), "--speed", SPEED) as started:
        yield started


@pytest.mark.timeout(300)
def test_a_gas_outburst_is_seen_acknowledged_mustered_and_ended_by_two(
    browser: Browser, server: Server
) -> None:
    with (
        console(browser, server, "dispatcher") as desk,
        console(browser, server, "leader") as leader,
    ):
        the_alarm_is_on_every_screen_until_somebody_acknowledges(desk, leader)
        the_order_is_acknowledged_by_the_leader(desk, leader)
        nothing_of_the_past_hides_it(leader)
        somebody_met_at_the_portal_is_ticked_off(desk)
        everyone_is_accounted_for(desk)
        two_people_end_it(desk, leader)
        assert desk.complaints == []
        assert leader.complaints == []


def the_alarm_is_on_every_screen_until_somebody_acknowledges(
    desk: Console, leader: Console
) -> None:
    alarm = re.compile("1201 回风隅角甲烷|1201 工作面甲烷")
    banner = desk.page.locator("section.banner")
    expect(banner).to_contain_text("甲烷", timeout=60_000)
    expect(leader.page.locator("section.banner")).to_contain_text("甲烷", timeout=2000)
    expect(banner).to_contain_text("停产撤人", timeout=60_000)
    desk.open("/health")
    expect(banner).to_contain_text("停产撤人")
    desk.open("/")
    waiting = desk.page.locator("li", has_text=alarm).filter(
        has=desk.page.get_by_role("button", name="确认")
    )
    expect(waiting.first).to_be_visible()
    desk.acknowledge(waiting.first)
    expect(
        desk.page.locator("li", has_text=alarm).filter(has_text="✓ 宋晓梅").first
    ).to_be_visible()
    seen = leader.page.locator("li", has_text=alarm).filter(has_text="✓ 宋晓梅")
    expect(seen.first).to_be_visible(timeout=3000)


def the_order_is_acknowledged_by_the_leader(desk: Console, leader: Console) -> None:
    leader.page.click("nav a[href='/evac']")
    head = leader.page.locator("header", has_text="第 001 号")
    expect(head).to_contain_text("停产撤人")
    head.get_by_role("button", name="确认").click()
    expect(head).to_contain_text("王建国 已确认")
    desk.page.click("nav a[href='/evac']")
    expect(desk.page.locator("header", has_text="第 001 号")).to_contain_text("王建国 已确认")
    chain = desk.page.get_by_role("region", name="通知链")
    expect(chain).to_contain_text("短信")
    expect(chain).to_contain_text("警笛")
    assert desk.barriers() == []
    desk.picture("evac-ordered-zh-dark")
    desk.picture("evac-ordered-deuteranopia", "deuteranopia")


def nothing_of_the_past_hides_it(leader: Console) -> None:
    leader.turn_to("/replay")
    # The database may still be starting: the page asks again.
    expect(leader.page.locator("[data-replay] canvas").first).to_be_visible(timeout=60_000)
    banner = leader.page.locator("section.banner")
    expect(banner).to_contain_text("停产撤人 001")
    assert banner.evaluate(ON_TOP)
    leader.turn_to("/evac")


ON_TOP = """banner => {
    const { x, y, width, height } = banner.getBoundingClientRect();
    return y >= 0 && banner.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}"""


def somebody_met_at_the_portal_is_ticked_off(desk: Console) -> None:
    rows = desk.page.locator(".muster tbody tr")
    name = rows.first.locator(".name button").inner_text()
    rows.filter(has_text=name).get_by_role("button", name="人工清点").click()
    desk.page.get_by_role("dialog").get_by_role("button", name="已出井").click()
    desk.page.fill("input[name=reason]", "井口见到本人")
    desk.page.get_by_role("button", name="提交").click()
    expect(rows.filter(has_text=name)).to_contain_text("宋晓梅 人工清点")


def everyone_is_accounted_for(desk: Console) -> None:
    ready = desk.page.get_by_text("全员已清点，可以签字解除。")
    expect(ready).to_be_visible(timeout=WALKED_OUT_MS)
    for worst in ("unknown", "stuck", "moving"):
        expect(desk.page.locator(f"[data-count={worst}] strong")).to_have_text("0")


def two_people_end_it(desk: Console, leader: Console) -> None:
    signing = desk.page.get_by_role("region", name="解除命令")
    signing.get_by_role("button", name="签字解除…").click()
    form = desk.page.get_by_role("dialog")
    fill_reason(form)
    desk.page.fill("input[name=again]", "wrong")
    form.get_by_role("button", name="签字解除").click()
    expect(form.get_by_role("alert")).to_have_text("用户名或密码不对")
    desk.page.fill("input[name=again]", "demo-dispatcher")
    form.get_by_role("button", name="签字解除").click()
    expect(signing).to_contain_text("✓ 宋晓梅")
    other = leader.page.get_by_role("region", name="解除命令")
    expect(other).to_contain_text("✓ 宋晓梅")
    expect(other).to_contain_text("签字 2 ○ 未签")
    other.get_by_role("button", name="签字解除…").click()
    fill_reason(leader.page.get_by_role("dialog"))
    leader.page.fill("input[name=again]", "demo-leader")
    leader.page.get_by_role("dialog").get_by_role("button", name="签字解除").click()
    for screen in (leader, desk):
        expect(screen.page.locator("header.closed")).to_contain_text("解除")


def fill_reason(form: Locator) -> None:
    reason = form.locator("input[name=override]")
    if reason.count():
        reason.fill("瓦斯检查员现场复测 0.2 %，通风正常")
