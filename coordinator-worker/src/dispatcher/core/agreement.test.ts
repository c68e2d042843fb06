import type { QuorumDemand } from "@near-offshore/protocol";
import { describe, expect, it } from "vitest";
import { replicasMax } from "../../limits.ts";
import { judge } from "./agreement.ts";
import { groupError } from "./credibility.ts";

const demand = (quorum: number, max_error: number | null = null): QuorumDemand => ({ quorum, max_error });
/** Votes of workers whose results were confirmed so often: `["truth", 5]` or, for newcomers, `"truth"`. */
const votes = (...said: (string | [string, number])[]) =>
  said.map((one) => (typeof one === "string" ? ([one, 0] as const) : one)).map(vote);
const vote = ([outcome_digest, confirmed]: readonly [string, number]) => ({ outcome_digest, confirmed });
const newcomers = (count: number) => Array<number>(count).fill(0);

describe("judge", () => {
  it("asks for exactly the quorum at first", () => {
    expect(judge(demand(3), [], [])).toEqual({ kind: "open", more: 3 });
    expect(judge(demand(3), [], newcomers(2))).toEqual({ kind: "open", more: 1 });
    expect(judge(demand(3), [], newcomers(3))).toEqual({ kind: "open", more: 0 });
  });

  it("agrees as soon as a quorum says the same, however many said something else", () => {
    const verdict = judge(demand(2), votes("lie", "truth", "truth"), newcomers(1));
    expect(verdict).toMatchObject({ kind: "agreed", outcome_digest: "truth" });
  });

  it("adds one replica for each that disagrees", () => {
    expect(judge(demand(2), votes("a", "b"), [])).toEqual({ kind: "open", more: 1 });
    expect(judge(demand(3), votes("a", "a", "b"), [])).toEqual({ kind: "open", more: 1 });
  });

  it("gives up when the replicas that are left cannot make a quorum", () => {
    expect(judge(demand(2), votes("a", "b", "c", "d"), [])).toEqual({ kind: "open", more: 1 });
    expect(judge(demand(2), votes("a", "b", "c", "d", "e"), [])).toEqual({ kind: "no_quorum" });
    expect(judge(demand(3), votes("a", "b", "c", "d", "e"), [])).toEqual({ kind: "open", more: 2 });
    expect(judge(demand(3), votes("a", "b", "c", "d", "e", "f"), newcomers(1))).toEqual({
      kind: "no_quorum",
    });
  });

  it.each([1, 2, 3, 4, 5, 6, 7])("never asks for more than replicasMax(%i) reveals", (quorum) => {
    const revealed = Array.from({ length: replicasMax(quorum) - 1 }, (_, i) => `different ${i}`);
    const verdict = judge(demand(quorum), votes(...revealed), []);
    expect(verdict.kind === "open" ? revealed.length + verdict.more : 0).toBeLessThanOrEqual(
      replicasMax(quorum),
    );
  });
});

describe("judge, where the caller bounds the error", () => {
  it("adds workers one by one until those that agree are sure enough", () => {
    // Newcomers lie with a probability of 0.2: five of them that agree are wrong with one of 0.00098.
    const asked = demand(2, 0.001);
    expect(judge(asked, [], [])).toEqual({ kind: "open", more: 2 });
    expect(judge(asked, [], newcomers(2))).toEqual({ kind: "open", more: 1 });
    expect(judge(asked, votes("a", "a"), newcomers(2))).toEqual({ kind: "open", more: 1 });
    expect(judge(asked, votes("a", "a"), newcomers(3))).toEqual({ kind: "open", more: 0 });
    expect(judge(asked, votes("a", "a", "a", "a"), [])).toEqual({ kind: "open", more: 1 });
    const verdict = judge(asked, votes("a", "a", "a", "a", "a"), []);
    expect(verdict).toMatchObject({ kind: "agreed", outcome_digest: "a" });
    expect(verdict.kind === "agreed" ? verdict.error : 1).toBeCloseTo(0.2 ** 5 / (0.2 ** 5 + 0.8 ** 5), 12);
  });

  it("takes fewer of those whose results were confirmed before", () => {
    const asked = demand(2, 0.001);
    expect(judge(asked, [], [100, 100])).toEqual({ kind: "open", more: 0 });
    expect(judge(asked, votes(["a", 100], ["a", 100]), [])).toMatchObject({ kind: "agreed" });
    expect(judge(asked, votes(["a", 100], ["a", 0]), [])).toMatchObject({ kind: "agreed" });
    expect(judge(asked, votes(["a", 0], ["a", 0]), [])).toEqual({ kind: "open", more: 1 });
  });

  it("never settles for less than the quorum, however sure one worker makes it", () => {
    expect(judge(demand(3, 0.5), votes(["a", 1_000_000]), newcomers(2))).toEqual({ kind: "open", more: 0 });
  });

  it("says how unsure it is where as many agree as may attest", () => {
    const seven = votes(...Array<string>(7).fill("a"));
    expect(judge(demand(2, 1e-9), seven, [])).toMatchObject({ kind: "unsure" });
    expect(judge(demand(2, 1e-9), seven.slice(1), newcomers(1))).toEqual({ kind: "open", more: 0 });
  });

  it("says so too where groups that are large enough for a quorum leave nobody to ask", () => {
    const split = votes(...Array<string>(6).fill("a"), ...Array<string>(5).fill("b"), "c", "c", "c", "c");
    const asked = demand(2, 0.001);
    expect(split).toHaveLength(replicasMax(7));
    const error = groupError(split, "a");
    expect(judge(asked, split, [])).toEqual({ kind: "unsure", error });
  });

  it("counts those who disagree against it", () => {
    const asked = demand(2, 0.07);
    expect(judge(asked, votes("a", "a"), [])).toMatchObject({ kind: "agreed" });
    expect(judge(asked, votes("a", "a", "b"), [])).toEqual({ kind: "open", more: 1 });
  });
});

describe("groupError", () => {
  it("is Sarmenta's example: two workers of credibility 0.8 that agree, one that does not", () => {
    const said = votes("a", "a", "b");
    // P(a right) = 0.64 * 0.2; P(b right) = 0.8 * 0.04; P(none) = 0.04 * 0.2
    const total = 0.64 * 0.2 + 0.8 * 0.04 + 0.04 * 0.2;
    expect(groupError(said, "a")).toBeCloseTo((0.8 * 0.04 + 0.04 * 0.2) / total, 12);
    expect(groupError(said, "b")).toBeCloseTo((0.64 * 0.2 + 0.04 * 0.2) / total, 12);
  });

  it("of one newcomer is the share of saboteurs, and falls with its history", () => {
    expect(groupError(votes("a"), "a")).toBeCloseTo(0.2, 12);
    expect(groupError(votes(["a", 1]), "a")).toBeCloseTo(0.2, 12);
    expect(groupError(votes(["a", 10]), "a")).toBeCloseTo(0.02, 12);
  });
});
