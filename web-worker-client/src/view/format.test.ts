import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatCount, formatNear, shorten, sourceLabel, sourceLink, transactionLink } from "./format.ts";

describe("formatNear", () => {
  it.each([
    ["0", "0"],
    ["1", "0.000000000000000000000001"],
    ["1250000000000000000000", "0.00125"],
    ["1000000000000000000000000", "1"],
    ["1234567890000000000000000000000", "1,234,567.89"],
  ])("%s yoctoNEAR is %s NEAR", (yocto, near) => {
    expect(formatNear(yocto)).toBe(near);
  });

  it("is exact: the amount can be read back to the last yocto", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 39n - 1n }), (yocto) => {
        const [whole = "", fraction = ""] = formatNear(yocto.toString()).replaceAll(",", "").split(".");
        expect(BigInt(whole + fraction.padEnd(24, "0"))).toBe(yocto);
      }),
    );
  });
});

it.each([
  [0, "0"],
  [950.4, "950"],
  [12_345, "12,345"],
  [312_400_000, "312 million"],
  [1_254_000_000, "1.25 billion"],
  [20_000_000_000, "20 billion"],
])("counts %d as %s", (count, text) => {
  expect(formatCount(count)).toBe(text);
});

describe("sources", () => {
  const commit = "c0ffee1234567890123456789012345678901234";
  const of = (repo: string) =>
    ({ GitHub: { repo, commit, build_target: "wasm32-wasip1", module_sha256: null } }) as const;

  it("names a repository and its commit, and links to exactly that", () => {
    const source = of("https://github.com/alice/coin.git");
    expect(sourceLabel(source)).toBe("alice/coin@c0ffee1");
    expect(sourceLink(source)).toBe(`https://github.com/alice/coin/tree/${commit}`);
  });

  it.each([
    "file:///srv/git/coin",
    "http://127.0.0.1:3000/coin",
    "javascript:alert(1)",
    "https://github.com.evil.example/a/b",
  ])("makes no link of %s", (repo) => {
    expect(sourceLink(of(repo))).toBeNull();
  });

  it("names a module by its hash", () => {
    expect(sourceLabel({ Module: { sha256: "ab".repeat(32) } })).toBe("module abababa");
  });
});

it("shortens a hash to its two ends, and leaves short names alone", () => {
  expect(shorten("8fKq2mZr5xYvTnB7cWdLhJgP4sEuAo9RiQkMpXyVtC1z")).toBe("8fKq2mZr…VtC1z");
  expect(shorten("alice.near")).toBe("alice.near");
});

it("links transactions of public networks only", () => {
  expect(transactionLink("abc", "testnet")).toBe("https://testnet.nearblocks.io/txns/abc");
  expect(transactionLink("abc", "local")).toBeNull();
});
