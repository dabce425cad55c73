"""Log-ins that work with the database gone, and that nobody guesses or keeps for ever."""

import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fakes import HandClock

from minesafe.model.errors import Refused
from minesafe.model.mine import Role, User
from minesafe.store.accounts import Accounts

HERE = "10.0.0.9"
CLOCK = HandClock()
USERS = (
    User("wang", "P01", (Role.LEADER,), "leader-demo"),
    User("li", "P02", (Role.DISPATCHER, Role.ENGINEER), "dispatcher-demo"),
    User("zhao", "P03", (Role.ADMIN,)),
)


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    accounts = Accounts(tmp_path / "accounts.db", CLOCK.now)
    accounts.seed(USERS)
    yield accounts
    accounts.close()


def test_a_seeded_user_logs_in_with_person_and_roles(accounts: Accounts) -> None:
    account = accounts.verify("li", "dispatcher-demo", HERE)
    assert (account.user, account.person) == ("li", "P02")
    assert account.roles == (Role.DISPATCHER, Role.ENGINEER)
    assert accounts.lookup(accounts.open_session("li", HERE)) == account


@pytest.mark.parametrize(
    ("user", "password"),
    [("wang", "dispatcher-demo"), ("wang", ""), ("nobody", "leader-demo"), ("zhao", "")],
)
def test_a_wrong_name_or_password_is_refused_alike(
    accounts: Accounts, user: str, password: str
) -> None:
    with pytest.raises(Refused, match="wrong_password"):
        accounts.verify(user, password, HERE)


def test_five_wrong_tries_from_one_place_make_that_place_wait(accounts: Accounts) -> None:
    for _ in range(5):
        with pytest.raises(Refused, match="wrong_password"):
            accounts.verify("wang", "guess", HERE)
    with pytest.raises(Refused, match="too_many_tries") as refused:
        accounts.verify("wang", "leader-demo", HERE)
    assert 0 < int(refused.value.params["wait_s"]) <= 901
    assert accounts.verify("wang", "leader-demo", "10.0.0.10").user == "wang"
    CLOCK.turn(15 * 60 + 1)
    assert accounts.verify("wang", "leader-demo", HERE).user == "wang"


def test_a_right_password_forgives_the_wrong_ones_before(accounts: Accounts) -> None:
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(Refused):
                accounts.verify("li", "guess", HERE)
        accounts.verify("li", "dispatcher-demo", HERE)


def test_an_idle_session_ends_after_half_an_hour(accounts: Accounts) -> None:
    session = accounts.open_session("wang", HERE)
    for _ in range(5):
        CLOCK.turn(29 * 60)
        assert accounts.lookup(session) is not None
    CLOCK.turn(30 * 60)
    assert accounts.lookup(session) is None


def test_a_session_in_use_ends_after_twelve_hours(accounts: Accounts) -> None:
    session = accounts.open_session("wang", HERE)
    alive = 0
    while accounts.lookup(session):
        CLOCK.turn(20 * 60)
        alive += 20
    assert alive == 12 * 60


def test_an_ended_session_is_dead_and_ending_it_again_does_nothing(accounts: Accounts) -> None:
    session, other = accounts.open_session("wang", HERE), accounts.open_session("wang", HERE)
    accounts.end_session(session)
    accounts.end_session(session)
    assert accounts.lookup(session) is None
    assert accounts.lookup(other) is not None
    assert accounts.lookup("never was one") is None


def test_a_new_password_ends_every_session_of_the_user(accounts: Accounts) -> None:
    session, others = accounts.open_session("wang", HERE), accounts.open_session("li", HERE)
    with pytest.raises(Refused, match="wrong_password"):
        accounts.change_password("wang", "guess", "new", HERE)
    accounts.change_password("wang", "leader-demo", "矿长的新密码，长一点", HERE)
    assert accounts.lookup(session) is None
    assert accounts.lookup(others) is not None
    assert accounts.verify("wang", "矿长的新密码，长一点", HERE).user == "wang"
    with pytest.raises(Refused, match="unknown_user"):
        accounts.set_password("nobody", "a simulated one")


def test_a_restart_keeps_users_passwords_sessions_and_the_secret(
    accounts: Accounts, tmp_path: Path
) -> None:
    accounts.set_password("zhao", "set by hand")
    session = accounts.open_session("wang", HERE)
    again = Accounts(tmp_path / "accounts.db", CLOCK.now)
    again.seed([*USERS[1:], User("wang", "P09", (Role.VIEWER,), "another-demo-password")])
    assert again.secret == accounts.secret
    assert len(again.secret) == 32
    assert again.verify("zhao", "set by hand", HERE).person == "P03"
    wang = again.lookup(session)
    assert wang is not None
    assert (wang.person, wang.roles) == ("P09", (Role.VIEWER,))
    assert again.verify("wang", "leader-demo", HERE).person == "P09"
    again.close()


def test_who_is_no_longer_in_the_revision_is_out(accounts: Accounts) -> None:
    session = accounts.open_session("wang", HERE)
    accounts.seed(USERS[1:])
    assert accounts.lookup(session) is None
    with pytest.raises(Refused, match="wrong_password"):
        accounts.verify("wang", "leader-demo", HERE)


def test_the_file_holds_no_password_and_no_session_and_is_ours_alone(
    accounts: Accounts, tmp_path: Path
) -> None:
    session = accounts.open_session("wang", HERE)
    path = tmp_path / "accounts.db"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with sqlite3.connect(path) as connection:
        text = "\n".join(connection.iterdump())
    connection.close()
    assert session not in text
    assert "leader-demo" not in text
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in text


def test_calls_may_come_from_many_threads(accounts: Accounts) -> None:
    with ThreadPoolExecutor(8) as threads:
        users = threads.map(lambda n: _in_and_out(accounts, n), range(24))
    assert list(users) == ["wang"] * 24


def _in_and_out(accounts: Accounts, number: int) -> str:
    session = accounts.open_session("wang", f"10.0.1.{number}")
    account = accounts.lookup(session)
    accounts.end_session(session)
    return account.user if account else ""
