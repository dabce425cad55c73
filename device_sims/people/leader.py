"""The on-duty leader (带班领导), played: reads the SMS, opens the link, acknowledges, calls."""

import asyncio
import re
from urllib.parse import urljoin

import httpx

from device_sims.clock import Micros
from device_sims.devices.device import Device
from device_sims.devices.inbox import Inbox, Sms, digits
from device_sims.people.form import acknowledging_form
from device_sims.scenario import Acting
from device_sims.stage import Stage
from device_sims.world.walkers import SAFE

LINK = re.compile(r"https?://[^\s<>\"'，。；、）】]+")
TRIES = 5
TRY_AGAIN_S = 1.0
"""Pause after the page could not be reached, in real seconds."""


class Leader(Device):
    """Whoever the roster names as leader when the message comes, with his phone in his hand."""

    def __init__(self, stage: Stage, inbox: Inbox, acting: Acting) -> None:
        super().__init__("leader")
        self._stage = stage
        self._inbox = inbox
        self._acting = acting
        self._opened: dict[str, Micros] = {}
        """When each link was opened last: a later message about it asks anew."""

    async def start(self) -> None:
        """Begin to watch the phone."""
        if self._acting.acknowledge_after_s is not None:
            self.spawn(self._watch(self._acting.acknowledge_after_s))

    async def _watch(self, after_s: float) -> None:
        async for sms in self._inbox.follow():
            link = LINK.search(sms.text)
            if link and sms.at > self._opened.get(link[0], -1) and self._is_leaders(sms):
                await self._stage.clock.sleep(after_s)
                self._opened[link[0]] = self._stage.clock.now()
                if await self._acknowledged(link[0]):
                    await self._call_round()

    def _is_leaders(self, sms: Sms) -> bool:
        holders = self._stage.site.mine.holders("leader", self._stage.clock.now())
        return sms.phone in {digits(p.phone) for p in holders}

    async def _acknowledged(self, link: str) -> bool:
        for _ in range(TRIES):
            try:
                return await self._open(link)
            except httpx.TransportError as error:
                self._stage.diary.note("link_failed", link=link, why=str(error))
                await asyncio.sleep(TRY_AGAIN_S)
        return False

    async def _open(self, link: str) -> bool:
        """Open the page and send its form; True once the host has taken it."""
        note = self._stage.diary.note
        async with httpx.AsyncClient(trust_env=False, follow_redirects=True, timeout=5) as phone:
            page = await phone.get(link)
            note("link_opened", link=link, status=page.status_code)
            form = acknowledging_form(page.text) if page.is_success else None
            if form is None:
                note("nothing_to_acknowledge", link=link)
                return False
            sent = await phone.post(urljoin(str(page.url), form.action), data=form.fields)
        note("acknowledged" if sent.is_success else "refused", status=sent.status_code)
        return sent.is_success

    async def _call_round(self) -> None:
        """Phone everyone underground: nobody should depend on having heard a horn."""
        if self._acting.leader_calls_after_s is not None:
            await self._stage.clock.sleep(self._acting.leader_calls_after_s)
            inside = (w for w in self._stage.world.walkers if w.doing not in SAFE)
            everyone = frozenset(w.person for w in inside)
            if not everyone <= self._stage.called:
                self._stage.call(everyone, by="leader")
