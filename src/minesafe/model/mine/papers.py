"""What a device's papers say: 设备台账."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Papers:
    """One row of register.csv."""

    id: str
    """Id of a point's instrument, or of any device."""
    model: str
    maker: str
    certificate: str
    """安全标志 (MA, KA): number of the certificate; empty where it has none."""
    valid_until: date | None
    """The certificate's last day; None: it has no end."""
    calibrated: date | None
    """标校: when last, before the journal knows better."""
    calibration_days: float | None
    """At the latest so long after; None: it is not calibrated."""
    tested: date | None
    """Test call, or test sound: when last, before the journal knows better."""
    test_days: float | None
