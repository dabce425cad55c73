"""What every part of mine.json is."""

import msgspec


class Part(msgspec.Struct, frozen=True, dict=True):
    """Frozen; fields nobody here needs are not read, so the emitter may add some."""
