// Builders publish what a repository compiles to, and that is the module that answers for it.
import { type ModulePublication, sha256Hex } from "@near-offshore/protocol";
import { beforeEach, expect, test } from "vitest";
import {
  ALICE,
  BUILDERS,
  createNetwork,
  events,
  MODULE,
  MODULE_STORAGE,
  type Network,
  OFFSHORE,
  OPERATOR,
  OWNER,
  signPublication,
  WORKERS,
} from "./support/network.ts";

const SOURCE = {
  repo: "https://example.org/a/b",
  commit: "ab".repeat(20),
  build_target: "wasm32-wasip1",
} as const;
const PUBLICATION: ModulePublication = { contract_id: OFFSHORE, ...SOURCE, module_sha256: MODULE };
const OTHER_MODULE = sha256Hex(Buffer.from("another module"));

let network: Network;

beforeEach(async () => {
  network = await createNetwork();
});

async function publish(
  changes: object = {},
  signed: Partial<ModulePublication> = {},
  builders = BUILDERS.slice(0, 2),
) {
  const signatures = await signPublication({ ...PUBLICATION, ...signed }, builders);
  const args = { source: SOURCE, module_sha256: MODULE, signatures, ...changes };
  return network.call(ALICE, "publish_module", args, MODULE_STORAGE);
}

test("enough builders' signatures publish a module, once", async () => {
  expect(await network.view("get_module", { source: SOURCE })).toBeNull();
  const result = network.mustSucceed(await publish());
  expect(events(result.logs)).toMatchObject([
    { event: "module_published", data: [{ ...SOURCE, module_sha256: MODULE }] },
  ]);
  expect(await network.view("get_module", { source: { ...SOURCE, build_target: "wasm32-wasi" } })).toBe(
    MODULE,
  );
  const again = network.mustSucceed(await publish({}, {}, BUILDERS));
  expect(again.logs).toEqual([]);
});

test("what is published never changes", async () => {
  network.mustSucceed(await publish());
  const other = await publish({ module_sha256: OTHER_MODULE }, { module_sha256: OTHER_MODULE });
  expect(other.error).toBe(
    `module_mismatch: this source is published as module ${MODULE}, and that never changes`,
  );
  expect(await network.view("get_module", { source: SOURCE })).toBe(MODULE);
});

test.each([
  ["one signature too few", "quorum_not_met", {}, {}, BUILDERS.slice(0, 1)],
  ["one builder twice", "duplicate_key", {}, {}, [BUILDERS[0]!, BUILDERS[0]!]],
  ["a stranger's signature", "not_builder", {}, {}, [BUILDERS[0]!, WORKERS[0]!]],
  ["a signature of another module", "bad_signature", {}, { module_sha256: OTHER_MODULE }, undefined],
  ["a signature of another commit", "bad_signature", {}, { commit: "cd".repeat(20) }, undefined],
  ["a signature of another repository", "bad_signature", {}, { repo: "https://example.org/a/c" }, undefined],
  ["a signature for another contract", "bad_signature", {}, { contract_id: "other" }, undefined],
] as const)("refuses %s: %s", async (_, code, changes, signed, builders) => {
  const result = await publish(changes, signed, builders === undefined ? undefined : [...builders]);
  const key = BUILDERS[0]!.public_key;
  const sentences: Record<string, string> = {
    quorum_not_met: "this source and module takes 2 builders' signatures, got 1",
    duplicate_key: "signatures has one key twice",
    not_builder: `${WORKERS[0]!.public_key} is not one of the builders`,
    bad_signature: `the signature of builder ${key} is not one of this source and module`,
  };
  expect(result.error).toBe(`${code}: ${sentences[code]}`);
  expect(await network.view("get_module", { source: SOURCE })).toBeNull();
});

test("a request for a repository is answered by the published module only", async () => {
  const { repo, commit } = SOURCE;
  const { hash, view } = await network.request({ source: { GitHub: { repo, commit } } });
  const early = await network.resolve(view);
  expect(early.error).toBe(
    `wrong_module: no module is published for commit ${SOURCE.commit} of request ${view.request_id}`,
  );
  network.mustSucceed(await publish());
  const other = await network.resolve(view, { module_sha256: OTHER_MODULE });
  expect(other.error).toBe(`wrong_module: this request is answered by module ${MODULE} only`);
  network.mustSucceed(await network.resolve(view));
  expect((await network.session.result(hash)).value).toBe("42");
});

test("a pinned module needs no builder, and no builder overrides it", async () => {
  const { repo, commit } = SOURCE;
  network.mustSucceed(await publish());
  const { view } = await network.request({
    source: { GitHub: { repo, commit, module_sha256: OTHER_MODULE } },
  });
  expect((await network.resolve(view)).error).toMatch(/^wrong_module: /);
  network.mustSucceed(await network.resolve(view, { module_sha256: OTHER_MODULE }));
});

test("only the owner names builders, each once, and asks for no more than there are", async () => {
  const keys = BUILDERS.map(({ public_key }) => public_key);
  const set = (from: string, args: object) => network.call(from, "set_builders", args);
  expect((await set(OPERATOR, { builders: keys, min_builders: 1 })).error).toMatch(/^not_owner: /);
  expect((await set(OWNER, { builders: [keys[0], keys[0]], min_builders: 1 })).error).toMatch(
    /^duplicate_key: /,
  );
  expect((await set(OWNER, { builders: keys, min_builders: 4 })).error).toMatch(
    /^invalid_argument: min_builders must/,
  );
  expect((await set(OWNER, { builders: keys, min_builders: 0 })).error).toMatch(
    /^invalid_argument: min_builders must/,
  );
  network.mustSucceed(await set(OWNER, { builders: keys.slice(2), min_builders: 1 }));
  expect(await network.view("get_config")).toMatchObject({ builders: keys.slice(2), min_builders: 1 });
  expect((await publish()).error).toMatch(/^not_builder: /);
});
