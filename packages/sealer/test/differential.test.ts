import { expect, test } from "vitest";
import { differences, randomNumbers } from "./differential.ts";
import { mutate, randomModule } from "./fuzz.ts";

// A few random modules at every run; `node test/fuzz.ts --seconds 600` goes on for as long as it is told.
test.each([2, 3, 5, 8])(
  "random module %d does the same sealed, and its mutations are refused or sound",
  { timeout: 120_000 },
  (seed) => {
    const bytes = randomModule(seed, 4000);
    expect(differences(bytes, randomNumbers(seed))).toEqual([]);
    expect(mutate(bytes, randomNumbers(seed), 200)).toEqual([]);
  },
);
