// Promises API: results of the promises that this call waited for, and returning a promise's result as one's own.
import { HostError } from "../../errors.ts";
import type { HostState } from "../host-state.ts";

export function promise_results_count(host: HostState): bigint {
  host.gas.payBase("base");
  host.forbidInView("promise_results_count");
  return BigInt(host.context.promise_results.length);
}

/** 1 and the value in the register when the promise succeeded, 2 when it failed. */
export function promise_result(host: HostState, result_idx: bigint, register_id: bigint): bigint {
  host.gas.payBase("base");
  host.forbidInView("promise_result");
  const result = host.context.promise_results[Number(result_idx)];
  if (!result) {
    const message = `Accessed invalid promise result index: ${result_idx}`;
    throw new HostError("InvalidPromiseResultIndex", message, { result_idx: `${result_idx}` });
  }
  if (result.status === "failed") return 2n;
  host.registers.setPrepaidBytes(register_id, result.value);
  return 1n;
}

export function promise_return(host: HostState, promise_idx: bigint): void {
  host.gas.payBase("base");
  host.gas.payBase("promise_return");
  host.forbidInView("promise_return");
  const promise = host.promise(promise_idx);
  if (promise.type === "joint") {
    throw new HostError("CannotReturnJointPromise", "Returning joint promise is currently prohibited.");
  }
  host.return_data = { type: "receipt", index: promise.index };
}
