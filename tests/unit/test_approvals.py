"""A mine runs only a revision that two people stand for."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from small_mine import REVISION, small_mine

from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.model.mine import Role
from minesafe.store.approvals import Approvals

MINE = replace(small_mine(), demo=False)


@pytest.fixture
def approvals(tmp_path: Path) -> Iterator[Approvals]:
    book = Approvals(tmp_path / "accounts.db", lambda: 1)
    yield book
    book.close()


def test_nobody_has_approved_and_it_does_not_start(approvals: Approvals) -> None:
    with pytest.raises(StoreUnavailable, match=f"{REVISION} is approved by nobody; 2 must"):
        approvals.in_force(MINE)


def test_one_person_twice_is_one_person(approvals: Approvals) -> None:
    approvals.approve(REVISION, "tang", (Role.ENGINEER,))
    assert approvals.approve(REVISION, "tang", (Role.ENGINEER,)) == ("tang",)
    with pytest.raises(StoreUnavailable, match="approved by tang"):
        approvals.in_force(MINE)


def test_two_people_put_it_in_force_and_another_revision_begins_anew(approvals: Approvals) -> None:
    approvals.approve(REVISION, "tang", (Role.ENGINEER,))
    approvals.approve(REVISION, "cao", (Role.ADMIN,))
    assert set(approvals.in_force(MINE)) == {"tang", "cao"}
    with pytest.raises(StoreUnavailable):
        approvals.in_force(replace(MINE, revision="f" * 16))


def test_a_dispatcher_does_not_approve_limits(approvals: Approvals) -> None:
    with pytest.raises(Refused, match="role_not_allowed"):
        approvals.approve(REVISION, "song", (Role.DISPATCHER,))


def test_a_demo_approves_its_own(approvals: Approvals) -> None:
    assert approvals.in_force(small_mine()) == ("demo",)
