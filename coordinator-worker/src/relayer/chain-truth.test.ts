import { describe, expect, it } from "vitest";
import { isTransient } from "./chain-truth.ts";

describe("a refused transaction", () => {
  it.each([
    "paused: the owner has paused new requests and registrations",
    "yield_closed: request 7 cannot be resumed: it was made in this block, or timed out",
    '{"ActionError":{"index":0,"kind":{"LackBalanceForState":{"account_id":"offshore.near","amount":"1"}}}}',
  ])("is sent again after %s", (message) => {
    expect(isTransient(message)).toBe(true);
  });

  it.each(["bad_signature: no", "wrong_module: no", "quorum_not_met: no"])("is final after %s", (message) => {
    expect(isTransient(message)).toBe(false);
  });
});
