"""What every source of readings promises, whatever its device speaks: one of everything each.

Eight points, each with the quality the device tells of it; then silence; then the device is back.
A dialect is a row of a table in `faces`. Places of people have their own contract
(test_sightings.py).
"""

import asyncio
import math
from pathlib import Path

import pytest
from faces import polled, published, written
from faces.device import Device, Face

from minesafe.model.events import FindingKind
from minesafe.model.quality import Quality

MOST_STRANGERS = 64
"""Names that are told at one time (docs/add-a-device.md)."""

FACES = {**polled.FACES, **published.FACES, **written.FACES}


@pytest.fixture(params=FACES)
def face(request: pytest.FixtureRequest) -> Face:
    return FACES[request.param]


def last(device: Device) -> dict[str, tuple[float, Quality]]:
    """The newest reading of each point."""
    rows = device.inbox.readings()
    return {device.mine.points[row].id: (value, Quality(q)) for row, value, q, _, _ in rows}


async def test_every_point_is_heard_with_the_quality_its_device_tells(
    face: Face, tmp_path: Path
) -> None:
    async with face.open(tmp_path) as device:
        for _ in range(2):  # some say at first what things are called, and then no more
            await device.says(face.told)
            told = last(device)
            assert told.keys() == face.meant.keys()
            for name, (value, quality) in face.meant.items():
                assert told[name][0] == pytest.approx(value, rel=1e-6, nan_ok=True), name
                assert told[name][1] is quality, name
            assert not device.book.now
            device.inbox.batches.clear()


async def test_every_reading_has_both_its_times(face: Face, tmp_path: Path) -> None:
    async with face.open(tmp_path) as device:
        await device.says(face.told)
        for _, _, _, sampled, received in device.inbox.readings():
            assert received == device.clock.now()
            assert 0 <= received - sampled < 1_000


async def test_a_thousand_points_nobody_knows_cost_the_known_ones_nothing(
    face: Face, tmp_path: Path
) -> None:
    strangers = {f"NOBODY-{n}": (1.0, Quality.GOOD) for n in range(1000)}
    async with face.open(tmp_path) as device:
        await device.says(strangers | dict(face.told))
        assert last(device).keys() == face.told.keys()
        assert {kind for kind, _ in device.book.now} <= {FindingKind.UNKNOWN_POINT}
        assert len(device.book.began_ever) <= MOST_STRANGERS


async def test_silence_is_the_loss_of_every_point_at_once_and_a_finding_of_the_device(
    face: Face, tmp_path: Path
) -> None:
    async with face.open(tmp_path) as device:
        await device.says(face.told)
        await device.falls_silent()
        assert all(quality is Quality.COMMS_LOST for _, quality in last(device).values())
        assert all(math.isnan(value) for value, _ in last(device).values())
        assert device.book.now.keys() == {(FindingKind.LINK_DOWN, device.name)}


async def test_a_device_that_is_back_is_heard_as_before_and_its_finding_ends(
    face: Face, tmp_path: Path
) -> None:
    async with face.open(tmp_path) as device:
        await device.falls_silent()
        await asyncio.sleep(0.25)  # a unit in doubt rests for its time-out
        await device.says(face.told)
        await device.says(face.told)
        assert last(device)["WELL"] == pytest.approx((0.5, Quality.GOOD))
        assert not device.book.now
