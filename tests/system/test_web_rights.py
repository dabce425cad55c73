"""Who may do what, over a real socket: every role, every act."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from desk_on_paper import DeskOnPaper, https_mine, order, staffed_mine
from web_site import next_of, running
from websockets.exceptions import ConnectionClosed, InvalidStatus

from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.model.events import Decision, LoggedIn, LoggedOut, LoginRefused, OrderKind, Origin
from minesafe.model.mine import Name, Output, Role
from minesafe.web.accounts import Account

ORDER = {"order_kind": "evacuate", "zones": ["FACE"], "ground": "smoke", "by": "张三"}

PERMIT = {"source": "point", "subject": "CH4", "reason": "work", "minutes": 20}

STANDS_IN = {"duty": "leader", "start": 1, "person": "P1", "stands_in": "P4", "reason": "ill"}

HANDS_OVER = {"start": 1, "outgoing": "P1", "incoming": "P4", "note": "all quiet"}

SWITCHES = {"on": True, "reason": "gas", "write": True}

HANDLED = {"cause": "dust", "planned": False, "measure": "cleaned"}

ACTS = {
    "acknowledge_alarm": ("POST", "/api/v1/alarms/alarm_high:CH4%231/acknowledge", None),
    "shelve": ("POST", "/api/v1/alarms/high:CH4%231/shelve", {"reason": "x", "minutes": 30}),
    "unshelve": ("POST", "/api/v1/alarms/high:CH4%231/unshelve", None),
    "calibrate": ("POST", "/api/v1/permits", PERMIT | {"permit_kind": "calibration"}),
    "take_out": ("POST", "/api/v1/permits", PERMIT | {"permit_kind": "out_of_service"}),
    "confirm_permit": ("POST", "/api/v1/permits/out_of_service:CH4%231/confirm", {"password": "?"}),
    "handle": ("POST", "/api/v1/alarms/high:CH4%231/handling", HANDLED),
    "close_record": ("POST", "/api/v1/alarms/high:CH4%231/close", None),
    "issue": ("POST", "/api/v1/orders", ORDER),
    "acknowledge_order": ("POST", "/api/v1/orders/o1/acknowledge", None),
    "decide": ("POST", "/api/v1/orders/o1/decision", {"decision": "evacuate", "reason": ""}),
    "tick": ("POST", "/api/v1/orders/o1/muster/P4", {"whereabouts": "out", "reason": "seen"}),
    "all_clear": ("POST", "/api/v1/orders/o1/all-clear", {"password": "?"}),
    "change_duty": ("POST", "/api/v1/duty/substitutes", STANDS_IN),
    "confirm_duty": ("POST", "/api/v1/duty/swaps/swap%231/confirm", {"password": "?"}),
    "hand_over": ("POST", "/api/v1/duty/hand-over", HANDS_OVER),
    "ask_output": ("POST", "/api/v1/outputs/HORN/requests", SWITCHES),
    "test_device": ("POST", "/api/v1/devices/TEL1/test", {"well": True}),
    "call_devices": ("POST", "/api/v1/devices/test-calls", {"devices": ["TEL1"]}),
    "make_report": ("POST", "/api/v1/reports", {"series": "daily", "day": "2025-11-24"}),
    "confirm_output": ("POST", "/api/v1/outputs/requests/output%231/confirm", {"password": "?"}),
}
READS = (
    "/api/v1/mine",
    "/api/v1/alarms/kpi",
    "/api/v1/alarms/records",
    "/api/v1/snapshot",
    "/api/v1/events",
    "/api/v1/session",
    "/api/v1/duty",
    "/api/v1/outputs",
    "/api/v1/duty/months/2025-11",
    "/api/v1/duty/months/2025-11/csv",
)

OF_SOMETHING = (
    "/api/v1/points/CH4/values?start=0&end=1",
    "/api/v1/people/P1/reach",
    "/api/v1/orders/1-001/report",
)

MATRIX = {
    Role.VIEWER: {"issue"},
    Role.DISPATCHER: {
        "acknowledge_alarm",
        "shelve",
        "unshelve",
        "calibrate",
        "confirm_permit",
        "handle",
        "close_record",
        "issue",
        "acknowledge_order",
        "decide",
        "tick",
        "all_clear",
        "change_duty",
        "confirm_duty",
        "hand_over",
        "test_device",
        "call_devices",
        "ask_output",
        "confirm_output",
        "make_report",
    },
    Role.LEADER: {
        "acknowledge_alarm",
        "shelve",
        "unshelve",
        "confirm_permit",
        "handle",
        "close_record",
        "issue",
        "acknowledge_order",
        "decide",
        "all_clear",
        "change_duty",
        "confirm_duty",
        "hand_over",
        "test_device",
        "call_devices",
        "ask_output",
        "confirm_output",
        "make_report",
    },
    Role.ENGINEER: {
        "calibrate",
        "take_out",
        "confirm_permit",
        "handle",
        "issue",
        "all_clear",
        "confirm_duty",
        "test_device",
        "call_devices",
        "ask_output",
        "confirm_output",
        "make_report",
    },
    Role.ADMIN: {"issue", "change_duty", "confirm_duty"},
    Role.INSPECTOR: {"issue"},
}
"""What each role may do; written out here so that a change of the rights is a change of this."""

DONE = {"issue": 201, "all_clear": 200, "ask_output": 200, "make_report": 200}


async def do(client: httpx.AsyncClient, act: str, password: str = "") -> httpx.Response:
    method, path, body = ACTS[act]
    if act in ("all_clear", "confirm_permit", "confirm_duty", "confirm_output"):
        body = {"password": password}
    return await client.request(method, path, json=body)


@pytest.mark.parametrize("role", Role)
async def test_each_role_may_do_what_the_table_says_and_nothing_else(
    role: Role, tmp_path: Path
) -> None:
    policy = {"all_clear_second": (Role.DISPATCHER, Role.ENGINEER)}
    horn = Output("HORN", Name("号角", "horn"), "horn", "S1", 0, ("FACE",))
    mine = staffed_mine(outputs=(horn,))
    desk = DeskOnPaper(replace(mine, policy=replace(mine.policy, **policy)), order_list=[order()])
    async with running(tmp_path, desk) as site, site.user(role) as user:
        for path in READS:
            assert (await user.get(path)).status_code == 200, path
        for act in ACTS:
            answer = await do(user, act, f"{role}-pw")
            allowed = act in MATRIX[role]
            assert answer.status_code == (DONE.get(act, 204) if allowed else 403), (act, role)
            if not allowed:
                assert answer.json()["code"] == "role_not_allowed"
        assert len(desk.acts) == len(MATRIX[role])


@pytest.mark.parametrize("role", Role)
async def test_the_record_of_an_order_is_for_all_but_viewers(role: Role, tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(role) as user:
        answer = await user.get("/api/v1/orders/1-001/report?form=pdf&language=en")
        if role is Role.VIEWER:
            assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")
            return
        assert answer.text == "1-001 en pdf "
        assert answer.headers["content-type"] == "application/pdf"
        assert 'filename="order-1-001.pdf"' in answer.headers["content-disposition"]
        site.reporter.refuses = "report_no_font"
        answer = await user.get("/api/v1/orders/1-001/report?form=pdf")
        assert (answer.status_code, answer.json()["code"]) == (409, "report_no_font")


async def test_without_a_log_in_nothing_can_be_read_and_only_glass_can_be_broken(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as site, site.stranger() as stranger:
        for path in (*READS, *OF_SOMETHING):
            answer = await stranger.get(path)
            assert (answer.status_code, answer.json()["code"]) == (401, "not_logged_in"), path
        for act in ACTS:
            expected = 201 if act == "issue" else 401
            assert (await do(stranger, act)).status_code == expected, act
        with pytest.raises(InvalidStatus, match="403"):
            await site.live(stranger)


async def test_an_act_without_the_token_or_from_a_foreign_page_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.DISPATCHER) as user:
        token = user.headers.pop("x-csrf-token")
        for act in set(ACTS) - {"issue"}:
            assert (await do(user, act, "dispatcher-pw")).json()["code"] == "csrf", act
        assert (await user.delete("/api/v1/session")).json()["code"] == "csrf"
        user.headers["x-csrf-token"] = token
        foreign = ("https://evil.example", "null", site.url.replace("http", "https") + "0")
        for origin in foreign:
            user.headers["origin"] = origin
            for act in ACTS:
                answer = await do(user, act, "dispatcher-pw")
                assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")
        user.headers["origin"] = site.url
        assert (await do(user, "acknowledge_alarm")).status_code == 204
        assert len(site.desk.acts) == 1


async def test_a_name_made_to_resolve_here_cannot_break_the_glass(tmp_path: Path) -> None:
    async with running(tmp_path) as site:
        rebound = {"host": "evil.example:8600", "origin": "http://evil.example:8600"}
        async with site.stranger(**rebound) as browser:
            assert (await do(browser, "issue")).json()["code"] == "foreign_origin"
        assert site.desk.acts == []


# --- breaking the glass -----------------------------------------------------------------------


async def test_an_order_with_a_session_is_given_in_the_persons_name(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.DISPATCHER) as user:
        answer = await do(user, "issue")
        assert (answer.status_code, answer.json()) == (201, {"order": "o9"})
        expected = ("issue_order", OrderKind.EVACUATE, ("FACE",), "smoke", "P2", Origin.CONSOLE)
        assert site.desk.acts == [expected]


async def test_an_expired_session_still_breaks_the_glass(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.DISPATCHER) as user:
        site.accounts.end_session(user.cookies["minesafe_session"])
        assert (await user.get("/api/v1/snapshot")).status_code == 401
        assert (await do(user, "issue")).status_code == 201
        assert site.desk.acts[0][4] == "console:张三"


class DeadBook:
    """A users' book whose disk has died, or hangs."""

    def __init__(self, hangs: bool) -> None:
        self.hangs = hangs

    def _die(self) -> None:
        if self.hangs:
            time.sleep(2.0)
        raise StoreUnavailable("input/output error")

    def verify(self, user: str, password: str, address: str) -> Account:
        raise StoreUnavailable("input/output error")

    def open_session(self, user: str, address: str) -> str:
        raise StoreUnavailable("input/output error")

    def lookup(self, session: str) -> Account | None:
        self._die()
        return None

    def end_session(self, session: str) -> None:
        raise StoreUnavailable("input/output error")


@pytest.mark.parametrize("hangs", [False, True])
async def test_the_glass_breaks_within_a_second_with_the_users_book_dead(
    hangs: bool, tmp_path: Path
) -> None:
    async with running(tmp_path, accounts=DeadBook(hangs)) as site, site.stranger() as user:
        user.cookies["minesafe_session"] = "whoever"
        before = asyncio.get_running_loop().time()
        assert (await do(user, "issue")).status_code == 201
        assert asyncio.get_running_loop().time() - before <= 1.0
        if not hangs:
            answer = await user.get("/api/v1/snapshot")
            assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")


async def test_a_finger_on_the_glass_cannot_flood_the_mine_with_orders(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.stranger() as stranger:
        answers = [(await do(stranger, "issue")).status_code for _ in range(12)]
        assert answers == [201] * 10 + [429] * 2
        async with site.user(Role.DISPATCHER) as dispatcher:
            assert (await do(dispatcher, "issue")).status_code == 201


# --- sessions -----------------------------------------------------------------------------------


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.stranger() as client:
        tried = {"user": "leader", "password": "leader-pw"}
        answer = await client.post("/api/v1/session", json=tried)
        parts = {p.strip().lower() for p in answer.headers["set-cookie"].split(";")}
        assert {"httponly", "samesite=strict", "path=/"} <= parts
        assert "secure" not in parts
        assert answer.json() == {
            "user": "leader",
            "person": "P3",
            "roles": ["leader"],
            "csrf": answer.json()["csrf"],
            "must_change": False,
        }
        again = await client.get("/api/v1/session")
        assert again.json() == answer.json()


async def test_over_tls_the_cookie_is_bound_to_this_host(tmp_path: Path) -> None:
    async with running(tmp_path, DeskOnPaper(https_mine())) as site, site.stranger() as client:
        tried = {"user": "leader", "password": "leader-pw"}
        answer = await client.post("/api/v1/session", json=tried)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-minesafe_session=")
        assert "; Secure" in cookie
        assert "strict-transport-security" in answer.headers


async def test_a_stolen_cookie_is_dead_after_log_out_its_open_page_included(
    tmp_path: Path,
) -> None:
    async with (
        running(tmp_path) as site,
        site.user(Role.DISPATCHER) as owner,
        site.stranger() as thief,
    ):
        thief.cookies.update(owner.cookies)
        assert (await thief.get("/api/v1/snapshot")).status_code == 200
        async with site.live(thief) as page:
            await next_of(page, "snapshot")
            assert (await owner.delete("/api/v1/session")).status_code == 204
            with pytest.raises(ConnectionClosed):
                await next_of(page, "never")
        assert (await thief.get("/api/v1/snapshot")).status_code == 401
        with pytest.raises(InvalidStatus, match="403"):
            await site.live(thief)


async def test_logging_in_again_ends_the_session_before(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.LEADER) as user, site.stranger() as old:
        old.cookies.update(user.cookies)
        tried = {"user": "leader", "password": "leader-pw"}
        assert (await user.post("/api/v1/session", json=tried)).status_code == 200
        assert (await old.get("/api/v1/snapshot")).status_code == 401


async def test_a_session_that_ends_elsewhere_closes_its_open_pages(tmp_path: Path) -> None:
    async with (
        running(tmp_path, recheck_s=0.05) as site,
        site.user(Role.VIEWER) as user,
        site.live(user) as page,
    ):
        await next_of(page, "snapshot")
        site.accounts.end_session(user.cookies["minesafe_session"])
        with pytest.raises(ConnectionClosed):
            await next_of(page, "never")


async def test_the_live_wire_is_closed_to_foreign_pages(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.VIEWER) as user:
        with pytest.raises(InvalidStatus, match="403"):
            await site.live(user, origin="https://evil.example")
        async with site.live(user, origin=site.url) as page:
            assert (await next_of(page, "snapshot"))["n"] == 1


async def test_log_ins_and_log_outs_are_in_the_journal_and_passwords_are_not(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as site, site.stranger() as client:
        wrong = {"user": "leader", "password": "guess-1"}
        answer = await client.post("/api/v1/session", json=wrong)
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong_password")
        async with site.user(Role.LEADER) as user:
            await user.delete("/api/v1/session")
        bodies = [event.body for event in site.desk.records]
        assert bodies == [
            LoginRefused(user="leader", address="127.0.0.1", reason="wrong_password"),
            LoggedIn(user="leader", address="127.0.0.1"),
            LoggedOut(user="leader", reason="asked"),
        ]


async def test_guessing_passwords_is_stopped_after_five(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.stranger() as client:
        wrong = {"user": "leader", "password": "guess"}
        codes = [(await client.post("/api/v1/session", json=wrong)).status_code for _ in range(6)]
        assert codes == [401] * 5 + [429]


async def test_a_storm_of_log_ins_stops_at_the_door_and_leaves_the_journal_alone(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as site, site.stranger() as client:
        tries = [{"user": f"u{i}", "password": "x"} for i in range(40)]
        answers = [await client.post("/api/v1/session", json=tried) for tried in tries]
        assert [a.status_code for a in answers] == [401] * 30 + [429] * 10
        assert len(site.desk.records) == 30


# --- the all-clear --------------------------------------------------------------------------------


async def test_the_all_clear_asks_for_the_password_again(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.LEADER) as leader:
        answer = await do(leader, "all_clear", "wrong")
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong_password")
        assert site.desk.acts == []
        assert (await do(leader, "all_clear", "leader-pw")).json() == {"closed": False}
        assert site.desk.acts == [("sign_all_clear", "o1", "P3", Role.LEADER, "")]


async def test_who_signs_for_no_side_of_the_policy_is_refused(tmp_path: Path) -> None:
    """The policy of this mine lets leader and dispatcher sign, not the engineer."""
    async with running(tmp_path) as site, site.user(Role.ENGINEER) as engineer:
        answer = await do(engineer, "all_clear", "engineer-pw")
        assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")


# --- what the desk refuses -------------------------------------------------------------------


async def test_what_the_desk_refuses_keeps_its_code_and_parameters(tmp_path: Path) -> None:
    desk = DeskOnPaper(refusal=Refused("unaccounted", people=2))
    async with running(tmp_path, desk) as site, site.user(Role.LEADER) as leader:
        answer = await do(leader, "all_clear", "leader-pw")
        assert answer.status_code == 409
        assert answer.json() == {"code": "unaccounted", "params": {"people": 2}}


async def test_an_act_the_journal_cannot_take_is_not_done(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.LEADER) as leader:
        site.desk.broken = True
        answer = await do(leader, "decide")
        assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
        site.desk.broken = False
        assert (await do(leader, "decide")).status_code == 204
        act = ("decide_order", "o1", Decision.EVACUATE, "P3", "", Origin.CONSOLE)
        assert site.desk.acts == [act]


async def test_a_malformed_act_says_where(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.LEADER) as leader:
        odd = {"decision": "perhaps", "reason": ""}
        answer = await leader.post("/api/v1/orders/o1/decision", json=odd)
        assert answer.status_code == 422
        assert answer.json()["params"]["where"] == "body.decision"
