"""Who may speak to our own broker, and about what: each device on its own topics alone."""

from collections.abc import Iterator

from minesafe.embedded.broker import Client
from minesafe.model.mine import Mine


def logins(mine: Mine) -> list[Client]:
    """A log-in for every device of the mine that speaks MQTT; docs/wire.md names the topics."""
    return [*_told(mine), *_telling(mine)]


def _telling(mine: Mine) -> Iterator[Client]:
    """Devices that only tell."""
    for device in (*mine.gateways, *mine.stations, *mine.terminals):
        if device.topic:
            topics = (device.topic, f"{device.topic}/state")
            yield Client(device.user, device.password, topics)


def _told(mine: Mine) -> Iterator[Client]:
    """Devices that are called, and answer."""
    answers = [(b.user, b.password, b.topic, ("state",)) for b in mine.broadcasters]
    if mine.paging is not None:
        paging = mine.paging
        answers.append((paging.user, paging.password, paging.topic, ("state", "answer")))
    for user, password, topic, own in answers:
        yield Client(user, password, tuple(f"{topic}/{o}" for o in own), (f"{topic}/call",))
