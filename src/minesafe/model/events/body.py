"""What every event is made of."""

from enum import StrEnum

import msgspec


class Body(msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True, kw_only=True):
    """What happened."""


class Origin(StrEnum):
    """How an act reached the server."""

    RULE = "rule"
    CONSOLE = "console"
    LINK = "link"
    SMS = "sms"
    TAG = "tag"
    API = "api"
    TERMINAL = "terminal"
    """By a command at the server's own machine."""
    MACHINE = "machine"
    """The self-test acknowledges its own alarm."""
