import { createHash } from "node:crypto";
import path from "node:path";
import {
  hexToBytes,
  modulePublicationDigest,
  refCommitDigest,
  type Source,
  sha256Hex,
  signerFromSeed,
  verifySignature,
} from "@near-offshore/protocol";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WasmBackend } from "../src/backends/wasm/wasm-backend.ts";
import { pathHider } from "../src/build-log.ts";
import { openCaches } from "../src/caches.ts";
import { CoordinatorClient } from "../src/coordinator.ts";
import { LIMITS } from "../src/limits.ts";
import { CompilerService } from "../src/service.ts";
import { CONTRACT_ID, CoordinatorServer, TOKEN } from "./coordinator-server.ts";
import {
  exampleRepository,
  type GitServer,
  makeRepository,
  type Repository,
  removeTemporaryFolders,
  serve,
  serveRepositories,
  temporaryFolder,
} from "./repositories.ts";

const builder = signerFromSeed(new Uint8Array(32).fill(7));
const backend = new WasmBackend();
const HELLO_C = { "main.c": "int main(void) { return 0; }\n" };
const stops: (() => unknown)[] = [];
let coordinator: CoordinatorServer;
let hello: Repository;
let git: GitServer;

beforeAll(async () => {
  hello = makeRepository(HELLO_C);
  git = await serveRepositories({ hello, random: exampleRepository("get-random/c") });
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
afterAll(async () => {
  git.close();
  await backend.close();
  removeTemporaryFolders();
});

/** A coordinator and a service that works for it. */
async function start({
  token = TOKEN,
  allow_local = true,
  cache_dir = temporaryFolder(),
} = {}): Promise<CompilerService> {
  coordinator = await new CoordinatorServer().start();
  stops.push(() => coordinator.close());
  const service = new CompilerService({
    coordinator: new CoordinatorClient(new URL(coordinator.url), token),
    workshop: {
      backend,
      caches: openCaches(cache_dir),
      policy: { allowed_hosts: ["github.com"], allow_local },
      work_dir: path.join(cache_dir, "work"),
    },
    builder,
    poll_ms: 10,
    clean: pathHider(cache_dir),
    say: () => {},
  });
  const abort = new AbortController();
  const running = service.run(abort.signal);
  stops.push(() => {
    abort.abort();
    return running;
  });
  return service;
}

function gitSource(repo: string, commit: string): Source {
  return { GitHub: { repo, commit, build_target: "wasm32-wasip1", module_sha256: null } };
}

describe("a build from a repository", () => {
  it("uploads the module and signs for it", async () => {
    await start();
    const repo = `${git.url}/hello.git`;
    const { end, build } = await coordinator.build(gitSource(repo, hello.commit));
    if (end.type !== "complete") return expect.fail(JSON.stringify(end));
    expect(end.module_bytes).toBe(end.module.length);
    expect(end).toMatchObject({ toolchain: expect.stringMatching(/^@yowasp\/clang [\d.]+/), image: null });
    expect(end.tree).toMatch(/^[0-9a-f]{40}$/);
    expect(Object.keys(end.timings_ms)).toEqual(["cache", "fetch", "compile", "check", "upload"]);
    expect(end.publication?.builder).toBe(builder.public_key);
    const { module_sha256 } = end;
    const { commit } = hello;
    const digest = modulePublicationDigest({
      contract_id: CONTRACT_ID,
      repo,
      commit,
      build_target: "wasm32-wasip1",
      module_sha256,
    });
    expect(verifySignature(end.publication!.signature, hexToBytes(digest), builder.public_key)).toBe(true);
    expect(build.log).toContain("Fetching");
    expect(build.log).toContain("clang");
    expect(build.log).toContain(module_sha256);
    expect(coordinator.toolchains).toEqual(["c", "c++", "assemblyscript"]);
  });

  it("of a branch signs for the commit that it was, and for its module", async () => {
    await start();
    const repo = `${git.url}/hello.git`;
    const { end, build } = await coordinator.build(gitSource(repo, "HEAD"), 5);
    if (end.type !== "complete") return expect.fail(JSON.stringify(end));
    const { commit } = hello;
    expect(end.ref_commit?.commit).toBe(commit);
    const said = refCommitDigest({ contract_id: CONTRACT_ID, request_id: 5, repo, ref: "HEAD", commit });
    expect(verifySignature(end.ref_commit!.signature, hexToBytes(said), builder.public_key)).toBe(true);
    const { module_sha256 } = end;
    const source = { repo, commit, build_target: "wasm32-wasip1" as const };
    const published = modulePublicationDigest({ contract_id: CONTRACT_ID, ...source, module_sha256 });
    expect(verifySignature(end.publication!.signature, hexToBytes(published), builder.public_key)).toBe(true);
    expect(build.log).toContain(`HEAD is ${commit}`);
    const again = await coordinator.build(gitSource(repo, commit));
    expect(again.end).toMatchObject({ module_sha256, ref_commit: null });
    expect(again.end).not.toHaveProperty("timings_ms.compile");
  });

  it("gives the same module by file: and HTTP, from another service, and from the cache", async () => {
    const ends = [];
    for (const repos of [[hello.url, hello.url], [`${git.url}/hello.git`]]) {
      await start();
      for (const repo of repos) ends.push((await coordinator.build(gitSource(repo, hello.commit))).end);
    }
    const hashes = ends.map((end) => (end.type === "complete" ? end.module_sha256 : JSON.stringify(end)));
    expect(new Set(hashes).size).toBe(1);
    expect(ends[1]).toMatchObject({ timings_ms: { cache: expect.any(Number), upload: expect.any(Number) } });
    expect(ends[1]).not.toHaveProperty("timings_ms.compile");
  });

  it("tells that it is alive while it works", async () => {
    await start();
    coordinator.lease_ms = 30;
    const { build } = await coordinator.build(gitSource(hello.url, hello.commit));
    expect(build.heartbeats).toBeGreaterThan(0);
  });

  it("is dropped when the lease has gone to another, and the next one is done", async () => {
    const service = await start();
    coordinator.lease_ms = 30;
    void coordinator.build(gitSource(hello.url, hello.commit));
    await expect.poll(() => service.state.building).toBe("build-1");
    coordinator.revoke("build-1");
    const { end } = await coordinator.build(gitSource(hello.url, hello.commit));
    expect(end.type).toBe("complete");
    await expect.poll(() => service.state).toMatchObject({ built: 1, failed: 0, building: null });
  });

  it("survives a coordinator that is overloaded for a moment", async () => {
    await start();
    const finished = coordinator.build(gitSource(hello.url, hello.commit));
    coordinator.faults.push("claim", "modules", "complete", "complete");
    expect((await finished).end.type).toBe("complete");
    expect(coordinator.faults).toEqual([]);
  });
});

describe("a build that cannot be done is failed with a code and the reason", () => {
  it.each<[string, () => Source, string, string]>([
    [
      "code that does not compile",
      () => source(exampleRepository("broken")),
      "build_failed",
      "main.c:5:18: error: use of undeclared identifier 'undeclared_variable'",
    ],
    [
      "nothing to build",
      () => source(makeRepository({ "README.md": "" })),
      "build_failed",
      "found nothing to build",
    ],
    [
      "a commit that is not there",
      () => gitSource(hello.url, "0".repeat(40)),
      "commit_not_found",
      "has no commit 000",
    ],
    [
      "a host that is not allowed",
      () => gitSource("https://example.com/a/b", hello.commit),
      "build_failed",
      "source refused",
    ],
    [
      "a module with foreign imports",
      () =>
        source(
          makeRepository({
            "main.c":
              '__attribute__((import_module("env"), import_name("f"))) int f(void);\nint main(void) { return f(); }\n',
          }),
        ),
      "bad_module",
      '"f" from "env"',
    ],
    [
      "a module that only the uploader has",
      () => ({ Module: { sha256: "0".repeat(64) } }),
      "module_unavailable",
      "has to be uploaded",
    ],
  ])("%s", async (_what, sourceOf, code, words) => {
    const service = await start();
    const { end, build } = await coordinator.build(sourceOf());
    expect(end).toMatchObject({ type: "fail", code, message: expect.stringContaining(words) });
    expect(build.log).toContain(words);
    await expect.poll(() => service.state).toMatchObject({ built: 0, failed: 1, building: null });
  });

  const source = ({ url, commit }: Repository) => gitSource(url, commit);

  it("a local source, where those are not allowed (any more)", async () => {
    const cache_dir = temporaryFolder();
    await start({ cache_dir });
    expect((await coordinator.build(gitSource(hello.url, hello.commit))).end.type).toBe("complete");
    await start({ cache_dir, allow_local: false });
    const { end } = await coordinator.build(gitSource(hello.url, hello.commit));
    expect(end).toMatchObject({
      code: "build_failed",
      message: expect.stringContaining("only https: is allowed"),
    });
  });
});

describe("a build in a language without a compiler here", () => {
  it("is handed back with what was found, and the next one is done", async () => {
    const service = await start();
    const { url, commit } = makeRepository({ "Cargo.toml": "", "src/main.rs": "" });
    const { end, build } = await coordinator.build(gitSource(url, commit));
    expect(end).toMatchObject({ type: "release", language: "rust" });
    expect(build.log).toContain(
      "toolchain_unavailable: the source is written in rust; the wasm backend builds c, c++, assemblyscript",
    );
    expect((await coordinator.build(gitSource(hello.url, hello.commit))).end.type).toBe("complete");
    await expect.poll(() => service.state).toMatchObject({ built: 1, failed: 0, building: null });
  });
});

describe("a module from a URL", () => {
  // Built once by the service itself, then served as bytes.
  async function served(
    answer: (module: Uint8Array) => [status: number, body: Uint8Array, headers?: Record<string, string>],
  ) {
    await start();
    const { end } = await coordinator.build(gitSource(hello.url, hello.commit));
    if (end.type !== "complete") return expect.fail("the example did not build");
    const [status, body, headers] = answer(end.module);
    const { url, close } = await serve((http) =>
      http.on("request", (_request, response) => void response.writeHead(status, headers).end(body)),
    );
    stops.push(close);
    const hash = end.module_sha256;
    const wasmUrl = { url: `${url}/module.wasm`, hash, build_target: "wasm32-wasip1" as const };
    return { hash, ...(await coordinator.build({ WasmUrl: wasmUrl })) };
  }

  it("is uploaded without a signature: the request pins its hash", async () => {
    const { hash, end } = await served((module) => [200, module]);
    expect(end).toMatchObject({ type: "complete", module_sha256: hash, publication: null });
  });

  it.each<[string, Parameters<typeof served>[0], string, string]>([
    [
      "other bytes",
      () => [200, new Uint8Array([1, 2, 3])],
      "bad_module",
      `have the sha256 ${createHash("sha256")
        .update(new Uint8Array([1, 2, 3]))
        .digest("hex")}`,
    ],
    [
      "too many bytes",
      () => [200, new Uint8Array(LIMITS.module_bytes_max + 1)],
      "bad_module",
      "larger than 16 MiB",
    ],
    ["nothing there", () => [404, new Uint8Array()], "module_unavailable", "answered 404"],
    [
      "a redirect",
      () => [302, new Uint8Array(), { location: "http://127.0.0.1/" }],
      "module_unavailable",
      "redirects are not followed",
    ],
  ])("%s: refused", async (_what, answer, code, words) => {
    const { end } = await served(answer);
    expect(end).toMatchObject({ type: "fail", code, message: expect.stringContaining(words) });
  });

  const COMPONENT = new Uint8Array([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);
  it.each<[string, Uint8Array, string]>([
    ["not WebAssembly", new TextEncoder().encode("not a module"), "the module cannot run"],
    ["empty", new Uint8Array(), "the module cannot run"],
    ["truncated", new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1]), "the module cannot run"],
    ["a component", COMPONENT, "build for wasm32-wasip1, not wasm32-wasip2"],
    ["100 MB", new Uint8Array(100_000_000), "larger than 16 MiB"],
  ])("that cannot run is refused, whatever its hash says: %s", async (_what, bytes, words) => {
    const { url, close } = await serve((http) =>
      http.on("request", (_request, response) => void response.end(bytes)),
    );
    stops.push(close);
    await start();
    const { end } = await coordinator.build({
      WasmUrl: { url, hash: sha256Hex(bytes), build_target: "wasm32-wasip1" },
    });
    expect(end).toMatchObject({ type: "fail", code: "bad_module", message: expect.stringContaining(words) });
  });
});

describe("the coordinator's refusals", () => {
  it("are told in the service's state, and it goes on asking", async () => {
    const service = await start({ token: "wrong" });
    await expect.poll(() => service.state.coordinator_error).toBe("unknown token");
  });
});
