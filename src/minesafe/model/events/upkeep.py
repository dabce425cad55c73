"""What was done to a device that its papers ask for."""

from minesafe.model.events.body import Body, Origin


class DeviceTested(Body, frozen=True, kw_only=True, tag="device_tested"):
    """Somebody rang a telephone, or made a loudspeaker speak, to see whether it does."""

    device: str
    well: bool
    note: str
    by: str
    origin: Origin
