"""How alarms become orders, and orders end."""

from dataclasses import dataclass
from datetime import time

from minesafe.model.mine.people import Duty, Role
from minesafe.model.mine.triggers import Trigger


@dataclass(frozen=True, slots=True)
class LadderStep:
    """One row of the ladder: after so long without acknowledgement, these are asked too."""

    after_s: float
    duties: tuple[Duty, ...]
    channels: tuple[str, ...]
    """For the people of these duties: sms · modem · call · mail · chat · console."""


@dataclass(frozen=True, slots=True)
class ReachPolicy:
    """When the nightly proof of reachability is made, by the mine's wall clock."""

    at: time
    by: time
    """Who has not answered by then is a finding."""


@dataclass(frozen=True, slots=True)
class CallPolicy:
    """When loudspeakers and telephones are called to see whether they work, each day."""

    at: time
    """By the mine's wall clock."""
    within_s: float
    """Which has not answered by then is a finding."""


@dataclass(frozen=True, slots=True)
class MorningPolicy:
    """Which statutory reports are made and numbered without being asked for."""

    at: time
    """From then on, by the mine's wall clock, on the day after the one they are of."""
    series: tuple[str, ...]
    """`model.filing.Series`; monthly ones on the first of the next month."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How alarms become orders, and orders end (policy.toml)."""

    auto_evacuate: str
    """at_once · never · after"""
    auto_after_s: float
    undecided_s: float
    """An undecided level II order becomes an evacuation after this long."""
    ladder: tuple[LadderStep, ...]
    scope_channels: tuple[str, ...]
    """How people in scope are told at once: horn · broadcast · telephone · tag."""
    lost_contact_s: float
    """No sighting for this long (or three periods of the reader, if longer): unknown."""
    standing_s: float
    all_clear_hold_s: float
    """Gas must have been below restore for this long before an all-clear without override."""
    all_clear_first: tuple[Role, ...]
    all_clear_second: tuple[Role, ...]
    walking_m_s: float
    self_rescuer_s: float
    absent_s: float = 900.0
    """People without a leader on duty underground, or a zone without a post kept, for so long."""
    together_s: float = 0.0
    """Two tags that move as one for so long are told; 0: never."""
    ride_m_s: float = 0.0
    """So fast people are at most, on foot or riding; a place they cannot have come to at that
    speed is not believed at once. 0: whatever a reader says is."""
    cage_m_s: float = 12.0
    """Likewise in shafts."""
    again_s: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    """An acknowledged alarm that still holds sounds again after so long: levels I, II, III, IV;
    0: never."""
    triggers: tuple[Trigger, ...] = ()
    """What this mine answers more gravely than the statute."""
    hoist_m_s: float = 4.0
    """How fast cages carry people up shafts, m/s; 0: nobody is carried, shafts are ladders."""
    proof: ReachPolicy | None = None
    """The nightly proof that whoever may be asked can be reached; None: there is none."""
    test_call: CallPolicy | None = None
    """The daily test call of loudspeakers and telephones; None: only on request."""
    morning: MorningPolicy | None = None
    """None: reports are made when somebody asks for them."""
    substitute_confirm_h: float = 8.0
    """So long after an urgent substitution somebody else must have confirmed it."""
    mine_head_shifts: int = 5
    """So many shifts a month the mine head goes underground at least."""
    dispatcher_power_s: float = 60.0
    """So long after an order nobody has acknowledged the dispatcher is shown his own power."""
    rescue_crews: tuple[str, ...] = ()
    """Crews that go in where others come out (救护队): the muster shows them apart, and counts them
    like everybody."""
