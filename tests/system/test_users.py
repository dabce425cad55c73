"""Who may log in: the first start, a password for one log-in, and choosing an own one."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from web_site import Running, running
from websockets.exceptions import InvalidStatus

from minesafe.clock import wall
from minesafe.model.errors import Refused
from minesafe.model.events import PasswordSet
from minesafe.model.mine import Role, User
from minesafe.store.accounts import LEAST, Accounts

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
