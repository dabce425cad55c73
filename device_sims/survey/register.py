"""The papers of every device: models, certificates and calendars, all of them simulated."""

from collections.abc import Iterable, Iterator

from device_sims.survey.survey import Survey

COLUMNS = (
    *("device", "model", "maker", "certificate", "valid_until"),
    *("calibrated", "tested", "test_days"),
)
MAKER = "模拟 simulated"
VALID_UNTIL = "2035-12-31"

FORTNIGHTLY, MONTHLY, HALF_YEARLY = 9, 20, 120
"""Calibrated at most so many days ago, each well within the period of its kind."""
CALIBRATED = {
    "methane": FORTNIGHTLY,
    **dict.fromkeys(("co", "co2", "o2", "drainage_methane"), MONTHLY),
    **dict.fromkeys(("wind", "temperature", "dust", "smoke", "negative_pressure"), HALF_YEARLY),
}
TEST_DAYS, TESTED = 30, 20
"""Telephones, loudspeakers and horns are tried each month, and were at most so many days ago."""
SPREAD = 7
"""Neighbours in the list were not seen to on the same day."""


def register(survey: Survey) -> Iterator[list[str]]:
    """A row a device, in the order of the points and then of devices.toml."""
    for n, (device, model, most, tested) in enumerate(_devices(survey)):
        ago = f"{n * SPREAD % most} d ago" if most else ""
        tried = [f"{n * SPREAD % TESTED} d ago", str(TEST_DAYS)] if tested else ["", ""]
        yield [device, model, MAKER, f"SIM-MA-{n + 1:04d}", VALID_UNTIL, ago, *tried]


def _devices(survey: Survey) -> Iterator[tuple[str, str, int, bool]]:
    """Id, model, the most days since its calibration, and whether it is tried by hand."""
    voices = ("terminal", "telephone")
    points = [w.point for w in survey.loom.points if w.device]
    for p in points:
        yield p.id, f"SIM-{p.kind.upper()}", CALIBRATED.get(p.kind, 0), p.kind in voices
    for what, ids in _others(survey):
        yield from ((ident, f"SIM-{what}", 0, what == "HORN") for ident in ids)


def _others(survey: Survey) -> Iterator[tuple[str, Iterable[str]]]:
    """Loudspeakers and telephones go by the ids of the points that say that they live."""
    districts = [z for z in survey.draft.zones if z.kind == "district"]
    yield "SUBSTATION", survey.loom.substations
    yield "GATEWAY", survey.loom.gateways
    yield "STATION", dict.fromkeys(r.station for r in survey.readers)
    yield "READER", (r.id for r in survey.readers)
    yield "HORN", (f"HORN-{n}" for n, _ in enumerate(districts, 1))
    yield "TERMINAL", ("GATE1", "LAMP1", "ATT1")
