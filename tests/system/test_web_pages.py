"""Pages, headers, health, history and the edges of what is served."""

import asyncio
import gzip
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest
from desk_on_paper import NOW, DeskOnPaper, alarm, order, staffed_mine
from web_site import SECRET, next_of, running
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from minesafe.doctor.around import able
from minesafe.model.errors import LinkDown, StoreUnavailable
from minesafe.model.events import FindingBegan, FindingKind, LoggedIn
from minesafe.model.frame import Readings, Sightings
from minesafe.model.mine import Carrier, Duty, LadderStep, Role
from minesafe.model.signing import link_token
from minesafe.model.spell import Spells
from minesafe.model.time import SECOND
from minesafe.model.trend import Trend
from minesafe.model.way import Way
from minesafe.web.live import Hub
from minesafe.web.server import WebServer
from minesafe.web.site import bare_site


def built(folder: Path) -> Path:
    """Pages as a build leaves them."""
    static = folder / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>minesafe</title>", "utf-8")
    (static / "assets" / "index-abc123.js").write_text("1", "utf-8")
    return static


HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
}


OF_FRAMES = ("/healthz", "/readyz")
"""They say whether frames are judged; a desk on paper judges none, and is not well after 10 s."""


async def test_every_route_carries_the_headers_that_keep_a_browser_safe(tmp_path: Path) -> None:
    desk = DeskOnPaper(order_list=[order()])
    token = link_token(SECRET, "o1", "P1")
    own = ["/", "/evac/o1", "/assets/index-abc123.js", "/docs", "/docs/assets/swagger-ui.css"]
    own += ["/page/phone.css", f"/a/{token}", "/a/unknown", "/no/such.file", "/api/v1/none"]
    async with running(tmp_path, desk, static=built(tmp_path)) as site, site.stranger() as client:
        listed = [
            p.replace("{", "").replace("}", "") for p in bare_site(demo=True).openapi()["paths"]
        ]
        for path in (*own, "/openapi.json", *listed):
            for method in ("GET", "POST", "DELETE"):
                answer = await client.request(method, path)
                assert answer.status_code < 500 or path in OF_FRAMES, (path, answer.text)
                policy = answer.headers["content-security-policy"]
                source = "none" if path.startswith("/api/v1/reports/") else "self"
                assert f"default-src '{source}'" in policy
                assert "frame-ancestors 'none'" in policy
                assert "unsafe" not in policy
                for name, value in HEADERS.items():
                    assert answer.headers[name] == value, path
                assert "server" not in answer.headers
        built_file = await client.get("/assets/index-abc123.js")
        assert "immutable" in built_file.headers["cache-control"]
        assert (await client.get("/")).headers["cache-control"] == "no-store"


async def test_each_view_has_an_address_and_what_is_no_view_is_not_found(tmp_path: Path) -> None:
    async with running(tmp_path, static=built(tmp_path)) as site, site.stranger() as client:
        own = (
            "/",
            "/alarms",
            "/roster",
            "/evac/o1",
            "/sensor/CH4",
            "/health",
            "/outputs",
            "/people?q=x",
        )
        for view in own:
            answer = await client.get(view)
            assert "<title>minesafe</title>" in answer.text, view
        for missing in ("/assets/none.js", "/favicon.ico", "/api/v1/none", "/page/none"):
            assert (await client.get(missing)).status_code == 404, missing
        assert (await client.get("/api/v1/none")).json()["code"] == "not_found"
        secret = await client.get("/..%2f..%2fetc/passwd")
        assert "root:" not in secret.text
        with pytest.raises(InvalidStatus, match="403"):
            await connect(site.url.replace("http", "ws") + "/elsewhere", proxy=None)


async def test_an_asset_is_sent_packed_to_whoever_unpacks_it(tmp_path: Path) -> None:
    static = built(tmp_path)
    script = b"export const words = {};" * 40
    (static / "assets" / "zh-abc123.js").write_bytes(script)
    (static / "assets" / "zh-abc123.js.gz").write_bytes(gzip.compress(script))
    async with running(tmp_path, static=static) as site, site.stranger() as client:
        asked = {"accept-encoding": "gzip, deflate, br"}
        packed = await client.get("/assets/zh-abc123.js", headers=asked)
        assert packed.content == script, "unpacked by the client"
        assert int(packed.headers["content-length"]) < len(script) / 5
        assert packed.headers["content-type"].startswith("text/javascript")
        assert packed.headers["vary"].lower() == "accept-encoding"
        assert "immutable" in packed.headers["cache-control"]
        plain = await client.get("/assets/zh-abc123.js", headers={"accept-encoding": "identity"})
        assert (plain.content, "content-encoding" in plain.headers) == (script, False)
        one = await client.get("/assets/index-abc123.js", headers=asked)
        assert (one.text, "content-encoding" in one.headers) == ("1", False), "no packed form"


async def test_the_apis_page_needs_no_internet_and_no_inline_script(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.stranger() as client:
        page = (await client.get("/docs")).text
        assert "//" not in page.replace("<!doctype", "")
        assert "<script>" not in page
        for asset in ("/docs/assets/swagger-ui-bundle.js", "/docs/assets/swagger-ui.css"):
            assert asset in page
            assert (await client.get(asset)).status_code == 200
        assert (await client.get("/page/docs.js")).status_code == 200
        assert "LiveSnapshot" in (await client.get("/openapi.json")).text


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"Content-Length: 1000001", b""),
        (b"Transfer-Encoding: chunked", b"f4241\r\n" + b" " * 1_000_001),
    ],
)
async def test_a_body_beyond_a_megabyte_is_refused_as_soon_as_that_is_known(
    head: bytes, body: bytes, tmp_path: Path
) -> None:
    async with running(tmp_path) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        writer.write(b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n" + body)
        answer = await asyncio.wait_for(reader.read(), 5.0)
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b'"too_large"' in answer
        writer.close()
        await writer.wait_closed()


# --- health ---------------------------------------------------------------------------------------


async def test_health_is_the_age_of_the_last_frame_and_not_of_the_process(tmp_path: Path) -> None:
    desk = DeskOnPaper()
    hand = [0.0]
    hub = Hub(desk, monotonic=lambda: hand[0] + time.monotonic())
    async with running(tmp_path, desk, hub=hub) as site, site.stranger() as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503, "nothing judged yet"
        desk.hear()
        await asyncio.sleep(0.7)
        mute = await client.get("/readyz")
        assert (mute.status_code, mute.json()["why"]) == (503, ["nobody"]), "no screen, no carrier"
        assert mute.json()["epoch"] == 3
        hand[0] = 11.0
        stuck = await client.get("/healthz")
        assert (stuck.status_code, stuck.json()["ok"]) == (503, False)
        assert stuck.json()["frame_age_s"] > 10


async def test_whether_an_alarm_can_be_raised_is_the_same_to_every_asker(tmp_path: Path) -> None:
    mine = staffed_mine(carrier=Carrier("127.0.0.1", 1, "id", "pw", "106"))
    rung = LadderStep(0.0, (Duty.LEADER,), ("sms",))
    desk = DeskOnPaper(mine=replace(mine, policy=replace(mine.policy, ladder=(rung,))))
    async with running(tmp_path, desk) as site, site.user(Role.VIEWER) as client:
        desk.hear()
        await asyncio.sleep(0.7)
        async with site.live(client) as page:
            assert (await next_of(page, "beat"))["cannot"] == []
            assert (await client.get("/readyz")).status_code == 200
            report = (await client.get("/api/v1/health")).json()
            assert (report["able"], report["why"], report["ways"]) == (True, [], ["sms"])
            assert report["proof"]["took_s"] == 0.08
            assert report["backlog"]["days_left"] is None
            assert report["server"]["copied"]["to"] == "/mnt/other/copy"
            asked = replace(desk.mine, server=replace(desk.mine.server, port=site.port))
            assert (await able(asked)).state == "well"
            down = FindingBegan(finding=FindingKind.CHANNEL_DOWN, subject="sms", detail="")
            desk.finding_list = [(down, desk.now())]
            while not (cannot := (await next_of(page, "beat"))["cannot"]):
                pass
            assert cannot == ["nobody"]
            assert (await client.get("/readyz")).json()["why"] == ["nobody"]
            report = (await client.get("/api/v1/health")).json()
            assert [why["code"] for why in report["why"]] == ["nobody"]
            told = await able(asked)
            assert told.state == "bad"
            assert "nobody can be told" in told.says


async def test_whoever_sits_at_a_screen_says_whether_it_is_heard(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.VIEWER) as client:
        tried = {"screen": "调度台 1", "heard": True}
        assert (await client.post("/api/v1/sound-tests", json=tried)).status_code == 204
        told = (await client.get("/api/v1/sound-tests")).json()
        assert told["since"] == NOW - 3600 * SECOND, "a test is of one shift"
        (test,) = told["tests"]
        assert (test["screen"], test["heard"], test["at"]) == ("调度台 1", True, NOW)
        site.desk.time = NOW + 3 * 3600 * SECOND
        day = (await client.get("/api/v1/sound-tests")).json()["since"]
        assert day % (86400 * SECOND) == 16 * 3600 * SECOND, "in a gap: midnight at Shanghai"
        nameless = await client.post("/api/v1/sound-tests", json={"screen": "", "heard": True})
        assert nameless.status_code == 422
    async with running(tmp_path) as site, site.stranger() as client:
        assert (await client.post("/api/v1/sound-tests", json=tried)).status_code == 401


async def test_a_page_is_told_how_far_the_history_is_behind(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.VIEWER) as client:
        told = (await client.get("/api/v1/backlog")).json()
        assert (told["stored"], told["behind_s"], told["late"]) == (120, 0.0, 3)


async def test_metrics_count_and_name_nobody(tmp_path: Path) -> None:
    desk = DeskOnPaper(alarm_list=[alarm()], order_list=[order()])
    async with running(tmp_path, desk) as site, site.stranger() as client:
        lines = (await client.get("/metrics")).text.splitlines()
        assert 'minesafe_alarms{severity="II"} 1.0' in lines
        assert "minesafe_orders_open 1.0" in lines
        assert "# TYPE minesafe_frame_age_seconds gauge" in lines
        assert lines.count("# TYPE minesafe_alarms gauge") == 1
        assert 'minesafe_alarms{severity="I"} 0.0' in lines, "a series is there before it rises"
        assert "minesafe_spool_fill_ratio 0.25" in lines
        assert "minesafe_history_behind_seconds 0.0" in lines
        assert "minesafe_messages_repeated_total 1.0" in lines
        assert not any(x.startswith("minesafe_sample_age_seconds ") for x in lines), "none waits"
        assert any(x.startswith("process_resident_memory_bytes ") for x in lines)
        told = "\n".join(lines)
        for person in desk.mine.people:
            assert person.id not in told
            assert person.name not in told


# --- history and journal ------------------------------------------------------------------------


class OneSample:
    """A history that holds one sample and one place, or is away."""

    away = False

    async def write(self, frames: object) -> None: ...

    async def stored_through(self) -> int:
        return 1

    async def values(self, point: int, start: int, end: int, limit: int) -> Readings:
        self._answer()
        return Readings.of([(point, float("nan"), 3, NOW, NOW)])

    async def track(self, tag: int, start: int, end: int, limit: int) -> Sightings:
        self._answer()
        return Sightings.of([(tag, 0, 1, 12.5, 0, 1.0, 2.0, 3.0, 1.0, 0, 0, NOW, NOW)])

    async def trend(self, point: int, start: int, end: int, width_s: int) -> Trend:
        self._answer()
        return Trend.none()

    async def spells(self, point: int, start: int, end: int, width_s: int) -> Spells:
        self._answer()
        return Spells.none()

    def _answer(self) -> None:
        if self.away:
            raise StoreUnavailable("connection refused")


async def test_the_past_is_read_from_history_and_its_absence_has_a_name(tmp_path: Path) -> None:
    history = OneSample()
    span = f"start={NOW}&end={NOW + 1}"
    async with running(tmp_path, history=history) as site, site.user(Role.INSPECTOR) as user:
        values = await user.get(f"/api/v1/points/CH4/values?{span}")
        assert values.json() == [{"sampled": NOW, "value": None, "quality": "fault"}]
        track = await user.get(f"/api/v1/people/P1/track?{span}")
        place = {"roadway": "B", "chainage_m": 12.5, "x": 1.0, "y": 2.0, "z": 3.0}
        assert track.json() == [{"sampled": NOW, **place, "error_m": 1.0, "reader": "R0"}]
        about = (await user.get("/api/v1/points/CH4")).json()
        assert (about["address"]["protocol"], about["instrument"]) == ("derived", None)
        unknown = await user.get(f"/api/v1/points/CH9/values?{span}")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_point")
        history.away = True
        for path in ("points/CH4/values", "points/CH4/trend", "people/P1/track"):
            gone = await user.get(f"/api/v1/{path}?{span}")
            assert (gone.status_code, gone.json()["code"]) == (503, "history_unavailable")


class OneDay(OneSample):
    """A sample a second for an hour, and steps of 60 s for a day, with one peak."""

    async def values(self, point: int, start: int, end: int, limit: int) -> Readings:
        self._answer()
        times = range(start, end, SECOND)
        return Readings.of([(point, 2.0 if t == NOW else 0.5, 0, t, t) for t in times])

    async def trend(self, point: int, start: int, end: int, width_s: int) -> Trend:
        self._answer()
        width = width_s * SECOND
        low = start - start % width
        step = (width_s, width_s)
        rows = [
            (t, *step, 0.5, 2.0 if t <= NOW < t + width else 0.5, 0.5 * width_s, t, 0.5, t, 0.5)
            for t in range(low, end, width)
        ]
        return Trend.of(rows)


@pytest.mark.parametrize(
    ("hours", "dots", "kept_s", "step_s"),
    [
        (0.05, 100, 0, 1.8),
        (1, 1000, 0, 3.6),
        (24, 400, 60, 180),
        (24, 1000, 60, 60),
        (24 * 30, 400, 3600, 3600),
        (24 * 365, 1000, 3600, 28_800),
    ],
)
async def test_a_curve_is_as_fine_as_the_screen_and_loses_no_peak(
    tmp_path: Path, hours: float, dots: int, kept_s: int, step_s: float
) -> None:
    half = round(hours * 1800) * SECOND
    span = f"start={NOW - half}&end={NOW + half}&dots={dots}"
    async with running(tmp_path, history=OneDay()) as site, site.user(Role.VIEWER) as user:
        told = (await user.get(f"/api/v1/points/CH4/trend?{span}")).json()
    assert (told["kept_s"], told["step_us"]) == (kept_s, round(step_s * SECOND))
    assert len(told["start"]) <= 2 * dots
    assert max(told["highest"]) == 2.0
    assert min(told["lowest"]) == 0.5
    peak = told["start"][told["highest"].index(2.0)]
    assert peak <= NOW < peak + told["step_us"]


async def test_where_to_search_for_somebody_is_told_with_what_became_of_his_newest_sighting(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as site, site.user(Role.VIEWER) as user:
        told = (await user.get("/api/v1/people/P1/reach")).json()
        assert told["stretches"] == [
            {"roadway": "A", "from_m": pytest.approx(64.6), "to_m": pytest.approx(75.4)}
        ]
        assert (told["reader"], told["placing"]) == ("R1", "too_fast")
        doubted = {"roadway": "B", "chainage_m": 40.0, "at": NOW - SECOND}
        assert (told["since"], told["doubted"]) == (NOW - 2 * SECOND, doubted)
        for person, code in (("P2", "not_in_the_mine"), ("P9", "unknown_person")):
            gone = await user.get(f"/api/v1/people/{person}/reach")
            assert (gone.status_code, gone.json()["code"]) == (404, code)


async def test_the_way_somebody_would_be_sent_is_told_from_his_last_place(tmp_path: Path) -> None:
    desk = DeskOnPaper(ways={"P1": Way("N3", "N2", 412.5, 330.0)})
    async with running(tmp_path, desk) as site, site.user(Role.VIEWER) as user:
        told = (await user.get("/api/v1/people/P1/way")).json()
        assert told == {"destination": "N3", "toward": "N2", "distance_m": 412.5, "walk_s": 330.0}
        for person, code in (("P2", "not_in_the_mine"), ("P9", "unknown_person")):
            gone = await user.get(f"/api/v1/people/{person}/way")
            assert (gone.status_code, gone.json()["code"]) == (404, code)


async def test_without_a_database_everything_but_the_past_is_there(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.INSPECTOR) as user:
        gone = await user.get("/api/v1/people/P1/track?start=0&end=1")
        assert (gone.status_code, gone.json()["code"]) == (503, "history_unavailable")
        assert (await user.get("/api/v1/snapshot")).status_code == 200


async def test_the_journal_is_read_by_position(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.INSPECTOR) as user:
        site.desk.write(LoggedIn(user="a", address="x"), LoggedIn(user="b", address="x"))
        events = (await user.get("/api/v1/events", params={"after": 1, "limit": 1})).json()[
            "events"
        ]
        assert [e["position"] for e in events] == [2]
        assert events[0]["body"] == {"kind": "logged_in", "user": "a", "address": "x"}
        assert (await user.get("/api/v1/events?limit=5000")).status_code == 422


# --- the server itself ---------------------------------------------------------------------------


async def test_a_taken_port_is_a_clear_error(tmp_path: Path) -> None:
    async with running(tmp_path) as site:
        second = WebServer(site.app, "127.0.0.1", site.port)
        with pytest.raises(LinkDown, match=rf"cannot listen on 127\.0\.0\.1:{site.port}"):
            await second.start()


async def test_a_live_wire_that_breaks_is_reported_and_begun_again(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.VIEWER) as user:
        async with site.live(user) as page:
            await next_of(page, "snapshot")
            whole, site.desk.seen = site.desk.seen, None  # type: ignore[assignment]  # the fault
            with pytest.raises(AttributeError):
                await asyncio.wait_for(site.server.wait(), 3.0)
            site.desk.seen = whole
            with pytest.raises(ConnectionClosed):
                await next_of(page, "never")
        async with site.live(user) as page:
            await next_of(page, "beat")


async def test_a_connection_that_never_finishes_closing_is_cut(tmp_path: Path) -> None:
    """A peer that half-opens and sends nothing does not hold up the end of the server."""
    async with running(tmp_path) as site:
        idle = socket.create_connection(("127.0.0.1", site.port))
        idle.sendall(b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n")
        await asyncio.sleep(0.1)
        started = time.monotonic()
    assert time.monotonic() - started < 5.0
    idle.close()
