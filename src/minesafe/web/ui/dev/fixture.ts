/**
 * A made-up server as a Vite plugin: the API and the live wire from `scenes`, for developing pages.
 * `POST /dev/scene/NAME` sets the scene, `/dev/mute` and `/dev/unmute` stop and start the wire.
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin } from "vite";
import type { Session } from "../src/lib/wire";
import { mine, NORMAL } from "./mine";
import * as outputs from "./outputs";
import * as scenes from "./scenes";
import { accept } from "./socket";

const SESSION: Session = { user: "zhou", person: "P20", roles: ["dispatcher"], csrf: "c", must_change: false };

const state = {
  scene: "calm" as scenes.SceneName,
  acts: scenes.noActs(),
  position: 100,
  muted: false,
  loggedIn: true,
};
const wires = new Set<(body: object) => void>();
const tell = (body: object): void => void (state.muted || wires.forEach((say) => say(body)));

function changed(): void {
  state.position++;
  const { scene, acts, position } = state;
  tell({ kind: "alarms", position, alarms: scenes.alarms(scene, acts) });
  tell({ kind: "orders", position, orders: scenes.orders(scene, acts) });
}

function curve(point: string, start: number, end: number, dots: number) {
  const normal = NORMAL.get(point) ?? 1;
  const step = Math.max(5 * scenes.S, Math.floor((end - start) / dots / scenes.S) * scenes.S);
  const [at, values]: [number[], (number | null)[]] = [[], []];
  const minutes = (time: number) => (scenes.now() - time) / scenes.S / 60;
  for (let time = Math.ceil(start / step) * step; time < Math.min(end, scenes.now()); time += step) {
    if (minutes(time) > 32 && minutes(time) < 36) continue;
    const rise = state.scene !== "calm" && point === "CH4-T2" ? Math.max(0, (8 - minutes(time)) * 0.16) : 0;
    const calibrated = minutes(time) > 20 && minutes(time) < 24;
    at.push(time);
    values.push(calibrated ? null : normal * (1 + 0.08 * Math.sin(time / scenes.S / 90)) + rise);
  }
  const band = { start: scenes.now() - 24 * 60 * scenes.S, end: scenes.now() - 20 * 60 * scenes.S, quality: "calibrating" };
  return {
    step_us: step, kept_s: 0, start: at, samples: at.map(() => 1), believed: at.map(() => 1),
    lowest: values, mean: values, highest: values, opening: values, closing: values, bands: [band],
  };
}

type Body = Record<string, string & string[]>;
type Answer = [status: number, body?: unknown];

const ROUTES: readonly [method: string, path: RegExp, act: (m: string[], body: Body, q: URLSearchParams) => Answer][] = [
  ["GET", /^\/api\/v1\/session$/, () => (state.loggedIn ? [200, SESSION] : [401, { code: "not_logged_in", params: {} }])],
  ["POST", /^\/api\/v1\/session$/, (_, body) => {
    if (body["password"] === "wrong") return [401, { code: "wrong_password", params: {} }];
    state.loggedIn = true;
    return [200, SESSION];
  }],
  ["DELETE", /^\/api\/v1\/session$/, () => ((state.loggedIn = false), [204])],
  ["GET", /^\/api\/v1\/mine$/, () => [200, mine]],
  ["GET", /^\/api\/v1\/points\/(.+)\/trend$/, ([id], _, q) => [200, curve(id!, Number(q.get("start")), Number(q.get("end")), Number(q.get("dots")))]],
  ["GET", /^\/api\/v1\/points\/.+\/limits$/, () => [200, []]],
  ["GET", /^\/api\/v1\/events$/, () => [200, { events: [], source: "journal", behind: 0, more: 0 }]],
  ["POST", /^\/api\/v1\/alarms\/(.+)\/acknowledge$/, ([id]) => (state.acts.acknowledged.add(id!), changed(), [204])],
  ["POST", /^\/api\/v1\/orders$/, () => [201, { order: "o-7" }]],
  ["POST", /^\/api\/v1\/orders\/.+\/acknowledge$/, () => ((state.acts.orderAcknowledged = true), changed(), [204])],
  ["POST", /^\/api\/v1\/orders\/.+\/decision$/, (_, body) => ((state.acts.decision = body["decision"] as never), changed(), [204])],
  ["POST", /^\/api\/v1\/orders\/.+\/muster\/(.+)$/, ([id], body) => (state.acts.ticked.set(id!, body["whereabouts"] as never), changed(), [204])],
  ["POST", /^\/api\/v1\/orders\/.+\/all-clear$/, (_, body) => {
    if (body["password"] === "wrong") return [401, { code: "wrong_password", params: {} }];
    const { signatures } = state.acts;
    const [by, role] = signatures.length ? (["P01", "leader"] as const) : (["P20", "dispatcher"] as const);
    state.acts.signatures = [...signatures, { by, role, at: scenes.now(), override: body["override"] ?? "" }];
    changed();
    return [200, { closed: state.acts.signatures.length > 1 }];
  }],
  ["GET", /^\/api\/v1\/outputs$/, () => [200, outputs.outputs]],
  ["POST", /^\/api\/v1\/outputs\/requests\/(.+)\/(?:confirm|drop)$/, ([request], body) => {
    if (body["password"] === "wrong") return [401, { code: "wrong_password", params: {} }];
    outputs.end(request!);
    return [204];
  }],
  ["POST", /^\/api\/v1\/outputs\/(.+)\/requests$/, ([id], body) => [200, outputs.ask(id!, body as never)]],
  ["POST", /^\/dev\/scene\/(.+)$/, ([name]) => {
    [state.scene, state.acts, state.loggedIn] = [name as scenes.SceneName, scenes.noActs(), true];
    return [204];
  }],
  ["POST", /^\/dev\/(mute|unmute)$/, ([word]) => ((state.muted = word === "mute"), [204])],
];

async function serve(request: IncomingMessage, response: ServerResponse, next: () => void) {
  const url = new URL(request.url!, "http://127.0.0.1");
  const path = decodeURIComponent(url.pathname);
  const route = ROUTES.find(([method, at]) => method === request.method && at.test(path));
  if (!route) return next();
  let text = "";
  for await (const chunk of request) text += String(chunk);
  const [status, body] = route[2](route[1].exec(path)!.slice(1), text ? JSON.parse(text) : {}, url.searchParams);
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body === undefined ? "" : JSON.stringify(body));
}

export function fixture(): Plugin {
  return {
    name: "minesafe-fixture",
    configureServer(server) {
      server.middlewares.use((q, a, next) => void serve(q, a, next));
      server.httpServer?.on("upgrade", (request, socket) => {
        if (!request.url?.startsWith("/api/v1/live")) return;
        const send = accept(request, socket);
        let n = 0;
        const say = (body: object) => send(JSON.stringify({ ...body, n: ++n }));
        if (state.muted) return;
        say({ kind: "snapshot", snapshot: scenes.snapshot(state.scene, state.acts, state.position) });
        wires.add(say);
        socket.on("close", () => wires.delete(say));
      });
      setInterval(() => tell({ kind: "beat", now: scenes.now(), position: state.position, cannot: [] }), 1000);
      setInterval(() => {
        const { scene } = state;
        tell({
          kind: "readings", now: scenes.now(), values: scenes.values(scene),
          places: scenes.places(scene), counts: scenes.counts(scene), underground: 15,
        });
      }, 500);
    },
  };
}
