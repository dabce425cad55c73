"""`[[output]]` of devices.toml: everything the server may ever write to a substation."""

from minesafe.config.row import Named, Row
from minesafe.model.mine import Feeder, Output, Substation, Zone

KINDS = ("horn", "cut")
COILS, REGISTERS = (5, 15), (6, 16)
"""Functions that write one or the other."""


def read_output(
    row: Row,
    ident: str,
    substations: Named[Substation],
    zones: Named[Zone],
    feeders: Named[Feeder],
) -> Output:
    """A horn, or what asks an interlock to cut a feeder off."""
    name, kind = row.name(), row.word("kind", KINDS)
    device = row.reference("device", substations, "substation")
    function, address = _where(row)
    on, off = _values(row, function)
    heard: tuple[str, ...] = ()
    feeder = ""
    if kind == "cut":
        feeder = row.reference("feeder", feeders, "feeder")
        heard = feeders[feeder].zones if feeder else ()
    else:
        heard = row.words("zones", zones.items, what="zone")
    return Output(ident, name, kind, device, address, heard, function, on, off, feeder)


def _where(row: Row) -> tuple[int, int]:
    """Function and address: `coil` or `register`."""
    in_register = row.has("register")
    if in_register == row.has("coil"):
        row.fault("coil", "an output is a coil or a register", "give one of the two")
    allowed = REGISTERS if in_register else COILS
    function = row.whole("function", allowed[0], low=5, high=16)
    if function not in allowed:
        what = f"function {function} does not write a {'register' if in_register else 'coil'}"
        row.fault("function", what, f"it is {allowed[0]} or {allowed[1]}")
    key = "register" if in_register else "coil"
    return function, row.whole(key, 0 if not row.has(key) else None, low=0, high=65_535)


def _values(row: Row, function: int) -> tuple[int, int]:
    """What is written for on and off."""
    most = 1 if function in COILS else 65_535
    on, off = row.whole("on", 1, low=0, high=most), row.whole("off", 0, low=0, high=most)
    if on == off:
        row.fault("on", f"{on} is written for on and for off", "give two values")
    return on, off


def check_outputs(outputs: Named[Output], substations: Named[Substation]) -> None:
    """One output an address, on a device whose map has something to write."""
    seen: dict[tuple[str, bool, int], str] = {}
    for output, row in outputs.pairs():
        in_register = output.function in REGISTERS
        key = "register" if in_register else "coil"
        other = seen.setdefault((output.device, in_register, output.coil), output.id)
        if other != output.id:
            row.fault(key, f"{key} {output.coil} of {output.device!r} is output {other!r}")
        device = substations.items.get(output.device)
        if device and device.map != "plain":
            what = f"device {device.id!r} of map {device.map!r} has no coils"
            row.fault("device", what, "put the output on a substation of map 'plain'")
