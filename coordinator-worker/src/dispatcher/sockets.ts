import type { WorkerFrame } from "@near-offshore/protocol";
import {
  type CoordinatorFrame,
  OffshoreError,
  parse,
  SOCKET_CLOSE,
  workerFrame,
} from "@near-offshore/protocol";
import { BOUNDS } from "../limits.ts";

/** What survives hibernation with a socket. */
export interface Attachment {
  address: string;
  opened_ms: number;
  bad_frames: number;
  /** The key that said hello on it; null before. */
  public_key: string | null;
}

/** The workers' sockets: hibernating, so an idle tab costs nothing; bounded in number, size and rate. */
export class Sockets {
  readonly #ctx: DurableObjectState;
  readonly #by_key = new Map<string, WebSocket>();
  readonly #rates = new WeakMap<WebSocket, { second: number; frames: number }>();

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
    for (const socket of ctx.getWebSockets()) {
      const { public_key } = attachmentOf(socket);
      if (public_key !== null && socket.readyState === WebSocket.OPEN) this.#by_key.set(public_key, socket);
    }
  }

  /** Accepts an upgrade. @throws OffshoreError `too_many_requests` or `overloaded` past a bound. */
  accept(address: string): WebSocket {
    const open = this.#ctx.getWebSockets();
    if (open.length >= BOUNDS.sockets_max)
      throw new OffshoreError("overloaded", "too many workers; come back later");
    const from_here = open.filter((socket) => attachmentOf(socket).address === address).length;
    if (from_here >= BOUNDS.sockets_per_address_max)
      throw new OffshoreError(
        "too_many_requests",
        `at most ${BOUNDS.sockets_per_address_max} sockets per address`,
      );
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server);
    attach(server, { address, opened_ms: Date.now(), bad_frames: 0, public_key: null });
    return client;
  }

  /** Keys of the workers that are connected. */
  connected(): string[] {
    return [...this.#by_key.keys()];
  }

  /** Binds a socket to a key. An earlier socket of the same key is closed: the newest tab is the one that works. */
  bind(socket: WebSocket, public_key: string): void {
    const earlier = this.#by_key.get(public_key);
    this.#by_key.set(public_key, socket);
    attach(socket, { ...attachmentOf(socket), public_key });
    if (earlier !== undefined && earlier !== socket)
      close(earlier, SOCKET_CLOSE.replaced, "connected again elsewhere");
  }

  /** Forgets a closed socket; the key that is now without one, or null. */
  unbind(socket: WebSocket): string | null {
    const { public_key } = attachmentOf(socket);
    if (public_key === null || this.#by_key.get(public_key) !== socket) return null;
    this.#by_key.delete(public_key);
    return public_key;
  }

  isCurrent(socket: WebSocket, public_key: string): boolean {
    return this.#by_key.get(public_key) === socket;
  }

  send(public_key: string, frame: CoordinatorFrame): void {
    const socket = this.#by_key.get(public_key);
    if (socket !== undefined) sendFrame(socket, frame);
  }

  hangUp(public_key: string, code: number, reason: string): void {
    const socket = this.#by_key.get(public_key);
    if (socket === undefined) return;
    this.#by_key.delete(public_key);
    close(socket, code, reason);
  }

  /** Pings everybody, and drops those who never said hello. */
  heartbeat(now_ms: number): void {
    for (const socket of this.#ctx.getWebSockets()) {
      const { public_key, opened_ms } = attachmentOf(socket);
      if (public_key !== null) sendFrame(socket, { v: 1, type: "ping" });
      else if (now_ms - opened_ms > BOUNDS.hello_within_ms)
        close(socket, SOCKET_CLOSE.unauthorized, "no hello in time");
    }
  }

  count(): number {
    return this.#ctx.getWebSockets().length;
  }

  /**
   * The frame in a message.
   * @throws OffshoreError `invalid_frame`, `payload_too_large` or `too_many_requests`.
   */
  read(socket: WebSocket, message: string | ArrayBuffer): WorkerFrame {
    this.#countFrame(socket);
    if (typeof message !== "string")
      throw new OffshoreError("invalid_frame", "expected a text frame of JSON");
    if (message.length > BOUNDS.reveal_frame_bytes_max)
      throw new OffshoreError(
        "payload_too_large",
        `a frame has at most ${BOUNDS.reveal_frame_bytes_max} bytes`,
      );
    let json: unknown;
    try {
      json = JSON.parse(message);
    } catch (cause) {
      throw new OffshoreError("invalid_frame", "expected JSON", { cause });
    }
    const frame = parse(workerFrame, json, "frame", "invalid_frame");
    if (frame.type !== "reveal" && message.length > BOUNDS.frame_bytes_max)
      throw new OffshoreError(
        "payload_too_large",
        `a ${frame.type} frame has at most ${BOUNDS.frame_bytes_max} bytes`,
      );
    return frame;
  }

  /** Answers a frame with an error; after too many the socket is closed. */
  complain(socket: WebSocket, error: OffshoreError, assignment?: string) {
    const { code, message, retryable } = error;
    sendFrame(socket, {
      v: 1,
      type: "error",
      code,
      message,
      retryable,
      ...(assignment !== undefined && { assignment }),
    });
    const attachment = attachmentOf(socket);
    if (code === "unauthorized" || code === "session_expired")
      return close(socket, SOCKET_CLOSE.unauthorized, code);
    if (!["invalid_frame", "payload_too_large", "too_many_requests"].includes(code)) return;
    attach(socket, { ...attachment, bad_frames: attachment.bad_frames + 1 });
    if (attachment.bad_frames + 1 >= BOUNDS.bad_frames_max)
      close(socket, SOCKET_CLOSE.misbehaved, "too many bad frames");
  }

  #countFrame(socket: WebSocket): void {
    const second = Math.floor(Date.now() / 1000);
    const rate = this.#rates.get(socket);
    const frames = rate?.second === second ? rate.frames + 1 : 1;
    this.#rates.set(socket, { second, frames });
    if (frames > BOUNDS.frames_per_second_max)
      throw new OffshoreError(
        "too_many_requests",
        `at most ${BOUNDS.frames_per_second_max} frames per second`,
      );
  }
}

export function attachmentOf(socket: WebSocket): Attachment {
  return socket.deserializeAttachment() as Attachment;
}

function attach(socket: WebSocket, attachment: Attachment): void {
  socket.serializeAttachment(attachment);
}

function sendFrame(socket: WebSocket, frame: CoordinatorFrame): void {
  try {
    socket.send(JSON.stringify(frame));
  } catch {
    // Closing under our hands: its close event does what has to be done.
  }
}

function close(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // Closed already.
  }
}
