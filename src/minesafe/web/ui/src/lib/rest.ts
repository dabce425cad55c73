/** The HTTP API as far as the first screen needs it: each call by its name, a refusal as its code. */

import type { Mine, Refusal, Scenarios, Session } from "./wire";

/** No answer within this long, milliseconds, is an answer: try again or use the telephone. */
const PATIENCE_MS = 10_000;

/** The server said no, with a code; `no_server` when it said nothing. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly params: Refusal["params"] = {},
  ) {
    super(code);
  }
}

let csrf = "";

export async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  patience = PATIENCE_MS,
): Promise<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET" && csrf) headers["X-CSRF-Token"] = csrf;
  const init: RequestInit = { method, headers, signal: AbortSignal.timeout(patience) };
  if (body !== undefined) init.body = JSON.stringify(body);
  const [response, text] = await answered(path, init, (r) => r.text());
  if (response.ok) return (text ? JSON.parse(text) : undefined) as T;
  throw refusal(response.status, text);
}

/** The whole answer; `no_server` where there is none, or it breaks off. */
export async function answered<T>(
  path: string,
  init: RequestInit,
  whole: (response: Response) => Promise<T>,
): Promise<[Response, T]> {
  try {
    const response = await fetch(`/api/v1${path}`, init);
    return [response, await whole(response)];
  } catch (trouble) {
    console.warn(init.method, path, trouble);
    throw new Refused("no_server", 0);
  }
}

export function refusal(status: number, text: string): Refused {
  try {
    const { code, params } = JSON.parse(text) as Refusal;
    return new Refused(code, status, params);
  } catch {
    // A proxy's page in between, not our server's answer.
    return new Refused("no_server", status);
  }
}

export const id = encodeURIComponent;

function remember(session: Session): Session {
  csrf = session.csrf;
  return session;
}

/** Who is logged in; null where nobody is. */
export async function session(): Promise<Session | null> {
  try {
    return remember(await call<Session>("GET", "/session"));
  } catch (trouble) {
    if (trouble instanceof Refused && trouble.status === 401) return null;
    throw trouble;
  }
}

export const logIn = async (user: string, password: string): Promise<Session> =>
  remember(await call<Session>("POST", "/session", { user, password }));

export const logOut = (): Promise<void> => call("DELETE", "/session");

export const mine = (): Promise<Mine> => call("GET", "/mine");

export const acknowledgeAlarm = (episode: string, note = ""): Promise<void> =>
  call("POST", `/alarms/${id(episode)}/acknowledge`, { note });

export const unshelve = (episode: string): Promise<void> =>
  call("POST", `/alarms/${id(episode)}/unshelve`);

/** Whoever was asked says that the nightly test has come. */
export const answerNightly = (): Promise<void> => call("POST", "/duty/nightly");

/** What a demo's simulated mine can go through; null where the server has no such mine beside it. */
export async function scenarios(): Promise<Scenarios | null> {
  try {
    return await call<Scenarios>("GET", "/demo/scenarios");
  } catch (trouble) {
    if (trouble instanceof Refused && trouble.status === 404) return null;
    throw trouble;
  }
}
