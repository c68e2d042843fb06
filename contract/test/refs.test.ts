// A request may name a branch or tag: builders say which commit that was, for this request and no other.
import type { RefCommit, RequestView, Signer } from "@near-offshore/protocol";
import { sha256Hex } from "@near-offshore/protocol";
import { beforeEach, expect, test } from "vitest";
import {
  BUILDERS,
  createNetwork,
  events,
  MODULE,
  type Network,
  OFFSHORE,
  OPERATOR,
  publishModule,
  signRefCommit,
  WORKERS,
} from "./support/network.ts";

const REPO = "https://example.org/a/b";
const COMMIT = "ab".repeat(20);

let network: Network;

beforeEach(async () => {
  network = await createNetwork();
});

const asked = (fields: object = {}) => ({ source: { GitHub: { repo: REPO, commit: "main", ...fields } } });

async function refCommit(
  request_id: number,
  changes: Partial<RefCommit> = {},
  builders: Signer[] = BUILDERS.slice(0, 2),
) {
  const said = { contract_id: OFFSHORE, request_id, repo: REPO, ref: "main", commit: COMMIT, ...changes };
  return { commit: COMMIT, signatures: await signRefCommit(said, builders) };
}

async function resolve(view: RequestView, ref_commit: unknown, module_sha256 = MODULE) {
  const settlement = await network.settlement(view, { module_sha256 });
  return network.call(OPERATOR, "resolve_execution", { ...settlement, ref_commit });
}

test("a branch's commit, by enough builders, decides which module answers", async () => {
  const { hash, view, request_id } = await network.request(asked());
  expect(view.source).toEqual({
    GitHub: { repo: REPO, commit: "main", build_target: "wasm32-wasip1", module_sha256: null },
  });
  expect((await resolve(view, undefined)).error).toBe(
    "invalid_argument: ref_commit is missing: expected an object",
  );
  expect((await resolve(view, await refCommit(request_id))).error).toBe(
    `wrong_module: no module is published for commit ${COMMIT} of request ${request_id}`,
  );
  network.mustSucceed(await publishModule(network, { repo: REPO, commit: COMMIT }));
  const other = await resolve(view, await refCommit(request_id), sha256Hex(Buffer.from("another module")));
  expect(other.error).toBe(`wrong_module: this request is answered by module ${MODULE} only`);
  network.mustSucceed(await resolve(view, await refCommit(request_id)));
  expect((await network.session.result(hash)).value).toBe("42");
  expect(events((await network.session.result(hash)).logs)[1]?.data[0]).toMatchObject({
    commit: COMMIT,
    module_sha256: MODULE,
  });
});

test.each<[string, string, Partial<RefCommit>, Signer[] | undefined]>([
  ["one signature too few", "quorum_not_met", {}, BUILDERS.slice(0, 1)],
  ["one builder twice", "duplicate_key", {}, [BUILDERS[0]!, BUILDERS[0]!]],
  ["a stranger's signature", "not_builder", {}, [BUILDERS[0]!, WORKERS[0]!]],
  ["a signature of another commit", "bad_signature", { commit: "cd".repeat(20) }, undefined],
  ["a signature of another branch", "bad_signature", { ref: "dev" }, undefined],
  ["a signature of another repository", "bad_signature", { repo: "https://example.org/a/c" }, undefined],
  ["a signature for another request", "bad_signature", { request_id: 1 }, undefined],
  ["a signature for another contract", "bad_signature", { contract_id: "other" }, undefined],
])("refuses %s: %s", async (_, code, changes, builders) => {
  network.mustSucceed(await publishModule(network, { repo: REPO, commit: COMMIT }));
  const { view, request_id } = await network.request(asked());
  const result = await resolve(view, await refCommit(request_id, changes, builders));
  expect(result.error).toMatch(new RegExp(`^${code}: `));
});

test.each<[unknown, string]>([
  [5, "ref_commit must be an object, got 5"],
  [{ commit: "main" }, "ref_commit.commit must be a full commit"],
  [{ commit: COMMIT }, "ref_commit.signatures is missing: expected a list of 1 to 20 items"],
  [{ commit: COMMIT, signatures: [{}] }, "ref_commit.signatures[0].builder is missing"],
])("refuses ref_commit %j", async (ref_commit, error) => {
  const { view } = await network.request(asked());
  expect((await resolve(view, ref_commit)).error).toContain(`invalid_argument: ${error}`);
});

test("a builder's word on a request is not its word on the next: the branch may have moved", async () => {
  network.mustSucceed(await publishModule(network, { repo: REPO, commit: COMMIT }));
  const first = await network.request(asked());
  const second = await network.request(asked());
  const said = await refCommit(first.request_id);
  network.mustSucceed(await resolve(first.view, said));
  expect((await resolve(second.view, said)).error).toMatch(/^bad_signature: /);
});

test("a pinned module answers whatever the branch is at", async () => {
  const { hash, view } = await network.request(asked({ commit: "v1.0", module_sha256: MODULE }));
  network.mustSucceed(await resolve(view, undefined));
  expect((await network.session.result(hash)).value).toBe("42");
});
