import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { keyPairFromSeed, type LocalNear, startLocalNear } from "@near-offshore/local-near";
import { signerFromSeed } from "@near-offshore/protocol";
import { Account, actions } from "near-api-js";
import type { TestProject } from "vitest/node";
import { BUILDER, COMPILER_TOKEN, VARS } from "./vars.ts";

const CONTRACT = path.join(import.meta.dirname, "../../../contract/dist/offshore.wasm");
const NEAR = 10n ** 24n;
let chain: LocalNear | undefined;

/** A chain with the contract, where that is built; `npm test` builds it first. */
export async function setup(project: TestProject) {
  const operator = keyPairFromSeed("operator");
  const vars = {
    ...VARS,
    OPERATOR_PRIVATE_KEY: operator.secret_key,
    COMPILER_TOKENS: createHash("sha256").update(COMPILER_TOKEN).digest("hex"),
  };
  if (!existsSync(CONTRACT)) {
    console.log("coordinator-worker: tests against the chain are skipped: contract/dist is not built");
    project.provide("vars" as never, vars as never);
    return;
  }
  const key = operator.public_key;
  const accounts = [VARS.OPERATOR_ACCOUNT_ID, VARS.CONTRACT_ID, "alice.local"];
  chain = await startLocalNear({
    block_ms: 50,
    seed: "coordinator-worker",
    genesis_accounts: accounts.map((account_id) => ({
      account_id,
      public_key: key,
      balance_yocto: 1000n * NEAR,
    })),
  });
  const contract = new Account(VARS.CONTRACT_ID, chain.rpc_url, operator.secret_key as never);
  await contract.signAndSendTransaction({
    receiverId: VARS.CONTRACT_ID,
    actions: [
      actions.deployContract(await readFile(CONTRACT)),
      actions.functionCall(
        "new",
        { owner_id: "alice.local", operator_id: VARS.OPERATOR_ACCOUNT_ID },
        10n ** 14n,
        0n,
      ),
    ],
    waitUntil: "FINAL",
  });
  const owner = new Account("alice.local", chain.rpc_url, operator.secret_key as never);
  await owner.callFunctionRaw({
    contractId: VARS.CONTRACT_ID,
    methodName: "set_builders",
    args: { builders: [signerFromSeed(new Uint8Array(32).fill(BUILDER)).public_key], min_builders: 1 },
    waitUntil: "FINAL",
  });
  project.provide(
    "vars" as never,
    { ...vars, RPC_URLS: chain.rpc_url, FEED_URL: chain.feed_url, CHAIN_URL: chain.rpc_url } as never,
  );
}

export async function teardown() {
  await chain?.stop();
}
