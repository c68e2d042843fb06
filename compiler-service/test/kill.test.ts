// A service that is killed in the middle of a build leaves nothing, and another builds it.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { containersOf, dockerBackend } from "./backends.ts";
import { CoordinatorServer, TOKEN } from "./coordinator-server.ts";
import {
  makeRepository,
  type Repository,
  removeTemporaryFolders,
  serve,
  temporaryFolder,
} from "./repositories.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const WAIT = { timeout: 60_000, interval: 50 };
const docker = await dockerBackend();
let coordinator: CoordinatorServer;
let cache_dir: string;
const stops: (() => void)[] = [];

beforeEach(async () => {
  coordinator = await new CoordinatorServer().start();
  cache_dir = temporaryFolder();
  stops.push(() => coordinator.close());
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});
afterAll(removeTemporaryFolders);

/** Starts a service as an operator does. All of them share one cache folder. */
function startService() {
  const env = {
    PATH: process.env.PATH!,
    COORDINATOR_URL: coordinator.url,
    COMPILER_TOKEN: TOKEN,
    BUILDER_SEED: "07".repeat(32),
    ALLOW_LOCAL_SOURCES: "1",
    POLL_MS: "20",
    CACHE_DIR: cache_dir,
    ...(docker && { DOCKER_HOST: process.env.DOCKER_HOST }),
  };
  const child = spawn(process.execPath, [MAIN], { env, stdio: "ignore" });
  stops.push(() => child.kill("SIGKILL"));
  return child;
}

const source = ({ url, commit }: Pick<Repository, "url" | "commit">) => ({
  GitHub: { repo: url, commit, build_target: "wasm32-wasip1" as const, module_sha256: null },
});

/** Command lines that name a text. */
function processesOf(text: string): string[] {
  const commands = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      const file = `/proc/${pid}/cmdline`;
      return existsSync(file) ? readFileSync(file, "latin1") : "";
    });
  return commands.filter((command) => command.includes(text));
}

describe.skipIf(docker === null)("killed while a container compiles", () => {
  it("leaves no container, and another service builds the same source", async () => {
    const repository = makeRepository({
      "Cargo.toml": '[package]\nname = "slow"\nversion = "0.1.0"\nedition = "2021"\n',
      "Cargo.lock": 'version = 4\n\n[[package]]\nname = "slow"\nversion = "0.1.0"\n',
      "build.rs": "fn main() { std::thread::sleep(std::time::Duration::from_secs(5)); }\n",
      "src/main.rs": "fn main() {}\n",
    });
    const first = startService();
    const built = coordinator.build(source(repository));
    await expect.poll(() => coordinator.builds.get("build-1")!.log, WAIT).toContain("Compiling slow");
    expect(await containersOf(first.pid!)).toHaveLength(1);
    first.kill("SIGKILL");
    await expect.poll(() => containersOf(first.pid!), WAIT).toEqual([]);
    coordinator.requeue("build-1");
    const second = startService();
    expect((await built).end).toMatchObject({
      type: "complete",
      toolchain: expect.stringMatching(/^rustc \d+\.\d+\.\d+$/),
      image: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
    expect(await containersOf(second.pid!)).toEqual([]);
    expect(readdirSync(path.join(cache_dir, "work"))).toEqual([]);
  });
});

describe("killed while git fetches", () => {
  it("leaves no process, and the next service removes the folder", async () => {
    let is_asked = false;
    const { url, close } = await serve((http) =>
      http.on("request", () => {
        is_asked = true; // and never answers
      }),
    );
    stops.push(close);
    const first = startService();
    void coordinator.build(source({ url: `${url}/hung.git`, commit: "0".repeat(40) }));
    await expect.poll(() => is_asked, WAIT).toBe(true);
    expect(processesOf(`${url}/hung.git`)).not.toEqual([]);
    const work_dir = path.join(cache_dir, "work");
    expect(readdirSync(work_dir)).toHaveLength(1);
    first.kill("SIGKILL");
    await expect.poll(() => processesOf(`${url}/hung.git`), WAIT).toEqual([]);
    mkdirSync(path.join(work_dir, "fetch-1-of-a-process-that-lives"));
    startService();
    const repository = makeRepository({ "main.c": "int main(void) { return 0; }\n" });
    expect((await coordinator.build(source(repository))).end.type).toBe("complete");
    expect(readdirSync(work_dir)).toEqual(["fetch-1-of-a-process-that-lives"]);
  });
});
