import {
  type CompilationArguments,
  type FailArguments,
  type FaultArguments,
  type PublishModuleArguments,
  type ResolveArguments,
  STORAGE_BYTE_YOCTO,
  STORAGE_BYTES,
} from "@near-offshore/protocol";

/** What the dispatcher wants on chain. */
export type Submission =
  | { kind: "resolve"; args: ResolveArguments; publication: PublishModuleArguments | null }
  | { kind: "compile"; args: CompilationArguments; publication: PublishModuleArguments | null }
  | { kind: "fail"; args: FailArguments };

/** How it ended; told to the dispatcher until it has heard. */
export type Relayed =
  | { request_id: number; kind: "done"; tx: string | null }
  /** The contract will never take it. `closed`: because the request is over; else another attempt may be made. */
  | { request_id: number; kind: "refused"; message: string; closed: boolean };

export type TransactionKind = "resolve" | "compile" | "fail" | "publish" | "enroll" | "fault";

/** The contract's method for each, and its gas in Tgas (measured: docs of the contract). */
export const METHODS: Record<TransactionKind, { method: string; tgas: number }> = {
  resolve: { method: "resolve_execution", tgas: 200 },
  compile: { method: "resolve_compilation", tgas: 100 },
  fail: { method: "fail_execution", tgas: 100 },
  publish: { method: "publish_module", tgas: 100 },
  enroll: { method: "enroll_workers", tgas: 250 },
  fault: { method: "report_fault", tgas: 100 },
};

/** What a call brings for what it makes the contract store. `args` are the method's, as JSON. */
export function depositYocto(kind: TransactionKind, args: string): bigint {
  if (kind === "publish") return BigInt(STORAGE_BYTES.module) * STORAGE_BYTE_YOCTO;
  if (kind !== "enroll") return 0n;
  const { public_keys } = JSON.parse(args) as { public_keys: string[] };
  return BigInt(public_keys.length * STORAGE_BYTES.worker) * STORAGE_BYTE_YOCTO;
}

/** One key for a request's settlement, whichever kind: there is never a second outcome beside the first. */
export function settlementId(request_id: number): string {
  return `settle:${request_id}`;
}

export function faultId({ request_id, worker }: FaultArguments): string {
  return `fault:${request_id}:${worker}`;
}

export function publicationId({ source }: PublishModuleArguments): string {
  return `publish:${source.build_target} ${source.commit} ${source.repo}`;
}
