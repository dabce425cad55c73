"""What was done to a device that its papers ask for."""

from minesafe.model.events.body import Body, Origin
from minesafe.model.time import Micros


class DeviceTested(Body, frozen=True, kw_only=True, tag="device_tested"):
    """Somebody rang a telephone, or made a loudspeaker speak, to see whether it does."""

    device: str
    well: bool
    note: str
    by: str
    origin: Origin


class SoundTested(Body, frozen=True, kw_only=True, tag="sound_tested"):
    """Somebody made a screen of the control room sound, and says whether he heard it."""

    screen: str
    """What the screen calls itself."""
    heard: bool
    by: str
    origin: Origin


class HornsRested(Body, frozen=True, kw_only=True, tag="horns_rested"):
    """The test of horns is over; those an order sounds meanwhile go on."""

    round: str
    """As `DevicesCalled` has it."""
    horns: tuple[str, ...]
    """To be switched off."""
    kept: tuple[str, ...] = ()


class DevicesCalled(Body, frozen=True, kw_only=True, tag="devices_called"):
    """Test calls go out to loudspeakers and telephones; what came of each is a receipt."""

    round: str
    """What its calls and their receipts name as their order."""
    devices: tuple[str, ...]
    answer_by: Micros
    by: str | None
    """Who asked for it; None: the hour had come."""
    origin: Origin
