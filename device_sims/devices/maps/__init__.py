"""The register maps of docs/wire.md, a room each; `MAPS` is how a substation finds its own."""

from collections.abc import Mapping

from device_sims.devices.maps import msa, oldham, pemtech, plain, wind
from device_sims.devices.maps.sensor import RegisterMap

MAPS: Mapping[str, RegisterMap] = {
    "plain": plain.cells,
    "msa": msa.cells,
    "pemtech": pemtech.head,
    "pemtech_gateway": pemtech.gateway,
    "oldham": oldham.cells,
    "wind": wind.cells,
}
