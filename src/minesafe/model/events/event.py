"""One record of the journal, whatever happened."""

from typing import TypeAlias

import msgspec

from minesafe.model.events.alarms import AlarmMoved
from minesafe.model.events.cards import CardsRead
from minesafe.model.events.duty import (
    DutyBegan,
    DutyHandedOver,
    DutyMoved,
    DutyServed,
    RosterCorrected,
    SubstituteConfirmed,
    SubstituteNamed,
    SwapConfirmed,
    SwapEnded,
    SwapProposed,
)
from minesafe.model.events.findings import FindingBegan, FindingEnded
from minesafe.model.events.handling import AlarmHandled, AlarmRecordClosed
from minesafe.model.events.orders import (
    AllClearSigned,
    LadderStepped,
    OrderAcknowledged,
    OrderClosed,
    OrderDecided,
    OrderIssued,
    OrderRaised,
    OrderWidened,
    PersonMoved,
    PersonTold,
    PowerShown,
    ReentryPermitted,
)
from minesafe.model.events.outputs import (
    CutProven,
    OutputAsked,
    OutputConfirmed,
    OutputDropped,
)
from minesafe.model.events.permits import PermitAsked, PermitConfirmed, PermitEnded
from minesafe.model.events.reach import ReachAnswered, ReachAsked, TestSent
from minesafe.model.events.receipts import Noted
from minesafe.model.events.reports import ReportFiled, ReportSigned
from minesafe.model.events.revisions import (
    RevisionDropped,
    RevisionProposed,
    RevisionStoodFor,
)
from minesafe.model.events.server import (
    Exported,
    LoggedIn,
    LoggedOut,
    LoginRefused,
    PasswordSet,
    RevisionApproved,
    ScenarioStarted,
    ServerStarted,
    ServerStopped,
)
from minesafe.model.events.shadows import ShadowMoved
from minesafe.model.events.systems import SystemChanged
from minesafe.model.events.upkeep import DevicesCalled, DeviceTested, HornsRested, SoundTested
from minesafe.model.events.users import SessionsEnded, UserBarred, UserLetIn
from minesafe.model.events.ways import PersonSent, RoadwayBlocked, RoadwayCleared, WaysChanged
from minesafe.model.time import Micros

AnyBody: TypeAlias = (
    ServerStarted
    | ServerStopped
    | RevisionProposed
    | RevisionStoodFor
    | RevisionDropped
    | RevisionApproved
    | LoggedIn
    | LoginRefused
    | PasswordSet
    | UserBarred
    | UserLetIn
    | SessionsEnded
    | LoggedOut
    | Exported
    | ScenarioStarted
    | FindingBegan
    | FindingEnded
    | SystemChanged
    | DeviceTested
    | DevicesCalled
    | HornsRested
    | SoundTested
    | AlarmMoved
    | PermitAsked
    | PermitConfirmed
    | PermitEnded
    | AlarmHandled
    | AlarmRecordClosed
    | OrderIssued
    | OrderRaised
    | OrderWidened
    | LadderStepped
    | PowerShown
    | OrderAcknowledged
    | OrderDecided
    | PersonMoved
    | PersonTold
    | AllClearSigned
    | OrderClosed
    | ReachAsked
    | ReachAnswered
    | TestSent
    | Noted
    | RoadwayBlocked
    | RoadwayCleared
    | WaysChanged
    | PersonSent
    | CardsRead
    | ReentryPermitted
    | SwapProposed
    | SwapConfirmed
    | SwapEnded
    | SubstituteNamed
    | SubstituteConfirmed
    | RosterCorrected
    | DutyHandedOver
    | DutyBegan
    | DutyMoved
    | DutyServed
    | OutputAsked
    | OutputConfirmed
    | OutputDropped
    | CutProven
    | ReportFiled
    | ReportSigned
    | ShadowMoved
)


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One record of the journal."""

    position: int
    """1, 2, 3, … without a gap."""
    recorded: Micros
    """Record time: when the journal took it."""
    valid: Micros
    """Valid time: when it was true in the mine."""
    frame: int | None
    """Seq of the frame it follows from, None for acts."""
    cause: int | None
    """Position of the event it follows from."""
    epoch: int
    """Counts the server's starts; a stale host's writes are refused by it."""
    body: AnyBody
    previous: str
    """SHA-256 of the record before, hex; 64 zeros for the first."""
    hash: str
    """SHA-256 over previous and this record's bytes."""
