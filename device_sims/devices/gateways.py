"""Gateways by the dialect they speak."""

from collections.abc import Callable, Mapping

from device_sims.devices.device import Device
from device_sims.devices.edge import EdgeDevice
from device_sims.devices.gateway import GatewayDevice
from device_sims.devices.shaped import ShapedDevice
from device_sims.mine import Address, Gateway
from device_sims.stage import Stage

DIALECTS: Mapping[str, Callable[[Gateway, Stage, Address | None], Device]] = {
    "minesafe": lambda gateway, stage, broker: GatewayDevice(gateway, stage, broker=broker),
    "json": lambda gateway, stage, broker: ShapedDevice(gateway, stage, broker=broker),
    "sparkplug": lambda gateway, stage, broker: EdgeDevice(gateway, stage, broker=broker),
}


def gateway_of(gateway: Gateway, stage: Stage, *, broker: Address | None = None) -> Device:
    """The simulator of a gateway."""
    return DIALECTS[gateway.dialect](gateway, stage, broker)
