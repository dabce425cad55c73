"""Who may speak to our own broker, and about what: each device on its own topics alone."""

from collections.abc import Iterator

from minesafe.embedded.broker import Client
from minesafe.model.mine import BaseStation, Broadcaster, Gateway, Mine, Telephone, Terminal


def logins(mine: Mine) -> list[Client]:
    """A log-in for every device of the mine that speaks MQTT; docs/wire.md names the topics."""
    return [*_told(mine), *_telling(mine)]


def _telling(mine: Mine) -> Iterator[Client]:
    """Devices that only tell."""
    tellers: list[Gateway | BaseStation | Terminal] = [*mine.gateways, *mine.stations]
    for device in (*tellers, *mine.terminals):
        if device.topic:
            topics = (device.topic, f"{device.topic}/state")
            yield Client(device.user, device.password, topics)


def _told(mine: Mine) -> Iterator[Client]:
    """Devices that are called, and answer."""
    speakers: list[Broadcaster | Telephone] = [*mine.broadcasters, *mine.telephones]
    for device in speakers:
        topic = device.topic
        yield Client(device.user, device.password, (f"{topic}/state",), (f"{topic}/call",))
    if mine.paging is not None:
        topic = mine.paging.topic
        answers = (f"{topic}/state", f"{topic}/answer")
        yield Client(mine.paging.user, mine.paging.password, answers, (f"{topic}/call",))
