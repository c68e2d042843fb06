// Blocks with everything that happened in them, in the format of the public neardata service.
import type { ChainData } from "../chain/chain-data.ts";
import type { Block } from "../types.ts";
import { BLOCK_PRODUCER, blockHeaderView, chunkHeaderView } from "./block-views.ts";
import { changeView } from "./methods/changes.ts";
import { outcomeView, receiptView, transactionView } from "./views.ts";

/** The block at a height; null for a height that was skipped. */
export function feedBlock(data: ChainData, height: number) {
  const block = data.blocks.get(height);
  if (!block) return null;
  const header = chunkHeaderView(block);
  return {
    block: { author: BLOCK_PRODUCER, header: blockHeaderView(data, block), chunks: [header] },
    shards: [
      {
        shard_id: 0,
        chunk: {
          author: BLOCK_PRODUCER,
          header,
          transactions: transactions(data, block),
          receipts: block.executed_receipts.map((id) => receiptView(data.receipts.get(id)!)),
        },
        receipt_execution_outcomes: executed(data, block),
        state_changes: (data.changes.get(height) ?? []).map((change) => changeView(data, change)),
      },
    ],
  };
}

function transactions(data: ChainData, block: Block) {
  return block.transactions.map((hash) => {
    const { signed, outcome } = data.transactions.get(hash)!;
    const receipt = receiptView(data.receipts.get(outcome.receipt_ids[0]!)!);
    return {
      transaction: transactionView(signed),
      outcome: { execution_outcome: outcomeView(outcome), receipt },
    };
  });
}

function executed(data: ChainData, block: Block) {
  return block.executed_receipts.map((id) => {
    const receipt = data.receipts.get(id)!;
    return {
      execution_outcome: outcomeView(data.outcomes.get(id)!),
      receipt: receiptView(receipt),
      tx_hash: receipt.tx_hash,
    };
  });
}
