"""Arrays, loops and compiled loops say the same, to the byte, whatever the mine sends."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_mine import REVISION, small_mine, zone
from window_reference import RULES

from minesafe.engine import Layout, State, judge, limits, people, remember, steady
from minesafe.engine.kernels import ARRAYS, Kernels, bursts
from minesafe.engine.kernels.compiled import looks, uncompiled
from minesafe.engine.windows import hearing as windows
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import Guard, Mine, ZoneKind
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition
from minesafe.model.windows import CONDITIONS

START = 1_764_000_000 * SECOND
NOBODY = Sightings.none()
POINTS, PEOPLE = 300, 60


STOPES = (
    ((0, 0), (10_000, 0), (5_000, 5_000), (7_000, 9_000), (0, 5_000)),
    ((4_000, 1_000), (30_000, 1_000), (30_000, 30_000)),
    ((0, 0), (9_000, 0), (0, 9_000)),
)
GUARDS = (
    Guard(exit_tolerance_m=2.0, tolerance_timeout_s=9.0, exit_delay_s=1.0, fence_timeout_s=15.0),
    Guard(),
    Guard(tolerance_timeout_s=4.0, exit_delay_s=6.0),
)


ENDED, LASTS = "2025-11-23", "2026-11-25"


def grown() -> Mine:
    """Many of every sort, so that runs, blocks, guards and long delays all occur."""
    few = small_mine()
    guard = Guard(
        exit_tolerance_m=5.0, tolerance_timeout_s=7.0, exit_delay_s=3.0, fence_timeout_s=12.0
    )
    stopes = tuple(
        replace(zone(f"STOPE-{i}", ZoneKind.KEY, limit=20), polygon=p, level=level, guard=g)
        for i, (p, level, g) in enumerate(zip(STOPES, ("L1", "L1", "L2"), GUARDS, strict=True))
    )
    watched = {"guard": guard, "still_s": 7.0, "max_dwell_s": 9.0, "near_m": 12.0}
    watched["certificates"] = ("gas",)
    held: tuple[tuple[tuple[str, str], ...], ...] = ((), (("gas", ENDED),), (("gas", LASTS),))
    slow = [replace(p, limits=replace(p.limits, off_delay_s=20.0)) for p in few.points]
    points, wearers = [*few.points, *slow], few.people
    gas, wind = few.kinds
    return small_mine(
        kinds=(replace(gas, stuck_s=20.0, quiet=0.1), replace(wind, stuck_s=30.0, noisy=True)),
        levels=(*few.levels, replace(few.levels[0], id="L2")),
        zones=(
            *(replace(z, **watched) if z.limit else z for z in few.zones),
            *stopes,
        ),
        people=tuple(
            replace(wearers[i % len(wearers)], id=f"P-{i}", certificates=held[i % 3])
            for i in range(PEOPLE)
        ),
        points=tuple(replace(points[i % len(points)], id=f"{i}") for i in range(POINTS)),
        policy=replace(few.policy, ride_m_s=2.0),
        windows=RULES,
    )


PLANS = np.array([1.0, 0.0, 4.999, 5.0, 5.001, 7.0, 8.0, 12.0, 29.0, 2.0, 3.0, np.nan, -1e306])
"""Where people are on the plan, metres: edges, corners, ends of cells, and what is no place."""

MINE = grown()
LAYOUT = Layout.of(MINE)


ROUNDS = replace(
    ARRAYS,
    hear_readings=limits.hear,
    hear_steady=steady.hear,
    hear_windows=windows.hear,
    hear_sightings=people.hear,
)
"""However much a point says, and however often a tag is seen, in a frame."""


@pytest.fixture(scope="session", params=["loops", "compiled"])
def other(request: pytest.FixtureRequest) -> Kernels:
    if request.param == "loops":
        return looks(uncompiled)
    made: Kernels = request.getfixturevalue("compiled")
    return made


def frames(seed: int, count: int = 10) -> list[Frame]:
    """From one seed: whole images, single samples, doubles, strangers, late and odd ones."""
    random = np.random.default_rng(seed)
    now, made = START, list[Frame]()
    for seq in range(1, count + 1):
        now += int(random.choice([0, 0.5, 1, 1, 3, 12, 40, 1_200]) * SECOND)
        made.append(Frame(seq, now, REVISION, readings(random, now), sightings(random, now)))
    return made


def readings(random: np.random.Generator, now: int) -> Readings:
    n = int(random.choice([0, 3, POINTS, POINTS, 2 * POINTS]))
    point = np.arange(n) % POINTS
    if random.random() < 0.4:
        least, most = (-1, POINTS + 1) if random.random() < 0.5 else (100, 106)
        point = random.integers(least, most, n)
    share = random.choice([0.0, 0.01, 0.3])
    odd = random.random(n) < share
    value = np.where(
        odd,
        random.choice([np.nan, np.inf, -np.inf, -0.0, 1e-310, 1.0, 0.8, 1.5, 4.0, 99.0], n),
        0.25,
    )
    quality = np.where(random.random(n) < share / 10, random.choice(11, n), Quality.GOOD)
    lag = np.where(odd & (random.random(n) < 0.3), random.choice([-61, -60, -9, 5, 6], n), 0)
    received = np.full(n, now)
    return Readings(point, value, quality, received + lag * SECOND, received)


def sightings(random: np.random.Generator, now: int) -> Sightings:
    """Most stand at a few places, ends of fences among them; some walk, call, or are anywhere."""
    n = int(random.choice([0, 5, PEOPLE, 2 * PEOPLE]))
    tag = np.arange(n) % PEOPLE
    if random.random() < 0.4:
        least, most = (-1, PEOPLE + 1) if random.random() < 0.5 else (7, 11)
        tag = random.integers(least, most, n)
    odd = random.random(n) < random.choice([0.0, 0.05, 0.5])
    lag = np.where(odd, random.choice([-61, -60, -9, -1, -0.5, 0, 5, 6], n), 0)
    places = np.array([-3.0, 5.0, 10.0, 10.1, 20.0, 50.0, 60.0, 79.9, 80.0, 130.0, np.nan])
    received = np.full(n, now)
    return Sightings(
        tag=tag,
        station=np.where(odd, random.integers(-1, 4, n), 1),
        roadway=np.where(odd, random.integers(-1, 3, n), 0),
        chainage=np.where(odd, random.choice(places, n), places[tag % 9]),
        level=np.where(odd, random.choice([0, 0, 0, 1, 2, -1], n), tag % 7 == 0),
        x=np.where(odd, random.choice(PLANS, n), PLANS[tag % 11] + 0.05 * random.random(n)),
        y=np.where(odd, random.choice(PLANS, n), PLANS[tag % 5]),
        z=random.random(n),
        error=np.where(odd, random.choice([0.5, 1.0, 9.0, np.nan], n), 1.0),
        flags=np.where(odd & (random.random(n) < 0.3), random.choice(8, n), 0),
        quality=np.where(odd & (random.random(n) < 0.3), random.choice(11, n), Quality.GOOD),
        sampled=received + (lag * SECOND).astype(np.int64),
        received=received,
    )


@given(st.integers(0, 2**32))
def test_every_form_gives_the_same_bytes(other: Kernels, seed: int) -> None:
    told = []
    for form in (ROUNDS, ARRAYS, other):
        state = State.fresh(LAYOUT)
        told.append([judged(state, f, form).hex() for f in frames(seed)])
        told[-1].append(state.snapshot().hex())
    assert told[0] == told[1] == told[2]


@pytest.mark.parametrize("asks", [True, False])
@given(seed=st.integers(0, 2**32))
def test_sighting_by_sighting_is_as_all_at_once(compiled: Kernels, asks: bool, seed: int) -> None:
    """Everybody through the loop for bursts: as plain Python on lists, and compiled."""
    policy = replace(MINE.policy, ride_m_s=2.0 if asks else 0.0)
    layout = LAYOUT if asks else Layout.of(replace(MINE, policy=policy))
    said = []
    for rounds, form in ((8, ROUNDS), (0, ARRAYS), (0, compiled)):
        state = State.fresh(layout)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(bursts, "ROUNDS", rounds)
            patched.setattr(bursts, "NARROW", 10**9)
            told = [judge(layout, state, f, form) for f in frames(seed)]
        said.append(([v.transitions.rows() for v in told], state.snapshot()))
    assert str(said[0]) == str(said[1]) == str(said[2])


@given(st.integers(0, 2**32), st.integers(0, 9))
def test_the_form_may_change_between_any_two_frames(other: Kernels, seed: int, cut: int) -> None:
    alone, mixed = State.fresh(LAYOUT), State.fresh(LAYOUT)
    for i, frame in enumerate(frames(seed)):
        form = other if (i >= cut) ^ (i % 4 == 3) else ARRAYS
        assert judged(mixed, frame, form) == judged(alone, frame, ARRAYS)
        if i == cut:
            for state in (alone, mixed):
                remember(LAYOUT, state, frame.now, Condition.SILENT, 1, -1, np.nan)
                remember(LAYOUT, state, frame.now, Condition.ALARM_HIGH, 1, -1, np.nan)
            mixed = State.restore(LAYOUT, mixed.snapshot())
    assert mixed.snapshot() == alone.snapshot()


def judged(state: State, frame: Frame, form: Kernels) -> bytes:
    return judge(LAYOUT, state, frame, form).transitions.to_bytes()


def test_a_frame_read_from_the_disk_at_any_byte_compiles_nothing(other: Kernels) -> None:
    state = State.fresh(LAYOUT)
    for frame in frames(7):
        judge(LAYOUT, state, Frame.from_bytes(frame.to_bytes()), other)


def test_noise_is_learnt_and_missed_to_the_last_bit(other: Kernels) -> None:
    random, n = np.random.default_rng(5), 3_000
    now = START + np.repeat(np.arange(n // 3), 3) * SECOND
    loud = np.where(np.arange(n) < 1_800, 0.4, 0.001)
    told = Readings(2 + np.arange(n) % 3, 5.0 + loud * random.normal(size=n), np.zeros(n), now, now)
    frame = Frame(1, int(now[-1]), REVISION, told, Sightings.none())
    mine, theirs = State.fresh(LAYOUT), State.fresh(LAYOUT)
    verdict = judge(LAYOUT, mine, frame).transitions
    assert judged(theirs, frame, other) == verdict.to_bytes()
    assert theirs.snapshot() == mine.snapshot()
    assert Condition.NOISELESS in verdict.condition


def test_rules_over_time_add_up_to_the_last_bit(other: Kernels) -> None:
    """Values that wander over every limit, in frames of any length, with holes and odd ones."""
    random, mine, theirs = np.random.default_rng(11), State.fresh(LAYOUT), State.fresh(LAYOUT)
    told, now, level = set[int](), START, np.full(8, 0.5)
    for seq in range(1, 200):
        n, before = int(random.choice([1, 8, 40])), now
        now += int(random.choice([1, 2, 2, 5, 60])) * SECOND
        at = np.sort(random.integers(before, now, n))
        point = random.integers(0, 8, n)
        level = np.clip(level + random.choice([-0.1, 0.0, 0.1], 8), 0.0, 3.9)
        value = level[point] + random.normal(0, 0.001, n)
        value = np.where(random.random(n) < 0.01, np.nan, value)
        frame = Frame(seq, now, REVISION, Readings(point, value, np.zeros(n), at, at), NOBODY)
        verdict = judge(LAYOUT, mine, frame).transitions
        assert judged(theirs, frame, other) == verdict.to_bytes()
        told.update(verdict.condition.tolist())
    assert theirs.snapshot() == mine.snapshot()
    assert set(CONDITIONS.values()) <= told
