"""Channels the policy names, against those the mine has."""

from collections.abc import Mapping

from minesafe.config.devices import Devices
from minesafe.config.row import Row
from minesafe.config.server import Head
from minesafe.model.mine import Person, Policy

NEEDS = {
    "sms": "[carrier] in server.toml",
    "modem": "[modem] in server.toml",
    "mail": "[mail] in server.toml",
    "chat": "[[chat]] in server.toml",
    "horn": "[[output]] in devices.toml",
    "broadcast": "[[broadcaster]] in devices.toml",
    "telephone": "[[telephone]] in devices.toml",
    "tag": "[paging] in devices.toml",
    "call": "[[telephone]] in devices.toml, or [modem] in server.toml",
    "console": "",
}
"""Where each channel comes from; the desk is always there."""


def check_channels(file: Row, policy: Policy, head: Head, devices: Devices) -> None:
    """A channel the mine has not fails at once: to be known before an order, and no fault."""
    reach = devices.reach
    has = {
        "sms": head.carrier is not None,
        "modem": head.modem is not None,
        "mail": head.mail is not None,
        "chat": bool(head.chats.values),
        "horn": any(o.kind == "horn" for o in devices.outputs.values),
        "broadcast": bool(reach.broadcasters.values),
        "telephone": bool(reach.telephones.values),
        "tag": reach.paging is not None,
        "call": bool(reach.telephones.values) or head.modem is not None,
        "console": True,
    }
    rungs = [c for step in policy.ladder for c in step.channels]
    for channel in dict.fromkeys((*policy.scope_channels, *rungs)):
        if not has[channel]:
            what = f"channel {channel!r} is named, and the mine has none: it fails at once"
            file.warn("", what, f"{NEEDS[channel]}, or take it out")
    if policy.proof is None and not head.demo:
        what = "no [reach_proof]: nobody knows whether those who are asked can be reached"
        file.warn("", what, "[reach_proof] at = 21:00:00, by = 06:30:00")


def check_addresses(roster: Row, people: Mapping[str, Person], policy: Policy) -> None:
    """Whoever a rung writes to by mail or chat has an address; without one it fails at once."""
    for channel, key in (("mail", "email"), ("chat", "chat")):
        rungs = [step for step in policy.ladder if channel in step.channels]
        for duty in sorted({duty for step in rungs for duty in step.duties}):
            for row in roster.parts.get("shift", ()):
                for person in row.texts(duty, required=False):
                    if person in people and not getattr(people[person], key):
                        what = f"{duty} {person!r} is asked by {channel} and has no {key!r}"
                        row.warn(duty, what, "give it in people.csv or people.xlsx")
