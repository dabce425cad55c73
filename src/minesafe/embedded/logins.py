"""Who may speak to our own broker, and about what: each device on its own topics alone."""

from collections.abc import Iterator

from minesafe.config.topics import filter_of
from minesafe.embedded.broker import Client
from minesafe.model.mine import (
    BaseStation,
    Broadcaster,
    Dialect,
    EdgeNode,
    Gateway,
    Mine,
    Telephone,
    Terminal,
)


def logins(mine: Mine) -> list[Client]:
    """A log-in for every device of the mine that speaks MQTT; docs/wire.md names the topics."""
    return [*_told(mine), *_telling(mine)]


def _telling(mine: Mine) -> Iterator[Client]:
    """Devices that only tell, and edge nodes."""
    yield from (_gateway(gateway) for gateway in mine.gateways)
    tellers: list[BaseStation | Terminal] = [*mine.stations, *mine.terminals]
    for device in tellers:
        if device.topic:
            topics = (device.topic, f"{device.topic}/state")
            yield Client(device.user, device.password, topics)


def _gateway(gateway: Gateway) -> Client:
    """An edge node hears its commands and its host; every other gateway hears nothing."""
    if gateway.edge is not None:
        told, heard = edge_topics(gateway.edge)
        return Client(gateway.user, gateway.password, told, heard)
    if gateway.dialect is Dialect.MINESAFE:
        return Client(gateway.user, gateway.password, (gateway.topic, f"{gateway.topic}/state"))
    there = (gateway.presence.topic,) if gateway.presence is not None else ()
    return Client(gateway.user, gateway.password, (filter_of(gateway.topic), *there))


def edge_topics(edge: EdgeNode) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What an edge node may publish, and what it may hear (Sparkplug B 3.0, chapter 4)."""
    space = f"spBv1.0/{edge.group}"
    node = tuple(f"{space}/{kind}/{edge.edge}" for kind in ("NBIRTH", "NDEATH", "NDATA"))
    devices = tuple(f"{space}/{kind}/{edge.edge}/+" for kind in ("DBIRTH", "DDEATH", "DDATA"))
    heard = (f"{space}/NCMD/{edge.edge}", f"{space}/DCMD/{edge.edge}/+", "spBv1.0/STATE/+")
    return (*node, *devices), heard


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
