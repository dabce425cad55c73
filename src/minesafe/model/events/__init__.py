"""Events: what the journal holds, and nothing else is the truth.

Each body is frozen and strict; its JSON carries its own tag (`kind`). Ids, codes and parameters
only: words are made at the edge, in the reader's language. Times are `Micros`.
"""

from minesafe.model.events.alarms import (
    ASIDE,
    HEARD,
    AlarmMove,
    AlarmMoved,
    AlarmSource,
    AlarmState,
)
from minesafe.model.events.body import Body, Origin
from minesafe.model.events.cards import CardRead, CardsRead, Through
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
from minesafe.model.events.event import AnyBody, Event
from minesafe.model.events.findings import BROKER, FindingBegan, FindingEnded, FindingKind
from minesafe.model.events.handling import AlarmHandled, AlarmRecordClosed
from minesafe.model.events.orders import (
    ACCOUNTED,
    UNSEEN,
    AllClearSigned,
    Decision,
    InScope,
    LadderStepped,
    OrderAcknowledged,
    OrderClosed,
    OrderDecided,
    OrderIssued,
    OrderKind,
    OrderRaised,
    OrderWidened,
    Peril,
    PersonMoved,
    PersonTold,
    Place,
    PowerShown,
    ReentryPermitted,
    Told,
    Whereabouts,
)
from minesafe.model.events.outputs import (
    CutProven,
    OutputAsked,
    OutputConfirmed,
    OutputDropped,
)
from minesafe.model.events.permits import (
    PermitAsked,
    PermitConfirmed,
    PermitEnded,
    PermitKind,
)
from minesafe.model.events.reach import ReachAnswered, ReachAsked, TestSent
from minesafe.model.events.receipts import Noted, ReceiptStatus
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

__all__ = [
    "ACCOUNTED",
    "ASIDE",
    "BROKER",
    "HEARD",
    "UNSEEN",
    "AlarmHandled",
    "AlarmMove",
    "AlarmMoved",
    "AlarmRecordClosed",
    "AlarmSource",
    "AlarmState",
    "AllClearSigned",
    "AnyBody",
    "Body",
    "CardRead",
    "CardsRead",
    "CutProven",
    "Decision",
    "DeviceTested",
    "DevicesCalled",
    "DutyBegan",
    "DutyHandedOver",
    "DutyMoved",
    "DutyServed",
    "Event",
    "Exported",
    "FindingBegan",
    "FindingEnded",
    "FindingKind",
    "HornsRested",
    "InScope",
    "LadderStepped",
    "LoggedIn",
    "LoggedOut",
    "LoginRefused",
    "Noted",
    "OrderAcknowledged",
    "OrderClosed",
    "OrderDecided",
    "OrderIssued",
    "OrderKind",
    "OrderRaised",
    "OrderWidened",
    "Origin",
    "OutputAsked",
    "OutputConfirmed",
    "OutputDropped",
    "PasswordSet",
    "Peril",
    "PermitAsked",
    "PermitConfirmed",
    "PermitEnded",
    "PermitKind",
    "PersonMoved",
    "PersonSent",
    "PersonTold",
    "Place",
    "PowerShown",
    "ReachAnswered",
    "ReachAsked",
    "ReceiptStatus",
    "ReentryPermitted",
    "ReportFiled",
    "ReportSigned",
    "RevisionApproved",
    "RevisionDropped",
    "RevisionProposed",
    "RevisionStoodFor",
    "RoadwayBlocked",
    "RoadwayCleared",
    "RosterCorrected",
    "ScenarioStarted",
    "ServerStarted",
    "ServerStopped",
    "SessionsEnded",
    "ShadowMoved",
    "SoundTested",
    "SubstituteConfirmed",
    "SubstituteNamed",
    "SwapConfirmed",
    "SwapEnded",
    "SwapProposed",
    "SystemChanged",
    "TestSent",
    "Through",
    "Told",
    "UserBarred",
    "UserLetIn",
    "WaysChanged",
    "Whereabouts",
]
