import { describe, expect, it } from "vitest";
import { replicasMax } from "../../limits.ts";
import { judge } from "./agreement.ts";

describe("judge", () => {
  it("asks for exactly the quorum at first", () => {
    expect(judge(3, [], 0)).toEqual({ kind: "open", more: 3 });
    expect(judge(3, [], 2)).toEqual({ kind: "open", more: 1 });
    expect(judge(3, [], 3)).toEqual({ kind: "open", more: 0 });
  });

  it("agrees as soon as a quorum says the same, however many said something else", () => {
    expect(judge(2, ["lie", "truth", "truth"], 1)).toEqual({ kind: "agreed", outcome_digest: "truth" });
  });

  it("adds one replica for each that disagrees", () => {
    expect(judge(2, ["a", "b"], 0)).toEqual({ kind: "open", more: 1 });
    expect(judge(3, ["a", "a", "b"], 0)).toEqual({ kind: "open", more: 1 });
  });

  it("gives up when the replicas that are left cannot make a quorum", () => {
    expect(judge(2, ["a", "b", "c", "d"], 0)).toEqual({ kind: "open", more: 1 });
    expect(judge(2, ["a", "b", "c", "d", "e"], 0)).toEqual({ kind: "no_quorum" });
    expect(judge(3, ["a", "b", "c", "d", "e"], 0)).toEqual({ kind: "open", more: 2 });
    expect(judge(3, ["a", "b", "c", "d", "e", "f"], 1)).toEqual({ kind: "no_quorum" });
  });

  it.each([1, 2, 3, 4, 5, 6, 7])("never asks for more than replicasMax(%i) reveals", (quorum) => {
    const revealed = Array.from({ length: replicasMax(quorum) - 1 }, (_, i) => `different ${i}`);
    const verdict = judge(quorum, revealed, 0);
    expect(verdict.kind === "open" ? revealed.length + verdict.more : 0).toBeLessThanOrEqual(
      replicasMax(quorum),
    );
  });
});
