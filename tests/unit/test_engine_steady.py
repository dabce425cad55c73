"""Sensors that stand still, as a control room would meet them."""

from dataclasses import replace

from engine_bench import Bench
from small_mine import small_mine

from minesafe.model.quality import Quality

CH4, WIND = small_mine().kinds
MINE = small_mine(
    kinds=(replace(CH4, stuck_s=60.0, quiet=0.05), replace(WIND, noisy=True, stale_s=60.0))
)


def minutes(bench: Bench, point: str, value: float, start: int, end: int) -> list[str]:
    """Read the same every ten seconds; what was told, with its second."""
    told = []
    for second in range(start, end, 10):
        told += [f"{t[0]} {t[2]} {t[4]:g}" for t in bench.reads(second, point, value)]
    return told


def test_methane_frozen_at_a_harmless_value_is_told_after_a_minute() -> None:
    b = Bench(MINE)
    assert minutes(b, "CH4", 0.3, 0, 100) == ["STUCK True 60"]
    assert b.reads(100, "CH4", 0.31) == [("STUCK", "CH4", False, 0.31, 100.0)]


def test_methane_that_reads_nothing_for_hours_is_quiet_and_not_stuck() -> None:
    b = Bench(MINE)
    assert minutes(b, "CH4", 0.0, 0, 7200) == []
    assert minutes(b, "CH4", 0.05, 7200, 9000) == []


def test_a_step_of_the_last_decimal_shows_that_it_lives() -> None:
    b = Bench(MINE)
    assert [told for i in range(60) for told in b.reads(10 * i, "CH4", 0.3 + 0.01 * (i % 2))] == []


def test_less_than_the_last_decimal_is_no_step() -> None:
    b = Bench(MINE)
    told = [t for i in range(10) for t in b.reads(10 * i, "CH4", 0.3 + 0.004 * (i % 2))]
    assert [t[0] for t in told] == ["STUCK"]


def test_time_without_word_of_the_sensor_proves_nothing() -> None:
    b = Bench(MINE)
    b.reads(0, "CH4", 0.3)
    told = b.reads(90, "CH4", 0.3)
    assert "STUCK" not in [t[0] for t in told]
    assert "STUCK True 150" in minutes(b, "CH4", 0.3, 100, 160)


def test_a_stuck_sensor_stays_so_while_it_is_also_broken() -> None:
    b = Bench(MINE)
    minutes(b, "CH4", 0.3, 0, 70)
    assert [t[0] for t in b.reads(70, "CH4", 9.9, Quality.FAULT)] == ["BAD"]
    assert [t[0] for t in b.reads(80, "CH4", 0.3)] == ["BAD"]
    assert [t[0] for t in b.reads(90, "CH4", 0.4)] == ["STUCK"]


def test_a_stuck_value_over_its_limit_still_alarms() -> None:
    b = Bench(MINE)
    told = minutes(b, "CH4", 1.2, 0, 70)
    assert told == ["ALARM_HIGH True 0", "STUCK True 60"]


def test_a_switch_that_stays_as_it_is_is_no_news() -> None:
    """No `stuck_s`: nobody asks."""
    b = Bench(small_mine())
    assert minutes(b, "CH4", 0.3, 0, 3600) == []


def test_wind_without_its_turbulence_is_told_and_wind_that_was_never_noisy_is_not() -> None:
    b = Bench(MINE)
    told: list[str] = []
    for i in range(1000):
        noise = 0.02 * (i % 3) if i < 600 else 0.0
        told += [f"{t[0]} {t[1]}" for t in b.reads(5 * i, "WIND", 2.0 + noise)]
        told += [f"{t[0]} {t[1]}" for t in b.reads(5 * i, "FAN", 2.0)]
    assert told == ["NOISELESS WIND"]
    back = [t for i in range(20) for t in b.reads(5000 + 5 * i, "WIND", 2 + 0.03 * (i % 2))]
    assert [t[:3] for t in back] == [("NOISELESS", "WIND", False)]
