"""Loudspeakers, telephones and tag paging without a broker: real devices, real meanings."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from device_sims.devices.broadcaster import BroadcasterDevice
from device_sims.devices.called import CalledDevice
from device_sims.devices.paging import PagingDevice
from device_sims.devices.telephone import TelephoneDevice
from device_sims.stage import Stage
from minesafe.model.commands import CallOut, key_of
from minesafe.model.events import Noted, ReceiptStatus
from minesafe.model.mine import Mine, ZoneKind
from minesafe.notify.paging import HEARD
from minesafe.notify.receipt import noted
from minesafe.notify.speakers import BROADCASTER, REPEAT, TELEPHONE

MEANS = {"broadcast": BROADCASTER, "telephone": TELEPHONE}


class CalledDevices:
    """Every device of the mine that is called, and what each says, a second at a time."""

    def __init__(self, mine: Mine, stage: Stage) -> None:
        self._mine = mine
        self._stage = stage
        theirs = stage.site.mine
        self._devices: dict[str, CalledDevice] = {
            **{b.id: BroadcasterDevice(b, stage, boot=1) for b in theirs.broadcasters},
            **{t.id: TelephoneDevice(t, stage, boot=1) for t in theirs.telephones},
        }
        if theirs.paging is not None:
            self._devices["tag"] = PagingDevice(theirs.paging, stage, boot=1)
        self._calls: dict[str, CallOut] = {}

    def call(self, command: CallOut) -> bool:
        """Call the device of a command, if the mine has it."""
        of_tags = command.channel == "tag"
        device = self._devices.get("tag" if of_tags else command.recipient)
        if device is None:
            return False
        self._calls[command.key] = command
        whom = self._whom(command) if of_tags else {"repeat": REPEAT}
        t = self._stage.clock.now() // 1000
        ways = {self._mine.people[self._mine.person_row[p]].tag: n for p, n in command.ways}
        device.hear(json.dumps({"call": command.key, "t": t, **whom, "ways": ways}).encode())
        return True

    def _whom(self, command: CallOut) -> dict[str, Any]:
        zone = self._mine.zone_row.get(command.recipient)
        if zone is None:
            return {"tags": [self._mine.people[self._mine.person_row[command.recipient]].tag]}
        whole = self._mine.zones[zone].kind is ZoneKind.MINE
        return {"all": True} if whole else {"zones": [command.recipient]}

    async def beat(self) -> list[Noted]:
        """Let devices go on, and hear what they say."""
        await asyncio.sleep(0)
        said = [json.loads(m) for d in self._devices.values() for m in d.backlog.take()]
        return [receipt for answer in said for receipt in self._receipt(answer)]

    def _receipt(self, answer: dict[str, Any]) -> Iterator[Noted]:
        command = self._calls[answer["call"]]
        if command.channel != "tag":
            status = MEANS[command.channel][answer["state"]]
            yield noted(command, status, final=status is ReceiptStatus.FAILED)
        elif answer["answer"] == "calling":
            yield noted(command, ReceiptStatus.ACCEPTED)
        elif answer["answer"] in HEARD:
            person = self._mine.people[self._mine.tag_row[answer["tag"]]].id
            yield Noted(
                key=key_of(command.order, command.step, person, "tag"),
                status=HEARD[answer["answer"]],
                channel="tag",
                order=command.order,
                step=command.step,
                recipient=person,
            )
