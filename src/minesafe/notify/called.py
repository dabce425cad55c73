"""The channels of devices that are called over MQTT, as many as the mine has."""

from collections.abc import Callable, Iterable

from minesafe.notify.calling import CallChannel, MobileChannel, Ring
from minesafe.notify.downlink import Downlink
from minesafe.notify.nearby import telephone_near
from minesafe.notify.paging import PagingChannel
from minesafe.notify.speakers import (
    BROADCASTER,
    SOMEBODY_NEAR,
    TELEPHONE,
    SpeakerChannel,
    listen,
)
from minesafe.ports import Channel, Desk, Findings, Outbox


def called_channels(
    desk: Desk, downlink: Downlink, outbox: Outbox, findings: Findings, modem: Ring | None = None
) -> Iterable[Channel]:
    """broadcast, telephone and call, and tag; a channel without any device is none.

    Mobiles ring by `modem` whenever the mine has one.
    """
    mine = desk.mine
    broadcasters, telephones = [b.id for b in mine.broadcasters], [t.id for t in mine.telephones]

    def near(person: str) -> str:
        return telephone_near(desk.mine, desk.picture(), person)

    ways = (
        ("broadcast", broadcasters, _one_of(broadcasters), BROADCASTER),
        ("telephone", telephones, _one_of(telephones), TELEPHONE),
        ("call", telephones, near, SOMEBODY_NEAR),
    )
    speakers = {
        name: SpeakerChannel(
            name, find, means, lambda: desk.mine, downlink, outbox, outbox.receipt, findings
        )
        for name, devices, find, means in ways
        if devices
    }
    listen(downlink, [*broadcasters, *telephones], *speakers.values())
    near_him: list[Channel] = [speakers.pop("call")] if telephones else []
    if modem is not None:
        mobile = MobileChannel(lambda: desk.mine, modem, outbox.receipt)
        yield CallChannel(lambda: [*near_him, *([mobile] if desk.mine.modem is not None else [])])
    elif near_him:
        yield CallChannel(lambda: near_him)
    yield from speakers.values()
    if mine.paging is not None:
        yield PagingChannel(lambda: desk.mine, downlink, outbox, outbox.receipt)


def _one_of(devices: Iterable[str]) -> Callable[[str], str]:
    known = frozenset(devices)
    return lambda recipient: recipient if recipient in known else ""
