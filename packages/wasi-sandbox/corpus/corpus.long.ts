// Exactness of the whole corpus, the large programs of others too: `npm run test:long`.
import { afterAll, beforeAll, describe, test } from "vitest";
import { installRust } from "./build/native.ts";
import { expectExact } from "./expect-exact.ts";
import { Engines } from "./measure.ts";
import { PROGRAMS } from "./programs.ts";
import { LONG_PROGRAMS } from "./programs-long.ts";

/** Compiling SQLite takes minutes. */
const PROGRAM_MS = 1_800_000;

let engines: Engines;
beforeAll(async () => {
  installRust();
  engines = await Engines.open();
}, PROGRAM_MS);
afterAll(() => engines?.close());

describe("the same everywhere, and as the reference counter counts", () => {
  test.for([...PROGRAMS, ...LONG_PROGRAMS])("$name", { timeout: PROGRAM_MS }, async (program, context) => {
    const measured = await engines.measure([program]);
    expectExact(program, measured.get(program.name)!, context);
  });
});
