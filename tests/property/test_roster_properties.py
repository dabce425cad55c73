"""The roster in force, against the plainest reading of it: changes, one after the other."""

from hypothesis import given
from hypothesis import strategies as st

from minesafe.duty.roster import Change, Roster
from minesafe.model.mine import Duty, Shift

PEOPLE = "ABCD"
SHIFTS = tuple(
    Shift(
        start, start + 10, f"s{start}", ((Duty.LEADER, one), (Duty.LEADER, two), (Duty.DEPUTY, one))
    )
    for start, one, two in ((0, "A", "B"), (10, "B", "C"), (25, "C", "D"))
)
"""Two that follow each other, a gap, a third."""

MOMENTS = st.integers(-2, 37)
CHANGES = st.lists(
    st.builds(
        Change,
        start=st.sampled_from((0, 10, 25, 99)),
        duty=st.sampled_from((Duty.LEADER, Duty.DEPUTY)),
        out=st.sampled_from(PEOPLE),
        comes=st.sampled_from(PEOPLE),
        since=MOMENTS,
    ),
    max_size=8,
).map(lambda changes: sorted(changes, key=lambda c: c.since))


def plainly(changes: list[Change], now: int) -> tuple[tuple[Duty, str], ...] | None:
    """Who holds what: the shift's list, with each change that has come into force written in."""
    shift = next((s for s in SHIFTS if s.start <= now < s.end), None)
    if shift is None:
        return None
    posts = list(shift.posts)
    for change in changes:
        if change.start == shift.start and change.since <= now:
            goes = (change.duty, change.out)
            posts = [(change.duty, change.comes) if post == goes else post for post in posts]
    return tuple(posts)


@given(CHANGES, MOMENTS)
def test_who_is_on_duty_is_the_list_with_the_changes_in_it(changes: list[Change], now: int) -> None:
    found = Roster(SHIFTS, changes).at(now)
    assert (found.posts if found else None) == plainly(changes, now)


@given(CHANGES, MOMENTS)
def test_what_is_not_in_force_yet_changes_nothing(changes: list[Change], now: int) -> None:
    """A replay knows later changes already, and asks for whoever was on duty then."""
    known = [c for c in changes if c.since <= now]
    one, other = Roster(SHIFTS, changes).at(now), Roster(SHIFTS, known).at(now)
    assert (one.posts if one else None) == (other.posts if other else None)


@given(CHANGES)
def test_the_parts_of_a_shift_have_neither_gap_nor_overlap(changes: list[Change]) -> None:
    for shift in SHIFTS:
        parts = [s for s in Roster(SHIFTS, changes).shifts if shift.start <= s.start < shift.end]
        edges = [parts[0].start, *(p.end for p in parts)]
        assert edges[0] == shift.start
        assert edges[-1] == shift.end
        assert [p.start for p in parts] == edges[:-1]


@given(MOMENTS, st.integers(1, 40))
def test_the_shifts_of_a_span_are_those_with_some_time_in_it(start: int, length: int) -> None:
    end = start + length
    told = [s.start for s in Roster(SHIFTS).between(start, end)]
    assert told == [s.start for s in SHIFTS if s.start < end and start < s.end]
