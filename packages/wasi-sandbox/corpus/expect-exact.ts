import { expect, type TestContext } from "vitest";
import type { Measured } from "./measure.ts";
import type { CorpusProgram } from "./types.ts";

/** Every engine agrees with every other, with the manifest, and with the reference counter. */
export function expectExact(program: CorpusProgram, measured: Measured | string, context: TestContext): void {
  if (typeof measured === "string") {
    console.warn(`skipped: ${program.name} (${measured})`);
    context.skip(measured);
    return;
  }
  const { by_engine, expected } = measured;
  const [first] = Object.values(by_engine);
  expect(first!.status).toBe(program.status ?? "ok");
  for (const [name, summary] of Object.entries(by_engine)) {
    expect(summary, name).toEqual(first);
    if (expected) expect(summary, name).toMatchObject({ ...expected });
  }
}
