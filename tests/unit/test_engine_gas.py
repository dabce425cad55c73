"""Gas, wind and their sensors, as the engine judges them."""

import math
from dataclasses import replace

import pytest
from engine_bench import Bench
from small_mine import DELAYED, METHANE, point, small_mine

from minesafe.model.errors import BrokenFrame
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.quality import Quality


def test_methane_at_its_limits_alarms_and_cuts_and_falls_back() -> None:
    b = Bench()
    assert b.reads(0, "CH4", 0.99) == []
    assert b.reads(1, "CH4", 1.0) == [("ALARM_HIGH", "CH4", True, 1.0, 1.0)]
    assert b.reads(2, "CH4", 1.7) == [("CUT_HIGH", "CH4", True, 1.7, 2.0)]
    assert b.reads(3, "CH4", 1.2) == []
    assert b.reads(4, "CH4", 0.99) == [
        ("ALARM_HIGH", "CH4", False, 0.99, 4.0),
        ("CUT_HIGH", "CH4", False, 0.99, 4.0),
    ]


def test_a_value_that_jumps_passes_both_limits_at_once() -> None:
    b = Bench()
    assert [t[0] for t in b.reads(0, "CH4", 3.0)] == ["ALARM_HIGH", "CUT_HIGH"]


def test_wind_that_dies_down_alarms_low() -> None:
    b = Bench()
    assert b.reads(0, "WIND", 0.25) == [("ALARM_LOW", "WIND", True, 0.25, 0.0)]
    assert b.reads(1, "WIND", 0.1) == [("CUT_LOW", "WIND", True, 0.1, 1.0)]
    assert b.reads(2, "WIND", 0.3) == []
    assert [t[0] for t in b.reads(3, "WIND", 0.31)] == ["ALARM_LOW", "CUT_LOW"]


def test_an_alarm_between_limit_and_restore_neither_clears_nor_chatters() -> None:
    b = Bench(small_mine(points=(point("CH4", "ch4", replace(METHANE, restore_high=0.8)),)))
    b.reads(0, "CH4", 1.0)
    for second, value in enumerate((0.99, 1.01, 0.9, 1.2, 0.8), start=1):
        assert b.reads(second, "CH4", value) == []
    assert b.reads(6, "CH4", 0.79) == [("ALARM_HIGH", "CH4", False, 0.79, 6.0)]


def test_a_warning_comes_before_the_alarm_and_stays_after_it() -> None:
    b = Bench(small_mine(points=(point("CH4", "ch4", replace(METHANE, warn_high=0.8)),)))
    assert b.reads(0, "CH4", 0.8) == [("WARN_HIGH", "CH4", True, 0.8, 0.0)]
    assert b.reads(1, "CH4", 1.0) == [("ALARM_HIGH", "CH4", True, 1.0, 1.0)]
    assert b.reads(2, "CH4", 0.9) == [("ALARM_HIGH", "CH4", False, 0.9, 2.0)]
    assert b.reads(3, "CH4", 0.79) == [("WARN_HIGH", "CH4", False, 0.79, 3.0)]


def test_a_dead_band_clears_each_limit_so_far_inside_itself() -> None:
    banded = replace(METHANE, restore_high=None, dead_band=0.2)
    b = Bench(small_mine(points=(point("CH4", "ch4", banded),)))
    b.reads(0, "CH4", 1.6)
    assert b.reads(1, "CH4", 1.3) == []
    assert [t[0] for t in b.reads(2, "CH4", 1.29)] == ["CUT_HIGH"]
    assert b.reads(3, "CH4", 0.8) == []
    assert [t[0] for t in b.reads(4, "CH4", 0.79)] == ["ALARM_HIGH"]


def test_a_restore_value_above_the_alarm_limit_does_not_keep_the_alarm_clear() -> None:
    b = Bench(small_mine(points=(point("CH4", "ch4", replace(METHANE, restore_high=1.4)),)))
    b.reads(0, "CH4", 1.6)
    assert [t[0] for t in b.reads(1, "CH4", 1.39)] == ["CUT_HIGH"]
    assert [t[0] for t in b.reads(2, "CH4", 0.99)] == ["ALARM_HIGH"]


def test_an_on_delay_runs_in_the_sweeps_between_samples() -> None:
    b = Bench()
    assert b.reads(0, "CH4-SLOW", 1.2) == []
    assert b.sweeps(4.9) == []
    assert b.sweeps(5) == [("ALARM_HIGH", "CH4-SLOW", True, 1.2, 5.0)]


def test_a_peak_shorter_than_the_on_delay_is_none() -> None:
    b = Bench()
    b.reads(0, "CH4-SLOW", 1.2)
    assert b.reads(4, "CH4-SLOW", 0.9) == []
    assert b.sweeps(9) == []


def test_an_off_delay_starts_again_with_every_peak() -> None:
    b = Bench()
    b.reads(0, "CH4-SLOW", 1.2)
    b.sweeps(5)
    b.reads(6, "CH4-SLOW", 0.5)
    b.reads(14, "CH4-SLOW", 0.9)
    assert b.reads(16, "CH4-SLOW", 0.5) == []
    assert b.sweeps(25) == []
    assert b.sweeps(26) == [("ALARM_HIGH", "CH4-SLOW", False, 0.5, 26.0)]


def test_a_sample_that_comes_late_to_the_end_of_a_delay_finds_it_ended_in_time() -> None:
    b = Bench()
    b.reads(0, "CH4-SLOW", 1.2)
    assert b.reads(8, "CH4-SLOW", 0.5) == [("ALARM_HIGH", "CH4-SLOW", True, 1.2, 5.0)]


def test_time_of_silence_clears_nothing() -> None:
    quick = replace(DELAYED, off_delay_s=20.0)
    b = Bench(small_mine(points=(point("CH4", "ch4", quick),)))
    b.reads(0, "CH4", 1.2)
    b.sweeps(5)
    b.reads(6, "CH4", 0.5)
    assert b.sweeps(30) == [("SILENT", "CH4", True, None, 21.0)]
    b.reads(31, "CH4", 0.5)
    assert b.reads(45, "CH4", 0.5) == [("SILENT", "CH4", False, None, 31.0)]
    assert b.sweeps(51) == [("ALARM_HIGH", "CH4", False, 0.5, 51.0)]


@pytest.mark.parametrize(
    "quality", [Quality.FAULT, Quality.SUSPECTED, Quality.STALE, Quality.CALIBRATING]
)
def test_a_value_not_believed_raises_only_that_it_is_bad(quality: Quality) -> None:
    b = Bench()
    assert b.reads(0, "CH4", 3.0, quality) == [("BAD", "CH4", True, float(quality), 0.0)]
    assert b.reads(1, "CH4", 0.3) == [("BAD", "CH4", False, 0.0, 1.0)]


def test_an_active_alarm_is_held_while_its_sensor_is_broken() -> None:
    b = Bench()
    b.reads(0, "CH4", 2.0)
    assert [t[0] for t in b.reads(1, "CH4", 0.0, Quality.FAULT)] == ["BAD"]
    assert [t[0] for t in b.reads(2, "CH4", 0.0)] == ["ALARM_HIGH", "CUT_HIGH", "BAD"]


def test_bad_of_another_kind_ends_and_begins_again() -> None:
    b = Bench()
    b.reads(0, "CH4", 0.0, Quality.CALIBRATING)
    assert b.reads(1, "CH4", 0.0, Quality.CALIBRATING) == []
    assert b.reads(2, "CH4", 0.0, Quality.FAULT) == [
        ("BAD", "CH4", False, 3.0, 2.0),
        ("BAD", "CH4", True, 3.0, 2.0),
    ]


def test_a_value_over_its_sensors_range_still_raises_but_never_clears() -> None:
    b = Bench()
    assert [t[0] for t in b.reads(0, "CH4", 40.0)] == ["ALARM_HIGH", "CUT_HIGH", "BAD"]
    assert b.reads(1, "CH4", -1.0) == []
    assert b.picture().quality[0] == Quality.OUT_OF_RANGE


def test_a_sensor_that_dies_within_the_delay_of_its_alarm_still_raises_it() -> None:
    b = Bench()
    b.reads(0, "CH4-SLOW", 1.2)
    b.reads(2, "CH4-SLOW", math.nan, Quality.FAULT)
    assert b.sweeps(5) == [("ALARM_HIGH", "CH4-SLOW", True, 1.2, 5.0)]


def test_test_gas_before_a_calibration_raises_nothing() -> None:
    b = Bench()
    b.reads(0, "CH4-SLOW", 2.0)
    b.reads(2, "CH4-SLOW", 2.0, Quality.CALIBRATING)
    assert b.sweeps(10) == []


def test_a_calibration_nobody_ends_is_told_after_half_an_hour() -> None:
    b = Bench()
    told = [t for s in range(0, 1900, 10) for t in b.reads(s, "CH4", 2.0, Quality.CALIBRATING)]
    assert [(t[0], t[2], t[4]) for t in told] == [
        ("BAD", True, 0.0), ("CALIBRATING_LONG", True, 1800.0),
    ]  # fmt: skip
    b.reads(1900, "CH4", 0.3)
    assert ("CALIBRATING_LONG", "CH4", False, None, 1900.0) in b.reads(1901, "CH4", 0.3)


def test_no_number_is_a_fault_and_is_shown_as_none() -> None:
    b = Bench()
    assert b.reads(0, "CH4", math.nan) == [("BAD", "CH4", True, float(Quality.FAULT), 0.0)]
    assert math.isnan(b.picture().value[0])


def test_a_code_nobody_has_defined_is_not_believed() -> None:
    b = Bench()
    assert b.reads(0, "CH4", 3.0, 200) == [("BAD", "CH4", True, 200.0, 0.0)]


def test_under_voltage_still_measures() -> None:
    b = Bench()
    assert [t[0] for t in b.reads(0, "CH4", 2.0, Quality.UNDER_VOLTAGE)] == [
        "ALARM_HIGH",
        "CUT_HIGH",
    ]


def test_a_sample_older_than_the_last_clears_nothing() -> None:
    b = Bench()
    b.reads(10, "CH4", 2.0)
    assert b.reads(11, "CH4", 0.1, sampled=9) == []
    assert b.picture().value[0] == 2.0


def test_a_device_with_a_wrong_clock_is_judged_at_receipt() -> None:
    b = Bench()
    assert b.reads(10, "CH4", 2.0, sampled=1000)[0] == ("ALARM_HIGH", "CH4", True, 2.0, 10.0)
    assert b.picture().quality[0] == Quality.CLOCK


def test_two_samples_of_one_point_in_one_batch_are_both_judged() -> None:
    b = Bench()
    rows = [b.reading("CH4", 2.0, 0.2), b.reading("WIND", 1.0, 0.2), b.reading("CH4", 0.1, 0.4)]
    assert [(t[0], t[2]) for t in b.frame(1, readings=rows)] == [
        ("ALARM_HIGH", True),
        ("CUT_HIGH", True),
        ("ALARM_HIGH", False),
        ("CUT_HIGH", False),
    ]


def test_a_point_falls_silent_and_speaks_again() -> None:
    b = Bench()
    b.reads(0, "CH4", 0.1)
    assert b.sweeps(15) == []
    assert b.sweeps(15.1) == [("SILENT", "CH4", True, None, 15.0)]
    assert b.sweeps(16) == []
    assert b.reads(17, "CH4", 0.1) == []
    assert b.sweeps(17.02) == [("SILENT", "CH4", False, None, 17.0)]


def test_a_point_that_speaks_a_moment_too_late_was_silent_until_then() -> None:
    b = Bench()
    b.reads(0, "CH4", 0.1)
    assert b.reads(15.1, "CH4", 0.1) == [("SILENT", "CH4", True, None, 15.0)]
    assert b.sweeps(15.2) == [("SILENT", "CH4", False, None, 15.1)]


def test_a_lost_sensor_is_silent_from_the_next_frame_until_it_is_found() -> None:
    b = Bench()
    assert b.reads(0, "CH4", math.nan, Quality.COMMS_LOST) == []
    assert b.reads(1, "CH4", 0.1) == [("SILENT", "CH4", True, None, 0.0)]
    assert b.sweeps(2) == [("SILENT", "CH4", False, None, 1.0)]


def test_a_sensor_lost_and_found_within_a_moment_was_never_silent() -> None:
    b = Bench()
    b.reads(0, "CH4", 0.1)
    b.reads(1, "CH4", math.nan, Quality.COMMS_LOST)
    assert b.reads(1, "CH4", 0.1) == []
    assert b.sweeps(2) == []


def test_nobody_is_called_silent_in_the_first_half_minute() -> None:
    b = Bench()
    b.sweeps(0)
    assert b.sweeps(30, everything=True) == []
    silent = {t[1] for t in b.sweeps(30.1, everything=True) if t[0].endswith("SILENT")}
    assert silent == {"CH4", "CH4-SLOW", "R0", "R1"}
    later = {t[1] for t in b.sweeps(61, everything=True) if t[0].endswith("SILENT")}
    assert later == {"WIND", "FAN", "R2"}


def test_rows_that_name_nothing_of_this_mine_stop_nothing() -> None:
    b = Bench()
    strange = [(99, 3.0, 0, b.micros(0), b.micros(0)), (-1, 3.0, 0, b.micros(0), b.micros(0))]
    assert [t[0] for t in b.frame(0, readings=[*strange, b.reading("CH4", 2.0, 0)])] == [
        "ALARM_HIGH",
        "CUT_HIGH",
    ]


def test_a_frame_of_another_revision_is_refused() -> None:
    b = Bench()
    with pytest.raises(BrokenFrame, match="revision"):
        b.judge(Frame(1, b.micros(0), "f" * 16, Readings.none(), Sightings.none()))
