import { exports } from "cloudflare:workers";
import {
  type CoordinatorFrame,
  coordinatorFrame,
  type ErrorBody,
  implicitAccount,
  type Signer,
  sessionChallengeMessage,
  signerFromSeed,
} from "@near-offshore/protocol";
import { COMPILER_TOKEN, ORIGIN } from "./vars.ts";

// A worker and a compiler, as they meet the coordinator: over HTTP and a WebSocket.

export function call(path: string, init: RequestInit = {}): Promise<Response> {
  return exports.default.fetch(new Request(`${ORIGIN}${path}`, init));
}

export function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const json = { "content-type": "application/json", ...headers };
  return call(path, { method: "POST", headers: json, body: JSON.stringify(body) });
}

export const COMPILER = { authorization: `Bearer ${COMPILER_TOKEN}` };

/** Uploads a module under its hash, as a compiler does. */
export function upload(
  sha256: string,
  bytes: BodyInit,
  headers: Record<string, string> = COMPILER,
): Promise<Response> {
  return call(`/v1/modules/${sha256}`, { method: "PUT", headers, body: bytes });
}

export async function errorOf(response: Response): Promise<ErrorBody["error"]> {
  return ((await response.json()) as ErrorBody).error;
}

export function signer(number: number): Signer {
  return signerFromSeed(new Uint8Array(32).fill(number));
}

/** A session token of a key, by challenge and signature. */
export async function openSession(worker: Signer): Promise<string> {
  const { public_key } = worker;
  const reply = await post("/v1/auth/challenge", { public_key });
  const challenge = (await reply.json()) as { coordinator_origin: string; nonce: string; expires_ms: number };
  const message = sessionChallengeMessage({ ...challenge, worker_key: implicitAccount(public_key) });
  const { nonce, expires_ms } = challenge;
  const signature = await worker.sign(message);
  const session = await post("/v1/auth/session", { public_key, nonce, expires_ms, signature });
  return ((await session.json()) as { token: string }).token;
}

/** A worker's end of the socket: frames in order, and how it was closed. */
export class Socket {
  readonly #socket: WebSocket;
  readonly #frames: CoordinatorFrame[] = [];
  #wake: () => void = () => {};
  closed: { code: number; reason: string } | null = null;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.accept();
    socket.addEventListener("message", ({ data }) => {
      this.#frames.push(coordinatorFrame.parse(JSON.parse(data as string)));
      this.#wake();
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.closed = { code, reason };
      this.#wake();
    });
  }

  send(frame: unknown): void {
    this.#socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  close(): void {
    this.#socket.close(1000, "bye");
  }

  /** The next frame of a type; others before it are dropped. */
  async next<T extends CoordinatorFrame["type"]>(type: T): Promise<Extract<CoordinatorFrame, { type: T }>> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame?.type === type) return frame as Extract<CoordinatorFrame, { type: T }>;
      if (frame !== undefined) continue;
      if (this.closed !== null) throw new Error(`closed (${this.closed.code}) before ${type}`);
      await this.#change();
    }
  }

  async untilClosed(): Promise<{ code: number; reason: string }> {
    while (this.closed === null) await this.#change();
    return this.closed;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

export async function openSocket(address = "127.0.0.1"): Promise<Socket> {
  const headers = { upgrade: "websocket", "cf-connecting-ip": address };
  const response = await call("/v1/worker/socket", { headers });
  if (response.webSocket === null) throw new Error(`no socket: ${response.status} ${await response.text()}`);
  return new Socket(response.webSocket);
}

/** A socket on which a key has said hello, and its welcome. */
export async function connect(worker: Signer, address?: string) {
  const token = await openSession(worker);
  const socket = await openSocket(address);
  socket.send({ v: 1, type: "hello", token, engine: "test", cores: 1, features: [] });
  return { socket, welcome: await socket.next("welcome") };
}
