"""Rules over time, as a mine would meet them."""

from dataclasses import replace
from typing import Any

from engine_bench import Bench
from small_mine import small_mine
from story import Story

from minesafe.model.mine import Severity
from minesafe.model.windows import Window, WindowFamily

F = WindowFamily


def bench(family: WindowFamily, **changes: Any) -> Bench:
    return Bench(small_mine(windows=(rule(family, **changes),)))


def rule(family: WindowFamily, **changes: Any) -> Window:
    plain = Window(
        "W", family, "ch4", "", "high", 300.0, 1.0, None, 0, 0, 0, 0, 0, 0, "III",
        "设计值", "", "", False,
    )  # fmt: skip
    return replace(plain, **changes)


def told(b: Bench, values: list[float], period: int = 10, start: int = 0) -> list[str]:
    """What is told of a rule over time while the methane sensor reads these."""
    found = []
    for i, value in enumerate(values):
        second = start + i * period
        found += [f"{t[0]} {t[2]} {t[4]:g}" for t in b.reads(second, "CH4", value)]
    return [text for text in found if not text.startswith(("ALARM", "CUT"))]


def test_methane_that_climbs_is_told_before_it_is_anywhere_near_a_limit() -> None:
    b = bench(F.RISE, limit=0.05)
    assert told(b, [0.1] * 30) == []
    climbing = told(b, [0.1 + 0.015 * i for i in range(30)], start=300)
    assert [text.split()[:2] for text in climbing] == [["RISING", "True"]]
    assert told(b, [0.5] * 40, start=600)[0].startswith("RISING False")


def test_noise_is_no_rise() -> None:
    b = bench(F.RISE, limit=0.02)
    assert told(b, [0.3 + 0.2 * (i * 7 % 11) / 11 for i in range(200)]) == []


def test_peaks_too_short_for_the_delay_are_counted() -> None:
    b = bench(F.REPEAT, count=3, limit=0.9)
    assert told(b, [0.95, 0.2, 0.95, 0.2, 0.2, 0.95]) == ["REPEATED True 50"]


def test_five_of_a_hundred_are_not_three_of_ten() -> None:
    b = bench(F.REPEAT, count=3, of=10, limit=0.9)
    assert told(b, [0.95 if i % 12 == 0 else 0.2 for i in range(90)], 3) == []


def test_time_over_a_value_adds_up() -> None:
    b = bench(F.OVER_TIME, limit=0.8, over_s=60.0)
    assert told(b, [0.9] * 4 + [0.1] * 5 + [0.9] * 4)[0] == "OVER_TOO_LONG True 110"


def test_an_average_over_a_shift_forgives_a_peak_and_not_a_load() -> None:
    b = bench(F.TWA, limit=0.5, window_s=300.0)
    assert told(b, [3.9] * 3 + [0.1] * 28) == []
    assert told(b, [0.8] * 31, start=310)[0].startswith("TWA True")


def test_hours_without_a_sensor_count_as_nothing_breathed() -> None:
    """A single high value stands for its stale time (15 s), not for the hour until the next."""
    b = bench(F.STEL, limit=0.5)
    assert [t for t in told(b, [3.9, 0.0, 0.0], 3600) if not t.startswith("SILENT")] == []


def test_methane_on_its_way_to_the_cut_off_is_told_minutes_before() -> None:
    b = bench(F.FORECAST, limit=None, horizon_s=600.0)
    found = told(b, [0.2 + 0.01 * i for i in range(80)])
    assert found in (["FORECAST True 700"], ["FORECAST True 710"])  # 0.9 % and 0.6 % to come


def test_a_sensor_whose_zero_creeps_is_told() -> None:
    b = bench(F.DRIFT, limit=0.5, target=0.1, slack=0.03)
    assert told(b, [0.1] * 50 + [0.12] * 50) == []
    assert told(b, [0.2] * 10, start=1000) == ["DRIFTING True 1070"]
    assert told(b, [0.1] * 40, start=1100)[0].startswith("DRIFTING False")


def test_a_rule_over_time_is_an_alarm_of_its_own_with_its_level_and_its_row() -> None:
    mine = small_mine(windows=(rule(F.REPEAT, count=3, limit=0.7, level="IV"),))
    story = Story(mine)
    for second in range(1, 5):
        story.reads("CH4", 0.75)
        story.passes(second)
    alarm = next(a for a in story.watch.book.alarms() if a.condition == "repeated")
    assert (alarm.subject, alarm.severity, alarm.rule) == ("CH4", Severity.IV, "W")
    assert (alarm.limit, alarm.episode) == (0.7, "repeated:CH4#1")
