"""Devices that are called over MQTT: what they are told, and what they answer (docs/wire.md).

A call has a name. Whoever gives it again under that name is told how it stands and nothing is
spoken twice, so that asking once more after a crash is harmless.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import msgspec

from minesafe.links.messages import Message
from minesafe.links.mqtt import MqttLink
from minesafe.model.errors import BadReply, LinkDown
from minesafe.model.events import FindingKind
from minesafe.model.mine import Broker, Mine
from minesafe.ports import Clock, Findings

PAGING = "paging"
"""What the transmitter that calls tags is called; a mine has one."""

QUIET_S = 300.0
"""Real seconds without a word from any device after which the connection is built anew."""

LONGEST = 16 << 10
"""Bytes of an answer; one that is longer is none."""


class Answer(msgspec.Struct, frozen=True):
    """What a device says: of a call, or whether it is there."""

    call: str = ""
    state: str = ""
    """Of a broadcaster or telephone: playing, played, ringing, …"""
    answer: str = ""
    """Of tag paging: calling · received · button · failed."""
    tag: str = ""
    reason: str = ""
    online: bool | None = None


def answer_of(data: bytes) -> Answer:
    """What a device says.

    Raises:
        BadReply: it is no answer.
    """
    try:
        return msgspec.json.decode(data[:LONGEST], type=Answer)
    except (ValueError, RecursionError) as error:
        raise BadReply(str(error)[:200]) from error


Take = Callable[[Answer], Awaitable[None]]
"""Takes an answer nobody waits for any more, such as the end of what is being spoken."""


class Downlink:
    """The connection by which devices are called; a `ports.Source` of its own.

    Apart from the one on which sensors are heard: a flood of readings delays no call.
    """

    name = "calls"

    def __init__(self, mine: Mine, broker: Broker, findings: Findings, clock: Clock) -> None:
        self._topics = _topics(mine)
        self._findings = findings
        self._clock = clock
        self._away: set[str] = set()
        self._asked: dict[tuple[str, str], asyncio.Future[Answer]] = {}
        self._takers: dict[str, Take] = {}
        routes = {f"{topic}/state": self._hear for topic in self._topics.values()}
        if mine.paging is not None:
            routes[f"{mine.paging.topic}/answer"] = self._hear
        self._device = {topic: device for device, topic in self._topics.items()}
        client = f"minesafe-{mine.id}-calls"
        self._link = MqttLink(self.name, broker, client, routes, findings, quiet_s=QUIET_S)

    @property
    def connected(self) -> bool:
        """Calls can be made now."""
        return self._link.connected

    @property
    def calls_anything(self) -> bool:
        """Whether the mine has a device that is called."""
        return bool(self._topics)

    async def run(self) -> None:
        """Keep the connection until cancelled."""
        await self._link.run()

    def heard_by(self, device: str, take: Take) -> None:
        """Give what a device says of itself, without being waited for, to `take`."""
        self._takers[device] = take

    async def ask(self, device: str, call: str, body: Mapping[str, object]) -> Answer:
        """Call, and wait for the first answer; whoever asks decides for how long.

        Raises:
            LinkDown: the broker, or the device by its own last will, is not there.
        """
        if device in self._away:
            raise LinkDown(f"{device} is away")
        heard: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._asked[device, call] = heard
        given = {"call": call, "t": self._clock.now() // 1000} | dict(body)
        try:
            await self._link.publish(f"{self._topics[device]}/call", msgspec.json.encode(given))
            return await heard
        finally:
            self._asked.pop((device, call), None)

    async def _hear(self, message: Message) -> None:
        """One answer.

        Raises:
            StoreUnavailable: it could not be recorded; the broker brings it again.
        """
        device = self._device[message.topic.rpartition("/")[0]]
        try:
            answer = answer_of(message.payload)
        except BadReply as error:
            self._findings.began(FindingKind.GARBAGE, device, str(error))
            return
        self._findings.ended(FindingKind.GARBAGE, device)
        if answer.online is not None:
            self._is_there(device, answer.online)
        elif answer.call and not message.retained:
            await self._answered(device, answer)

    def _is_there(self, device: str, online: bool) -> None:
        if online:
            self._away.discard(device)
            self._findings.ended(FindingKind.LINK_DOWN, device)
        else:
            self._away.add(device)
            self._findings.began(FindingKind.LINK_DOWN, device, "its last will")

    async def _answered(self, device: str, answer: Answer) -> None:
        waiting = self._asked.get((device, answer.call))
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)
        elif device in self._takers:
            await self._takers[device](answer)


def _topics(mine: Mine) -> dict[str, str]:
    """The topic of every device that is called."""
    called = {b.id: b.topic for b in mine.broadcasters} | {t.id: t.topic for t in mine.telephones}
    return called | ({PAGING: mine.paging.topic} if mine.paging is not None else {})
