/** The rest of the HTTP API: what later pages ask and do. */

import { answered, call, id, refusal, Refused } from "./rest";
import type {
  Issued,
  Peril,
  OrderKind,
  AlarmCourses,
  AboutPoint,
  AlarmKpi,
  AlarmRecords,
  AlarmSource,
  Contact,
  Curve,
  Decision,
  Devices,
  GivenPassword,
  DutyBoard,
  DutyMonth,
  HealthReport,
  Journalled,
  Micros,
  Notifications,
  LimitsThen,
  Mine,
  Occupancy,
  Output,
  OutputAsked,
  PermitKind,
  Post,
  Reach,
  Recorded,
  Replay,
  Report,
  ReportPost,
  ReportSeries,
  Signed,
  TrackPlace,
  User,
  Visits,
  WayOut,
  Whereabouts,
} from "./wire";

export * from "./rest";

/** The server gives up a question about people and zones after thirty seconds. */
const UNTIL_ANSWERED_MS = 35_000;

/** A simulated mine that starts anew answers once its devices listen, milliseconds. */
const UNTIL_STARTED_MS = 90_000;

/** The server gives up a record it has not finished by then; a little more for the last of it. */
const UNTIL_WRITTEN_MS = 310_000;

/** Choose a password: every session ends, so one logs in anew by it. */
export const changePassword = (password: string, fresh: string): Promise<void> =>
  call("POST", "/session/password", { password, new: fresh });

export const users = (): Promise<User[]> => call("GET", "/users");

/** Bar a log-in at once; the reason is recorded. */
export const barUser = (user: string, password: string, reason: string): Promise<void> =>
  call("POST", `/users/${id(user)}/bar`, { password, reason });

export const letUserIn = (user: string, password: string): Promise<void> =>
  call("POST", `/users/${id(user)}/let-in`, { password });

export const endSessions = (user: string, password: string): Promise<void> =>
  call("POST", `/users/${id(user)}/end-sessions`, { password });

/** Give somebody a password for one log-in; one's own is asked for again. */
export const givePassword = (user: string, password: string): Promise<GivenPassword> =>
  call("POST", `/users/${id(user)}/password`, { password });

export const curve = (point: string, start: number, end: number, dots: number): Promise<Curve> =>
  call("GET", `/points/${id(point)}/trend?start=${start}&end=${end}&dots=${dots}`);

/** How far the history is behind what the mine has sent. */
export const backlog = (): Promise<HealthReport["backlog"]> => call("GET", "/backlog");

export const aboutPoint = (point: string): Promise<AboutPoint> => call("GET", `/points/${id(point)}`);

/** Who was in a zone from when to when, and how many at once. */
export const occupancy = (zone: string, start: number, end: number): Promise<Occupancy> =>
  call("GET", `/zones/${id(zone)}/occupancy?start=${start}&end=${end}`, undefined, UNTIL_ANSWERED_MS);

/** Zones somebody came through, readers that heard him, and when none did. */
export const visits = (person: string, start: number, end: number): Promise<Visits> =>
  call("GET", `/people/${id(person)}/visits?start=${start}&end=${end}`, undefined, UNTIL_ANSWERED_MS);

/** Every place somebody was seen at. */
export const track = (person: string, start: number, end: number): Promise<TrackPlace[]> =>
  call("GET", `/people/${id(person)}/track?start=${start}&end=${end}`, undefined, UNTIL_ANSWERED_MS);

/** Who came within so many metres of somebody. */
export const contacts = (person: string, start: number, end: number, metres: number): Promise<Contact[]> =>
  call("GET", `/contacts?person=${id(person)}&start=${start}&end=${end}&metres=${metres}`, undefined, UNTIL_ANSWERED_MS);

/** Limits that were in force, newest first. */
export const limitsThen = (point: string, start: number, end: number): Promise<LimitsThen[]> =>
  call("GET", `/points/${id(point)}/limits?start=${start}&end=${end}`);

/** Moves of a point's alarms, the newest first. */
export async function alarmMoves(point: string, start: number, end: number): Promise<Journalled[]> {
  const asked = new URLSearchParams({ kind: "alarm_moved", about: point, newest: "true" });
  return (await call<{ events: Journalled[] }>("GET", `/events?${String(asked)}&valid_from=${start}&valid_to=${end}`)).events;
}

/** What is known of somebody in the mine; null of whom it is not known that he is in it. */
async function ofSomebodyBelow<T>(path: string): Promise<T | null> {
  try {
    return await call<T>("GET", path);
  } catch (trouble) {
    if (trouble instanceof Refused && trouble.status === 404) return null;
    throw trouble;
  }
}

/** Where somebody may have walked to. */
export const reach = (person: string): Promise<Reach | null> =>
  ofSomebodyBelow(`/people/${id(person)}/reach`);

/** Where somebody would be sent to, and how far that is. */
export const wayOut = (person: string): Promise<WayOut | null> =>
  ofSomebodyBelow(`/people/${id(person)}/way`);

/** A moment as the room knew it. */
export const replay = (at: Micros): Promise<Replay> => call("GET", `/replay?at=${at}`);

/** The mine as it was laid out at a moment. */
export const replayMine = (at: Micros): Promise<Mine> => call("GET", `/replay/mine?at=${at}`);

export const replayRecorded = (start: Micros, end: Micros, dots: number): Promise<Recorded> =>
  call("GET", `/replay/recorded?start=${start}&end=${end}&dots=${dots}`);

/** What follows a moment, as it goes, until the signal. */
export async function replayPlay(
  at: Micros,
  speed: number,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const path = `/replay/play?at=${at}&speed=${speed}`;
  const [response, body] = await answered(path, { method: "GET", signal }, async (r) => r.body);
  if (response.ok && body) return body;
  throw refusal(response.status, await response.text());
}

export const shelve = (episode: string, reason: string, minutes: number): Promise<void> =>
  call("POST", `/alarms/${id(episode)}/shelve`, { reason, minutes });

export const askPermit = (
  permit_kind: PermitKind,
  source: AlarmSource,
  subject: string,
  reason: string,
  minutes: number,
): Promise<void> => call("POST", "/permits", { permit_kind, source, subject, reason, minutes });

export const confirmPermit = (permit: string, password: string): Promise<void> =>
  call("POST", `/permits/${id(permit)}/confirm`, { password });

/** The work is done; or nothing came of it, and a calibration does not count. */
export const endPermit = (permit: string, well = true): Promise<void> =>
  call("POST", `/permits/${id(permit)}/end?well=${well}`);

/** Whoever was asked says that the nightly test has come. */
export const answerNightly = (): Promise<void> => call("POST", "/duty/nightly");
/** Can this system raise an alarm now, and what does it stand on. */
export const health = (): Promise<HealthReport> => call("GET", "/health");
export const outputs = (): Promise<Output[]> => call("GET", "/outputs");

/** What switching it would write; with `write` it is asked for, and a second person confirms. */
export const askOutput = (
  output: string,
  on: boolean,
  reason: string,
  write: boolean,
): Promise<OutputAsked> => call("POST", `/outputs/${id(output)}/requests`, { on, reason, write });

export const confirmOutput = (request: string, password: string): Promise<void> =>
  call("POST", `/outputs/requests/${id(request)}/confirm`, { password });

export const dropOutput = (request: string): Promise<void> =>
  call("POST", `/outputs/requests/${id(request)}/drop`);

export const devices = (): Promise<Devices> => call("GET", "/devices");

export const testDevice = (device: string, well: boolean): Promise<void> =>
  call("POST", `/devices/${id(device)}/test`, { well });

/** Loudspeakers and telephones are called now; all of them where none is named. */
export const callDevices = (devices: string[] = []): Promise<void> =>
  call("POST", "/devices/test-calls", { devices });

export const handleAlarm = (
  episode: string,
  cause: string,
  planned: boolean,
  measure: string,
  bearer: string,
): Promise<void> =>
  call("POST", `/alarms/${id(episode)}/handling`, { cause, planned, measure, bearer });

export const closeRecord = (episode: string): Promise<void> =>
  call("POST", `/alarms/${id(episode)}/close`);

export const alarmRecords = (): Promise<AlarmRecords> => call("GET", "/alarms/records");

/** Alarms that began from `start` on and before `end`; severities and words that are empty are not asked. */
export const alarmHistory = (query: URLSearchParams): Promise<AlarmCourses> =>
  call("GET", `/alarms/history?${String(query)}`);

export const alarmKpi = (): Promise<AlarmKpi> => call("GET", "/alarms/kpi");

export const acknowledgeOrder = (order: string): Promise<void> =>
  call("POST", `/orders/${id(order)}/acknowledge`);

export const decide = (order: string, decision: Decision, reason: string): Promise<void> =>
  call("POST", `/orders/${id(order)}/decision`, { decision, reason });

export const tick = (
  order: string,
  person: string,
  whereabouts: Whereabouts,
  reason: string,
): Promise<void> =>
  call("POST", `/orders/${id(order)}/muster/${id(person)}`, { whereabouts, reason });

export const signAllClear = (
  order: string,
  password: string,
  override: string,
): Promise<Signed> =>
  call("POST", `/orders/${id(order)}/all-clear`, { password, override });

export const blockRoadway = (
  roadway: string,
  blocked: boolean,
  reason: string,
): Promise<void> => call("POST", `/roadways/${id(roadway)}`, { blocked, reason });

export const addVisitor = (order: string, name: string): Promise<void> =>
  call("POST", `/orders/${id(order)}/visitors`, { name });

export const permitReentry = (order: string, reason: string): Promise<void> =>
  call("POST", `/orders/${id(order)}/reentry`, { reason });

export const dutyBoard = (): Promise<DutyBoard> => call("GET", "/duty");

export const dutyMonth = (month: string): Promise<DutyMonth[]> =>
  call("GET", `/duty/months/${month}`);

export const proposeSwap = (
  duty: Post,
  start: number,
  person: string,
  other_start: number,
  other_person: string,
  reason: string,
): Promise<void> =>
  call("POST", "/duty/swaps", { duty, start, person, other_start, other_person, reason });

export const confirmSwap = (swap: string, password: string): Promise<void> =>
  call("POST", `/duty/swaps/${id(swap)}/confirm`, { password });

export const withdrawSwap = (swap: string): Promise<void> =>
  call("POST", `/duty/swaps/${id(swap)}/withdraw`);

export const nameSubstitute = (
  duty: Post,
  start: number,
  person: string,
  stands_in: string,
  reason: string,
): Promise<void> =>
  call("POST", "/duty/substitutes", { duty, start, person, stands_in, reason });

/** Who was really there: what is told of the past changes, and nothing else. */
export const correctRoster = (
  duty: Post,
  start: number,
  person: string,
  stood_in: string,
  reason: string,
): Promise<void> =>
  call("POST", "/duty/corrections", { duty, start, person, stood_in, reason, since: null });

export const confirmSubstitute = (substitute: string, password: string): Promise<void> =>
  call("POST", `/duty/substitutes/${id(substitute)}/confirm`, { password });

export const handOver = (
  start: number,
  outgoing: string,
  incoming: string,
  note: string,
): Promise<void> => call("POST", "/duty/hand-over", { start, outgoing, incoming, note });

export const playScenario = (scenario: string): Promise<void> =>
  call("POST", "/demo/scenario", { scenario }, UNTIL_STARTED_MS);

/** A file the server writes first. */
async function file(path: string): Promise<Blob> {
  const init = { method: "GET", signal: AbortSignal.timeout(UNTIL_WRITTEN_MS) };
  const [response, whole] = await answered(path, init, (r) => r.blob());
  if (response.ok) return whole;
  throw refusal(response.status, await whole.text());
}

/** The record of an order. */
export const report = (order: string, form: "html" | "pdf", language: string): Promise<Blob> =>
  file(`/orders/${id(order)}/report?form=${form}&language=${language}`);

// --- statutory reports -----------------------------------------------------------------------

/** Those that have a number, the newest first; of one series, or of all where it is empty. */
export const filedReports = (series: ReportSeries | ""): Promise<Report[]> =>
  call("GET", `/reports${series ? `?series=${series}` : ""}`);

/** The server reads its record and its history for it, which may take as long as for a file. */
export const makeReport = (series: ReportSeries, day: string): Promise<Report> =>
  call("POST", "/reports", { series, day }, UNTIL_WRITTEN_MS);

export const signReport = (report: string, post: ReportPost, password: string): Promise<void> =>
  call("POST", `/reports/${id(report)}/signatures`, { post, password });

const reportPath = (report: string, form: string, lang: string): string =>
  `/reports/${id(report)}?form=${form}&language=${lang}`;

/** Where a report is read, as a page of its own. */
export const reportPage = (report: string, lang: string): string =>
  `/api/v1${reportPath(report, "html", lang)}`;

export const reportFile = (report: string, form: "pdf" | "json", lang: string): Promise<Blob> =>
  file(reportPath(report, form, lang));

export const issueOrder = (
  order_kind: OrderKind,
  zones: string[],
  ground: string,
  peril: Peril,
  by: string,
): Promise<Issued> => call("POST", "/orders", { order_kind, zones, ground, peril, by });

export const startDrill = (
  order_kind: OrderKind,
  zones: string[],
  ground: string,
  peril: Peril,
): Promise<Issued> => call("POST", "/drills", { order_kind, zones, ground, peril });
// --- notifications ---------------------------------------------------------------------------

export const notifications = (): Promise<Notifications> => call("GET", "/notifications");

/** A real message by the real channel; what comes of it stands in the list of tests. */
export const sendTest = (person: string, channel: string): Promise<void> =>
  call("POST", "/notifications/tests", { person, channel });
