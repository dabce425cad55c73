"""The live wire: every open page has it within a second, and a frozen page stops nobody."""

import asyncio
import json
import socket
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from desk_on_paper import NOW, DeskOnPaper, alarm, order, staffed_mine
from web_site import Running, next_of, running
from websockets.exceptions import ConnectionClosed, ConnectionClosedOK

from minesafe.model.events import (
    AlarmMove,
    AlarmState,
    FindingBegan,
    FindingKind,
    PersonMoved,
    PersonTold,
    Told,
    Whereabouts,
)
from minesafe.model.mine import Role
from minesafe.model.order import MusterRow
from minesafe.model.time import SECOND
from minesafe.web.live import MAX_CLIENTS


async def test_a_page_is_first_given_everything_and_then_a_beat_each_second(
    tmp_path: Path,
) -> None:
    desk = DeskOnPaper(alarm_list=[alarm()], order_list=[order()])
    async with (
        running(tmp_path, desk) as site,
        site.user(Role.VIEWER) as user,
        site.live(user) as page,
    ):
        first = json.loads(await page.recv())
        assert (first["n"], first["kind"]) == (1, "snapshot")
        assert first["snapshot"] == (await user.get("/api/v1/snapshot")).json()
        started = time.monotonic()
        numbers = [json.loads(await page.recv()) for _ in range(3)]
        assert [m["n"] for m in numbers] == [2, 3, 4]
        assert {m["kind"] for m in numbers} == {"beat"}
        assert time.monotonic() - started < 4.0


async def test_an_alarm_is_on_every_page_at_once_and_leaves_it_when_it_is_normal(
    tmp_path: Path,
) -> None:
    async with (
        running(tmp_path) as site,
        site.user(Role.VIEWER) as user,
        site.live(user) as one,
        site.live(user) as other,
    ):
        for page in (one, other):
            await next_of(page, "snapshot")
        started = time.monotonic()
        site.desk.move(alarm(), AlarmMove.RAISE)
        for page in (one, other):
            told = await next_of(page, "alarms")
            assert told["alarms"][0]["episode"] == "alarm_high:CH4#1"
            assert told["alarms"][0]["limit"] == 1.0
            assert told["position"] == site.desk.position
        assert time.monotonic() - started < 0.5
        site.desk.move(alarm(state=AlarmState.NORMAL, conditions={}), AlarmMove.CLEAR)
        assert (await next_of(one, "alarms"))["alarms"][0]["state"] == "normal"


async def test_every_move_of_an_alarm_is_told_in_its_order(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.VIEWER) as user, site.live(user) as page:
        await next_of(page, "snapshot")
        states = []
        for state in (AlarmState.UNACKED, AlarmState.RETURNED_UNACKED, AlarmState.NORMAL):
            site.desk.move(alarm(state=state), AlarmMove.RAISE)
            states.append((await next_of(page, "alarms"))["alarms"][0]["state"])
        assert states == ["unacked", "returned_unacked", "normal"]


async def test_an_order_is_told_whole_and_its_newest_state_always_arrives(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.VIEWER) as user, site.live(user) as page:
        await next_of(page, "snapshot")
        site.desk.order_list = [order()]
        for n in range(50):
            told = PersonTold(order="o1", person="P3", told=Told.NOTIFIED, channel=f"sms{n}")
            site.desk.write(told)
        site.desk.order_list = [order(acknowledged_by="P1", acknowledged_at=NOW)]
        moved = PersonMoved(order="o1", person="P3", whereabouts=Whereabouts.OUT, place=None)
        site.desk.write(moved)
        first = await next_of(page, "orders")
        assert len(first["orders"][0]["muster"]) == 2
        assert first["orders"][0]["acknowledged_by"] == "P1"
        site.desk.order_list = [order(closed=NOW)]
        site.desk.write(moved)
        assert (await next_of(page, "orders"))["orders"][0]["closed"] == NOW


async def test_only_what_changed_is_told_and_who_goes_out_leaves_the_map(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.VIEWER) as user, site.live(user) as page:
        snapshot = (await next_of(page, "snapshot"))["snapshot"]
        assert [p["person"] for p in snapshot["places"]] == ["P1"]
        assert snapshot["places"][0]["zones"] == ["MINE", "FACE"]
        value = site.desk.seen.value.copy()
        value[1], value[2] = 1.08, np.nan
        site.desk.hear(value=value)
        told = await next_of(page, "readings")
        assert [(v["point"], v["value"]) for v in told["values"]] == [
            ("CH4-SLOW", 1.08),
            ("WIND", None),
        ]
        assert (told["places"], told["counts"]) == ([], [])
        site.desk.hear(out=np.ones(4, bool), count=np.zeros(5, np.int32))
        told = await next_of(page, "readings")
        assert [(p["person"], p["out"]) for p in told["places"]] == [("P1", True)]
        assert told["underground"] == 0
        assert {c["zone"] for c in told["counts"]} == {"MINE", "FACE"}


async def test_a_point_that_falls_silent_and_a_finding_change_the_tiles(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.VIEWER) as user, site.live(user) as page:
        snapshot = (await next_of(page, "snapshot"))["snapshot"]
        assert {t["system"]: t["state"] for t in snapshot["systems"]}["monitoring"] == "healthy"
        site.desk.hear(silent=np.array([True, False, False, False]))
        state = await next_of(page, "state")
        tiles = {t["system"]: (t["state"], t["since"]) for t in state["systems"]}
        assert tiles["monitoring"] == ("degraded", site.desk.time)
        down = FindingBegan(finding=FindingKind.CHANNEL_DOWN, subject="sms", detail="refused")
        site.desk.finding_list = [(down, NOW)]
        site.desk.write(down)
        state = await next_of(page, "state")
        assert state["findings"][0]["finding"] == "channel_down"


async def test_that_no_reason_is_needed_any_more_is_told_when_the_time_has_come(
    tmp_path: Path,
) -> None:
    desk = DeskOnPaper(order_list=[order(clear_since=NOW)])
    async with (
        running(tmp_path, desk) as site,
        site.user(Role.VIEWER) as user,
        site.live(user) as page,
    ):
        snapshot = (await next_of(page, "snapshot"))["snapshot"]
        assert snapshot["orders"][0]["override_needed"]
        site.desk.time += 61 * SECOND
        assert not (await next_of(page, "orders"))["orders"][0]["override_needed"]


async def test_a_page_that_speaks_is_closed(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.VIEWER) as user, site.live(user) as page:
        await next_of(page, "snapshot")
        await page.send("hello")
        with pytest.raises(ConnectionClosed):
            await next_of(page, "never")


async def test_the_server_closes_its_pages_when_it_stops(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.VIEWER) as user:
        page = await site.live(user)
        await next_of(page, "snapshot")
        started = time.monotonic()
    assert time.monotonic() - started < 2.0
    with pytest.raises(ConnectionClosedOK):
        await next_of(page, "never")
    assert site.desk.listeners == 0


async def test_there_is_an_end_to_how_many_pages_are_served(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.VIEWER) as user:
        clients = [site.context.hub.join("s") for _ in range(MAX_CLIENTS)]
        async with site.live(user) as page:
            with pytest.raises(ConnectionClosed):
                await page.recv()
        for client in clients:
            assert client is not None
            site.context.hub.leave(client)


# --- F7: frozen pages ---------------------------------------------------------------------------

PEOPLE = 300


def crowded() -> DeskOnPaper:
    """An evacuation of 300 people: one message about it is about 60 KB."""
    muster = {
        f"X{i}": MusterRow(f"X{i}", Told.NOTIFIED, Whereabouts.MOVING, None, "N0", 100.0)
        for i in range(PEOPLE)
    }
    return DeskOnPaper(staffed_mine(), order_list=[order(muster=muster)])


async def freeze(site: Running, client: httpx.AsyncClient) -> socket.socket:
    """A browser that opens the live wire and never reads again."""
    frozen = socket.socket()
    frozen.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    frozen.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(frozen, ("127.0.0.1", site.port))
    cookie = f"minesafe_session={client.cookies['minesafe_session']}"
    lines = (
        "GET /api/v1/live HTTP/1.1",
        "Host: 127.0.0.1",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        f"Cookie: {cookie}",
        "",
        "",
    )
    await loop.sock_sendall(frozen, "\r\n".join(lines).encode())
    return frozen


async def watch(page: Any, until: float) -> list[float]:
    """How long after its sending each order message came, by the clock both share."""
    late = []
    while time.monotonic() < until:
        message = await next_of(page, "orders")
        late.append(time.monotonic() - message["orders"][0]["issued"] / SECOND)
    return late


async def test_five_frozen_pages_are_let_go_and_ten_good_ones_never_notice(
    tmp_path: Path,
) -> None:
    async with running(tmp_path, crowded()) as site, site.user(Role.VIEWER) as user:
        pages = [await site.live(user) for _ in range(10)]
        frozen = [await freeze(site, user) for _ in range(5)]
        for page in pages:
            await next_of(page, "snapshot")
        started = time.monotonic()
        watching = [asyncio.create_task(watch(page, started + 3.0)) for page in pages]
        evicted_after = None
        while time.monotonic() < started + 4.0:
            stamp = int(time.monotonic() * SECOND)
            site.desk.order_list = [replace(site.desk.order_list[0], issued=stamp)]
            moved = PersonMoved(order="o1", person="X1", whereabouts=Whereabouts.OUT, place=None)
            site.desk.write(moved)
            await asyncio.sleep(0.05)
            if site.context.hub.evicted == 5 and evicted_after is None:
                evicted_after = time.monotonic() - started
        late = sorted(x for seen in await asyncio.gather(*watching) for x in seen)
        assert evicted_after is not None
        assert evicted_after < 4.0
        assert site.context.hub.pages == 10
        assert len(late) > 10 * 3 * 5, "orders kept coming"
        assert late[int(0.99 * len(late))] < 1.0
        for page in pages:
            await page.close()
        for sock in frozen:
            sock.close()


async def test_a_slow_page_misses_readings_never_alarms_and_is_then_told_all(
    tmp_path: Path,
) -> None:
    """The page of a weak tablet: its socket takes nothing for a moment."""
    async with running(tmp_path) as site:
        hub = site.context.hub
        client = hub.join("slow")
        assert client is not None
        for n in range(3):
            value = site.desk.seen.value.copy()
            value[n] = 0.9
            site.desk.hear(value=value)
            await asyncio.sleep(0.6)
        for n in range(20):
            site.desk.move(alarm(f"alarm_high:CH4#{n}"), AlarmMove.RAISE)
            await asyncio.sleep(0)
        await asyncio.sleep(0.1)
        told = [json.loads("{" + body) for body in client.urgent]
        episodes = [a["episode"] for m in told if m["kind"] == "alarms" for a in m["alarms"]]
        assert episodes == [f"alarm_high:CH4#{n}" for n in range(20)]
        assert client.missed
        assert len(json.loads("{" + client.whole())["values"]) == 4
        hub.leave(client)


async def test_a_page_too_slow_even_for_alarms_is_closed_and_comes_back(tmp_path: Path) -> None:
    async with running(tmp_path) as site:
        client = site.context.hub.join("slow")
        assert client is not None
        for n in range(300):
            site.desk.move(alarm(f"alarm_high:CH4#{n}"), AlarmMove.RAISE)
            await asyncio.sleep(0)
        await asyncio.sleep(0.1)
        assert client.code == 1013
        site.context.hub.leave(client)
