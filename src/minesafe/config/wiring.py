"""How a device is wired to the broker: topics and log-ins that are one device's own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from minesafe.config.row import Row


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
