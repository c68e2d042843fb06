import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  bytesToHex,
  type CoordinatorFrame,
  challengeBody,
  fromNearText,
  implicitAccount,
  sessionBody,
  sessionChallengeMessage,
  sha256Hex,
  verifySignature,
  type WorkerFrame,
  workerFrame,
} from "@near-offshore/protocol";
import { type WebSocket, WebSocketServer } from "ws";

type FrameOf<T extends WorkerFrame["type"]> = Extract<WorkerFrame, { type: T }>;
type Unversioned<T> = T extends { v: 1 } ? Omit<T, "v"> : never;

export interface FakeCoordinatorOptions {
  /** Claimed in challenges; a liar claims somebody else's. */
  origin?: string;
  active?: boolean;
  heartbeat_ms?: number;
  progress_ms?: number;
  /** Hangs up on whoever connects. */
  refuse?: boolean;
  /** What a reconnecting worker is told to be still its own. */
  live?: { assignment: string; epoch: number }[];
  /** Called for HTTP requests that are not the worker protocol's; true if it answered. */
  serve?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/**
 * The coordinator's side of the worker protocol, as a test says it step by step. Frames are checked by the protocol's
 * own schemas; there is no dispatcher behind it.
 */
export async function startFakeCoordinator(options: FakeCoordinatorOptions = {}) {
  const modules = new Map<string, Uint8Array>();
  const tokens = new Map<string, { public_key: string; account_id: string }>();
  const counts = { sessions: 0, hellos: 0, module_downloads: 0 };
  const settings = { active: true, heartbeat_ms: 60_000, progress_ms: 100, ...options };
  const inbox: WorkerFrame[] = [];
  const waiting: { type: string; resolve: (frame: WorkerFrame) => void }[] = [];
  const failures: string[] = [];
  let current: WebSocket | null = null;
  let public_key = "";

  const server = createServer((request, response) => void answer(request, response));
  const sockets = new WebSocketServer({ server, path: "/v1/worker/socket" });
  sockets.on("connection", (socket) => {
    if (settings.refuse) {
      socket.terminate();
      return;
    }
    current = socket;
    socket.on("message", (data) => receive(socket, String(data)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function receive(socket: WebSocket, text: string): void {
    const parsed = workerFrame.safeParse(JSON.parse(text));
    if (!parsed.success) {
      failures.push(`bad frame: ${text}`);
      return;
    }
    const frame = parsed.data;
    if (frame.type === "hello") greet(socket, frame);
    const index = waiting.findIndex((waiter) => waiter.type === frame.type);
    if (index >= 0) waiting.splice(index, 1)[0]?.resolve(frame);
    else inbox.push(frame);
  }

  function greet(socket: WebSocket, { token }: FrameOf<"hello">): void {
    counts.hellos++;
    const worker = tokens.get(token);
    if (worker === undefined) {
      const error = {
        v: 1,
        type: "error",
        code: "session_expired",
        message: "no such session",
        retryable: true,
      };
      socket.send(JSON.stringify(error));
      return;
    }
    public_key = worker.public_key;
    const { active, heartbeat_ms, progress_ms, live = [] } = settings;
    const config = { heartbeat_ms, progress_ms };
    socket.send(JSON.stringify({ v: 1, type: "welcome", worker: { ...worker, active }, config, live }));
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (settings.serve?.(request, response)) return;
    const path = request.url ?? "";
    if (path.startsWith("/v1/modules/")) {
      counts.module_downloads++;
      const bytes = modules.get(path.slice("/v1/modules/".length));
      if (bytes === undefined) return fail(response, 404, "not_found");
      response.writeHead(200, { "content-type": "application/wasm" }).end(bytes);
      return;
    }
    if (path === "/v1/auth/challenge") return challenge(await bodyOf(request), response);
    if (path === "/v1/auth/session") return session(await bodyOf(request), response);
    fail(response, 404, "not_found");
  }

  function challenge(body: unknown, response: ServerResponse): void {
    challengeBody.parse(body);
    const coordinator_origin = settings.origin ?? url;
    reply(response, { coordinator_origin, nonce: "ab".repeat(32), expires_ms: Date.now() + 60_000 });
  }

  function session(body: unknown, response: ServerResponse): void {
    const { public_key, nonce, expires_ms, signature } = sessionBody.parse(body);
    const worker_key = bytesToHex(fromNearText(public_key, 32));
    const message = sessionChallengeMessage({ coordinator_origin: url, worker_key, nonce, expires_ms });
    if (!verifySignature(signature, message, public_key)) {
      fail(response, 401, "bad_signature");
      return;
    }
    counts.sessions++;
    const token = `token-${counts.sessions}`;
    const account_id = implicitAccount(public_key);
    tokens.set(token, { public_key, account_id });
    reply(response, { token, expires_ms: Date.now() + 3_600_000, account_id });
  }

  return {
    url,
    settings,
    counts,
    /** What was wrong with what the worker sent; a test ends by expecting none. */
    failures,
    /** The key of the worker that said hello last. */
    get public_key() {
      return public_key;
    },
    addModule(bytes: Uint8Array, sha256 = sha256Hex(bytes)): string {
      modules.set(sha256, bytes);
      return sha256;
    },
    forgetSessions: () => tokens.clear(),
    send(frame: Unversioned<CoordinatorFrame>): void {
      current?.send(JSON.stringify({ v: 1, ...frame }));
    },
    sendText: (text: string) => current?.send(text),
    /** Closes the connection with a code of `SOCKET_CLOSE`. */
    hangUp: (code: number) => current?.close(code, "the test says so"),
    /** Cuts the connection without a word. */
    drop: () => current?.terminate(),
    /** The next frame of a type that no one has taken yet; other frames stay in the inbox. */
    next<T extends WorkerFrame["type"]>(type: T): Promise<FrameOf<T>> {
      const index = inbox.findIndex((frame) => frame.type === type);
      if (index >= 0) return Promise.resolve(inbox.splice(index, 1)[0] as FrameOf<T>);
      return new Promise((resolve) =>
        waiting.push({ type, resolve: resolve as (frame: WorkerFrame) => void }),
      );
    },
    /** Frames of a type that came and were not taken. */
    untaken: (type: WorkerFrame["type"]) => inbox.filter((frame) => frame.type === type),
    async close(): Promise<void> {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type FakeCoordinator = Awaited<ReturnType<typeof startFakeCoordinator>>;

function reply(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function fail(response: ServerResponse, status: number, code: string): void {
  const body = { error: { code, message: `the test says ${code}`, retryable: status >= 500 } };
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}
