"""The transmitter that calls tags: they buzz where a reader reaches them, and answer."""

from device_sims.clock import SECOND
from device_sims.devices.called import Call, CalledDevice
from device_sims.devices.uplink import Login
from device_sims.mine import Address, Paging
from device_sims.stage import Stage
from device_sims.world.ranging import sights
from device_sims.world.walkers import Walker

BUZZING_S = 600.0
"""How long a tag buzzes that nobody answers, mine seconds."""
LOOK_S = 1.0


class PagingDevice(CalledDevice):
    """Answers calling, then for each tag received when it buzzes, and button when it is pressed."""

    def __init__(
        self,
        paging: Paging,
        stage: Stage,
        *,
        broker: Address | None = None,
        boot: int | None = None,
    ) -> None:
        login = Login(broker or stage.site.mine.broker, paging.user, paging.password, "paging")
        super().__init__("paging", paging.topic, login, stage, f"{paging.topic}/answer", boot)
        self._readers = frozenset(r.id for r in stage.site.mine.readers)

    async def carry_out(self, call: Call) -> None:
        """Let them buzz until all have answered, or for ten minutes."""
        stage, began = self.stage, self.stage.world.now
        self.say({"call": call.call, "answer": "calling"})
        waited = self._reached(call)
        for tag in sorted(waited):
            self._tells(call, tag, "received")
        stage.page(call.call, frozenset(waited), call.ways)
        try:
            while waited and stage.world.now - began < BUZZING_S * SECOND:
                await stage.clock.sleep(LOOK_S)
                pressed = {
                    w.tag for w in stage.world.walkers if _pressed(w, began, stage.world.now)
                }
                for tag in sorted(waited & pressed):
                    self._tells(call, tag, "button")
                waited -= pressed
        finally:
            stage.page(call.call, frozenset())

    def refuse(self, call: Call, reason: str) -> None:
        """Failed, for all tags alike."""
        self.say({"call": call.call, "answer": "failed", "reason": reason})

    def _reached(self, call: Call) -> set[str]:
        """Tags that are meant and that a living reader ranges."""
        stage, world = self.stage, self.stage.world
        seen = stage.spoilt.sights(world, sights(self._readers, world, world.now))
        meant = {w.tag for w in world.walkers if self._means(call, w)}
        return meant & {s.tag for s in seen}

    def _means(self, call: Call, walker: Walker) -> bool:
        here = self.stage.site.zones.at(walker.tag_at(self.stage.world.now))
        return call.all or walker.tag in call.tags or bool(here & frozenset(call.zones))

    def _tells(self, call: Call, tag: str, answer: str) -> None:
        self.say({"call": call.call, "tag": tag, "answer": answer})


def _pressed(walker: Walker, since: int, now: int) -> bool:
    return walker.pressed_at is not None and since <= walker.pressed_at <= now
