"""Modbus as a client: `ModbusDevice` asks one unit, over a `Line` it may share with others."""

from minesafe.links.modbus.device import ModbusDevice, devices_of

__all__ = ["ModbusDevice", "devices_of"]
