"""The played people, at a small office of plain HTTP: phone link, decision, all-clear by two."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI, Form, Header, Request, Response
from fastapi.responses import HTMLResponse
from sim_mine import MINE, Pages, sim_mine, stage

from device_sims.devices.inbox import Inbox, Sms
from device_sims.people.leader import Leader
from device_sims.people.office import OfficeUser, signers
from device_sims.scenario import Acting
from device_sims.stage import Stage

LEADERS_PHONE = "8613800000001"


def order(**changed: Any) -> dict[str, Any]:
    """An open order as the snapshot tells it, as far as people at a page look."""
    return {
        "order": "o1",
        "order_kind": "evacuate",
        "issued": 0,
        "decision": None,
        "signatures": [],
        "can_close": True,
        "override_needed": False,
        "closed": None,
    } | changed


class Office:
    """The pages, as far as the played people use them; remembers what was sent."""

    def __init__(self) -> None:
        self.orders: list[dict[str, Any]] = []
        self.acknowledged: list[str] = []
        self.acts: list[tuple[str, str, dict[str, str]]] = []
        self.app = FastAPI()
        self.app.get("/o/{token}", response_class=HTMLResponse)(self.link)
        self.app.post("/o/{token}/acknowledge", response_class=HTMLResponse)(self.acknowledge)
        self.app.post("/api/v1/session")(self.log_in)
        self.app.get("/api/v1/snapshot")(self.snapshot)
        self.app.post("/api/v1/orders/{order_id}/{act}")(self.act)

    def link(self, token: str) -> str:
        return (
            '<form method="get" action="/"><button>刷新</button></form>'
            f'<form method="post" action="/o/{token}/acknowledge">'
            '<input type="hidden" name="once" value="s3cret"><button>确认收到</button></form>'
        )

    def acknowledge(self, token: str, once: str = Form()) -> str:
        self.acknowledged.append(f"{token} {once}")
        return "ok"

    async def log_in(self, request: Request, response: Response) -> dict[str, str]:
        given = await request.json()
        assert given["password"] == f"demo-{given['user']}"
        response.set_cookie("minesafe_session", given["user"])
        return {"csrf": f"csrf-{given['user']}"}

    def snapshot(self) -> dict[str, Any]:
        return {"orders": self.orders}

    async def act(
        self, order_id: str, act: str, request: Request, x_csrf_token: str = Header()
    ) -> Response:
        user = request.cookies["minesafe_session"]
        assert x_csrf_token == f"csrf-{user}"
        self.acts.append((user, act, await request.json()))
        found = next(o for o in self.orders if o["order"] == order_id)
        if act == "decision":
            found["decision"] = self.acts[-1][2]["decision"]
        person = next(u["person"] for u in MINE["users"] if u["name"] == user)
        found["signatures"] = [*found["signatures"], {"by": person}]
        return Response(status_code=204)


@asynccontextmanager
async def opened(office: Office) -> AsyncIterator[str]:
    """The office's address while it is open."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(office.app, log_level="warning", ws="none")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


def at(url: str, pages: Pages, speed: float = 20.0) -> Stage:
    stations = MINE["server"]["stations"]
    return stage(sim_mine(server={"url": url, "stations": stations}), speed=speed, pages=pages)


async def until(true: Callable[[], bool]) -> None:
    """Wait for something, ten seconds at most."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110  what happened is read off a list
            await asyncio.sleep(0.01)


async def test_the_leader_opens_the_link_acknowledges_once_and_calls_everyone_out() -> None:
    office, inbox, pages = Office(), Inbox(), Pages()
    async with opened(office) as url:
        mine_stage = at(url, pages)
        acting = Acting(acknowledge_after_s=2, leader_calls_after_s=2)
        async with Leader(mine_stage, inbox, acting):
            inbox.put(Sms(0, LEADERS_PHONE, "1", "【停产撤人】……回1确认", "1"))
            inbox.put(Sms(0, LEADERS_PHONE, "1", f"确认请点 {url}/o/abc，名单见页面。", "2"))
            inbox.put(Sms(0, LEADERS_PHONE, "1", f"确认请点 {url}/o/abc，名单见页面。", "3"))
            await until(lambda: bool(pages.of("called")))
    assert office.acknowledged == ["abc s3cret"]
    assert pages.of("called")[0]["persons"] == ["P01", "P02", "P03", "P04"]


async def test_somebody_elses_sms_leaves_the_leader_unmoved() -> None:
    office, inbox, pages = Office(), Inbox(), Pages()
    acting = Acting(acknowledge_after_s=0)
    async with opened(office) as url, Leader(at(url, pages), inbox, acting):
        inbox.put(Sms(0, "13800000005", "1", f"{url}/o/other", "1"))
        inbox.put(Sms(0, LEADERS_PHONE, "1", f"{url}/o/mine", "2"))
        await until(lambda: bool(pages.of("acknowledged")))
    assert office.acknowledged == ["mine s3cret"]


async def test_a_leader_who_does_not_react_opens_nothing() -> None:
    inbox = Inbox()
    async with Leader(at("http://127.0.0.1:9", Pages()), inbox, Acting()) as leader:
        assert leader.tasks == []


async def test_two_people_of_different_roles_sign_the_all_clear_once_they_may() -> None:
    office, pages = Office(), Pages()
    office.orders = [order(can_close=False), order(order="o2", override_needed=True)]
    async with opened(office) as url:
        mine_stage = at(url, pages)
        first, second = signers(mine_stage.site.mine)
        acting = Acting(all_clear=True)
        async with (
            OfficeUser(first, mine_stage, acting, decides=True),
            OfficeUser(second, mine_stage, acting, decides=False),
        ):
            await until(lambda: len(pages.of("logged_in")) == 2)
            assert office.acts == [], "not while people are missing, nor against the gas"
            office.orders[0]["can_close"] = True
            await until(lambda: len(pages.of("all_clear")) == 2)
    assert {(user, act) for user, act, _ in office.acts} == {
        ("wang", "all-clear"),
        ("zhou", "all-clear"),
    }
    assert [body["password"] for _, _, body in office.acts] == [
        f"demo-{user}" for user, _, _ in office.acts
    ]


async def test_the_leader_decides_a_stop_work_order_only_where_the_scenario_says_so() -> None:
    office, pages = Office(), Pages()
    office.orders = [order(order_kind="stop_work", can_close=False)]
    async with opened(office) as url:
        mine_stage = at(url, pages)
        first, second = signers(mine_stage.site.mine)
        acting = Acting(
            decision="stop_work_suffices", decision_reason="局部聚积，已处理", decide_after_s=0
        )
        async with (
            OfficeUser(first, mine_stage, acting, decides=True),
            OfficeUser(second, mine_stage, acting, decides=False),
        ):
            await until(lambda: bool(pages.of("decision")))
            await until(lambda: len(pages.of("logged_in")) == 2)
    assert [(user, act) for user, act, _ in office.acts] == [("wang", "decision")]


async def test_people_wait_for_a_server_that_is_not_there_yet() -> None:
    pages, office = Pages(), Office()
    office.orders = [order()]
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    mine_stage = at(f"http://127.0.0.1:{port}", pages)
    user = signers(mine_stage.site.mine)[0]
    async with OfficeUser(user, mine_stage, Acting(all_clear=True), decides=False):
        await asyncio.sleep(0.1)
        config = uvicorn.Config(office.app, port=port, log_level="warning", ws="none")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        await until(lambda: bool(pages.of("all_clear")))
        server.should_exit = True
        await serving
