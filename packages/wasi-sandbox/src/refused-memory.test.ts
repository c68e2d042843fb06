import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

// A machine with little memory: V8 is told to give no module more than 1,000 pages, the request allows 2,048.
test("memory that the request allows and the machine refuses is a fault, not an outcome", () => {
  const script = fileURLToPath(new URL("../test/refused-memory.ts", import.meta.url));
  const printed = execFileSync(process.execPath, ["--wasm-max-mem-pages=1000", script], { encoding: "utf8" });
  expect(JSON.parse(printed)).toEqual({
    "grows too far": "memory_refused",
    "starts too large": "memory_refused",
    "stays small": "ok",
  });
});
