"""A device's own repeats, by (boot, seq): heard once, acknowledged every time.

A repeat that arrives while the first is still on its way to the disk waits for it: to
acknowledge it earlier would let the device forget what a crash could still lose.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from zlib import crc32

from minesafe.model.events import FindingKind
from minesafe.ports import Findings

KEPT = 1024
"""How many messages of a device are remembered."""

NAMED = 8
"""How many missing numbers a finding names."""

QUIET_AFTER = 60
"""So many messages in a row without a new gap end the finding: what is lost is lost."""


class Once:
    """What has been heard of one device.

    A pair seen before is a repeat only when its bytes are the same: a device that lost its boot
    counter starts over with old numbers, and its values must not be taken for repeats.
    """

    def __init__(self, device: str, findings: Findings) -> None:
        self._device = device
        self._findings = findings
        self._heard: OrderedDict[tuple[int, int], tuple[int, asyncio.Future[None]]] = OrderedDict()
        self._boot = -1
        self._newest = 0
        self._missing: set[int] = set()
        """Of this boot."""
        self._quiet = 0
        self._told = False

    async def hear(
        self, boot: int, seq: int, data: bytes, work: Callable[[], Awaitable[None]]
    ) -> None:
        """Do `work` unless these very bytes are done or being done; return when they are done.

        Raises:
            whatever `work` raises; the message then counts as not heard.
        """
        key, mark = (boot, seq), crc32(data)
        while (known := self._heard.get(key)) is not None and known[0] == mark:
            await asyncio.wait([known[1]])
            if not known[1].cancelled():
                self._findings.repeated()
                return
        self._follow(boot, seq)
        await self._first(key, mark, work)

    async def _first(
        self, key: tuple[int, int], mark: int, work: Callable[[], Awaitable[None]]
    ) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._heard[key] = (mark, done)
        while len(self._heard) > KEPT:
            self._heard.popitem(last=False)
        try:
            await work()
        except BaseException:
            self._heard.pop(key, None)
            self._missing.add(key[1])  # below it nothing may be called stored
            done.cancel()
            raise
        done.set_result(None)

    def stored_through(self, boot: int) -> int:
        """The greatest seq of `boot` up to which nothing remembered is still on its way; or 0."""
        seqs = {seq: done.done() for (b, seq), (_, done) in self._heard.items() if b == boot}
        open_ones = [seq for seq, done in seqs.items() if not done]
        before = min([*open_ones, *(self._missing if boot == self._boot else ())], default=None)
        return max((s for s in seqs if before is None or s < before), default=0)

    def _follow(self, boot: int, seq: int) -> None:
        """Notice numbers that were left out, and those that come late after all."""
        if self._boot < 0 or (boot == self._boot and seq == self._newest + 1):
            self._calm()
        elif boot != self._boot:
            self._gap(1, seq, older=set())
        elif seq > self._newest:
            self._gap(self._newest + 1, seq, older=self._missing)
        else:
            self._missing.discard(seq)
            self._calm()
            return
        self._boot, self._newest = boot, seq

    def _gap(self, first: int, seq: int, older: set[int]) -> None:
        """Numbers from `first` up to before `seq` have not come, nor have `older` ones."""
        if first == seq:
            self._calm()
            return
        named = [*sorted(older), *range(first, min(seq, first + NAMED))][:NAMED]
        names = ", ".join(map(str, named))
        more = f" … {seq - 1}" if len(older) + seq - first > NAMED else ""
        new = set(range(max(first, seq - KEPT), seq))
        self._missing = {s for s in older if s >= seq - KEPT} | new
        self._quiet = 0
        self._findings.ended(FindingKind.GAP, self._device)
        self._findings.began(FindingKind.GAP, self._device, f"missing {names}{more}")
        self._told = True

    def _calm(self) -> None:
        self._quiet += 1
        if self._told and (not self._missing or self._quiet >= QUIET_AFTER):
            self._missing.clear()
            self._told = False
            self._findings.ended(FindingKind.GAP, self._device)
