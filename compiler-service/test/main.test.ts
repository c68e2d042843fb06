import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { CoordinatorServer, TOKEN } from "./coordinator-server.ts";
import {
  exampleRepository,
  makeRepository,
  PREPROCESSOR_BOMB,
  type Repository,
  removeTemporaryFolders,
  temporaryFolder,
} from "./repositories.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const NO_ENGINE = "unix:///nowhere/docker.sock";
afterAll(removeTemporaryFolders);

/** The program as an operator starts it. */
function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN], { env: { PATH: process.env.PATH!, ...env } });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk));
  const exit = new Promise<number | null>((resolve) => child.on("exit", resolve));
  return { child, exit, said: () => said };
}

describe("the program", () => {
  it("says which variable is missing, and ends", async () => {
    const { exit, said } = start({ COORDINATOR_URL: "http://127.0.0.1:1", COMPILER_TOKEN: TOKEN });
    expect(await exit).toBe(1);
    expect(said()).toContain("compiler: BUILDER_SEED is not set; expected");
  });

  it("ends where containers are asked for and no engine answers", async () => {
    const { exit, said } = start({
      COORDINATOR_URL: "http://127.0.0.1:1",
      COMPILER_TOKEN: TOKEN,
      BUILDER_SEED: "07".repeat(32),
      BACKEND: "docker",
      DOCKER_HOST: NO_ENGINE,
    });
    expect(await exit).toBe(1);
    expect(said()).toBe("compiler: no container engine answers\n");
  });

  async function startWorking() {
    const coordinator = await new CoordinatorServer().start();
    const cache_dir = temporaryFolder();
    const service = start({
      COORDINATOR_URL: coordinator.url,
      COMPILER_TOKEN: TOKEN,
      BUILDER_SEED: "07".repeat(32),
      ALLOW_LOCAL_SOURCES: "1",
      POLL_MS: "20",
      CACHE_DIR: cache_dir,
      DOCKER_HOST: NO_ENGINE,
      PORT: "0",
    });
    const build = ({ url, commit }: Repository) =>
      coordinator.build({
        GitHub: { repo: url, commit, build_target: "wasm32-wasip1", module_sha256: null },
      });
    return { coordinator, service, build, work_dir: path.join(cache_dir, "work") };
  }

  it("builds, tells its health, and ends when told to", async () => {
    const { coordinator, service, build, work_dir } = await startWorking();
    const { end } = await build(exampleRepository("get-random/assemblyscript"));
    expect(end).toMatchObject({ type: "complete", toolchain: expect.stringMatching(/^assemblyscript \d/) });
    await expect.poll(service.said).toContain("built build-1");
    expect(service.said().match(/no container engine answers/g)).toHaveLength(1);
    expect(service.said()).toContain("builds c, c++, assemblyscript");
    const health = /health at (\S+)/.exec(service.said())![1]!;
    expect(await (await fetch(health)).json()).toMatchObject({ status: "ok", built: 1, failed: 0 });
    service.child.kill("SIGTERM");
    expect(await service.exit).toBe(0);
    expect(readdirSync(work_dir)).toEqual([]);
    coordinator.close();
  });

  it("ends at once in the middle of a build that would not end", async () => {
    const { coordinator, service, build } = await startWorking();
    void build(makeRepository({ "main.c": PREPROCESSOR_BOMB }));
    await expect
      .poll(() => coordinator.builds.get("build-1")!.log, { timeout: 20_000 })
      .toContain("-c main.c");
    service.child.kill("SIGTERM");
    expect(await service.exit).toBe(0);
    expect(service.said()).toContain("dropped build-1");
    coordinator.close();
  });
});
