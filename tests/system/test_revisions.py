"""Revisions on the page: what waits and how it differs, two who approve it, and back again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from desk_on_paper import DeskOnPaper, staffed_mine
from memory_on_paper import MemoryOnPaper
from real_mine import ENVIRONMENT, LOG_INS, log_ins, real_mine
from web_site import Running, running

from minesafe import config
from minesafe.clock import wall
from minesafe.config import digests, files_of
from minesafe.model.events import AnyBody, RevisionApproved
from minesafe.model.mine import Mine, Role
from minesafe.office import Office, home_of
from minesafe.store.accounts import Accounts
from minesafe.store.approvals import Approvals
from minesafe.store.archive import Archive
from minesafe.store.proposals import Proposals

LIMIT = {",2200,1400": ",2100,1400"}
"""The pressure at the fan is told from 2100 Pa on."""


class House:
    """A mine's files, the office beside a server, and people with log-ins."""

    def __init__(self, folder: Path) -> None:
        self.config, self.data = real_mine(folder), folder / "data"
        self.data.mkdir()
        log_ins(self.config, self.data, wall())
        self.first = self.load(self.config)
        self.archive = Archive(self.data / "files")
        self.approvals = Approvals(self.data / "accounts.db", wall)
        home = home_of(self.config, self.load, files_of)
        running = self.first, files_of(self.config)
        self.office = Office(home, self.data, self.approvals, running, wall)
        self.office.take_over = self.takes_over
        self.desk = DeskOnPaper(replace(staffed_mine(), users=self.first.users, demo=False))
        self.taken: list[str] = []
        self.refuses = False
        self.archive.keep(running[1])

    @staticmethod
    def load(folder: Path) -> Mine:
        return config.load(folder, environ=ENVIRONMENT)

    async def takes_over(self, read: object) -> bool:
        """What a succession does to everything else is told in test_succession."""
        mine, files = await asyncio.to_thread(self.office._home.read)
        if not self.refuses:
            self.taken.append(mine.revision)
            self.archive.keep(files)
            self.office.in_force(mine, files)
            by = self.approvals.in_force(mine)
            approved = RevisionApproved(revision=mine.revision, by=by, files=digests(files))
            await self.desk.note(approved)
        return not self.refuses

    def proposes(self, changes: dict[str, str], file: str = "points.csv") -> str:
        """Somebody brings files in, as `minesafe import --keep` lays them aside."""
        own = {p.name: p.read_bytes() for p in self.config.iterdir() if p.is_file()}
        for old, new in changes.items():
            assert old in own[file].decode(), old
            own[file] = own[file].decode().replace(old, new).encode()
        shelf = Proposals(self.data, wall)
        trial = self.data / "trial"
        trial.mkdir(exist_ok=True)
        for name, raw in own.items():
            (trial / name).write_bytes(raw)
        revision = config.files.revision_of(files_of(trial))
        shelf.propose(revision, config.files.revision_of(files_of(self.config)), own)
        return revision


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[tuple[House, Running]]:
    h = House(folder)
    accounts = Accounts(h.data / "accounts.db", wall)
    memory = MemoryOnPaper(h.desk.read)
    async with running(folder, h.desk, accounts=accounts, memory=memory, office=h.office) as site:
        first = RevisionApproved(
            revision=h.first.revision, by=("engineer", "leader"), files=digests(files_of(h.config))
        )
        await h.desk.note(first)
        yield h, site
    accounts.close()
    h.approvals.close()


class Person:
    """Somebody logged in, who gives his password again."""

    def __init__(self, name: str, client: httpx.AsyncClient) -> None:
        self._name, self._client = name, client

    async def sees(self, path: str = "") -> Any:
        answer = await self._client.get(f"/api/v1/revisions{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def does(self, act: str, revision: str, **more: str) -> httpx.Response:
        asked = {"password": LOG_INS[self._name]} | more
        return await self._client.post(f"/api/v1/revisions/{revision}/{act}", json=asked)


@asynccontextmanager
async def user(site: Running, name: str) -> AsyncIterator[Person]:
    async with site.stranger() as client:
        tried = {"user": name, "password": LOG_INS[name]}
        answer = await client.post("/api/v1/session", json=tried)
        client.headers["x-csrf-token"] = answer.json()["csrf"]
        yield Person(name, client)


async def noted(desk: DeskOnPaper) -> list[str]:
    return [e.body.__struct_config__.tag for e in await desk.read(0, 100) if _about(e.body)]


def _about(body: AnyBody) -> bool:
    return str(body.__struct_config__.tag).startswith("revision")


async def test_an_engineer_reads_what_a_limit_was_and_will_be_and_two_put_it_in_force(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as (h, site):
        new = h.proposes(LIMIT)
        async with user(site, "leader") as leader, user(site, "engineer") as engineer:
            [waits] = (await leader.sees())["waiting"]
            assert (waits["revision"], waits["origin"], waits["lacking"]) == (
                new,
                "imported",
                "two",
            )
            told = await engineer.sees(f"/{new}/difference")
            [change] = told["changes"]
            assert (change["table"], change["row"], change["sign"]) == ("points", "NP-01", "~")
            assert "压" in change["zh"]
            assert change["fields"] == [["limits.alarm_high", "2200", "2100"]]
            [text] = told["text"]
            assert text["file"] == "points.csv"
            assert any(line.startswith("+NP-01") and ",2100," in line for line in text["lines"])
            assert (told["restart"], told["faults"]) == ([], [])

            stood = (await leader.does("approve", new)).json()
            assert (stood["lacking"], stood["in_force"]) == ("engineer", False)
            assert h.taken == []
            stood = (await engineer.does("approve", new)).json()
            assert (stood["lacking"], stood["in_force"]) == ("nothing", True)
            assert h.taken == [new]
            assert h.load(h.config).revision == new, "the files are in place"
            after = await leader.sees()
            assert after["running"]["revision"] == new
            person = {user.name: user.person for user in h.first.users}
            assert after["running"]["by"] == [person["leader"], person["engineer"]]
            assert [ran["revision"] for ran in after["earlier"]] == [h.first.revision]
            assert after["waiting"] == []
        kinds = ["revision_approved", "revision_stood_for", "revision_stood_for"]
        assert await noted(h.desk) == [*kinds, "revision_approved"]


async def test_going_back_is_a_proposal_that_two_stand_for_anew(tmp_path: Path) -> None:
    async with house(tmp_path) as (h, site):
        h.approvals.approve(h.first.revision, "leader", (Role.LEADER,))
        new = h.proposes(LIMIT)
        async with user(site, "leader") as leader, user(site, "engineer") as engineer:
            for one in (leader, engineer):
                await one.does("approve", new)
            why = await engineer.does("back", h.first.revision, reason=" ")
            assert why.json()["code"] == "reason_needed"
            back = await engineer.does("back", h.first.revision, reason="2100 rings all day")
            assert back.status_code == 204
            [waits] = (await leader.sees())["waiting"]
            assert (waits["origin"], waits["lacking"]) == ("back", "two"), "not by what was once"
            [change] = (await leader.sees(f"/{h.first.revision}/difference"))["changes"]
            assert change["fields"] == [["limits.alarm_high", "2100", "2200"]]
            for one in (engineer, leader):
                last = await one.does("approve", h.first.revision)
            assert last.json()["in_force"] is True
            assert h.taken == [new, h.first.revision]
            again = await engineer.does("back", h.first.revision, reason="again")
            assert again.json()["code"] == "revision_runs"


async def test_one_person_with_two_log_ins_is_one_person(tmp_path: Path) -> None:
    async with house(tmp_path) as (h, site):
        new = h.proposes(LIMIT)
        async with user(site, "engineer") as engineer:
            for _ in range(2):
                stood = (await engineer.does("approve", new)).json()
            assert (stood["lacking"], stood["approvals"]) == ("one", ["engineer"])
        async with user(site, "leader") as leader, user(site, "admin") as admin:
            h.approvals._connection.execute("DELETE FROM approvals")
            for one in (leader, admin):
                stood = (await one.does("approve", new)).json()
            assert stood["lacking"] == "engineer", "limits are an engineer's business"
        assert h.taken == []


async def test_files_edited_by_hand_wait_on_the_page_too_and_what_was_laid_aside_is_stale(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as (h, site):
        brought = h.proposes(LIMIT)
        points = h.config / "points.csv"
        was = points.read_text("utf-8")
        points.write_text(was.replace(",2200,1400", ",2200,1500"), "utf-8")
        edited = h.load(h.config).revision
        async with user(site, "engineer") as engineer, user(site, "leader") as leader:
            rows = {row["revision"]: row for row in (await engineer.sees())["waiting"]}
            assert rows[edited]["origin"] == "files"
            assert rows[brought]["stale"] is True
            refused = await engineer.does("approve", brought)
            assert refused.json()["code"] == "files_changed"
            [change] = (await engineer.sees(f"/{edited}/difference"))["changes"]
            assert change["fields"] == [["limits.alarm_low", "1400", "1500"]]
            for one in (engineer, leader):
                await one.does("approve", edited)
            assert h.taken == [edited]
            points.write_text(was.replace(",methane,", ",methan,"), "utf-8")
            [waits] = [w for w in (await leader.sees())["waiting"] if w["origin"] == "files"]
            told = await leader.sees(f"/{waits['revision']}/difference")
            assert "points.csv" in told["faults"][0]
            refused = await leader.does("approve", waits["revision"])
            assert refused.json()["code"] == "files_faulty"
            assert (await leader.does("drop", brought)).status_code == 204
            assert (await leader.does("drop", brought)).json()["code"] == "unknown_revision"


async def test_what_only_a_restart_changes_is_said_before_and_what_is_not_taken_over_after(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as (h, site):
        new = h.proposes({"spool_mb = 256": "spool_mb = 128"}, "server.toml")
        h.refuses = True
        async with user(site, "engineer") as engineer, user(site, "leader") as leader:
            told = await engineer.sees(f"/{new}/difference")
            assert told["restart"] == ["server.spool_mb"]
            assert told["changes"][0]["fields"] == [["spool_mb", "256", "128"]]
            await engineer.does("approve", new)
            stood = (await leader.does("approve", new)).json()
            assert (stood["in_force"], stood["refused"]) == (False, "not_taken_over")
            [waits] = (await leader.sees())["waiting"]
            assert (waits["origin"], waits["lacking"]) == ("files", "nothing")


@pytest.mark.parametrize("name", ["dispatcher", "admin"])
async def test_whoever_may_not_approve_may_read_and_the_password_is_asked_again(
    tmp_path: Path, name: str
) -> None:
    async with house(tmp_path) as (h, site):
        new = h.proposes(LIMIT)
        async with user(site, name) as who:
            assert (await who.sees())["kept"] is True
            for act in ("approve", "drop", "back"):
                why = {"reason": "x"} if act == "back" else {}
                refused = await who.does(act, new, password="guess", **why)
                code = "role_not_allowed" if name == "dispatcher" else "wrong_password"
                assert refused.json()["code"] == code, act
        assert h.taken == []
