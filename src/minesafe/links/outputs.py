"""The outputs the server may switch: those the configuration lists, and no other address."""

from collections.abc import Mapping

from minesafe.links.modbus import ModbusDevice
from minesafe.model.errors import BadReply, LinkDown, Refused
from minesafe.model.events import FindingKind
from minesafe.model.mine import Mine
from minesafe.ports import Findings


class ModbusOutputs:
    """`ports.Outputs` over the substations' own connections.

    Args:
        mine: the revision in force; its outputs are all that is ever written.
        devices: the client of each substation by id, shared with whoever polls it.
        findings: where an output that does not obey is reported.
    """

    def __init__(self, mine: Mine, devices: Mapping[str, ModbusDevice], findings: Findings) -> None:
        self._findings = findings
        self.take_over(mine, devices)

    def take_over(self, mine: Mine, devices: Mapping[str, ModbusDevice]) -> None:
        """Go by another revision."""
        self._listed = {o.id: (devices[o.device], o) for o in mine.outputs}

    async def write(self, output: str, on: bool) -> None:
        """Switch and read back.

        Raises:
            Refused: unknown_output, for anything the configuration does not list.
            LinkDown: the device cannot be reached.
            BadReply: it answered, but did not do it.
        """
        if output not in self._listed:
            raise Refused("unknown_output", output=output)
        device, listed = self._listed[output]
        try:
            await device.write(listed.function, listed.coil, listed.on if on else listed.off)
        except (LinkDown, BadReply) as error:
            self._findings.began(FindingKind.OUTPUT_FAILED, output, str(error))
            raise
        self._findings.ended(FindingKind.OUTPUT_FAILED, output)
