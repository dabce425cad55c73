"""Commands: what a fold asks of the outside. Receipts come back as `events.Noted`.

A command's key (order, step, recipient, channel) is UNIQUE in the outbox, so a fold that is run
again after a crash asks for nothing twice.
"""

from typing import TypeAlias

import msgspec

from minesafe.model.events import OrderKind
from minesafe.model.time import Micros


class OrderFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a message about an order says; the words are made by `notify.texts`."""

    number: int
    order_kind: OrderKind
    drill: bool
    zones: tuple[str, ...]
    subject: str
    """Point, zone or person id the cause is about; empty for an operator's order."""
    condition: str
    value: float | None
    limit: float | None
    people: int
    """How many bodies are in scope."""
    destination: str
    """Node id most of them walk to; empty where there is none."""
    peril: str = ""
    """What an operator's order names as the danger: a `Peril`; empty for an alarm's order."""
    missing: tuple[str, ...] = ()
    """Person ids with unknown whereabouts at that moment."""


class SendText(msgspec.Struct, frozen=True, kw_only=True, tag="send_text", tag_field="kind"):
    """Tell one person by SMS. The first message stands alone; the link follows in a second."""

    key: str
    channel: str
    order: str
    step: int
    recipient: str
    """Person id."""
    phone: str
    about: str
    """issued · raised · all_clear · proof: the nightly test"""
    facts: OrderFacts
    issued: Micros


class SetOutput(msgspec.Struct, frozen=True, kw_only=True, tag="set_output", tag_field="kind"):
    """Switch a listed output."""

    key: str
    channel: str
    order: str
    step: int
    recipient: str
    """Output id."""
    on: bool
    issued: Micros


class ShowDesk(msgspec.Struct, frozen=True, kw_only=True, tag="show_desk", tag_field="kind"):
    """Tell one person at the dispatch desk: sound and banner on open consoles."""

    key: str
    channel: str
    order: str
    step: int
    recipient: str
    issued: Micros


class CallOut(msgspec.Struct, frozen=True, kw_only=True, tag="call_out", tag_field="kind"):
    """Tell people by a channel named in the policy: call · broadcast · telephone · tag.

    Where the mine has no such channel or device the receipt is FAILED at once.
    """

    key: str
    channel: str
    order: str
    step: int
    recipient: str
    """Person id, zone id, or the id of a broadcaster or telephone."""
    issued: Micros
    about: str = "issued"
    """issued · raised · all_clear · way: another one than was told · proof: the nightly test ·
    test: the daily test call of a device"""
    facts: OrderFacts | None = None
    """What is said aloud; those who are missing are not named. None: an older server asked."""
    toward: str = ""
    """Node id of the next node on the recipient's way, where the way has changed; else empty."""
    destination: str = ""
    """Node id where that way ends, likewise."""
    ways: tuple[tuple[str, str], ...] = ()
    """(person id, node id where his way ends) of those whose tags are called."""


Command: TypeAlias = SendText | SetOutput | ShowDesk | CallOut


def key_of(order: str, step: int, recipient: str, channel: str) -> str:
    """The idempotency key of a command.

    >>> key_of("o1", 0, "P01", "sms")
    'o1/0/P01/sms'
    """
    return f"{order}/{step}/{recipient}/{channel}"
