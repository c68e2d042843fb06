// One tick: transactions become receipts, receipts are executed, yields that waited too long time out.
import { deriveHash } from "../encoding/hash.ts";
import { InvalidTransaction } from "../errors.ts";
import { CHANGES_KEPT_BLOCKS } from "../limits.ts";
import { CHAIN_LIMITS, GAS_PRICE_YOCTO } from "../parameters.ts";
import type { Runtime } from "../runtime/context.ts";
import { dataKey, type PendingReceipts } from "../runtime/pending-receipts.ts";
import { processReceipt } from "../runtime/process-receipt.ts";
import { chargeTransaction } from "../runtime/verify-transaction.ts";
import { State } from "../state/state.ts";
import type { Block, ExecutionOutcome, Receipt, SignedTransaction } from "../types.ts";
import { epochHeight, newBlock } from "./block.ts";
import type { ChainData } from "./chain-data.ts";

type Tick = { data: ChainData; block: Block; runtime: Runtime; outgoing: Receipt[] };

/**
 * Produces the next block. As on a network with one shard: a transaction's receipt is executed in the same block when
 * its signer is its receiver, and in the next one otherwise; what receipts create is executed in the next block.
 */
export function produceBlock(data: ChainData): Block {
  const height = data.next_height;
  const transactions = data.mempool;
  const prev = data.blocks.get(data.head_height)!;
  const block = newBlock(
    data.config,
    height,
    prev,
    transactions.map(({ hash }) => hash),
  );
  const context = { ...block, epoch_height: epochHeight(data.config, height) };
  const runtime: Runtime = { state: new State(data.world), pending: data.pending, block: context };
  const tick: Tick = { data, block, runtime, outgoing: [] };
  const arriving = [...data.delayed, ...data.incoming];
  Object.assign(data, { mempool: [], incoming: [], delayed: [] });
  const local = includeTransactions(tick, transactions);
  data.delayed = executeReceipts(tick, [...local, ...arriving]);
  timeOutYields(tick);
  data.incoming = tick.outgoing;
  data.changes.set(height, runtime.state.changes);
  if (data.changes.size > CHANGES_KEPT_BLOCKS) data.changes.delete(data.changes.keys().next().value!);
  data.blocks.set(height, block);
  data.heights.set(block.hash, height);
  data.head_height = height;
  data.next_height = height + 1;
  return block;
}

/** Charges the signers; returns the receipts that go to the signers themselves and so are executed at once. */
function includeTransactions(tick: Tick, transactions: SignedTransaction[]): Receipt[] {
  const local: Receipt[] = [];
  const included: string[] = [];
  for (const signed of transactions) {
    const receipt = includeTransaction(tick, signed);
    if (!receipt) continue;
    included.push(signed.hash);
    const is_local = receipt.receiver_id === receipt.predecessor_id;
    (is_local ? local : tick.outgoing).push(receipt);
  }
  tick.block.transactions = included;
  return local;
}

function includeTransaction({ data, block, runtime }: Tick, signed: SignedTransaction): Receipt | null {
  const { transaction, hash } = signed;
  const { signer_id, public_key, receiver_id, actions } = transaction;
  runtime.state.cause = { type: "transaction_processing", tx_hash: hash };
  try {
    const cost = chargeTransaction(runtime.state, transaction, block.height);
    runtime.state.commit();
    const receipt_id = deriveHash(hash, block.height, 0);
    const action = {
      signer_id,
      signer_public_key: public_key,
      gas_price: GAS_PRICE_YOCTO,
      output_data_receivers: [],
      input_data_ids: [],
      actions,
    };
    const outcome: ExecutionOutcome = {
      id: hash,
      block_hash: block.hash,
      block_height: block.height,
      executor_id: signer_id,
      logs: [],
      receipt_ids: [receipt_id],
      gas_burnt: cost.gas_burnt,
      tokens_burnt: cost.tokens_burnt,
      status: { SuccessReceiptId: receipt_id },
    };
    data.transactions.set(hash, { signed, outcome });
    count(block, outcome);
    const receipt: Receipt = {
      receipt_id,
      predecessor_id: signer_id,
      receiver_id,
      body: { type: "action", action },
      tx_hash: hash,
    };
    data.receipts.set(receipt_id, receipt);
    return receipt;
  } catch (error) {
    if (!(error instanceof InvalidTransaction)) throw error;
    runtime.state.rollback();
    data.refused.set(hash, error.kind);
    return null;
  }
}

/** Executes until the block is full; returns the rest. */
function executeReceipts(tick: Tick, receipts: Receipt[]): Receipt[] {
  for (const [index, receipt] of receipts.entries()) {
    if (tick.block.gas_burnt >= CHAIN_LIMITS.chunk_gas) return receipts.slice(index);
    executeReceipt(tick, receipt);
  }
  return [];
}

function executeReceipt(tick: Tick, receipt: Receipt): void {
  const { data, block, runtime, outgoing } = tick;
  runtime.state.cause = { type: "receipt_processing", receipt_hash: receipt.receipt_id };
  const applied = processReceipt(runtime, receipt);
  if (!applied) return;
  const { outcome, new_receipts } = applied;
  data.outcomes.set(outcome.id, outcome);
  block.executed_receipts.push(outcome.id);
  count(block, outcome);
  for (const created of new_receipts) data.receipts.set(created.receipt_id, created);
  for (const created of new_receipts) noteYield(data.pending, created, block.height);
  const instant = new_receipts.filter(isInstant);
  outgoing.push(...new_receipts.filter((created) => !isInstant(created)));
  for (const created of instant) executeReceipt(tick, created);
}

/** What is executed in the block that made it, right after the receipt that made it (since protocol version 83). */
function isInstant({ body }: Receipt): boolean {
  if (body.type === "promise_yield") return true;
  if (body.type !== "action" || body.action.input_data_ids.length > 0) return false;
  const { actions } = body.action;
  return actions.length === 1 && actions[0]!.type === "DeleteAccount";
}

function noteYield(pending: PendingReceipts, { body, receiver_id }: Receipt, height: number): void {
  if (body.type === "promise_yield") {
    const data_id = body.action.input_data_ids[0]!;
    const expires_at_height = height + CHAIN_LIMITS.yield_timeout_length_in_blocks;
    pending.yield_timeouts.push({ account_id: receiver_id, data_id, expires_at_height });
  }
  if (body.type === "promise_resume") pending.resumed.add(dataKey(receiver_id, body.data_id));
}

/** A yield that still waits gets a failed result, in the next block, unless a call resumes it before that arrives. */
function timeOutYields({ data, block, outgoing }: Tick): void {
  const { yield_timeouts, yields } = data.pending;
  let index = 0;
  while ((yield_timeouts[0]?.expires_at_height ?? Number.POSITIVE_INFINITY) <= block.height) {
    const { account_id, data_id } = yield_timeouts.shift()!;
    const yielded = yields.get(dataKey(account_id, data_id));
    if (!yielded) continue;
    outgoing.push({
      receipt_id: deriveHash(block.hash, block.height, index++),
      predecessor_id: account_id,
      receiver_id: account_id,
      body: { type: "promise_resume", data_id, data: null },
      tx_hash: yielded.tx_hash,
    });
  }
}

function count(block: Block, outcome: ExecutionOutcome): void {
  block.gas_burnt += outcome.gas_burnt;
  block.tokens_burnt += outcome.tokens_burnt;
}
