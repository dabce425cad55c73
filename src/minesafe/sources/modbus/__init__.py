"""Substations that are polled over Modbus: which registers, what they mean, and when."""

from minesafe.sources.modbus.poller import Pressing, SubstationPoller, nothing_presses

__all__ = ["Pressing", "SubstationPoller", "nothing_presses"]
