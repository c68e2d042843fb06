import { SANDBOX_LIMITS } from "../limits.ts";
import { CLOCKID, ERRNO, type Errno, EVENTTYPE, RIGHT, SUBCLOCKFLAG_ABSTIME } from "./abi.ts";
import { fail, WasiErrno } from "./errors.ts";
import type { Wasi } from "./wasi.ts";

const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;
/** How late a sleeper wakes: Linux's default timer slack. Programs are written for machines where no sleep is exact. */
const TIMER_SLACK_NS = 50_000n;

interface Subscription {
  userdata: bigint;
  type: number;
  errno: Errno;
  /** A clock: nanoseconds from now on. */
  wait_ns: bigint;
  /** A file: bytes that can be read at once. */
  bytes: number;
}

/** Reads one subscription and finds out when it is ready. What is wrong with it becomes its event's errno. */
function read(wasi: Wasi, at: number): Subscription {
  const subscription: Subscription = {
    userdata: wasi.memory.u64(at),
    type: wasi.memory.u8(at + 8),
    errno: ERRNO.SUCCESS,
    wait_ns: 0n,
    bytes: 0,
  };
  if (subscription.type > EVENTTYPE.FD_WRITE) fail(ERRNO.INVAL);
  try {
    if (subscription.type === EVENTTYPE.CLOCK) subscription.wait_ns = waitOf(wasi, at + 16);
    else subscription.bytes = readyBytes(wasi, wasi.memory.u32(at + 16), subscription.type);
  } catch (error) {
    if (!(error instanceof WasiErrno)) throw error;
    subscription.errno = error.errno;
  }
  return subscription;
}

function waitOf(wasi: Wasi, at: number): bigint {
  const id = wasi.memory.u32(at);
  const timeout_ns = wasi.memory.u64(at + 8);
  const is_absolute = (wasi.memory.u16(at + 24) & SUBCLOCKFLAG_ABSTIME) !== 0;
  if (id > CLOCKID.MONOTONIC) fail(ERRNO.INVAL);
  const deadline = is_absolute ? timeout_ns : wasi.clock.deadline(id, timeout_ns);
  const wait_ns = deadline - wasi.clock.now();
  return wait_ns > 0n ? wait_ns : 0n;
}

/** Streams and files are always ready. */
function readyBytes(wasi: Wasi, fd: number, type: number): number {
  const is_read = type === EVENTTYPE.FD_READ;
  const descriptor = wasi.descriptors.get(fd, is_read ? RIGHT.FD_READ : RIGHT.FD_WRITE);
  if (!is_read) return 0;
  if (descriptor.kind === "input") return descriptor.bytes().length - descriptor.position;
  if (descriptor.kind === "file") return Math.max(0, descriptor.node.content.size - descriptor.position);
  return 0;
}

function putEvent(wasi: Wasi, at: number, { userdata, errno, type, bytes }: Subscription): void {
  const view = wasi.memory.check(at, EVENT_BYTES);
  wasi.memory.bytes(at, EVENT_BYTES).fill(0);
  view.setBigUint64(at, userdata, true);
  view.setUint16(at + 8, errno, true);
  view.setUint8(at + 10, type);
  view.setBigUint64(at + 16, BigInt(bytes), true);
}

export const pollCalls = {
  /** Never waits: the clock goes on to just after the earliest deadline at once, and only if nothing else is ready. */
  poll_oneoff(wasi: Wasi, subscriptions_in: number, events_out: number, count: number, count_out: number) {
    if (count === 0 || count > SANDBOX_LIMITS.subscriptions_max) fail(ERRNO.INVAL);
    wasi.memory.check(subscriptions_in, count * SUBSCRIPTION_BYTES);
    wasi.memory.check(events_out, count * EVENT_BYTES);
    wasi.memory.check(count_out, 4);
    wasi.chargeItems(count);
    const subscriptions: Subscription[] = [];
    for (let index = 0; index < count; index += 1) {
      subscriptions.push(read(wasi, subscriptions_in + index * SUBSCRIPTION_BYTES));
    }
    let wait_ns = subscriptions[0]!.wait_ns;
    for (const each of subscriptions) if (each.wait_ns < wait_ns) wait_ns = each.wait_ns;
    if (wait_ns > 0n) wasi.clock.sleep(wait_ns + TIMER_SLACK_NS);
    const ready = subscriptions.filter((each) => each.wait_ns <= wait_ns);
    for (const [index, each] of ready.entries()) putEvent(wasi, events_out + index * EVENT_BYTES, each);
    wasi.memory.setU32(count_out, ready.length);
  },
};
