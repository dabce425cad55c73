"""Keeps long-lived tasks alive, each alone: what breaks one source leaves the others listening."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import Any

from minesafe.links.backoff import Backoff
from minesafe.model.events import FindingKind
from minesafe.ports import Findings, Source

WELL_AFTER_S = 60.0
"""A source that ran this long has recovered: its finding ends and its pauses are short again."""

RESTARTS = 5
"""So many within `WELL_AFTER_S` at short pauses; after that they grow."""


class _Pauses:
    """How long to wait before the next start: short at first, longer for one that keeps failing."""

    def __init__(self, short: Callable[[], Backoff]) -> None:
        self._long = Backoff(2.0, 60.0)
        self._make = short
        self.reset()

    def reset(self) -> None:
        self._short = self._make()
        self._count = 0
        self._long.reset()

    def next_s(self) -> float:
        self._count += 1
        return (self._short if self._count <= RESTARTS else self._long).next_s()


class Supervisor:
    """Runs every source in a task of its own and starts it again when it returns or raises.

    No TaskGroup: there the first failure cancels the others. Time here is real time.

    Args:
        sources: what to keep running.
        findings: TASK_CRASHED with the exception's name, by the source's name.
        short: pauses of the first restarts.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        findings: Findings,
        *,
        short: Callable[[], Backoff] = lambda: Backoff(0.5, 2.0),
    ) -> None:
        self._sources = sources
        self._findings = findings
        self._short = short

    async def run(self) -> None:
        """Until cancelled; then every source has ended before this returns."""
        keepers = [asyncio.create_task(self._keep(s), name=s.name) for s in self._sources]
        try:
            await asyncio.Event().wait()
        finally:
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)

    async def _keep(self, source: Source) -> None:
        pauses = _Pauses(self._short)
        loop = asyncio.get_running_loop()
        while True:
            well = loop.call_later(WELL_AFTER_S, self._recovered, source, pauses)
            try:
                await self._once(source)
            finally:
                well.cancel()
            await asyncio.sleep(pauses.next_s())

    def _recovered(self, source: Source, pauses: _Pauses) -> None:
        pauses.reset()
        self._findings.ended(FindingKind.TASK_CRASHED, source.name)

    async def _once(self, source: Source) -> None:
        """Run it to its end, as a child: a stray cancellation inside it stays its own."""
        task = asyncio.create_task(source.run(), name=f"{source.name} run")
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()
            await asyncio.wait({task})
        if task.cancelled():
            self._crashed(source, "CancelledError")
        elif (error := task.exception()) is not None:
            self._crashed(source, f"{type(error).__name__}: {error}")

    def _crashed(self, source: Source, detail: str) -> None:
        self._findings.began(FindingKind.TASK_CRASHED, source.name, detail)


@dataclass(frozen=True, slots=True)
class Task:
    """A long-lived piece of work under a name; a `ports.Source` to the supervisor."""

    name: str
    work: Callable[[], Coroutine[Any, Any, None]]

    async def run(self) -> None:
        """Until it ends, which it should not."""
        await self.work()


async def supervise(stack: AsyncExitStack, tasks: Sequence[Source], findings: Findings) -> None:
    """Keep all of them running until the stack is left."""
    task = asyncio.create_task(Supervisor(tasks, findings).run(), name="supervisor")

    async def end() -> None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    stack.push_async_callback(end)
