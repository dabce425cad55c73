"""Counters of devices: what came through in a shift, however the counter begins anew."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_mine import point, small_mine
from story import START, Story, story_mine

from minesafe.config.expression import parse_formula
from minesafe.engine import Layout, State
from minesafe.engine.counters import hear
from minesafe.engine.formulas import work_out
from minesafe.model.events import FindingBegan, FindingEnded, FindingKind
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import Form, Kind, Limits, Mine, Point
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND, Micros

HOUR: Micros = 3600 * SECOND
MOST, WRAP = 100.0, 1000.0


def kind(ident: str, form: Form, high: float, **more: object) -> Kind:
    like = small_mine().kinds[0]
    return replace(like, id=ident, form=form, high=high, stale_s=60.0, period_s=5.0, **more)


def metered(*formulas: tuple[str, str]) -> Mine:
    """The story's mine with a water meter, an air speed, and derived points by these formulas."""
    base = story_mine()
    meter = kind("meter", Form.CUMULATIVE, 1e6, most_per_h=MOST, wrap=WRAP)
    made = kind("made", Form.DERIVED, 1e4)
    points: list[Point] = [
        replace(point("METER", "meter", Limits())),
        replace(point("SPEED", "wind", Limits())),
    ]
    named = [p.id for p in (*base.points, *points)]
    zones = [z.id for z in base.zones]
    points += [
        replace(
            point(ident, "made", Limits(alarm_low=200.0)),
            device="",
            formula=parse_formula(text, named, zones),
        )
        for ident, text in formulas
    ]
    return replace(base, kinds=(*base.kinds, meter, made), points=(*base.points, *points))


class Meter:
    """A meter read out by hand."""

    def __init__(self) -> None:
        self.mine = metered()
        self.layout = Layout.of(self.mine)
        self.state = State.fresh(self.layout)
        self.row = self.mine.point_row["METER"]

    def shows(self, hours: float, value: float, quality: Quality = Quality.GOOD) -> None:
        at = START + round(hours * HOUR)
        hear(self.layout, self.state, Readings.of([(self.row, value, quality, at, at)]))

    @property
    def total(self) -> float:
        return round(float(self.state.total[self.row]), 6)

    @property
    def rate(self) -> float:
        return float(self.state.rate[self.row])

    @property
    def fell(self) -> bool:
        return bool(self.state.counted_back[self.row])


def test_what_came_through_is_the_sum_of_its_steps() -> None:
    meter = Meter()
    meter.shows(0, 500.0)
    meter.shows(0.5, 520.0)
    meter.shows(1.0, 550.0)
    assert (meter.total, meter.rate, meter.fell) == (50.0, 60.0, False)


def test_a_counter_that_comes_to_its_end_goes_on_at_0() -> None:
    meter = Meter()
    meter.shows(0, 990.0)
    meter.shows(1.0, 5.0)
    assert (meter.total, meter.fell) == (15.0, False)


def test_a_counter_that_began_anew_is_news_and_no_negative_flow() -> None:
    meter = Meter()
    meter.shows(0, 500.0)
    meter.shows(1.0, 3.0)
    assert (meter.total, meter.fell) == (0.0, True)
    meter.shows(2.0, 13.0)
    assert (meter.total, meter.rate) == (10.0, 10.0), "it counts on from where it began anew"


def test_a_step_no_meter_makes_is_another_meter() -> None:
    meter = Meter()
    meter.shows(0, 10.0)
    meter.shows(1.0, 900.0)
    assert (meter.total, meter.fell) == (0.0, True)


@pytest.mark.parametrize("quality", [Quality.FAULT, Quality.CALIBRATING, Quality.SUSPECTED])
def test_what_is_not_believed_counts_for_nothing(quality: Quality) -> None:
    meter = Meter()
    meter.shows(0, 500.0)
    meter.shows(0.5, 0.0, quality)
    meter.shows(1.0, 550.0)
    assert (meter.total, meter.fell) == (50.0, False)


def test_a_sample_from_before_is_history() -> None:
    meter = Meter()
    meter.shows(0, 500.0)
    meter.shows(1.0, 550.0)
    meter.shows(0.5, 520.0)
    assert (meter.total, meter.fell) == (50.0, False)


def test_a_total_is_of_a_shift() -> None:
    meter = Meter()
    shift = meter.mine.shifts[0]
    nights = replace(shift, start=START + HOUR, end=START + 9 * HOUR)
    meter.layout = Layout.of(replace(meter.mine, shifts=(shift, nights)))
    meter.shows(0, 500.0)
    meter.shows(0.9, 540.0)
    assert meter.total == 40.0
    meter.shows(1.1, 545.0)
    assert meter.total == 5.0


@given(st.lists(st.floats(0, MOST / 8), min_size=1, max_size=30), st.floats(0, WRAP - 1))
def test_whatever_flows_is_counted_over_every_wrap(flows: list[float], first: float) -> None:
    """An eighth of an hour between two samples, and a counter of 0 … 1000."""
    meter, shown = Meter(), first
    meter.shows(0, shown)
    for eighth, flow in enumerate(flows, 1):
        shown = (shown + flow) % WRAP
        meter.shows(eighth / 8, shown)
    assert meter.total == pytest.approx(sum(flows), abs=1e-6)
    assert not meter.fell


def test_the_control_room_is_told_for_an_hour_that_a_counter_began_anew() -> None:
    story = Story(metered())
    story.reads("METER", 500.0)
    story.passes(10)
    story.reads("METER", 2.0)
    story.passes(1)
    began = [b for b in story.bodies(FindingBegan) if isinstance(b, FindingBegan)]
    assert [(b.finding, b.subject) for b in began] == [(FindingKind.COUNTER_BACK, "METER")]
    story.passes(3660, step=20.0)
    assert [b.subject for b in story.bodies(FindingEnded) if isinstance(b, FindingEnded)] == [
        "METER"
    ]


# --- derived points ---------------------------------------------------------------------------


class Deriving:
    """A watch whose frames get what was worked out, as the pipeline does it."""

    def __init__(self, *formulas: tuple[str, str]) -> None:
        self.story = Story(metered(*formulas))
        self.watch = self.story.watch
        self.mine = self.watch.mine
        self.now, self.seq = START, 0

    def frame(self, seconds: float, *rows: tuple[str, float, Quality]) -> Readings:
        """One frame, so much later; what was worked out for it."""
        self.now += round(seconds * SECOND)
        self.seq += 1
        made = self.watch.derived(self.now)
        heard = [
            (self.mine.point_row[ident], value, quality, self.now, self.now)
            for ident, value, quality in rows
        ]
        readings = Readings.joined([Readings.of(heard), made])
        self.watch.tick(Frame(self.seq, self.now, self.mine.revision, readings, Sightings.none()))
        return made

    def shown(self, ident: str) -> tuple[float, Quality, bool]:
        picture, row = self.watch.picture(), self.mine.point_row[ident]
        return (
            float(picture.value[row]),
            Quality(int(picture.quality[row])),
            bool(picture.silent[row]),
        )


AIR = ("AIR", "value(SPEED) * 12 * 60")


def test_an_air_volume_is_speed_by_section_and_is_limited_like_any_value() -> None:
    here = Deriving(AIR)
    here.frame(1, ("SPEED", 0.5, Quality.GOOD))
    made = here.frame(1)
    assert made.value.tolist() == [360.0]
    assert made.sampled.tolist() == [START + SECOND], "as old as what it is made of"
    here.frame(10, ("SPEED", 0.2, Quality.GOOD))
    here.frame(1)
    assert here.shown("AIR")[0] == pytest.approx(144.0)
    assert [a.subject for a in here.watch.book.alarms()] == ["AIR"]


def test_it_is_no_better_than_the_worst_of_what_it_is_made_of() -> None:
    here = Deriving(AIR)
    here.frame(1, ("SPEED", 0.5, Quality.UNDER_VOLTAGE))
    here.frame(1)
    assert here.shown("AIR")[1] is Quality.UNDER_VOLTAGE
    here.frame(10, ("SPEED", 0.5, Quality.FAULT))
    here.frame(1)
    assert here.shown("AIR")[1] is Quality.FAULT


def test_it_goes_silent_with_what_it_is_made_of() -> None:
    here = Deriving(AIR)
    here.frame(1, ("SPEED", 0.5, Quality.GOOD))
    here.frame(1)
    for _ in range(20):
        assert len(here.frame(10)) == 0, "an old value is not said again"
    assert here.shown("AIR")[2]


def test_it_has_one_value_a_period_however_many_frames_there_are() -> None:
    here = Deriving(AIR)
    made = [len(here.frame(0.5, ("SPEED", 0.5, Quality.GOOD))) for _ in range(41)]
    assert sum(made) == 4


def test_what_has_no_result_is_a_fault() -> None:
    here = Deriving(("RATIO", "1 / value(SPEED)"))
    here.frame(1, ("SPEED", 0.0, Quality.GOOD))
    here.frame(1)
    assert here.shown("RATIO")[1] is Quality.FAULT


def test_heads_and_the_count_of_a_shift_may_stand_in_it() -> None:
    here = Deriving(("EACH", "min(999, 100 + total(METER) / max(heads(FACE), 1))"))
    here.frame(1, ("METER", 10.0, Quality.GOOD))
    here.frame(3600, ("METER", 60.0, Quality.GOOD))
    here.frame(10, ("METER", 60.0, Quality.GOOD))
    here.frame(1)
    assert here.shown("EACH")[0] == 150.0


def test_a_mine_without_formulas_has_nothing_worked_out() -> None:
    mine = small_mine()
    layout = Layout.of(mine)
    assert work_out(layout, State.fresh(layout), START) is Readings.none()
