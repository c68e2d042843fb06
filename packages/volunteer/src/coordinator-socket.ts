import { type CoordinatorFrame, coordinatorFrame, parse, type WorkerFrame } from "@near-offshore/protocol";
import { framePacer } from "./frame-pacer.ts";
import { VOLUNTEER_LIMITS } from "./limits.ts";
import type { Clock } from "./system.ts";

/** The part of the standard WebSocket that is used; browsers and Node 22 have it built in. */
export interface WebSocketLike {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(
    type: "open" | "message" | "close" | "error",
    listener: (event: { data?: unknown; code?: number; reason?: string }) => void,
  ): void;
}

export type WebSocketConstructor = new (url: string) => WebSocketLike;

export interface SocketListener {
  onOpen(): void;
  onFrame(frame: CoordinatorFrame): void;
  onBadFrame(message: string): void;
  onClose(code: number, message: string): void;
}

export interface CoordinatorSocket {
  /** Sends a frame; dropped where the socket is not open (the machine repeats what matters after a reconnection). */
  send(frame: WorkerFrame): void;
  /** Closes; the listener hears nothing more. */
  close(): void;
}

const OPEN = 1;

/** A socket to the coordinator that speaks frames: every message is bounded and parsed before anyone sees it. */
export function openCoordinatorSocket(
  WebSocket: WebSocketConstructor,
  coordinator_url: URL,
  clock: Clock,
  listener: SocketListener,
): CoordinatorSocket {
  const url = new URL("/v1/worker/socket", coordinator_url);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url.href);
  const pacer = framePacer(clock, (frame) => {
    if (socket.readyState === OPEN) socket.send(JSON.stringify(frame));
  });
  let silent = false;
  const tell = (act: () => void) => {
    if (!silent) act();
  };

  socket.addEventListener("open", () => tell(() => listener.onOpen()));
  socket.addEventListener("message", ({ data }) => tell(() => receive(data, listener)));
  socket.addEventListener("close", ({ code = 1006, reason }) =>
    tell(() => {
      silent = true;
      pacer.clear();
      listener.onClose(
        code,
        reason ? `the coordinator closed the connection: ${reason}` : "the connection was lost",
      );
    }),
  );
  // Every error is followed by a close; without a listener some engines report it as uncaught.
  socket.addEventListener("error", () => {});

  return {
    send: (frame) => pacer.push(frame),
    close() {
      silent = true;
      pacer.flush();
      socket.close(1000);
    },
  };
}

function receive(data: unknown, listener: SocketListener): void {
  let frame: CoordinatorFrame;
  try {
    if (typeof data !== "string") throw new Error("a frame is a text message");
    if (data.length > VOLUNTEER_LIMITS.frame_chars_max) throw new Error("a frame is too large");
    frame = parse(coordinatorFrame, JSON.parse(data), "frame", "invalid_frame");
  } catch (error) {
    listener.onBadFrame(error instanceof Error ? error.message : String(error));
    return;
  }
  listener.onFrame(frame);
}
