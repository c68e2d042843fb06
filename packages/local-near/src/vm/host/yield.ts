// Promises API: yield and resume (NEP-519).
import { hashBytes, toHash } from "../../encoding/hash.ts";
import { HostError } from "../../errors.ts";
import { CHAIN_LIMITS } from "../../parameters.ts";
import type { HostState } from "../host-state.ts";
import { methodName, readMethodName } from "./promise-actions.ts";
import { payNewReceipt } from "./promises.ts";

/** A promise whose callback on this contract runs when it is resumed or, failed, after 200 blocks. */
export function promise_yield_create(
  host: HostState,
  method_name_len: bigint,
  method_name_ptr: bigint,
  arguments_len: bigint,
  arguments_ptr: bigint,
  gas: bigint,
  gas_weight: bigint,
  register_id: bigint,
): bigint {
  host.gas.payBase("base");
  host.forbidInView("promise_yield_create");
  host.gas.payBase("yield_create_base");
  const method = readMethodName(host, method_name_len, method_name_ptr);
  const args = host.bytes(arguments_len, arguments_ptr);
  const bytes = method.length + args.length;
  host.gas.payPer("yield_create_byte", bytes);
  host.gas.prepay(Number(gas));
  payNewReceipt(host, true, [true]);
  const { index, data_id } = host.receipts.createYield(host.context.current_account_id);
  const promise_idx = host.pushPromise({ type: "receipt", index });
  host.gas.payAction("function_call", 1, true);
  host.gas.payAction("function_call_per_byte", bytes, true);
  const call = { method_name: methodName(method), args, gas: Number(gas), deposit: 0n };
  host.receipts.appendFunctionCall(index, { type: "FunctionCall", ...call }, gas_weight);
  host.registers.set(register_id, hashBytes(data_id));
  return promise_idx;
}

/** 1 when the payload was sent to a waiting yield of this contract, 0 when none waits for the data id. */
export function promise_yield_resume(
  host: HostState,
  data_id_len: bigint,
  data_id_ptr: bigint,
  payload_len: bigint,
  payload_ptr: bigint,
): number {
  host.gas.payBase("base");
  host.forbidInView("promise_yield_resume");
  host.gas.payBase("yield_resume_base");
  host.gas.payPer("yield_resume_byte", Number(payload_len));
  const data_id = host.bytes(data_id_len, data_id_ptr);
  const payload = host.bytes(payload_len, payload_ptr);
  const limit = CHAIN_LIMITS.max_yield_payload_size;
  if (payload.length > limit) {
    const message = `Yield resume payload is ${payload.length} bytes which exceeds the ${limit} byte limit`;
    throw new HostError("YieldPayloadLength", message, { length: payload.length, limit });
  }
  if (data_id.length !== 32) throw new HostError("DataIdMalformed", "yield resumption token is malformed");
  return host.receipts.resumeYield(toHash(data_id), payload) ? 1 : 0;
}
