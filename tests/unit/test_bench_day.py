"""The recorded day in its short form: three minutes of the first mine, gas in the middle one."""

from first_mine import first_mine

from minesafe.bench import day

KEYS = {
    "day_s", "day_engine_s", "day_quiet_ms", "day_order_ms", "day_frames", "day_orders",
    "day_readings", "day_sightings",
}  # fmt: skip


def test_a_short_day_is_judged_booked_ordered_and_ended() -> None:
    figures = day.measured(first_mine(), seed=3, quarter_s=60, quarters=3)
    assert figures.keys() == KEYS
    assert figures["day_frames"] == 180
    assert figures["day_orders"] == 1, "the gas of the second minute; two signed at its end"
    assert figures["day_sightings"] > 15, "everyone underground, each second"
