"""An order (停产撤人命令) as the journal's events make it: the fold's state, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from minesafe.model.events import (
    ACCOUNTED,
    Decision,
    OrderKind,
    Origin,
    Peril,
    Place,
    ReceiptStatus,
    Told,
    Whereabouts,
)
from minesafe.model.mine import Duty, Role, Severity
from minesafe.model.time import Micros


@dataclass(frozen=True, slots=True)
class MusterRow:
    """One person of the muster (清点): how far told, and whereabouts."""

    person: str
    told: Told
    whereabouts: Whereabouts
    place: Place | None
    destination: str
    distance_m: float | None
    ticked_by: str | None = None
    toward: str = ""
    """Node id of the next node, as last told."""
    walk_s: float | None = None
    sent: int = 0
    """How often the way was told anew."""
    since: Micros = 0
    """Since when the whereabouts are what they are."""
    told_at: Micros = 0
    """When it was told as far as it is."""
    doubt: str = ""
    """Why the tag may not stand for the person: moving_as_one · standing_still · card_alone; else
    empty."""
    zone: str = ""
    """The smallest zone in which the order found the person; empty where none is known."""
    other: str = ""
    """Person id of whose tag moves as one with this one's; else empty."""
    known_by: str = ""
    """The terminal that alone knows the person below, until his tag is seen; else empty."""

    @property
    def accounted(self) -> bool:
        """Out, at a refuge, or ticked by hand as either."""
        return self.whereabouts in ACCOUNTED


@dataclass(frozen=True, slots=True)
class Step:
    """A rung of the ladder."""

    step: int
    due: Micros
    taken: Micros | None
    asked: tuple[tuple[Duty, str], ...]


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """What came of one command of the order."""

    key: str
    recipient: str
    channel: str
    status: ReceiptStatus
    step: int
    at: Micros
    detail: str


@dataclass(frozen=True, slots=True)
class Signature:
    """One of the two who give the all-clear."""

    by: str
    role: Role
    at: Micros
    override: str


@dataclass(frozen=True, slots=True)
class Order:
    """One order from issue to all-clear."""

    order: str
    number: int
    order_kind: OrderKind
    severity: Severity
    zones: tuple[str, ...]
    cause: str
    subject: str
    condition: str
    value: float | None
    limit: float | None
    issued: Micros
    by: str | None
    origin: Origin
    drill: bool
    leader: str | None
    steps: tuple[Step, ...]
    muster: Mapping[str, MusterRow]
    """By person id."""
    receipts: Mapping[str, ReceiptRow]
    """By command key."""
    acknowledged_by: str | None = None
    acknowledged_at: Micros | None = None
    decision: Decision | None = None
    decided_by: str | None = None
    undecided_until: Micros | None = None
    signatures: tuple[Signature, ...] = ()
    clear_since: Micros | None = None
    """Since when no alarm that caused it is active; None while one is."""
    closed: Micros | None = None
    causes: Mapping[str, bool] = field(default_factory=dict)
    """Every alarm episode it answers, and whether that alarm is still active."""
    feeds: tuple[str, ...] = ()
    """Points that tell whether the scope has power."""
    peril: Peril | None = None
    """What an operator named as the danger; None: an alarm's order."""
    cuts: tuple[str, ...] = ()
    """Feeders to be switched off for it."""
    reentry_by: str | None = None
    """Who permitted people to go back, after the all-clear."""
    reentry_at: Micros | None = None
    power: str = ""
    """The ground on which the dispatcher is shown his own power to order; empty while he is not."""
    power_round: int | None = None
    """In which climb he was shown it last."""
    round: int = 0
    """How often it was raised; each round climbs the ladder anew."""

    @property
    def is_open(self) -> bool:
        """Not yet all-clear."""
        return self.closed is None

    @property
    def unaccounted(self) -> tuple[str, ...]:
        """Person ids nobody can account for yet."""
        return tuple(p for p, row in self.muster.items() if not row.accounted)

    @property
    def heads(self) -> int:
        """How many bodies its people are: two cards that move as one hang on one."""
        rows = self.muster.items()
        pairs = {frozenset((p, r.other)) for p, r in rows if r.other in self.muster}
        return len(self.muster) - len(pairs)

    def asked_by(self, step: int) -> frozenset[str]:
        """Person ids one rung has asked."""
        return frozenset(p for s in self.steps if s.step == step for _, p in s.asked)

    @property
    def asked(self) -> tuple[str, ...]:
        """Person ids the ladder has asked so far, in its order."""
        people = (p for s in self.steps if s.taken is not None for _, p in s.asked)
        return tuple(dict.fromkeys(people))
