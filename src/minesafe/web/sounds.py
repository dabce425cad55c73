"""Sound tests: once a shift somebody at each screen says whether he heard it."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends

from minesafe.model.time import SECOND, Micros
from minesafe.ports import Desk
from minesafe.web.context import Here
from minesafe.web.guard import Caller, acts, reads
from minesafe.web.models import SoundTestIn, SoundTestOut, SoundTestsOut

router = APIRouter(prefix="/api/v1", tags=["sounds"])


@router.get("/sound-tests", dependencies=[Depends(reads)])
async def sound_tests(here: Here) -> SoundTestsOut:
    """The last test of each screen, and since when a test counts."""
    desk = here.desk
    tests = [
        SoundTestOut(screen=test.screen, at=test.at, by=test.by, heard=test.heard)
        for test in desk.sound_tests()
    ]
    return SoundTestsOut(since=_counts_since(desk), tests=tests)


@router.post("/sound-tests", status_code=204)
async def test_sound(
    here: Here, tried: SoundTestIn, who: Annotated[Caller, Depends(acts(None))]
) -> None:
    """Say whether this screen was heard. Whoever is logged in at it may."""
    await here.desk.test_sound(tried.screen, tried.heard, who.person)


def _counts_since(desk: Desk) -> Micros:
    """Whoever takes over must know that he hears: a test is of one shift."""
    shift = desk.on_duty()
    if shift is not None:
        return shift.start
    here = datetime.fromtimestamp(desk.now() / SECOND, ZoneInfo(desk.mine.server.timezone))
    return round(here.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()) * SECOND
