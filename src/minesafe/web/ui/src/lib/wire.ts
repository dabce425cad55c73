/** The names of what the server sends, taken from its own OpenAPI document (`npm run types`). */

import type { components } from "./api";

type Schemas = components["schemas"];

export type Words = Schemas["Words"];
export type Mine = Schemas["MineOut"];
export type Node = Schemas["NodeOut"];
export type Roadway = Schemas["RoadwayOut"];
export type Interval = Schemas["IntervalOut"];
export type Zone = Schemas["ZoneOut"];
export type Icon = Schemas["Icon"];
export type Kind = Schemas["KindOut"];
export type Logic = Schemas["LogicOut"];
export type Limits = Schemas["LimitsOut"];
export type Point = Schemas["PointOut"];
export type Person = Schemas["PersonOut"];

export type AboutPoint = Schemas["AboutPointOut"];

export type Value = Schemas["ValueOut"];
export type Place = Schemas["PlaceOut"];
export type Count = Schemas["CountOut"];
export type Alarm = Schemas["AlarmOut"];
export type AlarmGroup = Schemas["GroupOut"];
export type AlarmRecord = Schemas["RecordOut"];
export type AlarmRecords = Schemas["RecordsOut"];
export type AlarmCourse = Schemas["CourseOut"];
export type AlarmCourses = Schemas["CoursesOut"];
export type AlarmKpi = Schemas["KpiOut"];
export type Often = Schemas["OftenOut"];
export type Permit = Schemas["PermitOut"];
export type PermitKind = Schemas["PermitKind"];
export type Order = Schemas["OrderOut"];
export type Receipt = Schemas["ToldOut"];
export type MusterRow = Schemas["MusterOut"];
export type Step = Schemas["StepOut"];
export type Refuge = Schemas["RefugeOut"];
export type Reckoning = Schemas["ReckoningOut"];
export type Blocked = Schemas["BlockedOut"];
export type Impact = Schemas["ImpactOut"];
export type Leg = Schemas["LegOut"];
export type PlacedDevice = Schemas["PlacedDeviceOut"];
export type Nightly = Schemas["NightlyOut"];
export type Finding = Schemas["FindingOut"];
export type Duty = Schemas["DutyOut"];
export type DutyBoard = Schemas["DutyBoardOut"];
export type DutyMonth = Schemas["DutyMonthOut"];
export type Report = Schemas["ReportOut"];
export type ReportSeries = Schemas["Series"];
export type ReportPost = Schemas["Post"];
export type DutyShift = Schemas["ShiftOut"];
export type SystemState = Schemas["SystemOut"];
export type Output = Schemas["OutputOut"];
export type OutputAsked = Schemas["OutputAskedOut"];
export type Device = Schemas["DeviceOut"];
export type Devices = Schemas["DevicesOut"];
export type HealthReport = Schemas["HealthReportOut"];
export type ReportingLink = Schemas["LinkOut"];
export type SoundTest = Schemas["SoundTestOut"];
export type SoundTests = Schemas["SoundTestsOut"];
export type Snapshot = Schemas["SnapshotOut"];
export type Replay = Schemas["ReplayOut"];
export type Recorded = Schemas["RecordedOut"];
export type Mark = Schemas["MarkOut"];
export type Reach = Schemas["ReachOut"];
export type WayOut = Schemas["WayOut"];
export type Sample = Schemas["SampleOut"];
export type Curve = Schemas["CurveOut"];
export type Band = Schemas["BandOut"];
export type Journalled = Schemas["EventOut"];
export type Occupancy = Schemas["OccupancyOut"];
export type Visits = Schemas["VisitsOut"];
export type TrackPlace = Schemas["TrackOut"];
export type Contact = Schemas["ContactOut"];
export type Attendance = Schemas["AttendanceOut"];
export type LimitsThen = Schemas["LimitsThenOut"];
export type Session = Schemas["SessionOut"];
export type User = Schemas["UserOut"];
export type GivenPassword = Schemas["GivenPasswordOut"];
export type Issued = Schemas["IssuedOut"];
export type Signed = Schemas["SignedOut"];
export type Scenarios = Schemas["ScenariosOut"];
export type Refusal = Schemas["RefusalOut"];

export type Severity = Schemas["Severity"];
export type Role = Schemas["Role"];
export type Post = Schemas["Duty"];
export type OrderKind = Schemas["OrderKind"];
export type Peril = Schemas["Peril"];
export type Decision = Schemas["Decision"];
export type Whereabouts = Schemas["Whereabouts"];
export type Told = Schemas["Told"];
export type System = Schemas["System"];
export type ZoneKind = Schemas["ZoneKind"];
export type AlarmState = Schemas["AlarmState"];
export type AlarmSource = Schemas["AlarmSource"];
export type Origin = Schemas["Origin"];

export type LiveMessage =
  | Schemas["LiveSnapshot"]
  | Schemas["LiveBeat"]
  | Schemas["LiveReadings"]
  | Schemas["LiveAlarms"]
  | Schemas["LiveOrders"]
  | Schemas["LiveState"];

export type ReplayLine = LiveMessage | Schemas["ReplayEnd"];

/** Microseconds since 1970-01-01 UTC; below 2^53, so exact here. */
export type Micros = number;

export const SECOND: Micros = 1_000_000;

/** 1 for level I … 4 for level IV; smaller is worse. */
export const RANK: Record<Severity, number> = { I: 1, II: 2, III: 3, IV: 4 };
export type Revisions = Schemas["RevisionsOut"];
export type Ran = Schemas["RanOut"];
export type WaitingRevision = Schemas["WaitingOut"];
export type Difference = Schemas["DifferenceOut"];
export type Change = Schemas["ChangeOut"];
export type Stood = Schemas["StoodOut"];
export type AuditAct = Schemas["ActOut"];
export type Audit = Schemas["AuditOut"];
export type Chain = Schemas["ChainOut"];
export type Notifications = Schemas["NotificationsOut"];
export type Reachable = Schemas["ReachableOut"];
export type SentTest = Schemas["SentTestOut"];
