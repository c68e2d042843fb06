// Every method of the contract: who calls it, what it takes, an example. `abi.json` and docs/contract.md are made from it.
import {
  accountId,
  builderSignature,
  compilationArguments,
  executionLimits,
  FAILURE_CODES,
  failArguments,
  faultArguments,
  hex32,
  LIMITS,
  publicKey,
  requestId,
  resolveArguments,
  responseFormat,
  signature,
  yocto,
} from "@near-offshore/protocol";
import * as z from "zod";

export type Caller = "anyone" | "owner" | "operator" | "its account" | "the contract" | "owner, the contract";

export interface Method {
  kind: "view" | "call";
  caller: Caller;
  /** What the deposit is for; absent where a call takes none. */
  deposit?: string;
  about: string;
  args: z.ZodObject;
  example: Record<string, unknown>;
  /** Of the example. */
  deposit_near?: string;
}

const KEY = "ed25519:FAe4sisG95oZ42w7buUn5qEE4TAnfTTFPiguZUHmhiF";
const SIGNATURE =
  "ed25519:gAboGQPSqJhcm6ecSJMGBM5RGhc16orKMEXfnGUTgDFgRgfAMYMqMHTM2oowg4SgAzAfhfyJiBxtSCm1HVRCCk8";
const HASH = "a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447";
const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const REPOSITORY = { repo: "https://github.com/near-examples/coin-flip", commit: COMMIT };

const target = z.enum(["wasm32-wasip1", "wasm32-wasi"]).optional();
const repository = z.object({
  repo: z.string().max(LIMITS.repo_chars_max),
  commit: z.string(),
  build_target: target,
});
const repository_or_ref = repository.extend({
  commit: z.string().max(LIMITS.ref_chars_max).describe("a full commit, a branch or a tag"),
  module_sha256: hex32.nullable().optional(),
});
const source = z.union([
  z.object({ GitHub: repository_or_ref }),
  z.object({
    WasmUrl: z.object({ url: z.string().max(LIMITS.url_chars_max), hash: hex32, build_target: target }),
  }),
  z.object({ Module: z.object({ sha256: hex32 }) }),
]);
const resource_limits = executionLimits.partial().nullable().optional();
const quorum = z.int().min(1).max(LIMITS.quorum_max).optional();
const max_error = z.number().gt(0).lt(1).nullable().optional();
const page = z.object({
  from_index: z.int().nonnegative().optional(),
  limit: z.int().min(1).max(LIMITS.page_items_max).optional(),
});
const none = z.object({});
const of_key = z.object({ public_key: publicKey });
const of_request = z.object({ request_id: requestId });
const of_account = z.object({ account_id: accountId });
const amount = z.object({ amount_yocto: yocto.optional() });

const view = (about: string, args: z.ZodObject, example: object): Method => ({
  kind: "view",
  caller: "anyone",
  about,
  args,
  example: { ...example },
});

const call = (caller: Caller, about: string, args: z.ZodObject, example: object): Method => ({
  ...view(about, args, example),
  kind: "call",
  caller,
});

const payable = (method: Method, deposit: string, deposit_near: string): Method => ({
  ...method,
  deposit,
  deposit_near,
});

export const METHODS: Record<string, Method> = {
  new: call(
    "anyone",
    "Initializes the contract, once.",
    z.object({ owner_id: accountId, operator_id: accountId }),
    {
      owner_id: "owner.near",
      operator_id: "operator.near",
    },
  ),
  request_execution: payable(
    call(
      "anyone",
      "Runs a program; the call's answer is the program's. What is left of the deposit goes to the payer (default: the caller). Null `resource_limits` or `params.compile_only`: only compiles it (without an input); the answer is the module's hash.",
      z.object({
        source,
        resource_limits,
        input_data: z.string().optional(),
        response_format: responseFormat.optional(),
        payer_account_id: accountId.nullable().optional(),
        secrets_ref: z.null().optional(),
        params: z.object({ quorum, compile_only: z.boolean().optional(), max_error }).optional(),
      }),
      {
        source: { GitHub: REPOSITORY },
        input_data: '{"min":0,"max":1}',
        resource_limits: { max_instructions: 1_000_000_000 },
        response_format: "Json",
        params: { quorum: 3 },
      },
    ),
    "at least `estimate_execution_cost`",
    "0.1",
  ),
  cancel_stale_execution: call(
    "anyone",
    "Closes a request whose callback should have run (250 blocks after it was made) and did not.",
    of_request,
    { request_id: 7 },
  ),
  estimate_execution_cost: view(
    "The deposit that such a request needs, in yoctoNEAR.",
    z.object({
      resource_limits,
      quorum,
      max_error,
      input_bytes: z.int().min(0).max(LIMITS.input_bytes_max).optional(),
    }),
    { resource_limits: { max_instructions: 1_000_000_000 }, quorum: 3, input_bytes: 100 },
  ),
  resolve_execution: call(
    "operator",
    "Settles a request with an outcome that its quorum signed.",
    resolveArguments.extend({
      ref_commit: resolveArguments.shape.ref_commit.describe(
        "where the request names a branch or tag and pins no module",
      ),
    }),
    {
      request_id: 7,
      rules_version: 1,
      module_sha256: HASH,
      status: "ok",
      output_base64: "NDI=",
      instructions: 1_234_567,
      attestations: [{ worker: KEY, signature: SIGNATURE }],
    },
  ),
  resolve_compilation: call(
    "anyone",
    "Answers a request that is compile only, once its module is published. `ref_commit` is for one that names a branch or tag.",
    compilationArguments,
    { request_id: 7 },
  ),
  fail_execution: call(
    "operator",
    "Ends a request for which there is no outcome.",
    failArguments.extend({ code: z.enum(Object.keys(FAILURE_CODES) as [string, ...string[]]) }),
    { request_id: 7, code: "no_quorum", message: "two against two" },
  ),
  on_execution_response: call("the contract", "The yield's callback: pays and answers.", of_request, {
    request_id: 7,
  }),
  get_receipt: view("What was settled, while a fault can be reported; else null.", of_request, {
    request_id: 7,
  }),
  prune_receipts: call(
    "anyone",
    "Removes receipts that are too old.",
    z.object({ limit: z.int().min(1).max(50).optional() }),
    { limit: 50 },
  ),
  set_builders: call(
    "owner",
    "Whose signatures publish a module, and how many it takes.",
    z.object({ builders: z.array(publicKey).min(1).max(20), min_builders: z.int().min(1) }),
    { builders: [KEY], min_builders: 1 },
  ),
  publish_module: payable(
    call(
      "anyone",
      "Publishes what a repository at a commit compiles to, with the builders' signatures. Written once.",
      z.object({
        source: repository,
        module_sha256: hex32,
        signatures: z.array(builderSignature).min(1).max(20),
      }),
      { source: REPOSITORY, module_sha256: HASH, signatures: [{ builder: KEY, signature: SIGNATURE }] },
    ),
    "prepays storage (0.005 NEAR is used)",
    "0.005",
  ),
  get_module: view("The published module's hash, or null.", z.object({ source: repository }), {
    source: REPOSITORY,
  }),
  enroll_workers: payable(
    call(
      "operator",
      "Registers newcomers without a stake; keys that are registered are skipped.",
      z.object({ public_keys: z.array(publicKey).min(1).max(LIMITS.enroll_keys_max) }),
      { public_keys: [KEY] },
    ),
    "prepays storage (0.01 NEAR is used for each)",
    "0.01",
  ),
  register_worker: payable(
    call(
      "anyone",
      "Registers a key as the caller's, with a stake. The signature is the key's account link (docs/protocol.md).",
      z.object({ public_key: publicKey, signature }),
      { public_key: KEY, signature: SIGNATURE },
    ),
    "0.01 NEAR for storage, the rest is the stake",
    "1.01",
  ),
  link_account: payable(
    call(
      "anyone",
      "Makes a worker's earnings an account's, by the key's signed account link. Once linked, only the account itself calls this.",
      z.object({ public_key: publicKey, account_id: accountId, signature }),
      { public_key: KEY, account_id: "alice.near", signature: SIGNATURE },
    ),
    "0.002 NEAR for storage, the rest comes back",
    "0.002",
  ),
  rotate_key: payable(
    call(
      "its account",
      "Gives a worker another key, at most once in a fault window. The signature is the new key's account link.",
      z.object({ public_key: publicKey, new_public_key: publicKey, signature }),
      { public_key: KEY, new_public_key: KEY, signature: SIGNATURE },
    ),
    "0.01 NEAR for storage, the rest comes back",
    "0.01",
  ),
  add_stake: payable(
    call("anyone", "Adds to a worker's stake.", of_key, { public_key: KEY }),
    "what is added",
    "1",
  ),
  unregister_worker: call(
    "its account",
    "A worker leaves; its stake is free after the fault window and 250 blocks.",
    of_key,
    { public_key: KEY },
  ),
  withdraw_stake: call("anyone", "After that: stake and earnings become the account's to withdraw.", of_key, {
    public_key: KEY,
  }),
  report_fault: call(
    "anyone",
    "Proves that a worker signed another outcome than the settled one: it loses stake and unvested earnings.",
    faultArguments,
    {
      request_id: 7,
      worker: KEY,
      module_sha256: HASH,
      status: "ok",
      output_sha256: HASH,
      instructions: 1_234_567,
      signature: SIGNATURE,
    },
  ),
  get_worker: view("A worker, or null.", of_key, { public_key: KEY }),
  get_workers: view("Workers in the order of registration.", page, { from_index: 0, limit: 100 }),
  is_worker_active: view("Whether a key may attest.", of_key, { public_key: KEY }),
  withdraw_earnings: call(
    "anyone",
    "Pays an account (default: the caller) what it can withdraw.",
    of_account.partial(),
    { account_id: "alice.near" },
  ),
  vest_earnings: call(
    "anyone",
    "Frees the earnings of a worker whose newest result is older than a fault can be reported.",
    of_key,
    { public_key: KEY },
  ),
  get_earnings: view("What an account earned and did not withdraw, in yoctoNEAR.", of_account, {
    account_id: "alice.near",
  }),
  get_balance: view("The same in two parts: vested and not.", of_account, { account_id: "alice.near" }),
  on_transfer: call(
    "the contract",
    "Keeps what could not be paid out.",
    z.object({ account_id: accountId, amount_yocto: yocto }),
    { account_id: "alice.near", amount_yocto: "1" },
  ),
  deposit_storage: payable(
    call("anyone", "Prepays storage of newcomers and modules.", none, {}),
    "what is prepaid",
    "1",
  ),
  withdraw_storage: call("operator", "Takes out prepaid storage that was not used.", amount, {}),
  set_owner: call("owner", "Hands the contract over.", z.object({ owner_id: accountId }), {
    owner_id: "owner.near",
  }),
  set_operator: call("owner", "Names the operator.", z.object({ operator_id: accountId }), {
    operator_id: "operator.near",
  }),
  set_pricing: call(
    "owner",
    "Sets prices of requests to come.",
    z
      .object({
        base_fee_yocto: yocto,
        rate_per_million_yocto: yocto,
        min_stake_yocto: yocto,
        reporter_percent: z.int().min(0).max(50),
      })
      .partial(),
    { base_fee_yocto: "1000000000000000000000" },
  ),
  set_limits: call(
    "owner",
    "Sets rules of requests to come.",
    z
      .object({
        max_instructions: z.int().min(1_000_000).max(LIMITS.instructions_max),
        max_memory_mb: z.int().min(16).max(LIMITS.memory_mb_max),
        max_execution_seconds: z.int().min(5).max(LIMITS.execution_seconds_max),
        min_established: z.int().min(0).max(LIMITS.quorum_max),
        vesting_results: z.int().min(0).max(1_000),
        fault_window_blocks: z.int().min(1_000).max(10_000_000),
      })
      .partial(),
    { min_established: 1 },
  ),
  set_paused: call("owner", "Stops new requests and registrations.", z.object({ paused: z.boolean() }), {
    paused: true,
  }),
  withdraw_fees: call("owner", "Pays the owner the fees.", amount, {}),
  migrate: call("owner, the contract", "Brings the state of an older version to this one.", none, {}),
  get_request: view("An open request with its input, or null.", of_request, { request_id: 7 }),
  get_pending_request_ids: view("Requests that wait for a settlement, oldest first.", page, {
    from_index: 0,
    limit: 100,
  }),
  get_pricing: view("Prices.", none, {}),
  get_max_limits: view("Largest limits of a request.", none, {}),
  get_config: view("Who may do what, and the rules.", none, {}),
  get_stats: view("Counters, and every yocto that is somebody's.", none, {}),
  is_paused: view("Whether new requests and registrations are stopped.", none, {}),
};
