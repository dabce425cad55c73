"""Choosing at a demo's page what its simulated mine goes through."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from desk_on_paper import DeskOnPaper
from system.parts import open_folder
from system.whole import Journal, demo_mine, logged_in
from web_site import running

from device_sims.scenario import shipped
from minesafe.config import files_of, load
from minesafe.demo import demo
from minesafe.model.errors import LinkDown
from minesafe.model.events import AlarmMove, AlarmMoved, OrderIssued, ScenarioStarted
from minesafe.model.mine import Name, Role

LIST, PLAY = "/api/v1/demo/scenarios", "/api/v1/demo/scenario"


class PaperTheatre:
    """Plays nothing and remembers what it was asked for."""

    def __init__(self, *, broken: bool = False) -> None:
        self.playing = "calm"
        self.broken = broken

    async def listed(self) -> Mapping[str, Name]:
        return {"calm": Name("平静", "Calm"), "fire": Name("火灾", "Fire")}

    async def play(self, scenario: str) -> None:
        if self.broken:
            raise LinkDown("does not start")
        self.playing = scenario


@pytest.mark.parametrize("role", Role)
async def test_who_works_at_the_desk_or_on_the_machine_may_choose(
    role: Role, tmp_path: Path
) -> None:
    theatre = PaperTheatre()
    async with running(tmp_path, playing=theatre) as site, site.user(role) as user:
        assert (await user.get(LIST)).json() == {
            "playing": "calm",
            "scenarios": [
                {"name": "calm", "about": {"zh": "平静", "en": "Calm"}},
                {"name": "fire", "about": {"zh": "火灾", "en": "Fire"}},
            ],
        }
        answer = await user.post(PLAY, json={"scenario": "fire"})
        allowed = role in (Role.DISPATCHER, Role.ENGINEER, Role.ADMIN)
        assert answer.status_code == (204 if allowed else 403)
        assert theatre.playing == ("fire" if allowed else "calm")


async def test_it_is_in_the_record_before_it_begins(tmp_path: Path) -> None:
    desk = DeskOnPaper()
    theatre = PaperTheatre(broken=True)
    async with running(tmp_path, desk, playing=theatre) as site, site.user(Role.ADMIN) as user:
        refused = await user.post(PLAY, json={"scenario": "flood"})
        assert (refused.status_code, refused.json()["code"]) == (404, "unknown_scenario")
        refused = await user.post(PLAY, json={"scenario": "fire"})
        assert (refused.status_code, refused.json()["code"]) == (503, "scenario_not_started")
        noted = [e.body for e in desk.records if isinstance(e.body, ScenarioStarted)]
        assert [n.scenario for n in noted] == ["fire"]


async def test_no_stranger_and_no_foreign_page_chooses(tmp_path: Path) -> None:
    theatre = PaperTheatre()
    async with running(tmp_path, playing=theatre) as site, site.user(Role.ADMIN) as user:
        async with site.stranger() as stranger:
            assert (await stranger.get(LIST)).status_code == 401
            assert (await stranger.post(PLAY, json={"scenario": "fire"})).status_code == 401
        user.headers["origin"] = "https://evil.example"
        answer = await user.post(PLAY, json={"scenario": "fire"})
        assert answer.json()["code"] == "foreign_origin"
        del user.headers["origin"], user.headers["x-csrf-token"]
        assert (await user.post(PLAY, json={"scenario": "fire"})).json()["code"] == "csrf"
        assert theatre.playing == "calm"


async def test_the_server_of_a_mine_has_no_such_route(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.ADMIN) as user:
        assert (await user.get(LIST)).status_code == 404
        assert (await user.post(PLAY, json={"scenario": "fire"})).status_code in (404, 405)
        assert not any("/demo" in getattr(route, "path", "") for route in site.app.routes)


async def test_a_quiet_demo_is_given_a_gas_outburst_from_its_page() -> None:
    folder = open_folder()
    config = demo_mine(folder)
    lines: list[str] = []
    journal = Journal(folder / "data")
    async with demo(
        load(config), journal.data, files=files_of(config), speed=20, say=lines.append
    ) as server:
        async with logged_in(server.mine.server.public_url, "dispatcher") as page:
            page.timeout = 60
            told = (await page.get(LIST)).json()
            assert told["playing"] == "quiet-shift"
            assert [s["name"] for s in told["scenarios"]] == list(shipped())
            assert (await page.post(PLAY, json={"scenario": "gas-outburst"})).status_code == 204
            assert (await page.get(LIST)).json()["playing"] == "gas-outburst"
        order = await journal.until(OrderIssued, 60)
    chosen = journal.event(ScenarioStarted, scenario="gas-outburst", by="P20")
    gas = journal.event(AlarmMoved, move=AlarmMove.RAISE, subject=order.body.subject)
    assert chosen.position < gas.position < order.position
    journal.close()
    assert any(json.loads(line)["what"] == "horn" for line in lines if line.startswith("{"))
