"""What an edge node has said of itself so far: births, sequence, aliases. Pure.

A sequence number that is left out means that something was lost, and it may have been a birth with
other aliases: until the node is born again nothing that goes by alias is believed, for the right
value of the wrong point is worse than none.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from minesafe.sources.mqtt.sparkplug.payload import Metric, Payload
from minesafe.sources.wire import Unreadable

SEQUENCE = 256
BDSEQ = "bdSeq"

NODE = ""
"""Among devices: the edge node itself."""

MOST_DEVICES = 1024
MOST_ALIASES = 50_000


@dataclass(slots=True)
class Born:
    """A metric as its birth described it."""

    name: str
    datatype: int


@dataclass(slots=True)
class Node:
    """One edge node and its devices."""

    bdseq: int | None = None
    """Of the session its birth began; the will of an older one means nothing."""
    last: int | None = None
    """Sequence number of the last message; None: it must be born first."""
    in_step: bool = False
    born: dict[str, dict[int, Born]] = field(default_factory=dict)
    """Aliases by device."""
    types: dict[tuple[str, str], int] = field(default_factory=dict)
    """Data types by device and name."""

    def birth(self, payload: Payload) -> None:
        """NBIRTH: everything begins anew.

        Raises:
            Unreadable: its sequence does not begin with 0.
        """
        if payload.seq != 0:
            raise Unreadable(f"a birth with sequence number {payload.seq}, not 0")
        self.bdseq = next((_whole(m) for m in payload.metrics if m.name == BDSEQ), None)
        self.born, self.types = {}, {}
        self.last, self.in_step = 0, True
        self._learn(NODE, payload)

    def device_birth(self, device: str, payload: Payload) -> None:
        """DBIRTH: what follows by alias of this device is known."""
        if len(self.born) < MOST_DEVICES:
            self._learn(device, payload)

    def _learn(self, device: str, payload: Payload) -> None:
        aliases: dict[int, Born] = {}
        for metric in payload.metrics:
            if len(self.types) < MOST_ALIASES:
                self.types[device, metric.name] = metric.datatype
            if metric.alias is not None:
                aliases[metric.alias] = Born(metric.name, metric.datatype)
        self.born[device] = aliases

    def dies(self, payload: Payload) -> bool:
        """NDEATH: whether it is the death of this session, and not the late will of an older."""
        said = next((_whole(m) for m in payload.metrics if m.name == BDSEQ), None)
        if self.bdseq is not None and said is not None and said != self.bdseq:
            return False
        self.last, self.in_step, self.born = None, False, {}
        return True

    def follows(self, seq: int | None) -> str:
        """Take one more sequence number; what is wrong with it, "" if nothing."""
        if self.last is None:
            return "it was never born"
        expected = (self.last + 1) % SEQUENCE
        self.last = expected if seq is None else seq % SEQUENCE
        if seq == expected:
            return "" if self.in_step else "something was lost"
        self.in_step = False
        return f"sequence number {seq}, not {expected}"

    def knows(self, device: str, payload: Payload) -> str:
        """Whether each alias is one of its birth; what is wrong, "" if nothing."""
        if not self.in_step:
            return ""
        aliases = self.born.get(device, {})
        for metric in payload.metrics:
            if not metric.name and metric.alias not in aliases:
                self.in_step = False
                return f"alias {metric.alias} of {device or 'the node'} was never born"
        return ""

    def metrics(self, device: str, payload: Payload) -> Iterator[tuple[str, int, Metric]]:
        """(name, data type, metric) of those that can be told; the others are passed over."""
        aliases = self.born.get(device, {}) if self.in_step else {}
        for metric in payload.metrics:
            born = aliases.get(metric.alias) if metric.alias is not None else None
            if metric.name:
                known = self.types.get((device, metric.name), 0)
                yield metric.name, metric.datatype or known, metric
            elif born is not None:
                yield born.name, metric.datatype or born.datatype, metric


def _whole(metric: Metric) -> int | None:
    return metric.value if isinstance(metric.value, int) else None
