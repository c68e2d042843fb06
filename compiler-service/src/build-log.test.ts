import os from "node:os";
import { describe, expect, it } from "vitest";
import { BuildLog, pathHider } from "./build-log.ts";
import { LIMITS } from "./limits.ts";

function collected(): { log: BuildLog; pieces: string[] } {
  const pieces: string[] = [];
  const log = new BuildLog(
    async (text) => void pieces.push(text),
    (text) => text,
  );
  return { log, pieces };
}

describe("build log", () => {
  it("sends all that was written, in order, in pieces of bounded length", async () => {
    const { log, pieces } = collected();
    const long = "0123456789".repeat(5_000);
    log.write("first\n");
    log.write(long);
    await log.end();
    expect(pieces.join("")).toBe(`first\n${long}`);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(LIMITS.log_chunk_chars_max);
  });

  it("is cut off, once, past its bound", async () => {
    const { log, pieces } = collected();
    for (let i = 0; i < 1_000; i++) log.write("x".repeat(1_000));
    await log.end();
    expect(pieces.join("").length).toBeLessThan(LIMITS.log_bytes_max + 100);
    expect(pieces.join("").match(/the log is cut off here/g)).toHaveLength(1);
  });

  it("does not fail a build when it cannot be delivered", async () => {
    const log = new BuildLog(
      () => Promise.reject(new Error("offline")),
      (text) => text,
    );
    log.write("text");
    await expect(log.end()).resolves.toBeUndefined();
  });
});

describe("paths of this machine", () => {
  const hide = pathHider("/var/cache/compiler");
  it.each([
    ["cannot read '/var/cache/compiler/work/fetch-1/config'", "cannot read '[host]/work/fetch-1/config'"],
    [`in ${os.tmpdir()}/x`, "in [host]/x"],
    ["fetching file:///var/cache/compiler/x", "fetching file:///var/cache/compiler/x"],
    ["src/main.c:1:1: error", "src/main.c:1:1: error"],
  ])("%s", (text, hidden) => expect(hide(text)).toBe(hidden));
});
