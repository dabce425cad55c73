"""The people at the pages, played: with the demo log-ins they decide and sign the all-clear."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import httpx

from device_sims.clock import SECOND
from device_sims.devices.device import Device
from device_sims.mine import Mine, User
from device_sims.scenario import Acting
from device_sims.stage import Stage

LOOK_S = 2.0
"""How often somebody looks at the page, in mine seconds …"""
LOOK_REAL_S = 0.4
"""… but not more often than this in real seconds."""
TRY_AGAIN_S = 1.0
"""Pause after the server could not be reached, in real seconds."""

FIRST = ("leader",)
SECOND_SIGNER = ("dispatcher", "engineer")
"""Roles of those who sign the all-clear: leader or mine head, and dispatcher or engineer."""

Order = Mapping[str, Any]
"""One element of the snapshot's `orders`."""


def signers(mine: Mine) -> tuple[User, ...]:
    """Two users of different roles and persons that have a demo log-in; fewer if there are not."""
    with_login = [u for u in mine.users if u.password]
    first = _having(with_login, FIRST)
    others = [u for u in with_login if first is None or u.person != first.person]
    second = _having(others, SECOND_SIGNER)
    return tuple(u for u in (first, second) if u is not None)


def _having(users: Iterable[User], roles: tuple[str, ...]) -> User | None:
    listed = list(users)
    return next((u for role in roles for u in listed if role in u.roles), None)


class OfficeUser(Device):
    """Somebody logged in who watches the open orders and does what the scenario says."""

    def __init__(self, user: User, stage: Stage, acting: Acting, *, decides: bool) -> None:
        super().__init__(user.name)
        self._user = user
        self._stage = stage
        self._acting = acting
        self._decides = decides and bool(acting.decision)
        self._url = stage.site.mine.server.url
        self._refused: set[tuple[str, str]] = set()

    async def start(self) -> None:
        """Begin to watch."""
        self.spawn(self._watch())

    async def _watch(self) -> None:
        while True:
            try:
                await self._session()
            except httpx.TransportError:
                await asyncio.sleep(TRY_AGAIN_S)  # the server is away or not yet there

    async def _session(self) -> None:
        """Log in and act until the log-in no longer holds."""
        async with httpx.AsyncClient(base_url=self._url, trust_env=False, timeout=5) as page:
            login = {"user": self._user.name, "password": self._user.password}
            answer = await page.post("/api/v1/session", json=login)
            if not answer.is_success:
                self._note_refusal("log_in", answer)
                await asyncio.sleep(TRY_AGAIN_S)
                return
            page.headers["X-CSRF-Token"] = answer.json()["csrf"]
            self._stage.diary.note("logged_in", user=self._user.name)
            await self._look_on(page)

    async def _look_on(self, page: httpx.AsyncClient) -> None:
        clock = self._stage.clock
        while True:
            snapshot = await page.get("/api/v1/snapshot")
            if not snapshot.is_success:
                self._note_refusal("snapshot", snapshot)
                await asyncio.sleep(TRY_AGAIN_S)
                return
            for order in snapshot.json()["orders"]:
                if order["closed"] is None:
                    await self._consider(page, order)
            await clock.sleep(max(LOOK_S, LOOK_REAL_S * clock.speed))

    async def _consider(self, page: httpx.AsyncClient, order: Order) -> None:
        if self._should_decide(order):
            decision = {"decision": self._acting.decision, "reason": self._acting.decision_reason}
            await self._act(page, order, "decision", decision)
        if self._should_sign(order):
            signing = {"password": self._user.password, "override": ""}
            await self._act(page, order, "all-clear", signing)

    def _should_decide(self, order: Order) -> bool:
        age_s = (self._stage.clock.now() - int(order["issued"])) / SECOND
        undecided = order["order_kind"] == "stop_work" and order["decision"] is None
        return self._decides and undecided and age_s >= self._acting.decide_after_s

    def _should_sign(self, order: Order) -> bool:
        signed = any(s["by"] == self._user.person for s in order["signatures"])
        may = order["can_close"] and not order["override_needed"]
        return self._acting.all_clear and may and not signed

    async def _act(
        self, page: httpx.AsyncClient, order: Order, act: str, body: Mapping[str, str]
    ) -> None:
        answer = await page.post(f"/api/v1/orders/{order['order']}/{act}", json=body)
        if answer.is_success:
            what = act.replace("-", "_")
            self._stage.diary.note(what, user=self._user.name, order=order["order"])
        else:
            self._note_refusal(act, answer)

    def _note_refusal(self, act: str, answer: httpx.Response) -> None:
        """Once for each reason: a refusal that lasts is asked for again and again."""
        key = (act, answer.text)
        if key not in self._refused:
            self._refused.add(key)
            why = f"{answer.status_code} {answer.text[:200]}"
            self._stage.diary.note("refused", user=self._user.name, act=act, why=why)
