"""The shipped demo mine loads, says that it is simulated, and somebody may act in every role."""

import pytest

from minesafe import config
from minesafe.model.mine import Duty, Mine, Role
from minesafe.model.time import SECOND

NOW = 1_764_000_000 * SECOND
HOME = config.shipped("demo")


@pytest.fixture(scope="module")
def mine() -> Mine:
    return config.load(HOME, now=NOW)


def test_it_says_that_it_is_simulated(mine: Mine) -> None:
    assert "模拟" in mine.name.zh
    assert "simulated" in mine.name.en
    for file in HOME.iterdir():
        assert "simulated" in file.read_text("utf-8") or file.name == "policy.toml", file.name


def test_only_clauses_nobody_verified_are_warned_of(mine: Mine) -> None:
    assert mine.warnings
    assert all("nobody has verified" in w for w in mine.warnings)


def test_a_log_in_of_every_role_is_there_and_acts_as_who_is_on_duty(mine: Mine) -> None:
    assert {role for user in mine.users for role in user.roles} == set(Role)
    person = {u.name: u.person for u in mine.users}
    for shift in mine.shifts:
        assert person["leader"] in shift.holders(Duty.LEADER)
        assert person["dispatcher"] in shift.holders(Duty.DISPATCHER)
        assert person["engineer"] in shift.holders(Duty.ENGINEER)
