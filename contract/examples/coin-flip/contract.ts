// A coin flip: a contract that asks the network for a random number and uses the answer. See README.md.
import { accountId, integer, type Json, object, oneOf } from "../../src/checks.ts";
import { decodeText, near, panic, promiseAnswer } from "../../src/host.ts";
import { call, callback, payable, view } from "../../src/method.ts";
import { load, save } from "../../src/store.ts";

const REQUEST_GAS = 100_000_000_000_000n;
const CALLBACK_GAS = 30_000_000_000_000n;
const PAGE_ITEMS_MAX = 100;

const SIDES = ["heads", "tails"] as const;

interface Flip {
  player: string;
  guess: (typeof SIDES)[number];
  result: "won" | "lost" | "failed";
  /** 0 heads, 1 tails; null where the network did not answer. */
  random_number: number | null;
}

/** `new({offshore_id, source})`: the network's contract, and where the program that draws the number comes from. */
const create = call((args) => {
  if (load("settings") !== null) panic("already_initialized: the contract has its settings already");
  save("settings", {
    offshore_id: accountId(args.offshore_id, "offshore_id"),
    source: object(args.source, "source"),
  });
  save("count", 0);
});

export { create as new };

/** `flip({guess})`: payable. The deposit pays the network; what is left of it goes back to the player. */
export const flip = payable((args) => {
  const { offshore_id, source } =
    load<{ offshore_id: string; source: Json }>("settings") ?? panic("call `new` first");
  const guess = oneOf(args.guess, "guess", SIDES);
  const player = near.predecessorAccountId();
  const deposit = near.attachedDeposit();
  const request = JSON.stringify({
    source,
    input_data: '{"min":0,"max":1}',
    response_format: "Json",
    payer_account_id: player,
  });
  const asked = near.promiseCreate(offshore_id, "request_execution", request, deposit, REQUEST_GAS);
  const told = JSON.stringify({ player, guess, deposit_yocto: deposit.toString() });
  const answered = near.promiseThen(asked, near.currentAccountId(), "on_flip", told, 0n, CALLBACK_GAS);
  near.promiseReturn(answered);
});

/** The network's answer, `{"random_number": 0 | 1}` or null. */
export const on_flip = callback((args) => {
  const { player, guess, deposit_yocto } = args as {
    player: string;
    guess: Flip["guess"];
    deposit_yocto: string;
  };
  const answer = promiseAnswer();
  // The request itself failed: its deposit came back here, and it is the player's.
  if (answer === null)
    near.promiseBatchActionTransfer(near.promiseBatchCreate(player), BigInt(deposit_yocto));
  const random_number = answer === null ? null : readNumber(answer);
  const result = random_number === null ? "failed" : SIDES[random_number] === guess ? "won" : "lost";
  const flip: Flip = { player, guess, result, random_number };
  const count = load<number>("count") ?? 0;
  save(`flip:${count}`, flip);
  save(`last:${player}`, count);
  save("count", count + 1);
  near.log(`${player} guessed ${guess} and ${result === "failed" ? "got no answer" : result}`);
  return flip;
});

/** `get_last_flip({account_id})`: or null. */
export const get_last_flip = view((args) => {
  const index = load<number>(`last:${accountId(args.account_id, "account_id")}`);
  return index === null ? null : load<Flip>(`flip:${index}`);
});

/** `get_flips({from_index?, limit?})`: oldest first. */
export const get_flips = view((args) => {
  const from = integer(args.from_index ?? 0, "from_index", 0, Number.MAX_SAFE_INTEGER);
  const limit = integer(args.limit ?? PAGE_ITEMS_MAX, "limit", 1, PAGE_ITEMS_MAX);
  const flips: (Flip | null)[] = [];
  for (let i = from; i < Math.min(from + limit, load<number>("count") ?? 0); i++)
    flips.push(load<Flip>(`flip:${i}`));
  return flips;
});

/** Never throws: a callback that does loses what it should have stored. */
function readNumber(answer: Uint8Array): number | null {
  try {
    const number = JSON.parse(decodeText(answer))?.random_number;
    return number === 0 || number === 1 ? number : null;
  } catch {
    return null;
  }
}
