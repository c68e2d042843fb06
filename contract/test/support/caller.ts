// A contract that asks: it passes its arguments and deposit on, and its callback gets the answer.
import { contract } from "../../../packages/local-near/test/support/wat.ts";
import { OFFSHORE } from "./network.ts";

const NAMES = { 100: OFFSHORE, 140: "request_execution", 180: "done", 200: "caller" };
const text = (at: keyof typeof NAMES) => `(i64.const ${NAMES[at].length}) (i64.const ${at})`;
const NOTHING = "(i64.const 0) (i64.const 0)";

/** Code of an account `caller` whose `ask` gives its request so much gas, and 10 Tgas to the callback, which returns the answer. */
export function callerCode(gas: bigint): Uint8Array {
  return contract(
    {
      ask: `(call $input (i64.const 0))
        (call $attached_deposit (i64.const 16))
        (call $promise_return (call $promise_then
          (call $promise_create ${text(100)} ${text(140)} (i64.const -1) (i64.const 0) (i64.const 16) (i64.const ${gas}))
          ${text(200)} ${text(180)} ${NOTHING} (i64.const 48) (i64.const ${10n ** 13n})))`,
      done: `(drop (call $promise_result (i64.const 0) (i64.const 0)))
        (call $value_return (i64.const -1) (i64.const 0))`,
    },
    NAMES,
  );
}
