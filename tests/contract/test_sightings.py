"""What every source of places promises, whatever its maker's words: one of everything each.

Five wearers at five places, each with other news; a stranger among them; and words nobody can
read. A dialect is a row of `faces.places.FACES`.
"""

from pathlib import Path

import pytest
from faces.places import FACES, REACH_M, STRANGER, Face, Worn, last

from minesafe.model.events import FindingKind
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND
from minesafe.sources.positioning.dialects import TABLE


@pytest.fixture(params=FACES)
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def face(dialect: str) -> Face:
    return FACES[dialect]


def test_no_dialect_is_left_out() -> None:
    assert {"ranges", *TABLE} <= FACES.keys()


async def test_everybody_is_where_he_is_and_says_what_he_says(
    dialect: str, face: Face, tmp_path: Path
) -> None:
    async with face.open(dialect, tmp_path) as device:
        await device.says(face.seen)
        told = last(device)
        assert told.keys() == face.seen.keys()
        for tag, worn in face.seen.items():
            one = told[tag]
            assert (one["reader"], one["quality"], one["flags"]) == (0, Quality.GOOD, worn.flags)
            assert abs(one["at_m"] - worn.at_m) <= one["error_m"] <= REACH_M, tag
        assert not device.book.now


async def test_every_place_has_both_its_times_and_the_reader_lives(
    dialect: str, face: Face, tmp_path: Path
) -> None:
    async with face.open(dialect, tmp_path) as device:
        await device.says(face.seen)
        now, rows = device.clock.now(), device.inbox.sightings()
        assert all(row[12] == now and 0 <= now - row[11] < SECOND for row in rows)
        assert any(row[0] < 0 and row[1] == 0 for row in rows) or dialect == "ranges"


async def test_a_stranger_is_named_and_costs_nobody_his_place(
    dialect: str, face: Face, tmp_path: Path
) -> None:
    async with face.open(dialect, tmp_path) as device:
        await device.says({STRANGER: Worn(110.0), **face.seen})
        assert last(device).keys() == face.seen.keys()
        assert device.book.now.keys() == {(FindingKind.UNKNOWN_TAG, STRANGER)}


async def test_a_thousand_strangers_fill_no_book(dialect: str, face: Face, tmp_path: Path) -> None:
    crowd = {f"9{n:04d}": Worn(110.0) for n in range(1000)}
    async with face.open(dialect, tmp_path) as device:
        await device.says(crowd | face.seen)
        assert last(device).keys() == face.seen.keys()
        assert {kind for kind, _ in device.book.now} == {FindingKind.UNKNOWN_TAG}
        assert len(device.book.began_ever) <= 64


async def test_what_cannot_be_read_is_told_until_the_next_that_can(
    dialect: str, face: Face, tmp_path: Path
) -> None:
    async with face.open(dialect, tmp_path) as device:
        await device.spoils()
        garbage = (FindingKind.GARBAGE, f"{device.name}{face.spoilt}")
        assert device.book.now.keys() == {garbage}
        await device.says(face.seen)
        assert last(device).keys() == face.seen.keys()
        assert not device.book.now


async def test_what_is_said_again_changes_nothing(dialect: str, face: Face, tmp_path: Path) -> None:
    async with face.open(dialect, tmp_path) as device:
        await device.says(face.seen)
        once = last(device)
        await device.says(face.seen)
        assert last(device) == once
        assert not device.book.now
