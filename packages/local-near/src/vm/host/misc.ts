// Miscellaneous API: results, panics, logs.
import { HostError } from "../../errors.ts";
import { ACTION_FEES, CHAIN_LIMITS, WASM_REGULAR_OP_COST } from "../../parameters.ts";
import type { HostState } from "../host-state.ts";
import { readUtf8, readUtf16, totalLogLengthExceeded } from "../strings.ts";

/** The call's result; sending it to those who wait for it is paid for by the byte. */
export function value_return(host: HostState, value_len: bigint, value_ptr: bigint): void {
  host.gas.payBase("base");
  const value = host.bytes(value_len, value_ptr);
  const limit = CHAIN_LIMITS.max_length_returned_data;
  if (value.length > limit) {
    const message = `The length of a returned value ${value.length} exceeds the limit ${limit}`;
    throw new HostError("ReturnedValueLengthExceeded", message, { length: value.length, limit });
  }
  const fee = ACTION_FEES.data_receipt_creation_per_byte;
  for (const receiver of host.context.output_data_receivers) {
    const send = receiver === host.context.current_account_id ? fee.send_sir : fee.send_not_sir;
    host.gas.burn((send + fee.execution) * value.length);
  }
  host.return_data = { type: "value", value };
}

/** Pays for so many instructions: what contracts called that counted for themselves. */
export function gas(host: HostState, operators: number): void {
  host.gas.burn(WASM_REGULAR_OP_COST * operators);
}

export function panic(host: HostState): never {
  host.gas.payBase("base");
  throw guestPanic("explicit guest panic");
}

export function panic_utf8(host: HostState, len: bigint, ptr: bigint): never {
  host.gas.payBase("base");
  throw guestPanic(readUtf8(host, len, ptr));
}

export function log_utf8(host: HostState, len: bigint, ptr: bigint): void {
  host.gas.payBase("base");
  checkLogCount(host);
  const message = readUtf8(host, len, ptr);
  payLog(host, message);
  pushLog(host, message);
}

export function log_utf16(host: HostState, len: bigint, ptr: bigint): void {
  host.gas.payBase("base");
  checkLogCount(host);
  const message = readUtf16(host, len, ptr);
  payLog(host, message);
  pushLog(host, message);
}

/** AssemblyScript's panic: strings are UTF-16 with their byte length in the 4 bytes before them. */
export function abort(
  host: HostState,
  msg_ptr: number,
  filename_ptr: number,
  line: number,
  col: number,
): never {
  host.gas.payBase("base");
  if (msg_ptr < 4 || filename_ptr < 4)
    throw new HostError("BadUTF16", "String encoding is bad UTF-16 sequence.");
  checkLogCount(host);
  const msg_len = host.memory.readU32(BigInt(msg_ptr - 4));
  const filename_len = host.memory.readU32(BigInt(filename_ptr - 4));
  const msg = readUtf16(host, BigInt(msg_len), BigInt(msg_ptr));
  const filename = readUtf16(host, BigInt(filename_len), BigInt(filename_ptr));
  const message = `${msg}, filename: "${filename}" line: ${line} col: ${col}`;
  payLog(host, message);
  pushLog(host, `ABORT: ${message}`);
  throw guestPanic(message);
}

function guestPanic(panic_msg: string): HostError {
  return new HostError("GuestPanic", `Smart contract panicked: ${panic_msg}`, { panic_msg });
}

function payLog(host: HostState, message: string): void {
  host.gas.payBase("log_base");
  host.gas.payPer("log_byte", Buffer.byteLength(message));
}

function checkLogCount(host: HostState): void {
  const limit = CHAIN_LIMITS.max_number_logs;
  if (host.logs.length < limit) return;
  throw new HostError("NumberOfLogsExceeded", `The number of logs will exceed the limit ${limit}`, { limit });
}

function pushLog(host: HostState, message: string): void {
  const length = Buffer.byteLength(message);
  host.total_log_length += length;
  if (host.total_log_length > CHAIN_LIMITS.max_total_log_length) throw totalLogLengthExceeded(host, length);
  host.logs.push(message);
}

/** Old iterators are gone from the protocol; the import still links. */
export function deprecated(method_name: string): () => never {
  return () => {
    throw new HostError("Deprecated", `Attempted to call deprecated host function ${method_name}`, {
      method_name,
    });
  };
}

/** Host functions of the live networks that this chain leaves out; calling one says so. */
export function unsupported(method_name: string): () => never {
  return () => {
    throw new HostError("Unsupported", `local-near does not have the host function ${method_name}`, {
      method_name,
    });
  };
}
