"""Who may log in: the first start, a password for one log-in, and choosing an own one."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import websockets
from real_mine import ENVIRONMENT, log_ins, real_mine
from typer.testing import CliRunner
from web_site import Running, running
from websockets.exceptions import ConnectionClosed, InvalidStatus

from minesafe.cli import app
from minesafe.clock import wall
from minesafe.model.errors import Refused
from minesafe.model.events import PasswordSet, SessionsEnded, UserBarred, UserLetIn
from minesafe.model.mine import Role, User
from minesafe.store.accounts import LAST_ADMIN, TRIES, Accounts
from minesafe.store.passwords import LEAST
from minesafe.store.slips import Slips

OWN = "an own, simulated one"

USERS = (
    User("desk", "P2", (Role.DISPATCHER,), ""),
    User("head", "P5", (Role.ADMIN, Role.ENGINEER), ""),
    User("other", "P6", (Role.ADMIN,), ""),
)


@asynccontextmanager
async def logged_in(site: Running, user: str, password: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody whose acts carry the token."""
    async with site.stranger() as client:
        answer = await client.post("/api/v1/session", json={"user": user, "password": password})
        assert answer.status_code == 200, answer.text
        client.headers["x-csrf-token"] = answer.json()["csrf"]
        yield client


def test_at_a_first_start_one_admin_is_let_in_and_never_again(tmp_path: Path) -> None:
    book = Accounts(tmp_path / "accounts.db", wall)
    book.seed(USERS)
    given = book.first_admin()
    assert given is not None
    name, once = given
    assert name == "head", "the first admin of users.toml"
    assert book.verify(name, once, "here").must_change
    assert book.first_admin() is None
    assert [s.password for s in book.standings()] == ["none", "once", "none"]
    book.close()


def test_a_book_of_an_earlier_program_keeps_its_passwords(tmp_path: Path) -> None:
    path = tmp_path / "accounts.db"
    book = Accounts(path, wall)
    book.seed(USERS)
    book.set_password("desk", OWN)
    book.close()
    with sqlite3.connect(path) as db:
        db.execute("ALTER TABLE users DROP COLUMN once")
        db.execute("DROP TABLE barred")
        db.execute("PRAGMA user_version = 1")
    book = Accounts(path, wall)
    assert not book.verify("desk", OWN, "here").must_change
    book.close()


def test_a_short_password_is_refused_wherever_it_is_set(tmp_path: Path) -> None:
    book = Accounts(tmp_path / "accounts.db", wall)
    book.seed(USERS)
    with pytest.raises(Refused, match="password_too_short"):
        book.set_password("desk", "x" * (LEAST - 1))
    book.set_password("desk", "x" * LEAST)
    with pytest.raises(Refused, match="password_as_before"):
        book.change_password("desk", "x" * LEAST, "x" * LEAST, "here")
    book.close()


async def test_a_given_password_opens_nothing_but_the_choice_of_an_own_one(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.ADMIN) as admin:
        asked = {"password": "admin-pw"}
        given = (await admin.post("/api/v1/users/dispatcher/password", json=asked)).json()
        async with logged_in(site, "dispatcher", given["once"]) as user:
            assert (await user.get("/api/v1/session")).json()["must_change"] is True
            for path in ("/api/v1/snapshot", "/api/v1/mine", "/api/v1/users"):
                code = (await user.get(path)).json()["code"]
                assert code == "password_must_change", path
            with pytest.raises(InvalidStatus, match="403"):
                await site.live(user)
            glass = {"order_kind": "evacuate", "zones": ["FACE"], "ground": "smoke", "by": ""}
            assert (await user.post("/api/v1/orders", json=glass)).status_code == 201, "that always"
            chosen = {"password": given["once"], "new": OWN}
            assert (await user.post("/api/v1/session/password", json=chosen)).status_code == 204
            assert (await user.get("/api/v1/session")).status_code == 401, "its sessions have ended"
        async with logged_in(site, "dispatcher", OWN) as user:
            assert (await user.get("/api/v1/snapshot")).status_code == 200
        told = [e.body for e in await site.desk.read(0, 1000) if isinstance(e.body, PasswordSet)]
        assert [(b.user, b.by, b.once) for b in told] == [
            ("dispatcher", "admin", True),
            ("dispatcher", "dispatcher", False),
        ]


async def test_only_an_admin_gives_passwords_and_his_own_is_asked_for_again(tmp_path: Path) -> None:
    async with running(tmp_path) as site:
        for role in Role:
            async with site.user(role) as user:
                seen = await user.get("/api/v1/users")
                assert (seen.status_code == 200) is (role in {Role.ADMIN, Role.INSPECTOR}), role
                asked = {"password": "wrong"}
                answer = await user.post("/api/v1/users/viewer/password", json=asked)
                code = "wrong_password" if role is Role.ADMIN else "role_not_allowed"
                assert answer.json()["code"] == code, role
        async with site.user(Role.ADMIN) as admin:
            rows = {row["user"]: row for row in (await admin.get("/api/v1/users")).json()}
            assert rows["admin"]["sessions"] >= 1
            assert {row["password"] for row in rows.values()} == {"own"}
            nobody = await admin.post("/api/v1/users/ghost/password", json={"password": "admin-pw"})
            assert nobody.json()["code"] == "unknown_user"


def test_behind_a_proxy_the_last_admin_waits_seconds_and_nobody_else_does(tmp_path: Path) -> None:
    """There whoever guesses comes from the same address as the admin himself."""
    now = [wall()]
    book = Accounts(tmp_path / "accounts.db", lambda: now[0])
    book.seed(USERS)
    for user in ("desk", "head", "other"):
        book.set_password(user, OWN)
    for user in ("desk", "head"):
        for _ in range(TRIES):
            with pytest.raises(Refused, match="wrong_password"):
                book.verify(user, "a guess", "proxy")
    now[0] += LAST_ADMIN
    with pytest.raises(Refused, match="too_many_tries"):
        book.verify("head", OWN, "proxy")
    book.bar("other")
    assert book.verify("head", OWN, "proxy").user == "head", "now he is the last"
    with pytest.raises(Refused, match="too_many_tries"):
        book.verify("desk", OWN, "proxy")
    with pytest.raises(Refused, match="last_admin"):
        book.bar("head")
    book.close()


def test_who_is_barred_stays_so_whatever_the_files_say(tmp_path: Path) -> None:
    book = Accounts(tmp_path / "accounts.db", wall)
    book.seed(USERS)
    for user in ("desk", "head"):
        book.set_password(user, OWN)
    session = book.open_session("desk", "here")
    book.bar("desk")
    book.seed(USERS)
    assert book.lookup(session) is None
    with pytest.raises(Refused, match="wrong_password"):
        book.verify("desk", OWN, "here")
    assert book.standings()[0].password == "barred"
    with pytest.raises(Refused, match="already_barred"):
        book.bar("desk")
    book.let_in("desk")
    assert book.verify("desk", OWN, "here").user == "desk"
    book.close()


async def _read_on(page: websockets.ClientConnection) -> None:
    while True:
        await page.recv()


async def test_an_admin_bars_a_user_whose_pages_end_at_once(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.ADMIN) as admin:
        async with site.user(Role.VIEWER) as viewer, site.live(viewer) as page:
            await page.recv()
            why = {"password": "admin-pw", "reason": "left the mine"}
            answer = await admin.post("/api/v1/users/viewer/bar", json=why)
            assert answer.status_code == 204
            assert (await viewer.get("/api/v1/snapshot")).status_code == 401
            async with asyncio.timeout(3):
                with pytest.raises(ConnectionClosed, match="1008"):
                    await _read_on(page)
        again = {"password": "admin-pw"}
        assert (await admin.post("/api/v1/users/viewer/let-in", json=again)).status_code == 204
        async with site.user(Role.VIEWER) as viewer:
            await admin.post("/api/v1/users/viewer/end-sessions", json=again)
            assert (await viewer.get("/api/v1/snapshot")).status_code == 401
        bodies = [e.body for e in await site.desk.read(0, 1000)]
        assert [b.sessions for b in bodies if isinstance(b, SessionsEnded)] == [1]
        assert [b.reason for b in bodies if isinstance(b, UserBarred)] == ["left the mine"]


def test_what_is_done_at_the_terminal_waits_for_the_journal(tmp_path: Path) -> None:
    config, data = real_mine(tmp_path), tmp_path / "data"
    data.mkdir()
    log_ins(config, data, wall())
    runner = CliRunner(env=os.environ | ENVIRONMENT)

    def says(*words: str) -> str:
        told = runner.invoke(app, ["user", *words, "--data", str(data)])
        assert told.exit_code == 0, told.output
        return told.output

    says("disable", str(config), "dispatcher", "--reason", "left the mine")
    assert "barred" in says("list", str(config))
    says("enable", str(config), "dispatcher")
    says("end-sessions", str(config), "leader")
    says("once", str(config), "leader")
    slips = Slips(data / "accounts.db", wall)
    left = [body for _, _, body in slips.waiting()]
    assert [type(body) for body in left] == [UserBarred, UserLetIn, SessionsEnded, PasswordSet]
    slips.taken(slips.waiting()[-1][0])
    assert slips.waiting() == []
    slips.close()


async def test_the_last_admin_is_not_locked_out_by_whoever_guesses_elsewhere(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as site:
        guess = site.accounts.verify
        for _ in range(8):
            with pytest.raises(Refused):
                await asyncio.to_thread(guess, "admin", "a guess", "203.0.113.9")
        with pytest.raises(Refused, match="too_many_tries"):
            await asyncio.to_thread(guess, "admin", "admin-pw", "203.0.113.9")
        async with site.user(Role.ADMIN) as admin:
            assert (await admin.get("/api/v1/users")).status_code == 200
