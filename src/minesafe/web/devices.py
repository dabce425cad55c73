"""The device register: what every device is, whether it is heard, and what is due."""

from collections.abc import Iterable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends

from minesafe.model.device import Device, Due, Standing
from minesafe.web.context import Here
from minesafe.web.guard import Caller, acts, reads
from minesafe.web.mine_view import words
from minesafe.web.models import CalledIn, DeviceOut, DevicesOut, DeviceTestIn, DriverOut, DueOut
from minesafe.web.rights import Act

router = APIRouter(prefix="/api/v1", tags=["devices"])

LOST = (Standing.SILENT, Standing.NEVER_HEARD)


@router.get("/devices", dependencies=[Depends(reads)])
async def devices(here: Here) -> DevicesOut:
    """Every device with its papers and how it is, and a line for each driver."""
    return devices_out(here.desk.devices())


@router.post("/devices/{device}/test", status_code=204)
async def test_device(
    here: Here,
    device: str,
    found: DeviceTestIn,
    who: Annotated[Caller, Depends(acts(Act.TEST_DEVICE))],
) -> None:
    """Say what came of a test call or a test sound."""
    await here.desk.test_device(device, found.well, found.note, who.person)


@router.post("/devices/test-calls", status_code=204)
async def call_devices(
    here: Here,
    wanted: CalledIn,
    who: Annotated[Caller, Depends(acts(Act.TEST_DEVICE))],
) -> None:
    """Call loudspeakers, telephones and named horns now; their answers show whether they work."""
    await here.desk.call_devices(wanted.devices, who.person)


def devices_out(known: Sequence[Device]) -> DevicesOut:
    """All devices."""
    drivers = dict.fromkeys(d.driver for d in known)
    return DevicesOut(
        drivers=[_driver(name, [d for d in known if d.driver == name]) for name in drivers],
        devices=[device_out(device) for device in known],
    )


def _driver(name: str, its: Iterable[Device]) -> DriverOut:
    own = list(its)
    return DriverOut(
        driver=name,
        devices=len(own),
        silent=sum(d.standing in LOST for d in own),
        troubled=sum(bool(d.troubles) for d in own),
        errors=sum(d.errors for d in own),
    )


def device_out(device: Device) -> DeviceOut:
    """One device."""
    papers = device.papers
    return DeviceOut(
        id=device.id,
        name=words(device.name),
        what=device.what,
        driver=device.driver,
        model=papers.model if papers else "",
        maker=papers.maker if papers else "",
        certificate=papers.certificate if papers else "",
        expires=device.expires,
        standing=device.standing,
        since=device.since,
        heard=device.heard,
        errors=device.errors,
        troubles=list(device.troubles),
        calibration=_due(device.calibration),
        test=_due(device.test),
        callable=device.callable,
    )


def _due(due: Due) -> DueOut:
    return DueOut(last=due.last, due=due.due)
