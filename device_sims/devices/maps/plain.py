"""Our own map: values and status codes wherever the configuration puts them."""

from collections.abc import Sequence

from device_sims.devices.maps.sensor import Cell, Sensor, status, value


def cells(sensor: Sensor) -> Sequence[Cell]:
    """Two at most."""
    return (*value(sensor), *status(sensor, lambda s: s.shown.status))
