"""Succession: a running server takes over another approved revision, without a restart.

The files are a proposal until two people stand for them. A proposal that cannot be read, is not
approved, or asks for what only a restart can change, is a finding, and the revision in force goes
on. Otherwise its tables are compiled beside the running ones; the sources end; what they left is
judged; the engine, the alarm book and the orders go over between two frames; the sources of
the new revision begin. For that moment, a fraction of a second, nothing is heard: what a device
or a broker keeps comes afterwards.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping

from minesafe.bearers import Bearers
from minesafe.config import digests
from minesafe.field import Field
from minesafe.model.errors import BadConfig, MinesafeError, StoreUnavailable
from minesafe.model.events import FindingKind, RevisionApproved
from minesafe.model.mine import Mine
from minesafe.pipeline import Pipeline
from minesafe.store.accounts import Accounts
from minesafe.store.approvals import Approvals
from minesafe.watch import Revision

log = logging.getLogger(__name__)

Proposal = tuple[Mine, Mapping[str, bytes]]
"""A mine, and its files."""

SUBJECT = "files"

FIXED = (
    *("id", "demo", "broker", "database", "witness"),
    *("broadcasters", "telephones", "paging"),
)
FIXED_OF_SERVER = ("host", "port", "public_url", "spool_mb")
"""What a running server stands on, and the devices it calls."""


class Succession:
    """Takes over one revision after the other.

    Args:
        pipeline: judges by the revision in force.
        field: hears by it.
        bearers: tell by it.
        accounts: who may log in.
        approvals: who stands for what.
        done: told of each revision that came into force, and its files.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        field: Field,
        bearers: Bearers,
        accounts: Accounts,
        approvals: Approvals,
        done: Callable[[Mine, Mapping[str, bytes]], None],
    ) -> None:
        self._pipeline, self._field, self._bearers = pipeline, field, bearers
        self._accounts, self._approvals, self._done = accounts, approvals, done
        self._turn = asyncio.Lock()

    async def propose(self, read: Callable[[], Proposal]) -> bool:
        """Take over what the files say now; False where that was refused.

        Args:
            read: the files; called in a thread.
        """
        async with self._turn:
            try:
                await self._take_over(*await asyncio.to_thread(read))
            except MinesafeError as error:
                why = str(error.faults[0]) if isinstance(error, BadConfig) else str(error)
                log.error("the files are not taken over: %s", why)
                self._pipeline.began(FindingKind.REVISION_REFUSED, SUBJECT, why)
                return False
        self._pipeline.ended(FindingKind.REVISION_REFUSED, SUBJECT)
        return True

    async def _take_over(self, mine: Mine, files: Mapping[str, bytes]) -> None:
        before = self._pipeline.watch.mine
        if mine.revision == before.revision:
            return
        if stays := fixed(before, mine):
            raise StoreUnavailable(f"{', '.join(stays)} can only be changed by a restart")
        by = self._approvals.in_force(mine)
        revision = await asyncio.to_thread(Revision.of, mine)
        chats = self._bearers.prepare(mine)
        await asyncio.to_thread(self._accounts.seed, mine.users)
        await self._field.end()
        try:
            approved = RevisionApproved(revision=mine.revision, by=by, files=digests(files))
            await self._pipeline.take_over(revision, approved)
            await self._field.take_over(mine)
        finally:
            await self._field.begin()
        self._bearers.take_over(mine, chats)
        self._forget(before, mine)
        self._done(mine, files)
        log.info("revision %s has taken over from %s", mine.revision, before.revision)

    def _forget(self, before: Mine, mine: Mine) -> None:
        """Nobody would end what was found of devices that are no longer there."""
        gone = set(_devices(before)) - set(_devices(mine))
        for found, _ in self._pipeline.watch.findings.open():
            if found.subject.partition("/")[0] in gone:
                self._pipeline.ended(found.finding, found.subject)


def fixed(before: Mine, mine: Mine) -> list[str]:
    """What of a revision only a restart brings into force."""
    return [name for name, was, is_now in _foundations(before, mine) if was != is_now]


def _foundations(before: Mine, mine: Mine) -> Iterator[tuple[str, object, object]]:
    for name in FIXED:
        yield name, getattr(before, name), getattr(mine, name)
    for name in FIXED_OF_SERVER:
        yield f"server.{name}", getattr(before.server, name), getattr(mine.server, name)


def _devices(mine: Mine) -> Iterator[str]:
    for rows in (mine.substations, mine.gateways, mine.kj_hosts, mine.stations, mine.outputs):
        yield from (row.id for row in rows)
