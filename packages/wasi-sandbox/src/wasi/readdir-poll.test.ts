import { describe, expect, test } from "vitest";
import { Guest } from "../../test/guest.ts";
import { CLOCKID, EVENTTYPE, SUBCLOCKFLAG_ABSTIME } from "./abi.ts";

describe("fd_readdir", () => {
  const tree = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`file ${n}`, ""]));

  test("goes on where a small buffer ended, until it is not filled", () => {
    const files = new Guest({ "/": tree });
    const names: string[] = [];
    let cookie = 0n;
    for (;;) {
      const part = files.readdir(3, cookie, 100) as { names: string[]; next: bigint; used: number };
      names.push(...part.names);
      cookie = part.next;
      if (part.used < 100) break;
    }
    expect(names).toEqual([".", "..", ...Object.keys(tree)]);
  });

  test("misses nothing that stays and repeats nothing while entries come and go", () => {
    const files = new Guest({ "/": { a: "", b: "", c: "" } });
    const { names, next } = files.readdir(3, 0n, 110) as { names: string[]; next: bigint };
    expect(names).toEqual([".", "..", "a", "b"]);
    for (const name of ["a", "b"]) files.call("path_unlink_file", 3, name);
    files.create("d");
    expect(files.readdir(3, next)).toMatchObject({ names: ["c", "d"] });
  });

  test("of a cookie that nobody gave ends", () => {
    expect(new Guest().readdir(3, 2n ** 64n - 1n)).toEqual({ names: [], next: 2n ** 64n - 1n, used: 0 });
  });
});

/** Polls subscriptions put at 0, events at 2048: `[userdata, errno, type, bytes]` of each. */
function poll(
  files: Guest,
  ...subscriptions: { type: number; fd?: number; id?: number; ns?: bigint; absolute?: boolean }[]
) {
  for (const [
    index,
    { type, fd = 0, id = CLOCKID.MONOTONIC, ns = 0n, absolute },
  ] of subscriptions.entries()) {
    const at = 4096 + index * 48;
    files.view.setBigUint64(at, BigInt(index), true);
    files.view.setUint8(at + 8, type);
    files.view.setUint32(at + 16, type === EVENTTYPE.CLOCK ? id : fd, true);
    files.view.setBigUint64(at + 24, ns, true);
    files.view.setUint16(at + 40, absolute ? SUBCLOCKFLAG_ABSTIME : 0, true);
  }
  const errno = files.call("poll_oneoff", 4096, 2048, subscriptions.length, 8);
  if (errno !== "SUCCESS") return errno;
  return Array.from({ length: files.view.getUint32(8, true) }, (_, index) => {
    const at = 2048 + index * 32;
    const { view } = files;
    const bytes = Number(view.getBigUint64(at + 16, true));
    return [Number(view.getBigUint64(at, true)), view.getUint16(at + 8, true), view.getUint8(at + 10), bytes];
  });
}

const now = (files: Guest) => {
  files.call("clock_time_get", CLOCKID.MONOTONIC, 0n, 8);
  return files.view.getBigUint64(8, true);
};

describe("poll_oneoff", () => {
  const { CLOCK, FD_READ, FD_WRITE } = EVENTTYPE;
  const HOUR = 3_600_000_000_000n;

  test("takes no time, but the clock goes on to the earliest deadline", () => {
    const files = new Guest();
    const before = now(files);
    expect(poll(files, { type: CLOCK, ns: 2n * HOUR }, { type: CLOCK, ns: HOUR })).toEqual([
      [1, 0, CLOCK, 0],
    ]);
    const slept = now(files) - before;
    expect(slept >= HOUR + 50_000n && slept < HOUR + 1_000_000n).toBe(true);
    expect(poll(files, { type: CLOCK, ns: before + HOUR, absolute: true })).toEqual([[0, 0, CLOCK, 0]]);
    expect(now(files) - before < HOUR + 1_000_000n).toBe(true);
  });

  test("finds streams and files ready, and does not wait then", () => {
    const files = new Guest({ "/": { f: "abc" } }, "input");
    const f = files.open("f") as number;
    const before = now(files);
    const events = poll(
      files,
      { type: FD_READ },
      { type: FD_WRITE, fd: 1 },
      { type: FD_READ, fd: f },
      { type: CLOCK, ns: HOUR },
    );
    expect(events).toEqual([
      [0, 0, FD_READ, 5],
      [1, 0, FD_WRITE, 0],
      [2, 0, FD_READ, 3],
    ]);
    expect(now(files) - before < 1_000_000n).toBe(true);
  });

  test("says in the event what is wrong with a subscription", () => {
    const files = new Guest();
    const events = poll(files, { type: FD_READ, fd: 99 }, { type: FD_WRITE, fd: 0 }, { type: CLOCK, id: 9 });
    expect(events).toEqual([
      [0, 8, FD_READ, 0],
      [1, 8, FD_WRITE, 0],
      [2, 28, CLOCK, 0],
    ]);
    expect(poll(files, { type: 3 })).toBe("INVAL");
    expect(poll(files)).toBe("INVAL");
  });
});

describe("sockets", () => {
  test("are never what a descriptor is", () => {
    const files = new Guest();
    for (const fd of [0, 3]) expect(files.call("sock_shutdown", fd, 0)).toBe("NOTSOCK");
    expect(new Guest({}).call("sock_shutdown", 3, 0)).toBe("BADF");
  });
});
