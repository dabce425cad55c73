"""Substations that are polled over Modbus: which registers, what they mean, and when."""

from minesafe.sources.modbus.poller import SubstationPoller

__all__ = ["SubstationPoller"]
