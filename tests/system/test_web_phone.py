"""The phone page: a leader underground, a link in an SMS, one thumb."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from desk_on_paper import NOW, DeskOnPaper, order
from web_site import SECRET, Running, running

from minesafe.model.events import Decision, OrderKind, Origin, Peril, ReceiptStatus, Told
from minesafe.model.mine import Role, User
from minesafe.model.nightly import NightlyProof, NightlyRow
from minesafe.model.order import ReceiptRow, Signature
from minesafe.model.signing import link_token, proof_link
from minesafe.model.time import SECOND

LEADER = f"/a/{link_token(SECRET, 'o1', 'P1')}"
ACKNOWLEDGED = ("acknowledge_order", "o1", "P1", Origin.LINK)


def asked() -> DeskOnPaper:
    return DeskOnPaper(order_list=[order()])


async def test_opening_the_link_twice_and_previews_consume_nothing(tmp_path: Path) -> None:
    async with running(tmp_path, asked()) as site, site.stranger() as phone:
        for _ in range(2):
            assert (await phone.head(LEADER)).status_code == 200
            page = await phone.get(LEADER)
            assert page.status_code == 200
            assert "<form" in page.text
        assert site.desk.acts == []
        assert site.desk.records == []


async def test_the_first_press_acknowledges_and_the_second_says_who_did(tmp_path: Path) -> None:
    async with running(tmp_path, asked()) as site, site.stranger() as phone:
        first = await phone.post(LEADER)
        assert (first.status_code, first.headers["location"]) == (303, f"{LEADER}?lang=zh")
        second = await phone.post(LEADER)
        assert second.status_code == 409
        assert "先前已由 王建国 确认" in second.text
        assert site.desk.acts == [ACKNOWLEDGED]


async def test_the_page_says_what_where_how_many_and_how_old(tmp_path: Path) -> None:
    desk = asked()
    value = desk.seen.value.copy()
    value[0] = 1.48
    desk.seen.value.flags.writeable = True
    desk.seen.value[:] = value
    async with running(tmp_path, desk) as site, site.stranger() as phone:
        text = (await phone.get(LEADER)).text
        for words in (
            '<html lang="zh-CN">',
            '<body class="asked">',
            "停产撤人",
            "命令 007 · 已下达 1:05",
            "FACE",
            "现在 1.48 · 0:01前",
            "限值 1.50 · 下达时 1.62",
            "2 人在范围内 · 1 人失联",
            "我已知晓，现场撤人",
            "模拟矿井",
            'href="tel:13800000001"',
        ):
            assert words in text, words
        english = (await phone.get(LEADER, params={"lang": "en"})).text
        for words in ("Evacuate", "2 in scope, 1 missing", "getting people out", 'lang="en"'):
            assert words in english, words
        assert not re.search("[一-鿿]", re.sub("王建国|李调度|>中文<", "", english))


async def test_a_silent_sensor_shows_no_number_as_if_it_were_now(tmp_path: Path) -> None:
    desk = asked()
    desk.hear(silent=np.ones(4, bool))
    async with running(tmp_path, desk) as site, site.stranger() as phone:
        assert "现在数据中断" in (await phone.get(LEADER)).text


async def test_after_the_press_the_muster_is_counted_and_the_missing_are_named(
    tmp_path: Path,
) -> None:
    desk = DeskOnPaper(order_list=[order(acknowledged_by="P1", acknowledged_at=NOW)])
    desk.time += 5 * SECOND
    async with running(tmp_path, desk) as site, site.stranger() as phone:
        text = (await phone.get(LEADER)).text
        assert "<form" not in text
        assert '<meta http-equiv="refresh" content="5">' in text
        assert "已由 王建国 确认 · 0:05前" in text
        assert "<dt>失联</dt><dd>1</dd>" in text
        assert "<dt>撤离中</dt><dd>1</dd>" in text
        assert "<li>赵磊</li>" in text


async def test_names_from_the_roster_are_text_and_never_markup(tmp_path: Path) -> None:
    async with running(tmp_path, asked()) as site, site.stranger() as phone:
        text = (await phone.get(LEADER)).text
        assert "李调度&lt;b&gt;" in text
        assert "李调度<b>" not in text


async def test_it_is_small_and_needs_no_script(tmp_path: Path) -> None:
    async with running(tmp_path, asked()) as site, site.stranger() as phone:
        page = await phone.get(LEADER)
        style = await phone.get("/page/phone.css")
        assert len(page.content) + len(style.content) < 30_000
        for forbidden in ("<script", "style=", "onclick", "<style"):
            assert forbidden not in page.text
        height = re.search(r"min-height: (\d+)px", style.text)
        assert height is not None
        assert int(height[1]) >= 200


async def test_a_stop_work_order_says_that_a_decision_is_due(tmp_path: Path) -> None:
    due = order(order_kind=OrderKind.STOP_WORK, undecided_until=NOW + 60 * SECOND)
    async with running(tmp_path, DeskOnPaper(order_list=[due])) as site, site.stranger() as phone:
        assert "我已知晓，停止作业" in (await phone.get(LEADER)).text
        await phone.post(LEADER)
        assert "须由控制室决定" in (await phone.get(LEADER)).text


async def test_after_the_all_clear_the_link_says_that_it_has_ended(tmp_path: Path) -> None:
    signatures = (Signature("P1", Role.LEADER, NOW, ""), Signature("P2", Role.DISPATCHER, NOW, ""))
    desk = DeskOnPaper(order_list=[order(closed=NOW, signatures=signatures)])
    async with running(tmp_path, desk) as site, site.stranger() as phone:
        text = (await phone.get(LEADER)).text
        assert "命令已解除" in text
        assert "<form" not in text
        late = await phone.post(LEADER)  # a page that was left open
        assert late.status_code == 409
        assert "命令已解除" in late.text
        assert desk.acts == []
        desk.order_list = []
        assert (await phone.get(LEADER)).status_code == 404


async def forged(site: Running, phone: httpx.AsyncClient, path: str) -> None:
    for method in ("GET", "POST"):
        page = await phone.request(method, path)
        assert page.status_code == 404
        assert "链接无效或已过期" in page.text
        assert "FACE" not in page.text
    assert site.desk.acts == []


async def test_forged_links_and_links_of_people_nobody_asked_are_unknown(tmp_path: Path) -> None:
    async with running(tmp_path, asked()) as site, site.stranger() as phone:
        for token in (
            link_token(b"another secret", "o1", "P1"),
            link_token(SECRET, "o2", "P1"),
            link_token(SECRET, "o1", "P3"),  # the deputy is asked in 30 s
            LEADER[3:-1] + "A" if LEADER[-1] != "A" else LEADER[3:-1] + "B",
            "王",
            "x" * 500,
        ):
            await forged(site, phone, f"/a/{token}")


def told_by_phone(told: Told) -> DeskOnPaper:
    """P4 is known by attendance only; nobody asks him for anything but to leave."""
    base = order()
    row = replace(base.muster["P4"], told=told, known_by="attendance")
    sent = ReceiptRow("o1/0/P4/sms", "P4", "sms", ReceiptStatus.DELIVERED, 0, NOW, "")
    return DeskOnPaper(
        order_list=[
            replace(
                base,
                muster=dict(base.muster) | {"P4": row},
                receipts={sent.key: sent},
                subject="",
                peril=Peril.FIRE,
            )
        ]
    )


async def test_whom_no_tag_shows_says_by_his_link_that_he_has_the_order(tmp_path: Path) -> None:
    link = f"/a/{link_token(SECRET, 'o1', 'P4')}"
    async with running(tmp_path, told_by_phone(Told.DELIVERED)) as site, site.stranger() as phone:
        page = (await phone.get(link)).text
        assert "<form" in page
        assert "火灾" in page
        assert (await phone.post(link)).status_code == 303
        assert site.desk.acts == [("acknowledge_order", "o1", "P4", Origin.LINK)]
    (tmp_path / "later").mkdir()
    knows = told_by_phone(Told.ACKNOWLEDGED)
    async with running(tmp_path / "later", knows) as site, site.stranger() as phone:
        page = (await phone.get(link)).text
        assert "您已收到命令" in page
        assert "<form" not in page


async def test_a_press_the_journal_could_not_take_keeps_the_button(tmp_path: Path) -> None:
    async with running(tmp_path, asked()) as site, site.stranger() as phone:
        site.desk.broken = True
        page = await phone.post(LEADER)
        assert page.status_code == 503
        assert "没有记录下来" in page.text
        assert "<form" in page.text
        site.desk.broken = False
        assert (await phone.post(LEADER)).status_code == 303
        assert site.desk.acts == [ACKNOWLEDGED]


def at_night() -> DeskOnPaper:
    """The leader was asked tonight whether he can be reached."""
    row = NightlyRow("P1", "13800000001", None, {})
    return DeskOnPaper(proof=NightlyProof("proof-1", NOW, NOW + 3600 * SECOND, {"P1": row}))


def nightly(channel: str) -> str:
    return f"/a/{link_token(SECRET, proof_link('proof-1', channel), 'P1')}"


async def test_the_nightly_test_is_answered_by_its_link_and_says_it_is_no_order(
    tmp_path: Path,
) -> None:
    """A link that came to the number proves the number; one that came by mail does not."""
    async with running(tmp_path, at_night()) as site, site.stranger() as phone:
        page = await phone.get(nightly("sms"))
        assert "这是测试，不是命令。" in page.text
        assert site.desk.acts == [], "a preview answers nothing"
        for channel, by_number in (("sms", True), ("mail", False)):
            assert (await phone.post(nightly(channel))).status_code == 303
            assert site.desk.acts[-1] == ("answer_proof", "P1", Origin.LINK, by_number)
        assert (await phone.post(nightly("chat"))).status_code == 404
        row = replace(site.desk.proof.rows["P1"], answered=NOW)  # type: ignore[union-attr]  # at_night() has one
        site.desk.proof = replace(site.desk.proof, rows={"P1": row})
        assert "已记录" in (await phone.get(nightly("sms"))).text
        assert len(site.desk.acts) == 2


async def test_whoever_is_logged_in_answers_the_nightly_test_on_the_page(tmp_path: Path) -> None:
    async with running(tmp_path, at_night()) as site, site.user(Role.LEADER) as leader:
        shown = (await leader.get("/api/v1/snapshot")).json()["nightly"]
        assert shown["waiting"] == ["P1"]
        assert (await leader.post("/api/v1/duty/nightly")).status_code == 204
        assert site.desk.acts[-1][2:] == (Origin.CONSOLE, False)


HIS = f"/a/{link_token(SECRET, 'o1', 'P1')}/act"


async def does(site: Running, **form: str) -> httpx.Response:
    async with site.stranger() as phone:
        return await phone.post(HIS, data=form)


def known(**changes: Any) -> DeskOnPaper:
    """The leader, who has a log-in, has acknowledged."""
    desk = DeskOnPaper(order_list=[order(acknowledged_by="P1", acknowledged_at=NOW, **changes)])
    desk.mine = replace(desk.mine, users=(User("leader", "P1", (Role.LEADER,), "leader-pw"),))
    return desk


def stopping() -> DeskOnPaper:
    return known(order_kind=OrderKind.STOP_WORK, undecided_until=NOW + 60 * SECOND)


async def test_the_phone_orders_and_decides_with_the_pin_and_a_plain_form(tmp_path: Path) -> None:
    async with running(tmp_path, stopping()) as site, site.stranger() as phone:
        shown = (await phone.get(LEADER)).text
        assert "改为撤人、误报…" in shown
        page = (await phone.get(HIS)).text
        assert page.count('type="password"') == 2
        assert "http-equiv" not in page, "nothing typed is lost"
        assert "<script" not in page
        done = await does(site, what="false_alarm", reason="标校气样", pin="leader-pw")
        assert (done.status_code, done.headers["location"]) == (303, f"{LEADER}?lang=zh")
        said = ("o1", Decision.FALSE_ALARM, "P1", "标校气样", Origin.LINK)
        assert site.desk.acts[-1] == ("decide_order", *said)


async def test_an_evacuation_is_widened_from_the_phone(tmp_path: Path) -> None:
    async with running(tmp_path, known()) as site:
        done = await does(site, what="widen", zone="", reason="烟雾扩散", pin="leader-pw")
        assert done.status_code == 303
        said = (OrderKind.EVACUATE, (), "烟雾扩散", "P1", Origin.LINK)
        assert site.desk.acts[-1] == ("issue_order", *said)


async def test_a_lost_telephone_orders_nothing(tmp_path: Path) -> None:
    async with running(tmp_path, stopping()) as site:
        wrong = await does(site, what="evacuate", pin="1234")
        assert wrong.status_code == 403
        assert "口令不对，没有执行" in wrong.text
        assert "1234" not in wrong.text
        for _ in range(5):
            barred = await does(site, what="evacuate", pin="1234")
        assert barred.status_code == 429
        unknown = await does(site, what="close", pin="leader-pw")
        assert unknown.status_code in {409, 429}
        assert site.desk.acts == []
