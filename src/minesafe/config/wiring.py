"""How a device is wired: MQTT topics that are one device's own, Modbus framings and maps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from minesafe.config.row import Named, Row
from minesafe.model.mine import Output, Substation

FRAMINGS = ("tcp", "rtu")

MAPS = {
    "plain": True,
    "msa": True,
    "pemtech": True,
    "pemtech_gateway": True,
    "oldham": True,
    "wind": False,
}
"""Register maps (docs/wire.md), and whether they have a status word."""


def take_topic(row: Row) -> str:
    """A topic one device publishes on."""
    topic = row.text("topic")
    if "#" in topic or "+" in topic:
        row.fault("topic", f"topic {topic!r} holds a wildcard", "name one device's own topic")
    return topic


@dataclass(frozen=True, slots=True)
class Sender:
    """Something that speaks to the broker under a log-in of its own."""

    name: str
    topic: str
    user: str
    row: Row


def check_topics(senders: Iterable[Sender]) -> None:
    """No two devices publish on one topic, or one below the other's, where its answers go."""
    seen: dict[str, str] = {}
    for sender in senders:
        other = _holder(seen, sender.topic)
        if other:
            sender.row.fault("topic", f"topic {sender.topic!r} is that of {other!r}")
        else:
            seen[sender.topic] = sender.name


def _holder(seen: Mapping[str, str], topic: str) -> str:
    """Who has this topic, or one above or below it."""
    return next(
        (
            name
            for other, name in seen.items()
            if f"{topic}/".startswith(f"{other}/") or f"{other}/".startswith(f"{topic}/")
        ),
        "",
    )


def check_logins(senders: Iterable[Sender]) -> None:
    """A log-in is one device's: it is what keeps each to its own topics."""
    seen: dict[str, str] = {}
    for sender in senders:
        other = seen.setdefault(sender.user, sender.name)
        if other != sender.name:
            sender.row.fault("user", f"log-in {sender.user!r} is that of {other!r}")


def check_retries(substation: Substation, row: Row) -> None:
    """Serial frames carry no number: the answer to the first would be taken for the second's."""
    if substation.framing == "rtu" and substation.retries:
        what = "a late answer over rtu would be taken for that of the retry"
        row.fault("retries", what, "write retries = 0; it is asked again a period later")


def check_units(substations: Named[Substation]) -> None:
    """One substation a unit, and one framing a line."""
    units: dict[tuple[str, int, int], str] = {}
    lines: dict[tuple[str, int], Substation] = {}
    for sub, row in substations.pairs():
        where = f"{sub.host}:{sub.port}"
        other = units.setdefault((sub.host, sub.port, sub.unit), sub.id)
        if other != sub.id:
            row.fault("unit", f"{where} unit {sub.unit} is substation {other!r}")
        first = lines.setdefault((sub.host, sub.port), sub)
        if first.framing != sub.framing:
            what = f"{where} speaks {first.framing} with {first.id!r}, {sub.framing} here"
            row.fault("framing", what, "one port speaks one framing")


def check_coils(outputs: Named[Output], substations: Named[Substation]) -> None:
    """One output a coil, on a device whose map has coils."""
    seen: dict[tuple[str, int], str] = {}
    for output, row in outputs.pairs():
        other = seen.setdefault((output.device, output.coil), output.id)
        if other != output.id:
            row.fault("coil", f"coil {output.coil} of {output.device!r} is output {other!r}")
        device = substations.items.get(output.device)
        if device and device.map != "plain":
            what = f"device {device.id!r} of map {device.map!r} has no coils"
            row.fault("device", what, "put the output on a substation of map 'plain'")
