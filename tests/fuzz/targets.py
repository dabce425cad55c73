"""Decoders, each fed with any bytes at all: what they raise besides their own error is a fault.

A row a decoder; `run.py` drives some of them with atheris, guided by what the code does, and
beginning with what a well-behaved device says (`SEEDS`).
"""

from collections.abc import Callable, Mapping, Sequence

from fuzz import modbus, told

Target = Callable[[bytes], None]

GROUPS: Mapping[str, Mapping[str, Target]] = {
    "modbus": {
        "modbus_tcp": modbus.modbus_tcp,
        "modbus_rtu": modbus.modbus_rtu,
        "modbus_answer": modbus.modbus_answer,
        "modbus_registers": modbus.modbus_registers,
    },
    "told": told.TARGETS,
}
"""What is driven together where time is short: a process costs more than a thousand inputs."""

TARGETS: Mapping[str, Target] = {n: t for group in GROUPS.values() for n, t in group.items()}

SEEDS = told.SEEDS


def among(names: Sequence[str]) -> Target:
    """All of these as one: the first byte says which."""
    targets = [TARGETS[name] for name in names]

    def one(data: bytes) -> None:
        if data:
            targets[data[0] % len(targets)](data[1:])

    return one


def seeds(names: Sequence[str]) -> list[bytes]:
    """What well-behaved devices say, as `among` takes it."""
    return [bytes([i]) + said for i, name in enumerate(names) for said in SEEDS.get(name, ())]
