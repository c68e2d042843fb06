import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Errands } from "../src/dispatcher/errands.ts";
import { BOUNDS } from "../src/limits.ts";
import { CHAIN_URL } from "./support/chain.ts";
import { signer } from "./support/client.ts";
import { BUILDER } from "./support/vars.ts";

afterEach(() => void vi.restoreAllMocks());

describe.skipIf(CHAIN_URL === "")("a builder", () => {
  it("that the contract knew is known while no node answers, and another is not", async () => {
    const errands = new Errands(env);
    const [known, unknown] = [signer(BUILDER).public_key, signer(51).public_key];
    expect(await errands.isBuilder(known)).toBe(true);
    expect(await errands.isBuilder(unknown)).toBe(false);
    vi.spyOn(globalThis, "fetch").mockRejectedValue(new TypeError("no route to any node"));
    const later_ms = Date.now() + BOUNDS.config_kept_ms + 1;
    vi.spyOn(Date, "now").mockReturnValue(later_ms);
    const logged = vi.spyOn(console, "log");
    expect(await errands.isBuilder(known)).toBe(true);
    await expect
      .poll(() => logged.mock.calls.flat())
      .toContainEqual(expect.stringContaining("chain_unavailable"));
    expect(await errands.isBuilder(known)).toBe(true);
    await expect(errands.isBuilder(unknown)).rejects.toMatchObject({ code: "chain_unavailable" });
  });
});
