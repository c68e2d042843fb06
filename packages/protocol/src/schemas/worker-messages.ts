import * as z from "zod";
import {
  base64,
  hex32,
  instructions,
  publicKey,
  requestId,
  signature,
  status,
  taskDescription,
  yocto,
} from "./common.ts";

// The worker protocol: JSON text frames over a WebSocket, `v: 1`. docs/protocol.md describes it for outsiders.

const v = z.literal(1);
const assignment = z.string().min(1).max(64);
const epoch = z.int().nonnegative();

/** Frames that a worker sends. */
export const workerFrame = z.discriminatedUnion("type", [
  z.object({
    v,
    type: z.literal("hello"),
    token: z.string().min(1).max(2048),
    /** The JavaScript engine, for statistics. */
    engine: z.string().max(64),
    cores: z.int().min(1).max(1024),
    features: z.array(z.string().max(32)).max(32),
  }),
  /** How many more assignments this worker can take now. */
  z.object({ v, type: z.literal("ready"), slots: z.int().min(0).max(1024) }),
  z.object({ v, type: z.literal("progress"), assignment, epoch, instructions }),
  z.object({ v, type: z.literal("commit"), assignment, epoch, commitment: hex32 }),
  z.object({
    v,
    type: z.literal("reveal"),
    assignment,
    epoch,
    module_sha256: hex32,
    status,
    output_base64: base64,
    instructions,
    salt: hex32,
    /** The attestation: signature over the outcome digest. */
    signature,
    /** For the author, up to 4 KiB of text; not part of the outcome. */
    stderr: z.string().max(4096).optional(),
  }),
  /** The worker gives an assignment back: it is not an outcome. */
  z.object({
    v,
    type: z.literal("release"),
    assignment,
    epoch,
    reason: z.enum(["stopped", "module_unavailable", "wall_clock", "memory_refused", "crashed", "busy"]),
  }),
  z.object({ v, type: z.literal("pong") }),
]);
export type WorkerFrame = z.infer<typeof workerFrame>;

export const workerConfig = z.object({
  /** The coordinator pings this often; a worker that hears nothing for three times as long reconnects. */
  heartbeat_ms: z.int().positive(),
  /** A running assignment reports progress at most this often. */
  progress_ms: z.int().positive(),
});
export type WorkerConfig = z.infer<typeof workerConfig>;

export const assign = z.object({
  v,
  type: z.literal("assign"),
  assignment,
  epoch,
  /** sha256 of the module; fetched from `GET /v1/modules/:sha256` and checked. */
  module: hex32,
  module_bytes: z.int().positive(),
  /** Everything that the task digest covers; the worker hashes it itself. */
  task: taskDescription,
  input_base64: base64,
  /** From now, until the outcome has to be revealed. */
  deadline_ms: z.int().positive(),
});
export type Assign = z.infer<typeof assign>;

/** Frames that the coordinator sends. */
export const coordinatorFrame = z.discriminatedUnion("type", [
  z.object({
    v,
    type: z.literal("welcome"),
    worker: z.object({ public_key: publicKey, account_id: z.string(), active: z.boolean() }),
    config: workerConfig,
    /** Assignments of this worker that are still live, after a reconnection; the worker drops others it holds. */
    live: z.array(z.object({ assignment, epoch })),
  }),
  /** The key is now registered on the contract and may be given work. */
  z.object({ v, type: z.literal("activated") }),
  assign,
  /** Commitments are in: reveal now. */
  z.object({ v, type: z.literal("open"), assignment, epoch }),
  z.object({ v, type: z.literal("cancel"), assignment, epoch, reason: z.string().max(200) }),
  z.object({
    v,
    type: z.literal("verdict"),
    assignment,
    accepted: z.boolean(),
    earned_yocto: yocto,
    request_id: requestId,
    /** Transaction hash of the settlement, once there is one. */
    tx: z.string().optional(),
  }),
  z.object({
    v,
    type: z.literal("error"),
    code: z.string(),
    message: z.string(),
    retryable: z.boolean(),
    assignment: assignment.optional(),
  }),
  z.object({ v, type: z.literal("ping") }),
]);
export type CoordinatorFrame = z.infer<typeof coordinatorFrame>;

/** Codes with which the coordinator closes a worker's socket (4000-4999 are the application's). */
export const SOCKET_CLOSE = {
  /** The same key connected again, from another tab or after a break: do not reconnect with this one by itself. */
  replaced: 4001,
  /** No valid `hello` in time; get a new session token first. */
  unauthorized: 4002,
  /** Too many bad frames, or too many at all. */
  misbehaved: 4003,
  /** Nothing was heard for too long. */
  silent: 4004,
  /** Too many workers, here or from one address; come back later. */
  overloaded: 4005,
} as const;
