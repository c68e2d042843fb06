import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { downloadFrom } from "./download.ts";
import { gitIn } from "./git-command.ts";

// A name that no resolver knows, pinned to this machine: only who keeps to the pin gets as far as connecting.
const ADDRESS = { url: new URL("https://pinned.invalid/x"), pinned: ["127.0.0.1"] };
const folder = mkdtempSync(path.join(os.tmpdir(), "pinned-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("connections go to the addresses that were checked, without asking the resolver again", () => {
  it("git's", async () => {
    const git = gitIn(folder, ADDRESS, AbortSignal.timeout(30_000));
    await git(["init", "--quiet", "--bare"]);
    const { code, stderr } = await git(["ls-remote", ADDRESS.url.href]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("unable to access");
    expect(stderr).not.toContain("resolve");
  });

  it("downloads'", async () => {
    await expect(downloadFrom(ADDRESS, AbortSignal.timeout(30_000))).rejects.toMatchObject({
      code: "module_unavailable",
      message: expect.not.stringContaining("ENOTFOUND"),
    });
  });
});
