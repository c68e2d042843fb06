import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { at } from "../src/paths.ts";

function bench(...args: string[]) {
  const options = { encoding: "utf8", timeout: 120_000 } as const;
  return spawnSync(process.execPath, [at("e2e/src/bench.ts"), ...args], options);
}

test("prints a table, and one line of JSON for each figure", () => {
  const args = ["sealing", "--engines", "node", "--kernels", "fib", "--rounds", "6", "--json"];
  const { status, stdout } = bench(...args);
  expect(status).toBe(0);
  const lines = stdout.split("\n");
  expect(lines[0]).toMatch(/^kernel +engine .* plain ms +noise +metered +sealed +sliced$/);
  const figures = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const sealed = figures.find(({ metric }) => metric === "sealed_over_plain_geomean_node");
  const a_number = expect.any(Number);
  expect(sealed).toEqual({
    bench: "sealing",
    metric: sealed.metric,
    value: a_number,
    goal: 1.12,
    noise: a_number,
  });
});

test("says which benches, engines and kernels there are when asked for another", () => {
  expect(bench("speed")).toMatchObject({ status: 1, stderr: expect.stringContaining("sealing") });
  expect(bench("build", "--exmples", "x").stderr).toMatch(/Unknown option '--exmples'.*\n.*benches:/);
  expect(bench("build", "--examples", "quake").stderr).toContain("there are echo, endless-loop");
  expect(bench("sealing", "--engines", "node", "--kernels", "quake").stderr).toContain(
    "there are coremark, fib",
  );
});
