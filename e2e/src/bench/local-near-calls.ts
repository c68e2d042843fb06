// How fast the embedded chain runs this network's own contract: views, calls one by one, and as many as there are.
import { readFileSync } from "node:fs";
import { Chain, type GenesisAccount, keyPairFromSeed } from "@near-offshore/local-near";

import {
  type Action,
  actions,
  baseDecode,
  KeyPair,
  KeyPairSigner,
  PublicKey,
  Transaction,
} from "near-api-js";
import { buildContracts } from "../../../contract/build/build.ts";
import { say } from "../log.ts";
import type { BenchResult } from "./bench.ts";

const WARM_UP = 50;
/** Calls one by one on the same chain: after 200 blocks the first request times out, which is another call. */
const CALLS_OF_A_CHAIN = 50;
const CALL_MS_GOAL = 5;

const TGAS = 10n ** 12n;
const NEAR = 10n ** 24n;
const CONTRACT_WASM = new URL("../../../contract/dist/offshore.wasm", import.meta.url);
const REQUEST = { source: { Module: { sha256: "ab".repeat(32) } } };

export async function measure(views: number, transactions: number): Promise<BenchResult> {
  await buildContracts();
  const chain = await createNetwork();
  const view = () => chain.view("offshore", "get_stats", Buffer.from("{}"));
  times_ms(WARM_UP, view);
  const of_views = times_ms(views, view);
  say(`  ${views} views in ${total(of_views).toFixed(0)} ms`);

  await timeCalls(chain.fork(), WARM_UP);
  const of_calls: number[] = [];
  while (of_calls.length < transactions) {
    const count = Math.min(CALLS_OF_A_CHAIN, transactions - of_calls.length);
    of_calls.push(...(await timeCalls(chain.fork(), count)));
  }
  say(`  ${transactions} calls, one by one, in ${total(of_calls).toFixed(0)} ms`);

  const together = await signedRequests(chain, transactions);
  const [of_all] = times_ms(1, () => send(chain, ...together));
  mustHaveMade(chain, transactions);
  return resultOf(of_views, of_calls, (1_000 * transactions) / of_all!);
}

function resultOf(of_views: number[], of_calls: number[], tx_per_s: number): BenchResult {
  const row = (what: string, times: number[]) => {
    const shares = [0.5, 0.9, 0.99, 1].map((share) => quantile(times, share).toFixed(2));
    return [what, `${times.length}`, ...shares, (total(times) / times.length).toFixed(2)];
  };
  return {
    rows: [
      ["ms", "number", "p50", "p90", "p99", "max", "mean"],
      row("view: get_stats", of_views),
      row("call: request_execution", of_calls),
    ],
    figures: [
      { metric: "view_ms_p50", value: quantile(of_views, 0.5), noise: halves(of_views) },
      { metric: "call_ms_p50", value: quantile(of_calls, 0.5), goal: CALL_MS_GOAL, noise: halves(of_calls) },
      { metric: "tx_per_s", value: tx_per_s, more_is_better: true },
    ],
  };
}

async function timeCalls(chain: Chain, count: number): Promise<number[]> {
  const transactions = await signedRequests(chain, count);
  const times = times_ms(count, (i) => send(chain, transactions[i]!));
  mustHaveMade(chain, count);
  return times;
}

/** A chain with the contract, initialized. */
async function createNetwork(): Promise<Chain> {
  const genesis_accounts: GenesisAccount[] = ["offshore", "alice"].map((account_id) => ({
    account_id,
    public_key: keyPairFromSeed(account_id).public_key,
    balance_yocto: 10n ** 6n * NEAR,
  }));
  const chain = new Chain({ genesis_accounts });
  const deploy = actions.deployContract(readFileSync(CONTRACT_WASM));
  send(chain, await signed(chain, "offshore", "offshore", [deploy]));
  const init = call("new", { owner_id: "alice", operator_id: "alice" });
  send(chain, await signed(chain, "alice", "offshore", [init]));
  return chain;
}

/** Sends transactions and makes blocks until nothing moves: a call, its refund, and a promise that waits. */
function send(chain: Chain, ...transactions: Uint8Array[]): void {
  for (const transaction of transactions) chain.sendTransaction(transaction);
  chain.settle();
}

async function signedRequests(chain: Chain, count: number): Promise<Uint8Array[]> {
  const request = () => [call("request_execution", REQUEST, NEAR / 10n)];
  return Promise.all(
    Array.from({ length: count }, (_, i) => signed(chain, "alice", "offshore", request(), i)),
  );
}

/** @param ahead how many transactions of this signer come before it. */
async function signed(
  chain: Chain,
  from: string,
  to: string,
  list: Action[],
  ahead = 0,
): Promise<Uint8Array> {
  const { public_key, secret_key } = keyPairFromSeed(from);
  const key = chain.data.world.access_keys.get(from)!.get(public_key)!;
  const transaction = new Transaction({
    signerId: from,
    publicKey: PublicKey.from(public_key),
    nonce: key.nonce + BigInt(ahead) + 1n,
    receiverId: to,
    actions: list,
    blockHash: baseDecode(chain.head.hash),
  } as ConstructorParameters<typeof Transaction>[0]);
  const signer = new KeyPairSigner(KeyPair.fromString(secret_key as `ed25519:${string}`));
  return (await signer.signTransaction(transaction)).signedTransaction.encode();
}

function call(method: string, args: object, deposit = 0n): Action {
  return actions.functionCall(
    method,
    Uint8Array.from(Buffer.from(JSON.stringify(args))),
    300n * TGAS,
    deposit,
  );
}

/** Calls that failed would be fast. */
function mustHaveMade(chain: Chain, requests: number): void {
  const { result } = chain.view("offshore", "get_stats", Buffer.from("{}"));
  const stats = JSON.parse(Buffer.from(result).toString()) as { requests: number };
  if (stats.requests !== requests)
    throw new Error(`${requests} requests were sent, ${stats.requests} were made`);
}

function times_ms(count: number, run: (index: number) => void): number[] {
  return Array.from({ length: count }, (_, index) => {
    const start_ms = performance.now();
    run(index);
    return performance.now() - start_ms;
  });
}

const total = (times: number[]) => times.reduce((sum, time) => sum + time, 0);
const quantile = (times: number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))]!;

/** The median of the slower half of the run over that of the other: 1 where nothing else disturbs. */
function halves(times: number[]): number {
  const middle = times.length >> 1;
  const medians = [quantile(times.slice(0, middle), 0.5), quantile(times.slice(middle), 0.5)];
  return Math.max(...medians) / Math.min(...medians);
}
