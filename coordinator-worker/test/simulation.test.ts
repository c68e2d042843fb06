import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulate } from "./support/simulation.ts";

describe("the dispatcher under random faults", () => {
  // A failing run prints its seed: `simulate({seed: N, ...})` replays it.
  it("keeps every invariant after every event, and ends everything once faults stop", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (seed) => {
        const run = simulate({ seed, events: 400, workers: 8, requests: 10, liars: 2 });
        expect(run.violations).toEqual([]);
        expect(run.unfinished).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it("refuses what nobody has a toolchain for, and builds the rest", () => {
    let refused = 0;
    for (let seed = 1; seed <= 20; seed++)
      refused += simulate({ seed, events: 600, workers: 6, requests: 12, liars: 0 }).refused;
    expect(refused).toBeGreaterThan(10);
  });

  it("settles nothing wrong while no quorum colludes", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const run = simulate({ seed, events: 600, workers: 9, requests: 12, liars: 3 });
      expect(run.violations).toEqual([]);
      expect(run.accepted_wrong).toBe(0);
    }
  });

  it("replays a seed to the same end", () => {
    const options = { seed: 7, events: 500, workers: 6, requests: 8, liars: 1 };
    expect(simulate(options)).toEqual(simulate(options));
  });
});
