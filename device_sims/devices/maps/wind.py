"""An air-speed sensor after QS-FS: one register, and nothing besides."""

from device_sims.devices.maps.sensor import value

cells = value
