import { type CoordinatorFrame, coordinatorFrame, parse, type WorkerFrame } from "@near-offshore/protocol";
import { VOLUNTEER_LIMITS } from "./limits.ts";

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
  onClose(message: string): void;
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
  listener: SocketListener,
): CoordinatorSocket {
  const url = new URL("/v1/worker/socket", coordinator_url);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url.href);
  let silent = false;
  const tell = (act: () => void) => {
    if (!silent) act();
  };

  socket.addEventListener("open", () => tell(() => listener.onOpen()));
  socket.addEventListener("message", ({ data }) => tell(() => receive(data, listener)));
  socket.addEventListener("close", ({ code, reason }) =>
    tell(() => {
      silent = true;
      listener.onClose(reason ? `connection closed: ${reason}` : `connection closed (${code ?? 1006})`);
    }),
  );
  // Every error is followed by a close; without a listener some engines report it as uncaught.
  socket.addEventListener("error", () => {});

  return {
    send(frame) {
      if (socket.readyState === OPEN) socket.send(JSON.stringify(frame));
    },
    close() {
      silent = true;
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
